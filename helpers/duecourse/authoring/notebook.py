"""Make the instructor's notebook of a lesson: tags become nbgrader's metadata (schema 3)."""

from typing import Any

import nbformat
from nbformat import NotebookNode

from duecourse.authoring.lesson import Cell, Lesson

INSTRUCTOR_TAG = "instructor"

_METADATA = {
    # The kernel of every Python installation; another name would make JupyterLab ask for one.
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def instructor_notebook(lesson: Lesson) -> NotebookNode:
    """The notebook that holds everything: answers, checks, slips. Hints go to the key, not here.

    Parameters
    ----------
    lesson : Lesson
        In any language.

    Returns
    -------
    NotebookNode
        Format 4.5, without outputs; the same lesson gives the same bytes.
    """
    cells = [_node(cell) for cell in lesson.cells if cell.kind != "hint"]
    metadata = _METADATA | {
        "duecourse": {"language": lesson.language, "lesson": lesson.name},
        "title": lesson.title,
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _node(cell: Cell) -> NotebookNode:
    metadata: dict[str, Any] = {}
    if cell.kind == INSTRUCTOR_TAG:
        metadata["tags"] = [INSTRUCTOR_TAG]
    elif cell.kind in ("setup", "answer", "check", "essay"):
        # Prose carries none of this: nbgrader would turn it back into the source language when it grades.
        metadata["nbgrader"] = {
            "grade": cell.kind in ("check", "essay"),
            "grade_id": cell.cell_id,
            "locked": cell.kind in ("setup", "check"),
            "schema_version": 3,
            "solution": cell.kind in ("answer", "essay"),
            "task": False,
        }
        if cell.points:
            metadata["nbgrader"]["points"] = cell.points
    make = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
    node = make(cell.text, metadata=metadata)
    node["id"] = cell.cell_id
    return node


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as a file: sorted keys, one space of indent, as Jupyter itself writes it."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return f"{text}\n".encode()
