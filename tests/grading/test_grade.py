"""Grading a class, with an examiner that needs no kernel: who is graded when, and that one holds up no other."""

import json
import shutil
from datetime import datetime

import classroom
import pytest
from classroom import file_of, filled, hand_in, plain, release
from nbgrader.api import Gradebook, MissingEntry

from duecourse.authoring.release import read_notebook
from duecourse.errors import DuecourseError
from duecourse.grading import grade as grading
from duecourse.grading.grade import grade, submissions

pytestmark = pytest.mark.usefixtures("no_kernel")
EARLY, LATER = "2026-11-30 17:00:00 UTC", "2026-11-30 17:30:00 UTC"


def graded(course, **options) -> dict:
    """Grade with one worker; what came of it, by student."""
    return {row.student: row for row in grade(course, "mini", variant=7, workers=1, **options)}


def marked_notebook(course, student: str):
    return read_notebook((course.root / "autograded" / student / "mini" / "mini.ipynb").read_bytes())


def score_in_gradebook(course, student: str) -> float:
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        return book.find_submission("mini", student).score


def test_scores_and_points_count_written_answers_too(course):
    hand_in(course, "li", filled())
    hand_in(course, "blank", release())
    hand_in(course, "half", filled(rates_answer="rates = ..."))
    found = graded(course)
    assert {name: (row.score, row.points, row.waits) for name, row in found.items()} == {
        "li": (4.0, 6.0, True),
        "blank": (0.0, 6.0, False),
        "half": (2.0, 6.0, True),
    }
    assert found["li"].reason == "Every check is right."
    assert found["blank"].reason == "Nothing attempted."
    assert score_in_gradebook(course, "half") == 2.0


def test_chinese_is_marked_in_chinese_and_told_to_the_trainer_in_english(course):
    hand_in(course, "欧阳 丽娜", filled("zh-CN", choice_answer='choice = "C"'))
    (row,) = graded(course).values()
    assert row.reason == "choice: The check recorded nothing."
    text = json.dumps(marked_notebook(course, "欧阳 丽娜"), ensure_ascii=False)
    assert "正确" in text and "Correct" not in text


def test_what_was_graded_is_not_graded_again(course):
    hand_in(course, "li", filled(), EARLY)
    assert graded(course).keys() == {"li"}
    hand_in(course, "wang", filled(), EARLY)
    assert graded(course).keys() == {"wang"}
    assert graded(course) == {}


def test_force_grades_again(course):
    hand_in(course, "li", filled())
    graded(course)
    assert graded(course, force=True)["li"].score == 4.0


def test_a_newer_submission_is_graded_and_an_older_one_is_not(course):
    hand_in(course, "li", filled(choice_answer="choice = ..."), EARLY)
    assert graded(course)["li"].score == 3.0
    hand_in(course, "li", filled(), LATER)
    assert graded(course)["li"].score == 4.0
    hand_in(course, "li", release(), EARLY)
    assert graded(course) == {}
    assert score_in_gradebook(course, "li") == 4.0
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        assert book.find_submission("mini", "li").timestamp == datetime(2026, 11, 30, 17, 30)


def test_a_good_resubmission_clears_what_was_said_of_a_broken_one(course):
    hand_in(course, "li", b"half a file", EARLY)
    assert "damaged" in graded(course)["li"].reason
    hand_in(course, "li", filled(), LATER)
    row = graded(course)["li"]
    assert (row.score, row.waits) == (4.0, True)
    assert "could not be graded" not in json.dumps(marked_notebook(course, "li"))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        comments = book.find_submission_notebook("mini", "mini", "li").comments
        assert {comment.comment for comment in comments} == {None}


@pytest.mark.parametrize("timestamp", ["yesterday", "9" * 50, "\x00", "0000-00-00 00:00:00 UTC", "2026-13-45", " "])
def test_a_timestamp_that_is_none_holds_up_nobody(course, timestamp):
    hand_in(course, "li", filled(), timestamp)
    (course.root / "submitted" / "li" / "mini" / "timestamp.txt").write_text(timestamp)
    assert graded(course)["li"].score == 4.0


def broken_class(course) -> dict[str, str]:
    """Everyone who hands in something that cannot be read, and the word that says so."""
    folders = course.root / "submitted"
    hand_in(course, "damaged", file_of(filled())[:500])
    hand_in(course, "empty", b"")
    hand_in(course, "old", b'{"worksheets": [], "nbformat": 3}')
    hand_in(course, "other-name", filled()).joinpath("mini.ipynb").rename(
        folders / "other-name" / "mini" / "final.ipynb"
    )
    (folders / "folder" / "mini" / "mini.ipynb").mkdir(parents=True)
    (folders / "link" / "mini").mkdir(parents=True)
    (folders / "link" / "mini" / "mini.ipynb").symlink_to("/etc/passwd")
    (folders / "nothing" / "mini").mkdir(parents=True)
    (folders / "file").mkdir()
    (folders / "file" / "mini").write_text("not even a folder")
    huge = {**plain(filled()), "cells": [{"cell_type": "code", "source": "1"}] * 5_000}
    hand_in(course, "huge", json.dumps(huge).encode())
    words = {"damaged": "damaged", "empty": "damaged", "old": "old format", "other-name": "no notebook"}
    words |= {"folder": "not a file", "link": "not a file", "nothing": "no notebook", "file": "no notebook"}
    return words | {"huge": "too large"}


def test_broken_submissions_are_named_and_hold_up_nobody(course):
    words = broken_class(course)
    hand_in(course, "aaa", filled())
    hand_in(course, "zzz", filled())
    found = graded(course)
    assert found["aaa"].score == found["zzz"].score == 4.0
    for student, word in words.items():
        row = found[student]
        assert word in row.reason, student
        assert (row.score, row.points, row.waits, row.failed) == (0.0, 6.0, False, False), student
        assert score_in_gradebook(course, student) == 0.0
        note = marked_notebook(course, student).cells[0].source
        assert row.reason in note and "。" in note, student  # in each language: nothing tells the trainee's
    assert graded(course) == {}


def test_a_folder_that_can_be_no_student_is_named(course):
    for student in ("li", "a+b", " space"):
        hand_in(course, student, filled())
    found = graded(course)
    assert {name for name, row in found.items() if row.failed} == {"a+b", " space"}
    assert found["li"].score == 4.0


def test_nothing_handed_in_is_said_in_one_sentence(course):
    for make in (lambda: None, lambda: (course.root / "submitted" / "li").mkdir(parents=True)):
        make()
        with pytest.raises(DuecourseError, match="Nothing was handed in for mini") as error:
            submissions(course, "mini")
        assert "\n" not in str(error.value)


def failing_for(student: str, error: BaseException):
    """An examiner that fails for whoever writes their own name into the essay."""

    def examine(notebook, variant, limits, files=None):
        if any(cell.source == student for cell in notebook.cells):
            raise error
        return classroom.examined(notebook, variant, limits, files)

    return examine


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), MemoryError(), ValueError(""), RuntimeError("\n"), KeyError("\ud800")],
    ids=lambda error: type(error).__name__,
)
def test_an_examiner_that_fails_for_one_leaves_the_others_recorded(course, monkeypatch, error):
    for student in ("aaa", "li", "zzz"):
        hand_in(course, student, filled(explain=student))
    monkeypatch.setattr(grading, "examine", failing_for("li", error))
    found = graded(course)
    assert found["aaa"].score == found["zzz"].score == 4.0
    assert found["li"].failed and type(error).__name__ in found["li"].reason
    assert "\n" not in found["li"].reason and found["li"].reason.encode()
    with pytest.raises(MissingEntry):
        score_in_gradebook(course, "li")
    monkeypatch.setattr(grading, "examine", classroom.examined)
    assert graded(course).keys() == {"li"}  # the next run takes up where this one stopped


def test_stopping_half_way_loses_nothing_that_was_recorded(course, monkeypatch):
    for student in ("aaa", "li", "zzz"):
        hand_in(course, student, filled(explain=student))
    monkeypatch.setattr(grading, "examine", failing_for("li", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        graded(course)
    assert score_in_gradebook(course, "aaa") == 4.0
    monkeypatch.setattr(grading, "examine", classroom.examined)
    assert "aaa" not in graded(course).keys() >= {"li"}


def recording(name: str, value, *, ename: str = ""):
    """An examiner of which every submission recorded this value, or stopped with this error."""

    def examine(notebook, variant, limits, files=None):  # noqa: ARG001
        run = classroom.run_of(notebook, {name: value})
        cell = classroom.cell_of(run.notebook, "setup")
        what = {"output_type": "error", "ename": "ValueError", "evalue": ename, "traceback": [ename]}
        cell.outputs = [classroom.nbformat.from_dict(what)] if ename else []
        return run

    return examine


LONE = "\ud800"
FORGED = json.loads(json.dumps(classroom.series(early=0.1834, lone=1.0)).replace("lone", "\\ud800"))


@pytest.mark.parametrize(
    "examine",
    [
        recording("rates", FORGED),
        recording("late-cards", LONE),
        recording("late-cards", 1, ename=LONE),
        recording("late-cards", 1, ename="\x1b[2J\x00"),
    ],
    ids=["a-name", "a-text", "an-error", "control-characters"],
)
def test_what_a_file_cannot_hold_stops_nobodys_grading(course, monkeypatch, examine):
    """Half a pair of UTF-16, in the answer of one trainee in a class."""
    for student in ("li", "wang"):
        hand_in(course, student, filled())
    monkeypatch.setattr(grading, "examine", examine)
    found = graded(course)
    assert {row.failed for row in found.values()} == {False}
    assert found.keys() == {"li", "wang"}
    assert (course.root / "autograded" / "wang" / "mini" / "mini.ipynb").is_file()
    assert graded(course) == {}


@pytest.mark.parametrize("obstacle", ["file", "full"])
def test_a_marked_notebook_that_cannot_be_written_is_said_in_one_sentence(course, monkeypatch, obstacle):
    hand_in(course, "li", filled())
    if obstacle == "file":
        (course.root / "autograded").write_text("in the way")
    else:
        full = OSError(28, "No space left on device")
        monkeypatch.setattr(grading, "write_marked", lambda *_: (_ for _ in ()).throw(full))
    try:
        row = graded(course)["li"]
        said = row.reason
        assert row.failed
    except DuecourseError as error:
        said = str(error)
    assert "li" in said or "autograded" in said
    assert "\n" not in said and said.endswith(".")


def test_an_interrupted_writing_leaves_the_former_marked_notebook_or_none(course, monkeypatch):
    hand_in(course, "li", filled())
    (entry,) = submissions(course, "mini")
    grading.write_marked(course, "mini", entry, release())
    monkeypatch.setattr(grading.nbformat, "writes", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        grading.write_marked(course, "mini", entry, filled())
    assert marked_notebook(course, "li") == release()
    monkeypatch.undo()
    grading.write_marked(course, "mini", entry, filled())
    assert marked_notebook(course, "li") == filled()
    assert [path.name for path in (course.root / "autograded" / "li").iterdir()] == ["mini"]


def test_progress_counts_up_to_all(course):
    for student in ("li", "wang", "zhao"):
        hand_in(course, student, filled() if student != "wang" else b"")
    told = []
    graded(course, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_missing_release_is_said_in_one_sentence(course, monkeypatch):
    from duecourse.grading.standard import make_standard

    monkeypatch.setattr(grading, "make_standard", make_standard)
    hand_in(course, "li", filled())
    for part in ("source", "release"):
        shutil.rmtree(course.root / part)
        with pytest.raises(DuecourseError, match="duecourse build mini") as error:
            graded(course)
        assert "\n" not in str(error.value)
