"""A trainee's copy of a lesson, to be filled in rightly, wrongly or worse."""

import ast
import json
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from duecourse.errors import DuecourseError

Cell = dict[str, Any]


@dataclass
class Paper:
    """A released notebook being worked on.

    Attributes
    ----------
    release, instructor : NotebookNode
        The instructor's notebook gives the right answers.
    cells : list of dict
        The trainee's cells, as they will be handed in.
    """

    release: NotebookNode
    instructor: NotebookNode
    cells: list[Cell] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = json.loads(json.dumps(self.release.cells))

    @property
    def checks(self) -> list[str]:
        """Names of the checks, in order."""
        return [cell["id"] for cell in self.cells if _mark(cell, "grade") and not _mark(cell, "solution")]

    def answers_before(self, check: str) -> list[str]:
        """Ids of the answer cells that belong to a check: those since the check before it."""
        found: list[str] = []
        for cell in self.cells:
            if cell["id"] == check:
                return found
            if _mark(cell, "grade") and not _mark(cell, "solution"):
                found = []
            elif cell["cell_type"] == "code" and _mark(cell, "solution"):
                found.append(cell["id"])
        raise DuecourseError(f"The lesson has no check {check!r}.")

    def cell(self, cell_id: str) -> Cell:
        """One cell, by its id."""
        return next(cell for cell in self.cells if cell["id"] == cell_id)

    def fill(self, *checks: str) -> "Paper":
        """Write the instructor's answers for these checks; for all, if none is named."""
        right = {cell.id: cell.source for cell in self.instructor.cells}
        for check in checks or self.checks:
            for answer in self.answers_before(check):
                self.cell(answer)["source"] = right[answer]
        return self

    def write(self, text: str) -> "Paper":
        """Write something in every essay."""
        for cell in self.cells:
            if _mark(cell, "grade") and _mark(cell, "solution"):
                cell["source"] = text
        return self

    def add(self, code: str, *, before: str = "", after: str = "") -> "Paper":
        """Put a cell of the trainee's own before or after another; at the top without either."""
        place = 0
        if before or after:
            place = next(n for n, cell in enumerate(self.cells) if cell["id"] == (before or after)) + bool(after)
        cell_id = f"mine-{len(self.cells)}"
        cell: Cell = {
            "cell_type": "code",
            "id": cell_id,
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": code,
        }
        self.cells.insert(place, cell)
        return self

    def answered_with(self, check: str) -> str:
        """The name of the variable or function that a check asks for."""
        tree = ast.parse(self.cell(check)["source"])
        call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "check")
        value = call.args[1]
        name = _name(value.func if isinstance(value, ast.Call) else value)
        if not name:
            raise DuecourseError(
                f"The demo can only answer checks of a variable or of a function's value, not {check!r}."
            )
        return name

    def give(self, check: str, expression: str, *, preparation: str = "") -> "Paper":
        """Make the check see the value of `expression`, and put the right answer back after it."""
        name = self.answered_with(check)
        called = any(
            isinstance(node, ast.Call) and _name(node.func) == name
            for node in ast.walk(ast.parse(self.cell(check)["source"]))
        )
        instead = "lambda *_, **__: _given" if called else "_given"
        self.add(f"_right = {name}\n{preparation}\n_given = {expression}\n{name} = {instead}", before=check)
        return self.add(f"{name} = _right", after=check)

    def notebook(self) -> bytes:
        """The file that is handed in."""
        return json.dumps({**self.release, "cells": self.cells}, ensure_ascii=False, indent=1).encode()


def _mark(cell: Cell, mark: str) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get(mark))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
