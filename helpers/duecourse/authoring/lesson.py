"""Read a lesson's text: a MyST notebook whose tags say what each cell is."""

import ast
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import ValidationError as NotebookValidationError
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from duecourse.errors import DuecourseError

CODE_TAGS = ("setup", "answer", "check", "instructor")
PROSE_TAGS = ("hint", "essay")
LONGEST_NAME = 50  # with “-answer-12” behind it, it is the id of a cell, which may have 64
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class LessonError(DuecourseError):
    """A lesson's text that cannot be built: which lesson, which cell, and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson's text.

    Attributes
    ----------
    kind : str
        ``prose``, ``hint``, ``essay``; ``example``, ``setup``, ``answer``, ``check``, ``instructor``.
    text : str
    line : int
        Where it starts in the file, from 1.
    name : str
        Of the check or essay; for a hint, of the check it helps with; otherwise empty.
    points : float
        What a check or an essay is worth.
    cell_id : str
        Stable: from the name, or from the English text.
    """

    kind: str
    text: str
    line: int
    name: str = ""
    points: float = 0.0
    cell_id: str = ""

    @property
    def is_code(self) -> bool:
        return self.kind not in ("prose", *PROSE_TAGS)


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language.

    Attributes
    ----------
    name : str
        Also the name of its folder, its notebook and nbgrader's assignment.
    title : str
    covers : tuple of str
        Rows of the curriculum.
    cells : tuple of Cell
    language : str
    exam : bool
        Whether it ships no key.
    """

    name: str
    title: str
    covers: tuple[str, ...]
    cells: tuple[Cell, ...]
    language: str = "en"
    exam: bool = False
    front: dict[str, Any] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> Iterator[Cell]:
        return (cell for cell in self.cells if cell.kind in kinds)

    def error(self, cell: Cell | None, message: str) -> LessonError:
        """An error that names this lesson and the cell."""
        if cell is None:
            return LessonError(f"Lesson {self.name}: {message}")
        name = f" “{cell.name}”" if cell.name else ""
        return LessonError(f"Lesson {self.name}, line {cell.line} ({cell.kind} cell{name}): {message}")


def text_hash(text: str) -> str:
    """The short hash by which a translation knows the English text it translates.

    Examples
    --------
    >>> text_hash("What late means") == text_hash("  What late means\\n")
    True
    """
    return hashlib.blake2b(text.strip().encode(), digest_size=4).hexdigest()


def solution_lines(text: str) -> list[str]:
    """The lines of a cell that stand between the solution marks."""
    lines, inside = [], False
    for line in text.splitlines():
        if BEGIN in line:
            inside = True
        elif END in line:
            inside = False
        elif inside:
            lines.append(line)
    return lines


def read_lesson(path: Path) -> Lesson:
    """Read and lint one `lesson.md`.

    Raises
    ------
    LessonError
        At the first thing that would not build; see `duecourse.authoring.build` for the whole list.
    """
    name = path.parent.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(f"Lesson {name}: {path.name} cannot be read ({error}).") from None
    front, raw_cells = read_myst(text, name)
    title, covers = front.get("title") or "", front.get("covers") or []
    if not isinstance(title, str):
        raise LessonError(f"Lesson {name}: the title in the front matter must be text, not {title!r}.")
    if not isinstance(covers, list) or not all(isinstance(row, str) for row in covers):
        raise LessonError(f"Lesson {name}: covers must be a list of rows, for instance [S18], not {covers!r}.")
    lesson = Lesson(
        name,
        title,
        tuple(covers),
        tuple(_named(raw_cells, name)),
        exam=bool(front.get("exam", False)),
        front=front,
    )
    _lint(lesson)
    return lesson


def read_myst(text: str, name: str) -> tuple[dict[str, Any], list[tuple[dict[str, Any], bool, str, int]]]:
    """Front matter and cells (metadata, whether code, text, line) of a MyST notebook."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\+\+\+\s*[^\s{]", line):
            raise LessonError(
                f"Lesson {name}, line {number}: “{line[:30]}” starts a cell in MyST; "
                "write +++ alone, or +++ {…} with tags, and put the text on the next line."
            )
        if re.match(r":tags:(?!\s*\[)", line):
            raise LessonError(f"Lesson {name}, line {number}: tags stand in brackets, as in “:tags: [answer]”.")
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
        lines = notebook.metadata.pop("source_map")
    except (
        MystMetadataParsingError,
        yaml.YAMLError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        RecursionError,
    ) as error:
        raise LessonError(f"Lesson {name}: the text cannot be read as MyST: {str(error).splitlines()[0]}") from None
    except NotebookValidationError as error:
        raise LessonError(
            f"Lesson {name}: the front matter must hold at least “title: …”, and its title be text: {error.message}."
        ) from None
    _refuse_lost_metadata(text, name)
    cells = []
    for cell, start in zip(notebook.cells, lines, strict=True):
        if re.search(r"^\s*`{3,}\s*\{code-cell", cell.source, re.MULTILINE):
            raise LessonError(
                f"Lesson {name}, line {start + 1}: a code cell stands inside another cell; close the outer one first."
            )
        if cell.cell_type == "raw":
            raise LessonError(f"Lesson {name}, line {start + 1}: lessons have no raw cells; write prose or code.")
        cells.append((dict(cell.metadata), cell.cell_type == "code", cell.source.strip("\n"), start + 1))
    front = {key: value for key, value in notebook.metadata.items() if key not in ("jupyter", "jupytext")}
    return front, cells


def _refuse_lost_metadata(text: str, name: str) -> None:
    """jupytext drops the tags of a break that no text follows: the cell they were meant for would go untagged."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if re.match(r"\+\+\+\s*\{", line):
            following = next((later for later in lines[number:] if later.strip()), "+++")
            if re.match(r"\+\+\+|\s*`{3,}\s*\{code-cell", following):
                raise LessonError(
                    f"Lesson {name}, line {number}: no prose follows “{line[:60]}”; an entry or a cell of prose has "
                    "text, and the tags of a code cell stand inside it, as “:tags: [answer]”."
                )


def _named(raw_cells: Sequence[tuple[dict[str, Any], bool, str, int]], lesson: str) -> Iterator[Cell]:
    """The cells with their kinds, names and ids. An answer is named after the check that follows it."""
    cells = [_cell(raw, lesson) for raw in raw_cells]
    taken: dict[str, int] = {}

    def unique(wanted: str) -> str:
        taken[wanted] = taken.get(wanted, 0) + 1
        return wanted if taken[wanted] == 1 else f"{wanted}-{taken[wanted]}"

    for place, cell in enumerate(cells):
        name = cell.name
        if cell.kind == "answer":
            following = next((later.name for later in cells[place:] if later.kind == "check"), "last")
            cell_id = unique(f"{following}-answer")
        elif cell.kind == "setup":
            cell_id = unique("setup")
        elif cell.kind in ("check", "essay"):
            cell_id = name
        else:
            cell_id = unique(f"{cell.kind}-{text_hash(cell.text)}")
        yield Cell(cell.kind, cell.text, cell.line, name, cell.points, cell_id)


def _cell(raw: tuple[dict[str, Any], bool, str, int], lesson: str) -> Cell:
    metadata, is_code, text, line = raw
    tags = metadata.get("tags") or []
    tags = [tags] if isinstance(tags, str) else list(tags)
    allowed = CODE_TAGS if is_code else PROSE_TAGS
    where = f"Lesson {lesson}, line {line}"
    if len(tags) > 1 or any(tag not in allowed for tag in tags):
        what = "code" if is_code else "prose"
        raise LessonError(f"{where}: a {what} cell has one tag of {', '.join(allowed)}, or none; this one has {tags}.")
    kind = tags[0] if tags else ("example" if is_code else "prose")
    name = str(metadata.get("check" if kind == "hint" else "name") or "")
    if kind == "check":
        name = _check_name(text, where)
    points = metadata.get("points", 0)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points <= 1000:
        raise LessonError(f"{where}: points must be a number, not {points!r}.")
    return Cell(kind, text, line, name, points)


def _check_name(text: str, where: str) -> str:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise LessonError(f"{where}: this check cell is not Python ({error.msg}).") from None
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
    ]
    if len(calls) != 1 or not calls[0].args or not isinstance(calls[0].args[0], ast.Constant):
        raise LessonError(f'{where}: a check cell calls check("name", value) exactly once, with the name written out.')
    return str(calls[0].args[0].value)


def _lint(lesson: Lesson) -> None:
    if not lesson.title:
        raise lesson.error(None, "the front matter has no title.")
    if not lesson.covers:
        raise lesson.error(
            None, "the front matter has no covers; name the curriculum rows it teaches, for instance [S18]."
        )
    seen: set[str] = set()
    for cell in lesson.cells:
        if cell.kind not in ("answer", "essay") and (BEGIN in cell.text or END in cell.text):
            raise lesson.error(cell, "a solution region stands only in an answer or an essay cell.")
        if cell.kind in ("check", "essay"):
            if len(cell.name) > LONGEST_NAME:
                raise lesson.error(cell, f"a name has {LONGEST_NAME} characters at the most.")
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cell.name):
                raise lesson.error(cell, "a name is lower-case words joined by hyphens, for instance late-share.")
            if cell.name in seen:
                raise lesson.error(cell, "this name is used twice; each check and each essay has its own.")
            if cell.points <= 0:
                raise lesson.error(cell, "it has no points; add for instance “points: 2”.")
            seen.add(cell.name)
        if cell.kind in ("answer", "essay"):
            _lint_solution(lesson, cell)
        if cell.is_code:
            _lint_python(lesson, cell, cell.text)
    for cell in lesson.of_kind("hint"):
        if cell.name not in seen:
            raise lesson.error(cell, "it is a hint for a check that this lesson does not have.")
    clashes = {cell.cell_id for cell in lesson.of_kind("answer", "setup")} & seen
    if clashes:
        raise lesson.error(None, f"the name {min(clashes)!r} is one that the builder gives to answer or setup cells.")


def _lint_solution(lesson: Lesson, cell: Cell) -> None:
    marks = [line for line in cell.text.splitlines() if BEGIN in line or END in line]
    in_order = all((BEGIN if place % 2 == 0 else END) in line for place, line in enumerate(marks))
    if not marks or len(marks) % 2 or not in_order or not any(line.strip() for line in solution_lines(cell.text)):
        raise lesson.error(cell, f"it has no solution region; put the answer between {BEGIN} and {END}.")


def _lint_python(lesson: Lesson, cell: Cell, text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise lesson.error(cell, f"it is not Python: {error.msg}, at its line {error.lineno}.") from None
