"""Traps of nbgrader and Jupytext that a release must not fall into (facts.md, "Text notebooks", "Speed")."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import GenerateAssignmentApp
from nbgrader.coursedir import CourseDirectory

from duecourse.authoring.lesson import read_lesson, read_myst, solution_lines
from duecourse.authoring.release import read_notebook
from duecourse.checks.execution import run

LANGUAGES = ("en", "zh-CN")
TOOLS = Path(sys.executable).parent


def versions(released: Path) -> list[Path]:
    """The folder of a lesson in `source/` and in each release."""
    root, name = released.parents[2], released.name
    return [root / "source" / name, *(root / "release" / language / name for language in LANGUAGES)]


def notebooks(released: Path) -> list[nbformat.NotebookNode]:
    return [read_notebook((folder / f"{released.name}.ipynb").read_bytes()) for folder in versions(released)]


def test_nothing_but_the_notebook_and_the_key_is_released(released):
    """generate_assignment copies every other file of source/<lesson>/, subfolders too, to the release."""
    allowed = {f"{released.name}.ipynb", "key.json"}
    for folder in versions(released):
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        assert f"{released.name}.ipynb" in names
        assert names <= allowed


@pytest.mark.slow
def test_a_file_laid_into_source_reaches_no_release(golden, tmp_path):
    """The build makes releases from the lesson's text; what lies in source/ is never read."""
    for part in ("course", "source"):
        shutil.copytree(golden / part, tmp_path / part)
    (tmp_path / "source/mini/answers.md").write_text("late_cards = 2,875")
    ran = subprocess.run([TOOLS / "duecourse", "build"], cwd=tmp_path, capture_output=True, check=True)
    assert b"answers.md" in ran.stdout
    assert not list(tmp_path.rglob("answers.md"))


def test_our_settings_keep_nbgraders_own_ignore_list(repository, tmp_path, monkeypatch):
    """CourseDirectory.ignore matches base names at any depth; assigning it drops the defaults."""
    shutil.copy(repository / "nbgrader_config.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    app = GenerateAssignmentApp()
    app.initialize(["--course", "any"])
    ignored = CourseDirectory(parent=app).ignore
    assert set(CourseDirectory().ignore) < set(ignored)
    assert ".DS_Store" in ignored


def test_prose_carries_no_metadata_of_nbgrader(released):
    """Locked prose reverts to the source language when graded."""
    for notebook in notebooks(released):
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and not cell.metadata.get("nbgrader", {}).get("grade"):
                assert "nbgrader" not in cell.metadata


def test_no_notebook_is_paired_with_a_text_file(released):
    """A release paired with a text file gets its solutions back when a newer text lies beside it."""
    for notebook in notebooks(released):
        assert "jupytext" not in json.dumps(notebook)


def test_every_notebook_names_the_kernel_python3(released):
    """A notebook whose kernelspec is not python3 asks the trainee to pick a kernel."""
    for notebook in notebooks(released):
        assert notebook.metadata.kernelspec.name == "python3"


def test_a_notebook_is_committed_without_outputs(released):
    for notebook in notebooks(released):
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)


def test_cell_ids_are_those_of_the_text(released):
    """Jupytext makes new ids at random on each conversion."""
    text = released.parents[2] / "course" / "lessons" / released.name / "lesson.md"
    ids = [cell.cell_id for cell in read_lesson(text).cells if cell.kind != "hint"]
    assert ids == [cell.id for cell in notebooks(released)[0].cells]
    first, second = (read_myst(text.read_text(encoding="utf-8"), "x") for _ in range(2))
    assert first == second


def test_no_solution_and_no_instructors_line_is_released(released):
    """Searched in the bytes of every file, as a trainee would with grep."""
    lesson = read_lesson(released.parents[2] / "course" / "lessons" / released.name / "lesson.md")
    secrets = {line.strip() for cell in lesson.of_kind("answer", "essay") for line in solution_lines(cell.text)}
    secrets |= {line.strip() for cell in lesson.of_kind("instructor") for line in cell.text.splitlines()}
    secrets = {line for line in secrets if len(line) >= 12 and not line.startswith(("#", "import ", "from "))}
    assert secrets
    for folder in versions(released)[1:]:
        for path in folder.rglob("*"):
            text = path.read_text(encoding="utf-8")
            for mark in ("BEGIN SOLUTION", "END SOLUTION", "slip(", '"instructor"', "HIDDEN TESTS"):
                assert mark not in text, f"{mark} in {path}"
            for line in secrets:
                assert json.dumps(line, ensure_ascii=False)[1:-1] not in text, f"{line} in {path}"


@pytest.mark.slow
def test_an_executed_notebook_with_a_figure_stays_small(tmp_path):
    """FigureWidget puts plotly.js (5 MB) into the saved widget state; store_widget_state = False leaves it out."""
    code = (
        "import ipywidgets, plotly.graph_objects as go",
        "go.FigureWidget(go.Bar(y=[1, 2]))",
        "ipywidgets.IntSlider()",
        "go.Figure(go.Bar(y=[1, 2]))",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in code])
    executed = run(notebook, tmp_path).notebook
    kinds = [output.output_type for cell in executed.cells for output in cell.outputs]
    assert len(kinds) == 3
    assert "error" not in kinds
    assert "widgets" not in executed.metadata
    assert len(nbformat.writes(executed)) < 100_000
