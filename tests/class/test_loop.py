"""The whole loop with real kernels: a class hands in, is graded by us and by nbgrader, gets feedback, is exported."""

import csv
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from classroom import POINTS, cell_of, filled, hand_in, open_course, own_code, release
from nbgrader.api import Gradebook

from duecourse.authoring.build import build
from duecourse.authoring.course import Course
from duecourse.authoring.release import read_notebook
from duecourse.checks.execution import Limits
from duecourse.grading.grade import grade
from duecourse.grading.standard import make_standard

pytestmark = pytest.mark.slow
SEED = 7
LIMITS = Limits(cell_seconds=10, notebook_seconds=20)

STUBBORN = """\
import time
while True:
    try:
        while True:
            time.sleep(0.01)
    except KeyboardInterrupt:
        pass
"""
NOISY = """\
import sys, warnings
import pandas as pd
from IPython.display import HTML, Javascript, display
warnings.warn("a warning")
print("to stderr", file=sys.stderr)
display(HTML("<b>a table</b><script>steal('html')</script><img src=x onerror=steal('img')>"))
display(Javascript("steal('js')"))
display({"image/svg+xml": "<svg onload=steal('svg')></svg>"}, raw=True)
display({"image/png": '"><script>steal("png")</script>'}, raw=True)
display({"text/markdown": "<script>steal('md')</script>"}, raw=True)
display(float("nan"), {"inf": float("inf")})
print("x" * 3_000_000)
print("<script>steal('out')</script>")
"""
ESSAY = """\
Mine. <script>steal('essay')</script><img src=x onerror=steal('essay')> [click](javascript:steal()) a < b & c.

[again]: javascript:steal()
"""
LONE = 'raise ValueError("\\ud800")'
FORGED = """\
import os
line = '{"check": "late-cards", "value": %s, "fixed": true, "ordered": false, "within": null}\\n'
with open(os.environ["DUECOURSE_RECORDING"], "a") as channel:
    for value in ('NaN', '1e999', '{"refused": []}', '{"list": 5}', '"\\\\ud800"', '{"days": "x"}'):
        channel.write(line % value)
late_cards = "\\ud800"
"""
LATE_CARDS, RATES, CHOICE = POINTS["late-cards"], POINTS["rates"], POINTS["choice"]

EVERYBODY = {
    # student: (what is handed in, score, words of the trainer's line, words of the trainee's feedback)
    "right": (filled(), 4, "Every check is right.", "Correct"),
    "欧阳 丽娜": (filled("zh-CN"), 4, "Every check is right.", "正确"),
    "slip": (
        filled(late_cards_answer='late_cards = cards["late_sept"].sum()'),
        RATES + CHOICE,
        "late-cards: You counted September; April is asked for.",
        "You counted September; April is asked for.",
    ),
    "typist": (
        filled(late_cards_answer="late_cards = 3079"),
        RATES + CHOICE,
        "was a number typed in?",
        "was a number typed in?",
    ),
    "blank": (release(), 0, "Nothing attempted.", "Not attempted yet"),
    "damaged": (b'{"cells": [', 0, "damaged", "could not be graded"),
    "empty": (b"", 0, "damaged", "could not be graded"),
    "stubborn": (
        filled(late_cards_answer=STUBBORN),
        0,
        "Cell [3] ran for too long",
        "Cell [3] ran for too long",
    ),
    "exit": (
        filled(rates_answer="import os\nos._exit(0)"),
        LATE_CARDS,
        "shut down by cell [5]",
        "shut down by cell [5]",
    ),
    "noisy": (filled(explain=ESSAY), 4, "Every check is right.", "Correct"),
    "surrogate": (filled(choice_answer=LONE), 3, "Cell [", "NameError"),
    "forger": (filled(late_cards_answer=FORGED), 3, "late-cards: ", "Your answer is a text; a number is asked for."),
}
EVERYBODY["noisy"][0].cells.insert(2, own_code(NOISY))


def nbgrader(root: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=root, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def school(tmp_path_factory) -> Course:
    """Everybody's work in `submitted/`, in a course that was built just now."""
    course = open_course(tmp_path_factory.mktemp("school"))
    build(course, [])
    for student, (work, *_) in EVERYBODY.items():
        hand_in(course, student, work)
    (course.root / "submitted" / "missing" / "mini").mkdir(parents=True)
    (course.root / "submitted" / "folder" / "mini" / "mini.ipynb").mkdir(parents=True)
    return course


@pytest.fixture(scope="module")
def graded(school):
    """Everybody graded; by student."""
    return {row.student: row for row in grade(school, "mini", variant=SEED, limits=LIMITS)}


@pytest.fixture(scope="module")
def feedback(school, graded) -> dict[str, str]:  # noqa: ARG001
    """What each trainee reads: nbgrader's feedback."""
    ran = nbgrader(school.root, "generate_feedback", "mini")
    assert ran.returncode == 0, ran.stderr
    paths = (school.root / "feedback").glob("*/mini/mini.html")
    return {path.parts[-3]: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def by_nbgrader(school, tmp_path_factory) -> Path:
    """The same class without the slow ones, graded by `nbgrader autograde` with our settings."""
    root = tmp_path_factory.mktemp("nbgrader")
    for part in ("course", "source", "release"):
        shutil.copytree(school.root / part, root / part)
    shutil.copy(school.root / "nbgrader_config.py", root)
    for student in ("right", "欧阳 丽娜", "slip", "typist", "blank", "damaged"):
        hand_in(Course(root), student, EVERYBODY[student][0])
    ran = nbgrader(root, "generate_assignment", "mini", "--force")  # nbgrader grades what its gradebook knows
    assert ran.returncode == 0, ran.stderr
    (root / "autograde.log").write_text(nbgrader(root, "autograde", "mini").stderr, encoding="utf-8")
    return root


def scores(root: Path, student: str) -> dict[str, tuple]:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grades = book.find_submission_notebook("mini", "mini", student).grades
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in grades}


@pytest.mark.parametrize("student", EVERYBODY)
def test_each_gets_the_score_they_have_earned_and_the_trainer_reads_why(graded, student):
    _work, score, line, _said = EVERYBODY[student]
    row = graded[student]
    assert (row.score, row.points, row.failed) == (score, 6.0, False), row.reason
    assert line in row.reason
    assert "\n" not in row.reason


@pytest.mark.parametrize("student", ["missing", "folder"])
def test_who_handed_in_no_notebook_reads_so(graded, feedback, student):
    assert (graded[student].score, graded[student].failed) == (0.0, False)
    assert graded[student].reason in feedback[student]


def test_a_written_answer_waits_and_an_unwritten_one_does_not(graded, school):
    waits = {student for student, row in graded.items() if row.waits}
    assert waits == EVERYBODY.keys() - {"blank", "damaged", "empty"}
    assert scores(school.root, "right")["explain"] == (None, True)
    assert scores(school.root, "blank")["explain"] == (0.0, False)


@pytest.mark.parametrize("student", EVERYBODY)
def test_feedback_says_what_the_check_says(feedback, student):
    assert EVERYBODY[student][3] in feedback[student]


def numbers_of(school) -> set[str]:
    """What the instructor recorded, as it may be written."""
    standard = make_standard(school, "mini", SEED)
    leaves = [
        leaf
        for answers in (standard.shipped, standard.fresh)
        for answer in answers.values()
        for leaf in answer.form.leaves.values()
        if isinstance(leaf, int | float)
    ]
    assert len(leaves) == 6
    return {text for leaf in leaves for text in (f"{leaf:.4g}", f"{leaf:.4f}", str(leaf), f"{leaf:,}", f"{leaf:.2%}")}


def test_feedback_shows_no_expected_number(feedback, school):
    hidden = numbers_of(school)
    for student, page in feedback.items():
        # Base64 of the page's own style holds any digits; what a typist typed is the typist's own.
        body = page[page.index("<body") :].replace("late_cards</span> <span", "")
        own = {"3079", "3,079"} if student == "typist" else set()
        shown = {number for number in hidden - own if re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", body)}
        assert not shown, student


class Tags(HTMLParser):
    """Collects what acts: handlers of events, and addresses that are scripts."""

    def __init__(self):
        super().__init__()
        self.acting = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or re.match(r"(?i)\s*java\s*script:", value or ""):
                self.acting.append((tag, name, value))


def test_feedback_runs_nothing_of_the_trainees(feedback):
    page = feedback["noisy"]
    body = page[page.index("<body") :]
    assert "a table" in body
    tags = Tags()
    tags.feed(body)
    assert not tags.acting
    assert not re.findall(r"(?s)<script[^>]*>[^<]*steal", body)
    assert len(page) < 1_500_000  # mostly nbgrader's own style


@pytest.mark.parametrize("student", EVERYBODY)
def test_a_marked_notebook_is_json_that_any_reader_takes(graded, school, student):  # noqa: ARG001
    content = (school.root / "autograded" / student / "mini" / "mini.ipynb").read_bytes()
    assert len(content) < 200_000
    json.loads(content, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    notebook = read_notebook(content)
    released = [cell.id for cell in release().cells]
    assert [cell.id for cell in notebook.cells if cell.id in released] == released


def test_stderr_costs_nothing_and_stays_for_the_human_grader(graded, school):  # noqa: ARG001
    notebook = read_notebook((school.root / "autograded" / "noisy" / "mini" / "mini.ipynb").read_bytes())
    outputs = cell_of(notebook, "own-1").outputs
    assert any(output.get("name") == "stderr" and "a warning" in output.text for output in outputs)


def test_nbgraders_autograde_gives_the_same_scores(graded, school, by_nbgrader):  # noqa: ARG001
    for student in ("right", "欧阳 丽娜", "slip", "typist", "blank"):
        assert scores(by_nbgrader, student) == scores(school.root, student), student
    pages = [root / "autograded" / "slip" / "mini" / "mini.ipynb" for root in (by_nbgrader, school.root)]
    cards = [cell_of(read_notebook(page.read_bytes()), "late-cards").outputs for page in pages]
    assert cards[0] == cards[1]


def test_nbgraders_autograde_says_that_a_damaged_file_was_not_graded(by_nbgrader):
    assert not (by_nbgrader / "autograded" / "damaged" / "mini" / "mini.ipynb").exists()
    log = (by_nbgrader / "autograde.log").read_text(encoding="utf-8")
    assert "error processing assignment 'mini' for student 'damaged'" in log


def test_the_export_has_everybody(graded, school):
    ran = nbgrader(school.root, "export", "--to", "grades.csv")
    assert ran.returncode == 0, ran.stderr
    with (school.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {student: row.score for student, row in graded.items()}


def test_the_same_seed_gives_the_same_grades_again_and_other_data_too(graded, school):
    """A second run grades nothing; with --force on other fresh data, the honest get what they had."""
    assert list(grade(school, "mini", variant=SEED, limits=LIMITS)) == []
    for student in graded.keys() - {"right", "typist"}:
        (school.root / "submitted" / student).rename(school.root / f"away-{student}")
    again = {row.student: row for row in grade(school, "mini", variant=SEED + 1, limits=LIMITS, force=True)}
    for student in graded.keys() - again.keys():
        (school.root / f"away-{student}").rename(school.root / "submitted" / student)
    assert again == {student: graded[student] for student in ("right", "typist")}
