"""Take in a submission: only the text of the trainee's cells is believed.

Everything else (locked cells, checks, points, ids, tags, the kernel, prose) is rebuilt from the release, so that
a deleted check, a raised score or a forged output in the file that was handed in means nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from duecourse.language import LANGUAGES, SOURCE_LANGUAGE, Translate

MOST_BYTES = 50 * 2**20  # a notebook with figures is large; its outputs are thrown away
MOST_CELLS = 1_000
MOST_TEXT = 2 * 2**20
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


class Unreadable(Exception):
    """A submission that cannot be graded.

    Parameters
    ----------
    reason : str
        One of the keys of `why_unreadable`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def why_unreadable(reason: str, _: Translate) -> str:
    """The reason, as the trainee reads it."""
    return {
        "absent": _("There is no notebook of this lesson in what was handed in. Hand in the file {file}."),
        "not a file": _("What was handed in under the notebook's name is not a file. Hand in {file} itself."),
        "too large": _(
            "The notebook is too large. Clear its outputs (Edit, Clear Outputs of All Cells) and hand it in again."
        ),
        "not a notebook": _(
            "The file is damaged or no notebook. Save the notebook in JupyterLab and hand it in again."
        ),
        "old format": _("The notebook has an old format. Open and save it in JupyterLab, and hand it in again."),
    }[reason]


@dataclass(frozen=True)
class Handed:
    """What is believed of a submission: the text of each cell, and what the cell says it is.

    Attributes
    ----------
    cells : tuple of (kind, cell id, grade id, text)
    language : str
    """

    cells: tuple[tuple[str, str, str, str], ...]
    language: str


def read_handed(path: Path) -> Handed:
    """Read what was handed in, with suspicion.

    Raises
    ------
    Unreadable
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Unreadable("not a file")
    if not path.exists():
        raise Unreadable("absent")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("too large")
    return handed(_parsed(content))


def _parsed(content: bytes) -> Any:
    for encoding in _ENCODINGS:
        try:
            return json.loads(content.decode(encoding))
        except (ValueError, RecursionError):
            continue  # another encoding may make sense of it
    raise Unreadable("not a notebook")


def handed(notebook: Any) -> Handed:
    """What is believed of a parsed notebook file.

    Raises
    ------
    Unreadable
    """
    if isinstance(notebook, dict) and "worksheets" in notebook:
        raise Unreadable("old format")
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable("not a notebook")
    cells = tuple(_believed(notebook["cells"]))
    if len(cells) > MOST_CELLS or sum(len(text) for *_, text in cells) > MOST_TEXT:
        raise Unreadable("too large")
    language = _get(notebook, "metadata", "duecourse", "language")
    return Handed(cells, language if language in LANGUAGES else SOURCE_LANGUAGE)


def _believed(cells: list[Any]) -> Iterator[tuple[str, str, str, str]]:
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown"):
            continue
        source = cell.get("source")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            continue
        # What UTF-8 cannot hold (lone surrogates) cannot be kept or run.
        text = source.encode("utf-8", "replace").decode()
        cell_id, grade_id = cell.get("id"), _get(cell, "metadata", "nbgrader", "grade_id")
        yield (
            cell["cell_type"],
            cell_id if isinstance(cell_id, str) else "",
            grade_id if isinstance(grade_id, str) else "",
            text,
        )


def _get(plain: Any, *keys: str) -> Any:
    for key in keys:
        plain = plain.get(key) if isinstance(plain, dict) else None
    return plain


def is_marked(cell: NotebookNode, mark: str) -> bool:
    """Whether nbgrader's metadata of a released cell say `grade`, `solution` or `locked`."""
    return bool(cell.metadata.get("nbgrader", {}).get(mark, False))


def rebuilt(given: Handed, release: NotebookNode) -> NotebookNode:
    """The release, with the trainee's text in it.

    Parameters
    ----------
    given : Handed
    release : NotebookNode
        In the trainee's language.

    Returns
    -------
    NotebookNode
        The release's cells in the release's order. Answer cells and examples hold the trainee's text; cells
        of the trainee's own follow the released cell that they followed in the submission.

    Notes
    -----
    A cell belongs to a released one by its cell id or, where a tool has changed the ids, by its grade id; a file
    of a format without cell ids by its text. Of
    several that claim the same place the one with the right cell id has it; the copies run as cells of the
    trainee's own, where they stand.
    """
    by_id = {cell.id: cell for cell in release.cells}
    by_grade_id = {
        cell.metadata["nbgrader"]["grade_id"]: cell.id for cell in release.cells if "nbgrader" in cell.metadata
    }
    by_text = {
        (cell.cell_type, cell.source): cell.id for cell in reversed(release.cells) if "nbgrader" not in cell.metadata
    }
    present = {cell_id for _, cell_id, _, _ in given.cells if cell_id in by_id}
    text_of: dict[str, str] = {}
    own_after: dict[str, list[NotebookNode]] = {"": []}
    anchor, count = "", 0
    for kind, cell_id, grade_id, text in given.cells:
        place = cell_id if cell_id in by_id else by_grade_id.get(grade_id, "")
        if not cell_id and not place:
            place = by_text.get((kind, text), "")
        if place and place != cell_id and place in present:
            place = ""  # a copy; the original is there too
        if place and place not in text_of:
            text_of[place] = text
            anchor = place
        elif text.strip():
            count += 1
            own_after.setdefault(anchor, []).append(_own(kind, f"own-{count}", text))
    cells = list(own_after[""])
    for cell in release.cells:
        cells.append(_with_text(cell, text_of.get(cell.id)))
        cells += own_after.get(cell.id, [])
    return from_dict({**release, "cells": cells})


def _own(kind: str, cell_id: str, text: str) -> NotebookNode:
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": text}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return from_dict(cell)


def _with_text(cell: NotebookNode, text: str | None) -> NotebookNode:
    """A released cell; with the trainee's text if it is one that trainees may write in."""
    copy = from_dict(json.loads(json.dumps(cell)))
    example = cell.cell_type == "code" and "nbgrader" not in cell.metadata
    if text is not None and (example or is_marked(cell, "solution")):
        copy.source = text
    return copy
