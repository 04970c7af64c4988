"""The marked notebook: figures stay, scripts go, the check's own words take the place of its outputs."""

import json
import re
from html import unescape

import nbformat
import pytest
from classroom import cell_of, file_of, filled, own_code, release, run_of
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html

from duecourse.checks.comparison import Outcome
from duecourse.grading.judge import Judgement
from duecourse.grading.marked import MOST_FIGURE, MOST_OUTPUTS, MOST_TEXT, marked, table_only, unreadable
from duecourse.language import LANGUAGES

SCRIPTS = [
    "<script>steal()</script>",
    "<ScRiPt src=//evil>steal()</sCrIpT >",
    "<script>steal()",
    '<b onclick="steal()">x</b>',
    "<img src=x onerror=steal()>",
    '<a href="javascript:steal()">x</a>',
    '<a href="&#106;avascript:steal()">x</a>',
    '<iframe srcdoc="<script>steal()</script>"></iframe>',
    "<svg onload=steal()><script>steal()</script></svg>",
    '<style>@import "//evil"</style>',
    '<div style="background:url(javascript:steal())">x</div>',
    "<table><script>steal()</script><tr><td>1</td></tr></table>",
    "<scr<script>x</script>ipt>steal()</script>",
    '<math><mtext><table><mglyph><style><img src=x onerror="steal()"></style></mglyph></table></mtext></math>',
    '<form action="//evil"><input type=submit></form>',
    "<!--><script>steal()</script>-->",
    '<meta http-equiv="refresh" content="0;//evil">',
]
LIVE = re.compile(r"(?i)<\s*(?!/?(table|thead|tbody|tr|th|td|div|span|p|b|i|br|sub|sup)\b)[a-z!/]|<[^>]*\son\w+\s*=")


def shown(*outputs: nbformat.NotebookNode) -> list:
    """What is kept of the outputs of a cell of the trainee's own."""
    notebook = filled()
    cell = own_code("show()", "own-1")
    cell.outputs = list(outputs)
    notebook.cells.append(cell)
    made = marked(notebook, {}, "en")
    nbformat.validate(made)
    return made.cells[-1].outputs


def display(**data) -> nbformat.NotebookNode:
    """One display output; names of MIME types with _ for /."""
    return nbformat.v4.new_output("display_data", {name.replace("_", "/", 1): value for name, value in data.items()})


@pytest.mark.parametrize("hostile", SCRIPTS)
def test_html_outputs_keep_nothing_that_acts(hostile):
    (output,) = shown(display(text_html=hostile))
    assert not LIVE.search(output.data["text/html"]), output.data["text/html"]


@given(st.lists(st.sampled_from([*SCRIPTS, "<", ">", '"', "<table>", "<td ", "x", "&lt;", "<!--", "\x00"]), max_size=6))
@settings(max_examples=150, deadline=None)
def test_html_put_together_from_pieces_keeps_nothing_that_acts(pieces):
    clean = table_only("".join(pieces)).replace('<table border="1" cellpadding="4">', "<table>")
    assert not LIVE.search(clean), clean


def test_a_table_stays_a_table():
    html = (
        '<table class="dataframe" border="0"><tbody><tr><th>late</th><td style="x">0.5 &lt; 1</td></tr></tbody></table>'
    )
    bare = "<tbody><tr><th>late</th><td>0.5 &lt; 1</td></tr></tbody></table>"
    assert table_only(html) == f'<table border="1" cellpadding="4">{bare}'


@pytest.mark.parametrize(
    "mime",
    [
        "application/javascript",
        "image/svg+xml",
        "text/latex",
        "text/markdown",
        "application/vnd.jupyter.widget-view+json",
    ],
)
def test_other_kinds_of_output_are_left_out(mime):
    assert shown(nbformat.v4.new_output("display_data", {mime: "steal()"})) == []
    (output,) = shown(nbformat.v4.new_output("display_data", {mime: "steal()", "text/plain": "a figure"}))
    assert list(output.data) == ["text/plain"]


def test_figures_stay_as_they_are():
    plotly = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {}}
    data = {"application/vnd.plotly.v1+json": plotly, "image/png": "iVBORw0KGgo=", "image/jpeg": "/9j/4AAQ"}
    (output,) = shown(nbformat.v4.new_output("display_data", data))
    # The words are for readers that cannot draw, nbgrader's feedback among them.
    assert output.data == data | {"text/plain": "[figure]"}


def test_a_cell_may_show_several_figures():
    assert len(shown(*[display(image_png="A" * 8_000) for _ in range(6)])) == 6


def test_metadata_of_outputs_and_runs_are_dropped():
    output = display(text_plain="1")
    output.metadata = {"isolated": True, "image/png": {"width": '"><script>'}}
    assert shown(output)[0].metadata == {}
    notebook = filled()
    notebook.cells[1].metadata["execution"] = {"iopub.execute_input": "2026-11-30"}
    assert marked(notebook, {}, "en").cells[1].metadata == release().cells[1].metadata


def test_errors_and_text_are_kept_short():
    error = nbformat.v4.new_output("error", ename="E", evalue="x" * 9_999, traceback=["line " * 9_999] * 99)
    stream = nbformat.v4.new_output("stream", name="stdout", text="x" * (MOST_TEXT + 5))
    kept = shown(error)
    assert len(json.dumps(kept)) < 6_000
    kept = shown(stream, display(text_plain="more"))
    assert [output.output_type for output in kept] == ["stream", "stream"]
    assert (len(kept[0].text), kept[1].text) == (MOST_TEXT, "[…]\n")


def test_outputs_and_figures_are_bounded():
    kept = shown(*[display(text_plain=str(number)) for number in range(MOST_OUTPUTS + 5)])
    assert [output.data["text/plain"] for output in kept[:-1]] == [str(number) for number in range(MOST_OUTPUTS)]
    assert kept[-1].text == "[…]\n"
    (output,) = shown(display(image_png="A" * (MOST_FIGURE + 1), text_plain="a figure"))
    assert list(output.data) == ["text/plain"]


def test_a_notebook_full_of_figures_is_bounded_as_a_whole():
    """The human grader's browser opens it, and the feedback holds it once more."""
    notebook, figure = filled(), display(image_png="A" * (MOST_FIGURE // 2))
    for number in range(20):
        notebook.cells.append(own_code("show()", f"own-{number}"))
        notebook.cells[-1].outputs = [figure]
    assert len(file_of(marked(notebook, {}, "en"))) <= 5 * MOST_FIGURE


def verdict(**outcome) -> dict[str, Judgement]:
    return {"rates": Judgement("rates", 1.0, 2.0, Outcome("not quite", 1, 2, **outcome))}


@pytest.mark.parametrize(("language", "said"), [("en", "1 of 2 points."), ("zh-CN", "得 1 分，满分 2 分")])
def test_a_checks_outputs_give_way_to_its_verdict(language, said):
    notebook = filled(language)
    cell_of(notebook, "rates").outputs = [nbformat.v4.new_output("stream", name="stdout", text="Correct! 2 points")]
    (card,) = cell_of(marked(notebook, verdict(message="The base."), language), "rates").outputs
    for kind in ("text/plain", "text/html"):
        assert "The base." in card.data[kind]
        assert "Correct!" not in card.data[kind]
    assert "1" in card.data["text/plain"].splitlines()[-1] and "2" in card.data["text/plain"].splitlines()[-1]
    assert language != "en" or said in card.data["text/plain"]


def test_a_message_cannot_leave_its_card():
    """Names of the trainee's columns stand in messages."""
    (card,) = cell_of(
        marked(filled(), verdict(message="Column not asked for: “<script>`<b>`”."), "en"), "rates"
    ).outputs
    assert "<script>" not in card.data["text/html"] and "<b>" not in card.data["text/html"]


LINKS = [
    "[x](javascript:steal())",
    "[x](<javascript:steal()>)",
    "[x]( JavaScript:steal() 'title')",
    "[x](&#106;avascript:steal())",
    "[x](java\nscript:steal())",
    "[x][y]\n\n[y]: javascript:steal()",
    "<javascript:steal()>",
]


@pytest.mark.parametrize("hostile", [*SCRIPTS, *LINKS])
def test_a_written_answer_is_inert(hostile):
    """As a page, made of it the way nbgrader's feedback and formgrader make theirs."""
    notebook = filled(explain=f"My answer. {hostile}")
    notebook.cells.append(nbformat.v4.new_markdown_cell(hostile))
    notebook.cells[-1]["id"] = "own-1"
    made = marked(notebook, {}, "en")
    for cell in (cell_of(made, "explain"), made.cells[-1]):
        page = markdown2html(cell.source)
        assert not re.search(r"(?i)<(script|img[^>]*onerror|svg|iframe|style|form|meta)", page)
        for place in re.findall(r'(?i)href="([^"]*)"', page):
            assert not re.match(r"(?i)\s*java\s*script:", unescape(place)), page


def test_prose_and_code_are_shown_as_they_are():
    made = marked(filled(choice_answer="choice = 1 < 2 > 0  # <b>"), {}, "en")
    assert cell_of(made, "choice-answer").source == "choice = 1 < 2 > 0  # <b>"
    assert cell_of(made, "prose-426efdea").source == cell_of(release(), "prose-426efdea").source


def test_marking_changes_nothing_of_the_run():
    run = run_of(filled(explain="<b>"), {})
    before = json.dumps(run.notebook)
    marked(run.notebook, verdict(), "en")
    assert json.dumps(run.notebook) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreadable_submission_gets_the_release_with_a_note_on_top(language):
    made = unreadable(release(language), "The file is damaged.", language)
    nbformat.validate(made)
    assert made.cells[1:] == release(language).cells
    assert "The file is damaged." in made.cells[0].source
