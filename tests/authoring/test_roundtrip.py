"""From text to notebook nothing is lost, and ids hold still."""

import itertools
import re
from dataclasses import replace

import nbformat
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from duecourse.authoring.lesson import Lesson, read_lesson, text_hash
from duecourse.authoring.notebook import instructor_notebook, notebook_bytes
from duecourse.authoring.release import points_of, read_notebook
from duecourse.authoring.translation import Translation, read_translation, translated, worksheet

FRONT = '---\ntitle: "T"\ncovers: [S18]\n---\n'

# Left out: what opens a block of several lines in MyST (fences, mathematics, HTML), which must be closed.
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters="`~$<:")
LINES = st.text(CHARACTERS, max_size=40).filter(
    lambda line: not line.lstrip().startswith("+++") and "SOLUTION" not in line
)
PROSE = st.lists(LINES, min_size=1, max_size=5).map("\n".join).filter(str.strip)
STATEMENTS = st.one_of(
    st.text(CHARACTERS, max_size=20).map(lambda text: f"x = {text!r}"),
    st.text(CHARACTERS, max_size=20).map(lambda text: f"# {text}"),
    st.sampled_from(
        ["", "def f(a):\n    return a", "if x:\n\n    y = 1", "x = '''\n+++\n'''", "@d\nclass A:\n    pass"]
    ),
)
CODE = st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join).filter(str.strip)
CELLS = st.lists(
    st.one_of(st.tuples(st.just("prose"), PROSE), st.tuples(st.just("code"), CODE)), min_size=1, max_size=6
)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read a lesson's text."""
    folder = tmp_path_factory.mktemp("lesson") / "made"
    folder.mkdir()

    def from_text(text: str) -> Lesson:
        path = folder / "lesson.md"
        path.write_text(text, encoding="utf-8")
        return read_lesson(path)

    return from_text


def text_of(cells) -> str:
    blocks = [f"+++\n\n{text}\n" if kind == "prose" else f"```{{code-cell}}\n{text}\n```\n" for kind, text in cells]
    return "\n".join([FRONT, *blocks])


def trimmed(text: str) -> str:
    """Without the blank lines at its ends and the spaces after its last character: they mean nothing."""
    lines = itertools.dropwhile(lambda line: not line.strip(), text.split("\n"))
    return "\n".join(lines).rstrip()


@given(CELLS)
@example(
    [
        (
            "prose",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```python\n1 + 1\n```\n\n- one\n  - two\n\n$x$, <b>b</b>: `+++`",
        )
    ]
)
@example([("prose", "Setext\n---\n\n> quoted\n\n    indented"), ("code", "x = 1"), ("prose", "% no comment")])
@example([("code", "text = '''\n# no heading\n\n---\n'''\n")])
def test_every_cell_keeps_its_text(read, cells):
    lesson = read(text_of(cells))
    notebook = read_notebook(notebook_bytes(instructor_notebook(lesson)))
    assert [trimmed(cell.source) for cell in notebook.cells] == [trimmed(text) for _, text in cells]
    assert [cell.cell_type == "code" for cell in notebook.cells] == [kind == "code" for kind, _ in cells]


@given(CELLS)
def test_ids_are_unique_and_valid(read, cells):
    cells = [*cells, cells[0], cells[0]]  # what is said twice has two ids
    notebook = instructor_notebook(read(text_of(cells)))
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell_id) for cell_id in ids)
    nbformat.validate(notebook)


@given(CELLS, PROSE, st.integers(0, 6))
def test_a_new_prose_cell_leaves_the_other_ids(read, cells, text, place):
    assume(text_hash(trimmed(text)) not in {text_hash(trimmed(other)) for kind, other in cells if kind == "prose"})
    more = [*cells[:place], ("prose", text), *cells[place:]]
    before = [cell.cell_id for cell in read(text_of(cells)).cells]
    after = [cell.cell_id for cell in read(text_of(more)).cells]
    place = min(place, len(cells))
    assert after[:place] + after[place + 1 :] == before


@pytest.mark.parametrize("place", range(12))
def test_a_new_prose_cell_leaves_the_ids_of_the_mini_lesson(golden, read, place):
    text = (golden / "course" / "lessons" / "mini" / "lesson.md").read_text(encoding="utf-8")
    opening = list(re.finditer(r"^(\+\+\+|```\{code-cell\})", text, re.MULTILINE))[place].start()
    before = [cell.cell_id for cell in read(text).cells]
    after = [cell.cell_id for cell in read(f"{text[:opening]}+++\n\nSomething new.\n\n{text[opening:]}").cells]
    after.remove(f"prose-{text_hash('Something new.')}")
    assert after == before


@given(st.data())
def test_a_translated_lesson_differs_in_prose_alone(golden, data):
    lesson = read_lesson(golden / "course" / "lessons" / "mini" / "lesson.md")
    texts = {text_hash(cell.text): data.draw(PROSE) for cell in lesson.of_kind("prose", "hint")}
    chinese = translated(lesson, Translation("zh-CN", "题", texts))
    for cell, other in zip(lesson.cells, chinese.cells, strict=True):
        assert other == (replace(cell, text=texts[text_hash(cell.text)]) if cell.kind in ("prose", "hint") else cell)
    for node, other in zip(instructor_notebook(lesson).cells, instructor_notebook(chinese).cells, strict=True):
        assert (node.id, node.cell_type, node.metadata) == (other.id, other.cell_type, other.metadata)


def test_both_languages_of_a_release_are_graded_by_one_gradebook(released):
    name = released.name
    english, chinese = (
        read_notebook((released.parents[1] / language / name / f"{name}.ipynb").read_bytes())
        for language in ("en", "zh-CN")
    )
    assert points_of(english.cells) == points_of(chinese.cells) != {}
    for cell, other in zip(english.cells, chinese.cells, strict=True):
        assert (cell.id, cell.cell_type, cell.metadata) == (other.id, other.cell_type, other.metadata)
        if cell.cell_type == "code" or "nbgrader" in cell.metadata:
            assert cell.source == other.source


@given(st.sets(st.integers(0, 5)))
def test_a_worksheet_keeps_what_is_translated_and_marks_the_rest(golden, read_back, known):
    path = golden / "course" / "lessons" / "mini" / "lesson.md"
    lesson, old = read_lesson(path), read_translation(path, "zh-CN")
    messages = ["You counted September; April is asked for.", "These are per cent; give shares between 0 and 1."]
    kept = {key: text for place, (key, text) in enumerate(old.texts.items()) if place in known}
    text = worksheet(lesson, messages, replace(old, texts=kept))
    assert read_back(text) == Translation("zh-CN", old.title, kept)
    assert text.count('"missing": true') == len(old.texts) - len(kept)
    assert worksheet(lesson, messages, read_back(text)) == text


@pytest.mark.parametrize(
    "title", ['Late: "what of it"', "100 % \\ late", "# 逾期", "迟到: 一", "'quoted'", "yes", "2026"]
)
def test_a_worksheet_keeps_any_title(golden, read_back, title):
    lesson = read_lesson(golden / "course" / "lessons" / "mini" / "lesson.md")
    assert read_back(worksheet(replace(lesson, title=title), [], None)).title == title


@given(PROSE)
def test_a_worksheet_keeps_any_translation(golden, read_back, text):
    lesson = read_lesson(golden / "course" / "lessons" / "mini" / "lesson.md")
    text = trimmed(text)
    texts = {text_hash(cell.text): text for cell in lesson.of_kind("prose", "hint")}
    assert read_back(worksheet(lesson, [], Translation("zh-CN", "题", texts))).texts == texts


@pytest.fixture(scope="module")
def read_back(tmp_path_factory):
    """Read the text of a Chinese translation file."""
    path = tmp_path_factory.mktemp("translation") / "lesson.md"

    def from_text(text: str) -> Translation:
        path.with_name("lesson.zh-CN.md").write_text(text, encoding="utf-8")
        return read_translation(path, "zh-CN")

    return from_text
