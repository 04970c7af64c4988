"""Recording: a real gradebook in SQLite, written by nbgrader's API."""

import sqlite3
from datetime import datetime

import pytest
from classroom import POINTS, cell_of, filled, plain, release
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from duecourse.errors import DuecourseError
from duecourse.grading.intake import handed, rebuilt
from duecourse.grading.record import GradeRecord, Grades, essay_scores, is_blank, open_gradebook, unanswered

SCORES = {"late-cards": 1.0, "rates": 1.5, "choice": 0.0, "explain": None}
ON_TIME, LATE = datetime(2026, 11, 30, 17), datetime(2026, 11, 30, 20)
DUE = datetime(2026, 11, 30, 18)


@pytest.fixture
def db_url(tmp_path, empty_gradebook):
    (tmp_path / "gradebook.db").write_bytes(empty_gradebook)
    return f"sqlite:///{tmp_path}/gradebook.db"


def open_record(db_url, config=None, notebook=None) -> GradeRecord:
    return GradeRecord(db_url, "mini", notebook or release(), config or Config())


@pytest.fixture
def record(db_url):
    with open_record(db_url) as record:
        yield record


def grades(student="li", scores=None, comments=None, timestamp=ON_TIME) -> Grades:
    return Grades(student, "mini", timestamp, SCORES if scores is None else scores, comments or {})


def written(db_url, student="li") -> dict[str, tuple]:
    """What a second reader of the gradebook finds: automatic and manual score, and whether a human is asked."""
    with Gradebook(db_url) as book:
        found = book.find_submission_notebook("mini", "mini", student).grades
        return {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in found}


def set_due(db_url):
    with open_gradebook(db_url) as book:
        book.update_or_create_assignment("mini", duedate=DUE)


def test_the_release_defines_the_cells_of_the_gradebook(record, db_url):
    record.write(grades())
    with Gradebook(db_url) as book:
        cells = book.find_notebook("mini", "mini").grade_cells
        assert {cell.name: cell.max_score for cell in cells} == POINTS
        assert {cell.name: cell.cell_type for cell in cells}["explain"] == "markdown"


def test_scores_are_recorded_and_a_written_answer_waits_for_a_human(record, db_url):
    record.write(grades())
    found = written(db_url)
    assert found.pop("explain") == (None, None, True)
    assert found == {"late-cards": (1.0, None, False), "rates": (1.5, None, False), "choice": (0.0, None, False)}
    assert record.score_of("li") == (2.5, 6.0, True, 0.0)


def test_a_cell_without_a_score_gets_none_of_its_points(record, db_url):
    record.write(grades(scores={}))
    assert set(written(db_url).values()) == {(0.0, None, False)}


def test_blank_answers_score_zero_and_get_nbgraders_comment(record, db_url):
    blank = rebuilt(handed(plain(release())), release())
    assert is_blank(blank)
    assert essay_scores(blank) == {"explain": 0.0}
    answers = {"late-cards-answer", "rates-answer", "choice-answer", "explain"}
    assert unanswered(blank) == dict.fromkeys(answers, "No response.")
    record.write(grades(scores=essay_scores(blank), comments=unanswered(blank)))
    assert written(db_url)["explain"] == (0.0, None, False)
    with Gradebook(db_url) as book:
        comments = book.find_submission_notebook("mini", "mini", "li").comments
        assert {comment.name: comment.comment for comment in comments} == dict.fromkeys(answers, "No response.")


def test_an_emptied_answer_is_blank_and_a_filled_one_is_not():
    emptied = filled(explain="  \n", choice_answer="")
    assert essay_scores(emptied) == {"explain": 0.0}
    assert unanswered(emptied).keys() == {"explain", "choice-answer"}
    assert not is_blank(emptied)
    assert essay_scores(filled()) == {"explain": None} and unanswered(filled()) == {}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_release_is_blank_in_either_language(language):
    assert is_blank(release(language)) and not is_blank(filled(language))


def test_a_regrade_keeps_a_humans_scores_and_comments(record, db_url):
    record.write(grades(comments={"explain": "No response."}))
    with Gradebook(db_url) as book:
        for name, score in {"explain": 2.0, "rates": 1.75}.items():
            grade = book.find_grade(name, "mini", "mini", "li")
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("explain", "mini", "mini", "li").manual_comment = "Well put."
        book.db.commit()
    record.write(grades(scores=SCORES | {"rates": 0.5}))
    found = written(db_url)
    # As nbgrader has it: the manual score counts, and is shown for review.
    assert found["explain"] == (None, 2.0, True)
    assert found["rates"] == (0.5, 1.75, True)
    with Gradebook(db_url) as book:
        assert book.find_comment("explain", "mini", "mini", "li").comment == "Well put."
        assert book.find_submission("mini", "li").score == 4.75


def test_a_regrade_takes_back_what_was_automatic(record, db_url):
    record.write(grades(comments={"explain": "No response."}))
    record.write(grades(scores=dict.fromkeys(POINTS, 0.5)))
    assert set(written(db_url).values()) == {(0.5, None, False)}
    with Gradebook(db_url) as book:
        assert book.find_comment("explain", "mini", "mini", "li").comment is None


def test_a_gradebook_of_people_with_any_names(record, db_url):
    for student in ("欧阳 丽娜", "O'Neil, Jr.", "%s; DROP TABLE student", "😀"):
        record.write(grades(student))
        assert written(db_url, student)["rates"][0] == 1.5


# Late.


@pytest.mark.parametrize(("method", "penalty", "score"), [("none", None, 2.5), ("zero", 2.5, 0.0)])
def test_lateness_is_shown_and_costs_what_the_course_says(db_url, method, penalty, score):
    config = Config()
    config.LateSubmissionPlugin.penalty_method = method
    with open_record(db_url, config) as record:
        set_due(db_url)
        record.write(grades("late", timestamp=LATE))
        record.write(grades("on-time"))
        assert record.score_of("late") == (score, 6.0, True, 7200.0)
        assert record.score_of("on-time") == (2.5, 6.0, True, 0.0)
    with Gradebook(db_url) as book:
        assert book.find_submission_notebook("mini", "mini", "late").late_submission_penalty == penalty


def test_a_penalty_follows_the_score_and_goes_when_the_due_date_moves(db_url):
    config = Config()
    config.LateSubmissionPlugin.penalty_method = "zero"
    with open_record(db_url, config) as record:
        set_due(db_url)
        record.write(grades(timestamp=LATE))
        record.write(grades(timestamp=LATE, scores=SCORES | {"choice": 1.0}))
        assert record.score_of("li")[0] == 0.0
        with Gradebook(db_url) as book:
            book.update_or_create_assignment("mini", duedate=LATE)
        record.write(grades(timestamp=LATE))
        assert record.score_of("li") == (2.5, 6.0, True, 0.0)


# What can go wrong.


def assert_one_sentence(error, *, names: str):
    said = str(error.value)
    assert names in said
    assert "\n" not in said and "Traceback" not in said and len(said) < 500
    assert said.endswith(".")


def test_a_changed_lesson_with_grades_is_refused_in_one_sentence(db_url):
    with open_record(db_url) as record:
        record.write(grades())
    changed = release()
    changed.cells = [cell for cell in changed.cells if cell.id != "choice"]
    with pytest.raises(DuecourseError) as error:
        open_record(db_url, notebook=changed)
    assert_one_sentence(error, names="mini")
    assert written(db_url)["choice"] == (0.0, None, False)


def test_changed_points_without_grades_are_taken_over(db_url):
    open_record(db_url).gradebook.close()
    changed = release()
    cell_of(changed, "rates").metadata.nbgrader.points = 5
    with open_record(db_url, notebook=changed) as record:
        record.write(grades())
        assert record.score_of("li")[1] == 9.0


def test_a_gradebook_that_is_none_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "text.db").write_text("This is no database. " * 99)
    (tmp_path / "folder.db").mkdir()
    for name in ("text.db", "folder.db", "no/such/folder/x.db"):
        with pytest.raises(DuecourseError) as error:
            open_record(f"sqlite:///{tmp_path}/{name}")
        assert_one_sentence(error, names=name)


@pytest.mark.parametrize("url", ["gradebook.db", "nonsense://x/y", "postgresql+nosuchdriver://x/y", "sqlite:////"])
def test_a_url_that_is_none_is_refused_in_one_sentence(url):
    with pytest.raises(DuecourseError) as error:
        open_record(url)
    assert_one_sentence(error, names=url)


def test_a_missing_database_driver_is_named_in_one_sentence(monkeypatch):
    """PostgreSQL needs a package that this course does not install."""
    monkeypatch.setitem(__import__("sys").modules, "psycopg2", None)
    with pytest.raises(DuecourseError) as error:
        open_record("postgresql+psycopg2://localhost/duecourse")
    assert_one_sentence(error, names="psycopg2")


def read_only(path) -> str:
    return f"sqlite:///file:{path}/gradebook.db?mode=ro&uri=true"


@pytest.mark.parametrize("before", ["nothing", "a release", "a class"])
def test_a_gradebook_that_cannot_be_written_is_refused_in_one_sentence(tmp_path, db_url, before):
    if before != "nothing":
        with open_record(db_url) as record:
            if before == "a class":
                record.write(grades())

    def write():
        with open_record(read_only(tmp_path)) as record:
            record.write(grades("wang"))

    with pytest.raises(DuecourseError) as error:
        write()
    assert_one_sentence(error, names="gradebook")


@pytest.fixture
def locked(db_url, tmp_path):
    """A gradebook with one graded student, which another program has locked; waits for it are short."""

    def lock(how: str) -> sqlite3.Connection:
        other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
        other.execute(f"BEGIN {how}")
        return other

    return f"{db_url}?timeout=0.2", lock


LOCKS = pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE"], ids=["for reading too", "for writing"])


@LOCKS
def test_a_gradebook_locked_at_the_start_is_refused_in_one_sentence(locked, how):
    url, lock = locked
    open_record(url).gradebook.close()
    other = lock(how)
    with pytest.raises(DuecourseError) as error:
        open_record(url)
    other.close()
    assert_one_sentence(error, names="gradebook")


@LOCKS
def test_a_gradebook_locked_half_way_is_refused_in_one_sentence_and_keeps_what_it_has(locked, db_url, how):
    url, lock = locked
    with open_record(url) as record:
        record.write(grades())
        other = lock(how)
        for student in ("li", "wang"):
            with pytest.raises(DuecourseError) as error:
                record.write(grades(student, scores={}))
            assert_one_sentence(error, names=student)
        other.close()
    assert written(db_url)["rates"] == (1.5, None, False)


class Interrupting(dict):
    """Scores of which the second that is asked for stops everything, as Ctrl-C or a full disk would."""

    asked = 0

    def get(self, name, default=None):
        self.asked += 1
        if self.asked == 2:
            raise KeyboardInterrupt
        return super().get(name, default)


def test_a_first_grading_that_stops_half_way_leaves_no_submission(db_url):
    with open_record(db_url) as record, pytest.raises(KeyboardInterrupt):
        record.write(grades(scores=Interrupting(SCORES)))
    with Gradebook(db_url) as book, pytest.raises(MissingEntry):
        book.find_submission("mini", "li")


def test_a_regrade_that_stops_half_way_leaves_what_was_there(db_url):
    with open_record(db_url) as record:
        record.write(grades())
        before = written(db_url)
        with pytest.raises(KeyboardInterrupt):
            record.write(grades(scores=Interrupting(dict.fromkeys(SCORES, 0.25)), timestamp=LATE))
    assert written(db_url) == before
    with Gradebook(db_url) as book:
        assert book.find_submission("mini", "li").timestamp == ON_TIME
