"""A class of the mini lesson: its files, a standard made by hand, and an examiner that needs no kernel."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from duecourse.authoring.answers import Answer
from duecourse.authoring.course import Course
from duecourse.authoring.release import points_of, read_notebook
from duecourse.checks.execution import Recorded, Run
from duecourse.checks.form import canonical
from duecourse.checks.recording import record
from duecourse.grading.standard import Standard

REPOSITORY = Path(__file__).parents[2]
GOLDEN = REPOSITORY / "tests" / "authoring" / "golden"
CHECKS = ("late-cards", "rates", "choice")
POINTS = {"late-cards": 1.0, "rates": 2.0, "choice": 1.0, "explain": 2.0}
ESSAY = "The rate has another base."


def series(**values: Any) -> dict[str, Any]:
    """The recording of a Series."""
    return record(pd.Series(values))


SHIPPED = {"late-cards": 3079, "rates": series(early=0.1834, late=0.6112), "choice": "B"}
FRESH = {"late-cards": 3099, "rates": series(early=0.1817, late=0.6128), "choice": "B"}
SLIPS = {"late-cards": [(6818, "You counted September; April is asked for.")]}


def release(language: str = "en") -> NotebookNode:
    return read_notebook((GOLDEN / "release" / language / "mini" / "mini.ipynb").read_bytes())


def cell_of(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def right_answers() -> dict[str, str]:
    """By cell id, an essay too."""
    source = read_notebook((GOLDEN / "source" / "mini" / "mini.ipynb").read_bytes())
    answers = [cell for cell in source.cells if cell.cell_type == "code" and cell.id.endswith("-answer")]
    return {cell.id: cell.source for cell in answers} | {"explain": ESSAY}


def filled(language: str = "en", /, **changes: str) -> NotebookNode:
    """A release with the right answers in it, but for `changes`: texts of cells, by id with _ for -."""
    notebook = release(language)
    for cell_id, text in (right_answers() | {name.replace("_", "-"): text for name, text in changes.items()}).items():
        cell_of(notebook, cell_id).source = text
    return notebook


def file_of(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).encode()


def own_code(source: str, cell_id: str = "mine") -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source)
    cell["id"] = cell_id
    return cell


def answer(name: str, value: Any, *, fixed: bool = False, within: float | None = None, slips=()) -> Answer:
    forms = tuple((canonical(wrong), message) for wrong, message in slips)
    return Answer(name, canonical(value), fixed, False, within, forms)


def standard(shipped=SHIPPED, fresh=FRESH, *, fixed=("choice",), within=None) -> Standard:
    """The mini lesson's, with these recordings of the instructor's."""
    releases = {language: release(language) for language in ("en", "zh-CN")}
    points = points_of(releases["en"].cells)
    made = [
        {
            name: answer(name, value, fixed=name in fixed, within=within, slips=SLIPS.get(name, ()))
            for name, value in values.items()
        }
        for values in (shipped, fresh)
    ]
    chinese = {"late-cards": ["你数的是九月，题目问的是四月。"]}
    return Standard("mini", 7, releases, {"en": {}, "zh-CN": {}}, points, *made, {"zh-CN": chinese})


def run_of(notebook: NotebookNode, values: dict[str, Any], *, cell: str = "", **more: Any) -> Run:
    """A run in which each check recorded one of `values`: in its own cell, or in `cell`."""
    places = {entry.id: place for place, entry in enumerate(notebook.cells)}
    recorded = [Recorded(name, places[cell or name], value) for name, value in values.items()]
    return Run(copy.deepcopy(notebook), recorded, **more)


def examined(notebook: NotebookNode, variant: int | None, limits: Any, files: Any = None) -> Run:  # noqa: ARG001
    """In place of `examine`: an answer records what the instructor's does if its text is the instructor's."""
    right, values = right_answers(), SHIPPED if variant is None else FRESH
    texts = {cell.id: cell.source for cell in notebook.cells}
    return run_of(
        notebook, {name: values[name] for name in CHECKS if texts[f"{name}-answer"] == right[f"{name}-answer"]}
    )


def open_course(root: Path) -> Course:
    """A course of the mini lesson, built, with our settings for nbgrader; nothing handed in."""
    for part in ("course", "source", "release"):
        shutil.copytree(GOLDEN / part, root / part)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    return Course(root)


def hand_in(course: Course, student: str, content: bytes | NotebookNode, timestamp: str = "") -> Path:
    """Put a file where nbgrader's collector puts it; gives its folder."""
    folder = course.root / "submitted" / student / "mini"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mini.ipynb").write_bytes(content if isinstance(content, bytes) else file_of(content))
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder


def plain(notebook: NotebookNode) -> Any:
    """A notebook as `json` reads it, to be spoilt."""
    return json.loads(file_of(notebook))
