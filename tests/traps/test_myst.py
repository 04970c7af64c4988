"""Traps of text notebooks (facts.md, "Text notebooks")."""

import pytest

from duecourse.authoring.lesson import LessonError, read_myst, text_hash

FRONT = "---\ntitle: T\n---\n"


def test_text_after_a_cell_break_is_refused():
    """In MyST, a markdown line `+++ text` is a parse error."""
    with pytest.raises(LessonError, match=r"Lesson x, line 6: “\+\+\+ and so on”"):
        read_myst(f"{FRONT}\nProse\n+++ and so on\n", "x")


@pytest.mark.parametrize("line", ["+++", "+++   ", '+++ {"tags": ["hint"]}', "+++{}"])
def test_a_proper_cell_break_is_none(line):
    read_myst(f"{FRONT}\nProse\n\n{line}\n\nMore\n", "x")


@pytest.mark.parametrize(
    ("opening", "closing"), [("```{code-cell}\nx = 1", "```"), ("````text", "````"), ("- so:\n", "")]
)
def test_a_code_cell_in_another_cell_is_refused(opening, closing):
    """In MyST, a nested ```{code-cell} splits the cell."""
    indent = "  " if opening.startswith("-") else ""
    inner = "".join(f"{indent}{line}\n" for line in ("```{code-cell}", "y = 2", "```"))
    with pytest.raises(LessonError, match=r"Lesson x, line [456]: a code cell stands inside another cell"):
        read_myst(f"{FRONT}\n{opening}\n{inner}{closing}\n", "x")


def test_blank_lines_at_the_ends_of_a_cell_mean_nothing():
    """In MyST, blank lines at the ends of a cell are trimmed: the same cells, and the same translation, remain."""
    tight = f"{FRONT}\nProse\n\n+++\n\nMore\n\nand more\n\n```{{code-cell}}\nx = 1\n\ny = 2\n```\n"
    loose = (
        f"{FRONT}\n\n\nProse\n\n\n\n+++\n\n\n\nMore\n\nand more\n\n\n```{{code-cell}}\n\n\nx = 1\n\ny = 2\n\n\n```\n"
    )
    cells, others = (
        [(code, text, text_hash(text)) for _, code, text, _ in read_myst(text, "x")[1]] for text in (tight, loose)
    )
    assert cells == others
    assert [text for _, text, _ in cells] == ["Prose", "More\n\nand more", "x = 1\n\ny = 2"]


def test_metadata_of_a_break_before_a_code_cell_are_not_lost():
    """Jupytext drops `+++ {…}` that stands above a code cell; an `instructor` tag there would release the cell."""
    text = f'{FRONT}\nProse\n\n+++ {{"tags": ["instructor"]}}\n\n```{{code-cell}}\nslip("a", 1, "no")\n```\n'
    try:
        cells = read_myst(text, "x")[1]
    except LessonError:
        return
    assert cells[-1][0] == {"tags": ["instructor"]}


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_an_unusual_line_separator_moves_no_cell(separator):
    """Jupytext counts lines as Python does, its parser as Markdown does; pasted text may hold such characters."""
    text = f"{FRONT}\nPasted{separator}text\n\n```{{code-cell}}\nx = 1\n```\n\nThe end\n"
    try:
        cells = read_myst(text, "x")[1]
    except LessonError:
        return
    assert [text.split()[-1] for _, _, text, _ in cells] == ["text", "1", "end"]
