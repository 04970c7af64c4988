"""A course of one small lesson to spoil, and a quick stand-in for the kernel."""

import json
import os
import shutil
from pathlib import Path
from unittest.mock import patch

import nbformat
import pytest

from duecourse.authoring import answers
from duecourse.authoring.course import Course
from duecourse.checks import desk, execution
from duecourse.datasets.catalogue import VARIANT_VARIABLE


@pytest.fixture
def course(golden, tmp_path) -> Course:
    """The mini lesson's text alone, to be edited and built."""
    shutil.copytree(golden / "course", tmp_path / "course")
    return Course(tmp_path)


@pytest.fixture
def built(golden, tmp_path) -> Course:
    """The mini lesson with its committed `source/` and `release/`."""
    for part in ("course", "source", "release"):
        shutil.copytree(golden / part, tmp_path / part)
    return Course(tmp_path)


@pytest.fixture
def edit(tmp_path):
    """Replace text that a file of the mini lesson holds exactly once; gives the lines of the cell it stands in."""

    def replace(old: str, new: str, file: str = "lesson.md") -> range:
        path = tmp_path / "course" / "lessons" / "mini" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        # From the mark that opens the cell to the line after the edit.
        first = len(text[: text.index(old)].splitlines()) + old.startswith("\n")
        lines = text.replace(old, new).splitlines()
        opening = max((n for n, line in enumerate(lines[:first], 1) if line.startswith(("+++", "```"))), default=1)
        return range(opening, first + len(new.splitlines()) + 2)

    return replace


def run_here(notebook, folder, *, variant=None, limits=None, environment=None):  # noqa: ARG001 (the kernel's signature)
    """`duecourse.checks.execution.run` without a kernel: the cells run in this process."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    channel = Path(folder, "recording.jsonl")
    channel.touch()
    variables = {} if variant is None else {VARIANT_VARIABLE: str(variant)}
    space, recorded = {"__name__": "__main__"}, []
    recorder = desk.Desk(Path(folder), channel)
    with patch.object(desk, "desk", lambda: recorder), patch.dict(os.environ, variables), channel.open() as lines:
        for place, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            try:
                exec(compile(cell.source, cell.id, "exec"), space)
            except Exception as error:
                what = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
                cell.outputs.append(nbformat.v4.new_output("error", **what))
            recorded += execution._read(lines.read(), place)
    return execution.Run(notebook, recorded)


@pytest.fixture
def no_kernel(monkeypatch):
    """Build without starting kernels; the slow tests show that real ones give the same bytes."""
    monkeypatch.setattr(answers, "run", run_here)
