"""Let nbgrader make a release from a source, and see to it that nothing secret is in it."""

import ast
import logging
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from duecourse.authoring.lesson import BEGIN, Lesson, solution_lines
from duecourse.authoring.settings import configure_release

SHORTEST_SECRET = 12
"""Lines shorter than this say too little to be secret (`return rate`)."""


def released_files(lesson: Lesson, source: Mapping[str, bytes]) -> dict[str, bytes]:
    """What nbgrader's `generate_assignment` makes of a source folder.

    Parameters
    ----------
    lesson : Lesson
    source : mapping of str to bytes
        The files of `source/<lesson>/`.

    Returns
    -------
    dict of str to bytes
        The files of `release/<language>/<lesson>/`.

    Raises
    ------
    LessonError
        If nbgrader cannot make it, or a released cell is not Python.
    """
    with tempfile.TemporaryDirectory(prefix="duecourse-release-") as root:
        folder = Path(root, "source", lesson.name)
        folder.mkdir(parents=True)
        for name, content in source.items():
            (folder / name).write_bytes(content)
        config = Config()
        configure_release(config)
        config.CourseDirectory.root = root
        config.CourseDirectory.release_directory = "release"
        config.CourseDirectory.assignment_id = lesson.name
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        log = logging.getLogger("duecourse.release")
        log.setLevel(logging.CRITICAL)
        try:
            GenerateAssignment(coursedir=CourseDirectory(config=config, log=log), config=config, log=log).start()
        except NbGraderException as error:
            raise lesson.error(None, f"nbgrader could not make the release: {error}") from None
        made = Path(root, "release", lesson.name)
        return {path.name: path.read_bytes() for path in sorted(made.iterdir())}


def secrets(lesson: Lesson) -> dict[str, int]:
    """Lines that must not reach a trainee, with the line of the cell that they come from."""
    found = {}
    for cell in lesson.of_kind("answer", "essay", "instructor"):
        lines = cell.text.splitlines() if cell.kind == "instructor" else solution_lines(cell.text)
        for line in lines:
            bare = _bare(line)
            if len(bare) >= SHORTEST_SECRET and not bare.startswith(("import ", "from ", "#")):
                found[bare] = cell.line
    return found


def solution_values(lesson: Lesson) -> dict[str, int]:
    """What solutions assign or return, as Python writes it, with the line of the cell; a bare name is no secret."""
    found = {}
    for cell in lesson.of_kind("answer"):
        hidden = {_bare(line) for line in solution_lines(cell.text)}
        lines = cell.text.splitlines()
        for node in ast.walk(ast.parse(cell.text)):
            value = getattr(node, "value", None) if isinstance(node, ast.Assign | ast.AugAssign | ast.Return) else None
            if value is not None and _bare(lines[value.lineno - 1]) in hidden:
                text = ast.unparse(value)
                if len(text) >= SHORTEST_SECRET and not isinstance(value, ast.Constant | ast.Name | ast.Tuple):
                    found[text] = cell.line
    return found


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def refuse_leaks(lesson: Lesson, english: Lesson, notebook: NotebookNode, said: Iterable[str]) -> None:
    """Refuse a release in which solution or instructor text stands.

    Parameters
    ----------
    lesson : Lesson
        In the language of the release; its hints are released too.
    english : Lesson
        The master, for its secrets.
    notebook : NotebookNode
        The released one.
    said : iterable of str
        The messages of slips: the key holds them.

    Raises
    ------
    LessonError
        Naming the cell in which the secret would show.
    """
    hidden, values = secrets(english), solution_values(english)
    for cell in notebook.cells:
        _refuse_secret(lesson, f"released cell {cell.id}", cell.source, hidden)
        if cell.cell_type == "code":
            _refuse_value(lesson, cell.id, cell.source, values)
        if cell.get("outputs"):
            raise lesson.error(None, f"released cell {cell.id} carries outputs.")
    for hint in lesson.of_kind("hint"):
        _refuse_secret(lesson, f"the hint at line {hint.line}", hint.text, hidden)
    _refuse_secret(lesson, "the title", lesson.title, hidden)
    for message in said:
        _refuse_secret(lesson, f"the slip's message “{message[:30]}…”", message, hidden)


def _refuse_secret(lesson: Lesson, place: str, text: str, hidden: Mapping[str, int]) -> None:
    if BEGIN in text:
        raise lesson.error(None, f"{place} would be released with a solution mark in it.")
    lines = {_bare(line) for line in text.splitlines()}
    # Prose may quote code in the middle of a line; code repeats it as a line of its own.
    for secret, line in hidden.items():
        if secret in lines or f"`{secret}`" in text:
            raise lesson.error(
                None,
                f"{place} would show a line of the solution or of an instructor cell (line {line}): “{secret[:60]}”.",
            )


def _refuse_value(lesson: Lesson, cell_id: str, code: str, values: Mapping[str, int]) -> None:
    """Refuse released code in which a solution stands as a part of a line."""
    try:
        text = ast.unparse(ast.parse(code))
    except SyntaxError:
        return  # the builder refuses it for that
    for value, line in values.items():
        if value in text:
            raise lesson.error(
                None, f"released cell {cell_id} would show what a solution computes (line {line}): “{value[:60]}”."
            )


def read_notebook(content: bytes) -> NotebookNode:
    """A notebook file that we made ourselves, read."""
    return nbformat.reads(content.decode(), as_version=4)


def points_of(cells: Iterable[NotebookNode]) -> dict[str, float]:
    """Points of each graded cell, by grade id."""
    marks = (cell.metadata.get("nbgrader", {}) for cell in cells)
    return {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}
