"""What a trainee gets from `check` and `hint`, in Python and in a real notebook."""

import json

import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from material import key_entry, write_key
from nbclient import NotebookClient
from nbgrader.utils import determine_grade

from duecourse.checks import desk as desk_module
from duecourse.checks.desk import RECORDING_VARIABLE, Desk, check, hint, slip
from duecourse.checks.key import KEY_NAME
from duecourse.checks.verdict import CheckFailed
from duecourse.errors import DuecourseError
from duecourse.language import translator

RATES = pd.Series([0.2, 0.6, 0.9], index=["M1", "M2", "M3"])
TWICE = "Each row divides by the balance it *started* with."
ENTRY = key_entry(RATES, slips=[(RATES * 2, TWICE)], hints=["Look at M1.", "Look at <M2>."])


@pytest.fixture
def notebook_in(monkeypatch, request):
    """Starts a new notebook's process, as far as a desk can tell, in a folder; gives the cards it shows."""
    monkeypatch.delenv(RECORDING_VARIABLE, raising=False)
    desk_module.desk.cache_clear()
    request.addfinalizer(desk_module.desk.cache_clear)
    cards = []
    monkeypatch.setattr(desk_module, "_show", cards.append)

    def start(folder, recording=None):
        monkeypatch.setattr(desk_module, "_FOLDER", folder)
        if recording is not None:
            monkeypatch.setenv(RECORDING_VARIABLE, str(recording))
        return cards

    return start


def test_a_right_answer_gives_a_card_and_no_error(notebook_in, tmp_path):
    cards = notebook_in(write_key(tmp_path, rates=ENTRY))
    assert check("rates", RATES.iloc[::-1]) is None
    assert [(card.name, card.verdict, card.lines) for card in cards] == [("rates", "correct", ())]


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (RATES * 2, "Not quite", [TWICE, "hint("]),
        (RATES * [1, 1, 2], "Not quite", ["2 of 3 values are right.", TWICE]),
        (RATES * [1, 1, 3], "Not quite", ["2 of 3 values are right.", "Not right yet: “M3”; the rest is."]),
        (RATES.tolist(), "Not quite", ["Your answer is a list; a Series"]),
        (..., "Not attempted yet", ["Replace the dots"]),
        (None, "Not attempted yet", ["Replace the dots"]),
        (RATES.plot, "Cannot be checked", ["“PlotAccessor”"]),
        ("\ud800", "Not quite", ["Your answer is a text"]),
        (pd.Series([1, 2], index=["a", "a"]), "Cannot be checked", ["Two rows have the same label"]),
    ],
    ids=["slip", "part slip", "part", "kind", "dots", "None", "object", "surrogate", "labels"],
)
def test_any_other_answer_gives_one_card_and_one_short_error(notebook_in, tmp_path, answer, verdict, said):
    cards = notebook_in(write_key(tmp_path, rates=ENTRY))
    with pytest.raises(CheckFailed) as failure:
        check("rates", answer)
    assert str(failure.value) == f"rates: {verdict}"
    (card,) = cards
    assert all(words in "\n".join(card.lines) for words in said)


@pytest.mark.parametrize(
    ("spoil", "name", "said"),
    [
        (lambda key: key.unlink(), "rates", f"There is no {KEY_NAME}"),
        (lambda key: None, "roll", "This lesson has no check “roll”; it has: rates."),  # noqa: ARG005
        (lambda key: key.write_text("{"), "rates", f"{KEY_NAME} is damaged; fetch the lesson again"),
        (lambda key: key.write_text('{"format": 99}'), "rates", "another version of Duecourse"),
    ],
    ids=["no key", "unknown name", "damaged", "other version"],
)
@pytest.mark.parametrize("ask", [lambda name: check(name, RATES), hint], ids=["check", "hint"])
def test_what_cannot_be_checked_is_said_in_one_sentence(notebook_in, tmp_path, spoil, name, said, ask):
    folder = write_key(tmp_path, rates=ENTRY)
    spoil(folder / KEY_NAME)
    cards = notebook_in(folder)
    if ask is hint:
        ask(name)
    else:
        with pytest.raises(CheckFailed, match="Cannot be checked"):
            ask(name)
    (card,) = cards
    assert card.verdict == "cannot be checked"
    assert len(card.lines) == 1
    assert said in card.lines[0]


def test_a_damaged_key_stops_a_desk_in_one_sentence(tmp_path):
    (tmp_path / KEY_NAME).write_text("{")
    with pytest.raises(DuecourseError, match="is damaged; fetch the lesson again to get it back"):
        Desk(tmp_path)


def test_hints_come_one_at_a_time_and_the_last_stays(notebook_in, tmp_path):
    cards = notebook_in(write_key(tmp_path, rates=ENTRY, quiet=key_entry(1)))
    for _ in range(3):
        hint("rates")
    hint("quiet")
    assert [card.lines for card in cards] == [
        ("Look at M1.", "Hint 1 of 2."),
        ("Look at <M2>.", "Hint 2 of 2."),
        ("Look at <M2>.", "Hint 2 of 2."),
        ("There is no hint for this one.",),
    ]


def test_each_check_has_hints_of_its_own(tmp_path):
    desk = Desk(write_key(tmp_path, a=key_entry(1, hints=["a1", "a2"]), b=key_entry(2, hints=["b1"])))
    assert [desk.next_hint(name).lines[0] for name in "aba"] == ["a1", "b1", "a2"]


def test_a_chinese_key_makes_chinese_cards(notebook_in, tmp_path):
    entry = key_entry(RATES, slips=[(RATES * 2, "每一行都要除以期初余额。")], hints=["看 M1。"])
    cards = notebook_in(write_key(tmp_path, "zh-CN", rates=entry))
    with pytest.raises(CheckFailed, match="rates: 还不对"):
        check("rates", RATES * [1, 1, 2])
    hint("rates")
    with pytest.raises(CheckFailed, match="rates: 还没作答"):
        check("rates", ...)
    chinese = translator("zh-CN")
    assert cards[0].lines[0] == chinese("{right} of {total} values are right.").format(right=2, total=3)
    assert cards[0].lines[1] == "每一行都要除以期初余额。"
    assert cards[1].lines == ("看 M1。", chinese("Hint {number} of {count}.").format(number=1, count=1))
    assert all('lang="zh-CN"' in card.html for card in cards)


def test_order_and_tolerance_come_from_the_key_not_from_the_cell(notebook_in, tmp_path):
    cards = notebook_in(write_key(tmp_path, rates=key_entry([1.0, 2.0], within=0.01)))
    with pytest.raises(CheckFailed):
        check("rates", [1.0, 2.5], within=100)
    check("rates", [1.0, 2.005])
    assert [card.verdict for card in cards] == ["not quite", "correct"]


def test_while_a_notebook_is_examined_everything_is_written_down_and_nothing_said(notebook_in, tmp_path):
    channel = tmp_path / "recording.jsonl"
    cards = notebook_in(write_key(tmp_path, rates=ENTRY), recording=channel)
    check("rates", RATES * 5, ordered=True, within=0.1)
    check("no such check", "\ud800 é\n", fixed=True)
    slip("rates", 0.5, "message")
    hint("rates")
    assert cards == []
    written = [json.loads(line) for line in channel.read_text(encoding="utf-8").splitlines()]
    assert [line.get("check", line.get("slip")) for line in written] == ["rates", "no such check", "rates"]
    assert written[0]["value"] == {"series": {"labels": ["M1", "M2", "M3"], "values": [1.0, 3.0, 4.5]}}
    assert {name: written[0][name] for name in ("fixed", "ordered", "within")} == {
        "fixed": False,
        "ordered": True,
        "within": 0.1,
    }
    assert written[1]["value"] == "? é\n"  # what UTF-8 cannot hold is not written
    assert written[2] == {"slip": "rates", "value": 0.5, "message": "message"}


def test_a_slip_does_nothing_for_a_trainee(notebook_in, tmp_path):
    cards = notebook_in(write_key(tmp_path, rates=ENTRY))
    slip("rates", RATES * 2, "message")
    assert cards == []


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A real IPython with a lesson around it; gives what running a cell leaves behind."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv(RECORDING_VARIABLE, raising=False)
    monkeypatch.setattr(desk_module, "_FOLDER", write_key(tmp_path, rates=ENTRY))
    desk_module.desk.cache_clear()
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.user_ns |= {"check": check, "hint": hint, "RATES": RATES}

    def run(code):
        with capture_output() as captured:
            result = shell.run_cell(code)
        return result, captured

    yield run
    InteractiveShell.clear_instance()
    desk_module.desk.cache_clear()


def test_in_ipython_a_failed_check_prints_one_line_under_its_card(shell):
    result, captured = shell('check("rates", RATES * 2)')
    assert isinstance(result.error_in_exec, CheckFailed)
    assert captured.stderr == ""
    assert captured.stdout.strip() == "rates: Not quite"
    (card,) = captured.outputs
    assert set(card.data) == {"text/html", "text/plain"}


def test_in_ipython_a_right_answer_prints_nothing_but_its_card(shell):
    result, captured = shell('check("rates", RATES)')
    assert result.success
    assert (captured.stdout, captured.stderr, len(captured.outputs)) == ("", "", 1)


CELLS = {
    "right": 'check("rates", RATES)',
    "wrong": 'check("rates", RATES * 2)',
    "dots": 'check("rates", ...)',
    "unknown": 'check("<b>roll</b>", 1)',
    "hint": 'hint("rates")',
}


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """A notebook as JupyterLab and nbgrader run it, which goes to another folder on its way; its cells by name."""
    folder = write_key(tmp_path_factory.mktemp("lesson"), rates=ENTRY)
    setup = "import os\nimport pandas as pd\nfrom duecourse import check, hint\nos.chdir('/')\n"
    setup += "RATES = pd.Series([0.2, 0.6, 0.9], index=['M1', 'M2', 'M3'])"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (setup, *CELLS.values())])
    for cell in notebook.cells[1:]:
        cell.metadata.nbgrader = {"grade": True, "solution": False, "points": 2, "schema_version": 3}
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=resources).execute()
    assert notebook.cells[0].outputs == []
    return dict(zip(CELLS, notebook.cells[1:], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "verdict"), [("wrong", "Not quite"), ("dots", "Not attempted yet")])
def test_in_a_notebook_a_failed_check_is_a_card_and_one_line(cells, name, verdict):
    card, error = cells[name].outputs
    assert (card.output_type, set(card.data)) == ("display_data", {"text/html", "text/plain"})
    assert 'role="status"' in card.data["text/html"]
    assert verdict in card.data["text/html"]
    assert (error.output_type, error.ename) == ("error", "CheckFailed")
    assert error.traceback == [f"rates: {verdict}"]


@pytest.mark.slow
def test_in_a_notebook_a_name_cannot_bring_markup(cells):
    card, error = cells["unknown"].outputs
    assert "<b>" not in card.data["text/html"]
    assert len(error.traceback) == 1


@pytest.mark.slow
def test_in_a_notebook_a_right_answer_and_a_hint_are_one_card_each(cells):
    for name in ("right", "hint"):
        (card,) = cells[name].outputs
        assert card.output_type == "display_data"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "score"), [("right", 2), ("wrong", 0), ("dots", 0), ("unknown", 0)])
def test_stock_nbgrader_scores_a_check_right(cells, name, score):
    assert determine_grade(cells[name]) == (score, 2)
