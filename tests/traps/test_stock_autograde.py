"""Stock `nbgrader autograde`, with none of our settings, still grades a release (facts.md, "nbgrader's screens")."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from duecourse.authoring.lesson import read_lesson
from duecourse.authoring.release import read_notebook

NBGRADER = Path(sys.executable).with_name("nbgrader")
WRONG = {
    "late-cards-answer": 'late_cards = cards["late_sept"].sum()',
    "rates-answer": 'def rates(table):\n    return 100 * table.groupby("late_april")["late_sept"].mean()',
    "choice-answer": 'choice = "A"',
}


def hand_in(root: Path, golden: Path, student: str, language: str, answers: dict[str, str]) -> None:
    """Hand in the release with these cells filled in. The key is not handed in: nbgrader brings its own."""
    notebook = read_notebook((golden / "release" / language / "mini" / "mini.ipynb").read_bytes())
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    folder = root / "submitted" / student / "mini"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "mini.ipynb")


@pytest.fixture(scope="module")
def graded(golden, repository, tmp_path_factory) -> Path:
    """A class of four, released with our settings, graded by nbgrader as it comes."""
    root = tmp_path_factory.mktemp("stock")
    shutil.copy(repository / "nbgrader_config.py", root)
    shutil.copytree(golden / "source", root / "source")
    lesson = read_lesson(golden / "course" / "lessons" / "mini" / "lesson.md")
    right = {cell.cell_id: cell.text for cell in lesson.of_kind("answer", "essay")}
    hand_in(root, golden, "right", "en", right)
    hand_in(root, golden, "right-zh", "zh-CN", right)
    hand_in(root, golden, "blank", "en", {})
    hand_in(root, golden, "wrong", "en", WRONG)
    nbgrader(root, "generate_assignment", "mini")
    (root / "nbgrader_config.py").unlink()
    nbgrader(root, "autograde", "mini")
    return root


def nbgrader(root: Path, *arguments: str) -> None:
    ran = subprocess.run([NBGRADER, *arguments], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
def test_nbgraders_own_generate_assignment_makes_the_committed_release(graded, golden):
    """Formgrader's button and the build use the same settings: the same bytes."""
    for name in ("mini.ipynb", "key.json"):
        made = graded / "release" / "en" / "mini" / name
        assert made.read_bytes() == (golden / "release" / "en" / "mini" / name).read_bytes()


@pytest.mark.slow
def test_stock_autograde_gives_what_each_has_earned(graded):
    full, none = {"late-cards": 1, "rates": 2, "choice": 1}, {"late-cards": 0, "rates": 0, "choice": 0}
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        for student, scores in {"right": full, "right-zh": full, "blank": none, "wrong": none}.items():
            grades = gradebook.find_submission_notebook("mini", "mini", student).grades
            found = {grade.name: grade.auto_score for grade in grades}
            assert {name: found[name] for name in full} == scores, student


@pytest.mark.slow
def test_stock_autograde_leaves_a_written_answer_to_its_reader(graded):
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        essays = {name: gradebook.find_grade("explain", "mini", "mini", name) for name in ("right", "blank")}
        assert (essays["right"].auto_score, essays["right"].needs_manual_grade) == (None, True)
        assert (essays["blank"].auto_score, essays["blank"].needs_manual_grade) == (0, False)
        assert essays["right"].max_score == 2


@pytest.mark.slow
def test_a_check_writes_nothing_to_stderr(graded):
    """Any stderr output of a graded cell earns zero."""
    for student in ("right", "right-zh", "blank", "wrong"):
        notebook = read_notebook((graded / "autograded" / student / "mini" / "mini.ipynb").read_bytes())
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        assert not [output for output in outputs if output.get("name") == "stderr"], student
        assert all(cell.outputs for cell in notebook.cells if cell.id in ("late-cards", "rates", "choice")), student
