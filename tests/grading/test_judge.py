"""Judging: scores and words from plain data made by hand."""

import json
import re

import nbformat
import pandas as pd
import pytest
from classroom import FRESH, POINTS, SHIPPED, filled, own_code, release, run_of, series, standard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duecourse.checks.comparison import Outcome
from duecourse.checks.execution import Recorded, Run, _read
from duecourse.checks.recording import record
from duecourse.grading import judge as judging
from duecourse.grading.judge import in_words, judge
from duecourse.language import LANGUAGES, translator


def judged(shipped, fresh, /, *, language="en", **more):
    """Judge recorded values, by check; `more` goes to the standard."""
    notebook = filled(language)
    return judge(standard(**more), language, run_of(notebook, shipped), run_of(notebook, fresh))


def with_error(notebook, cell_id: str, ename: str, evalue: str):
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.outputs = [nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=[])]
    return notebook


def scores(judgements) -> dict[str, float]:
    return {name: judgement.score for name, judgement in judgements.items()}


FULL = {"late-cards": 1.0, "rates": 2.0, "choice": 1.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_right_on_both_data_gets_full_points(language):
    found = judged(SHIPPED, FRESH, language=language)
    assert scores(found) == FULL
    assert {judgement.outcome.verdict for judgement in found.values()} == {"correct"}


def test_a_typed_in_answer_earns_nothing_and_is_told_why():
    found = judged(SHIPPED, SHIPPED)
    assert scores(found) == {"late-cards": 0.0, "rates": 0.0, "choice": 1.0}
    for name in ("late-cards", "rates"):
        assert found[name].outcome.verdict == "not quite"
        assert found[name].outcome.message == "Right on the practice data, not on fresh data: was a number typed in?"


def test_fresh_data_alone_earn_nothing():
    assert scores(judged(FRESH, FRESH)) == {"late-cards": 0.0, "rates": 0.0, "choice": 1.0}


def test_a_fixed_check_is_compared_on_the_shipped_data_only():
    assert judged(SHIPPED, FRESH | {"choice": "C"})["choice"].score == 1.0
    assert judged(SHIPPED | {"choice": "C"}, FRESH)["choice"].score == 0.0


def test_points_are_given_by_leaf():
    half = judged(
        SHIPPED | {"rates": series(early=0.1834, late=9.0)}, FRESH | {"rates": series(early=0.1817, late=9.0)}
    )
    assert half["rates"].score == 1.0
    assert (half["rates"].outcome.right, half["rates"].outcome.total) == (1, 2)


def test_one_typed_in_leaf_of_two_costs_half():
    found = judged(SHIPPED, FRESH | {"rates": series(early=0.1834, late=0.6128)})
    assert found["rates"].score == 1.0
    assert "was a number typed in?" in found["rates"].outcome.message


def test_leaves_too_many_cost_something():
    more = [SHIPPED | {"rates": series(early=0.1834, late=0.6112, extra=1.0)}]
    more += [FRESH | {"rates": series(early=0.1817, late=0.6128, extra=1.0)}]
    assert 0.0 < judged(*more)["rates"].score < 2.0


CONSTANT = {"all": 30_000, "label": "cards"}


def test_leaves_that_are_the_same_on_all_data_earn_nothing():
    shipped, fresh = (SHIPPED | {"rates": series(early=part, **CONSTANT)} for part in (0.1834, 0.1817))
    data = {"shipped": shipped, "fresh": fresh}
    typed, right = judged(shipped, shipped, **data), judged(shipped, fresh, **data)
    assert (typed["rates"].score, right["rates"].score) == (0.0, 2.0)


def test_a_constant_leaf_that_is_wrong_costs_something():
    shipped, fresh = (SHIPPED | {"rates": series(early=part, **CONSTANT)} for part in (0.1834, 0.1817))
    wrong = [values | {"rates": series(early=part, all=5, label="cards")}
             for values, part in ((shipped, 0.1834), (fresh, 0.1817))]  # fmt: skip
    assert judged(*wrong, shipped=shipped, fresh=fresh)["rates"].score == 1.0


@pytest.mark.parametrize("within", [None, 25.0])
def test_an_honest_answer_keeps_its_points_where_fresh_data_happen_to_give_the_shipped_value(within):
    """A count may be drawn twice; with `within`, any value near it. That is nobody's fault."""
    fresh = FRESH | {"late-cards": 3079 if within is None else 3089}
    found = judged(SHIPPED, fresh, fresh=fresh, within=within)["late-cards"]
    assert found.outcome.verdict == "correct"
    assert found.score == 1.0


def test_a_slip_is_named_in_the_trainees_language():
    wrong = {"late-cards": 6818}
    assert judged(wrong, wrong)["late-cards"].outcome.message == "You counted September; April is asked for."
    chinese = judged(wrong, wrong, language="zh-CN")["late-cards"]
    assert chinese.outcome.message == "你数的是九月，题目问的是四月。"
    assert chinese.score == 0.0


# What recorded nothing.


def test_who_recorded_nothing_reads_the_reason():
    notebook = with_error(filled(), "rates", "KeyError", "'late_april'\nsecond line")
    run = run_of(notebook, {"late-cards": 3079})
    found = judge(standard(), "en", run, run)
    assert scores(found) == dict.fromkeys(FULL, 0.0)
    assert found["rates"].outcome.message == "The cell stopped with an error: KeyError: 'late_april'"
    assert found["choice"].outcome.message == "The check recorded nothing."


def test_a_run_that_ended_says_at_which_cell():
    """The number is the one Jupyter shows: prose and empty cells are not counted."""
    notebook = filled()
    place = next(place for place, cell in enumerate(notebook.cells) if cell.id == "late-cards-answer")
    run = run_of(notebook, {}, stopped_at=place)
    message = "Python was shut down by cell [3]; nothing after it could run."
    assert {entry.outcome.message for entry in judge(standard(), "en", run, run).values()} == {message}
    assert in_words([], run, str, blank=False) == message


def test_a_slow_cell_is_named_by_the_checks_after_it_alone():
    notebook = filled()
    place = next(place for place, cell in enumerate(notebook.cells) if cell.id == "rates-answer")
    run = run_of(notebook, {}, too_slow=(place,))
    found = judge(standard(), "en", run, run)
    slow = "Cell [5] ran for too long and was stopped. Does its loop ever end?"
    said = {name: judgement.outcome.message for name, judgement in found.items()}
    assert said == {"late-cards": "The check recorded nothing.", "rates": slow, "choice": slow}
    assert in_words(list(found.values()), run, str, blank=False) == slow


def test_right_on_shipped_data_and_stopped_on_fresh_says_so():
    shipped = run_of(filled(), SHIPPED)
    fresh = run_of(with_error(filled(), "late-cards", "AssertionError", "not my data"), {"rates": FRESH["rates"]})
    found = judge(standard(), "en", shipped, fresh)
    assert found["late-cards"].score == 0.0
    said = "Right on the practice data; on fresh data it stopped: The cell stopped with an error: "
    assert found["late-cards"].outcome.message == f"{said}AssertionError: not my data"


def test_only_what_a_checks_own_cell_recorded_is_believed():
    notebook = filled()
    notebook.cells.insert(2, own_code("check('late-cards', 3079)", "own-1"))
    for place in ("own-1", "rates", "setup"):
        run = run_of(notebook, {"late-cards": SHIPPED["late-cards"]}, cell=place)
        assert judge(standard(), "en", run, run)["late-cards"].score == 0.0


def test_of_two_recordings_the_last_counts():
    def run(values, last):
        made = run_of(filled(), values)
        place = made.recorded[0].cell
        return Run(made.notebook, [*made.recorded, Recorded("late-cards", place, last)])

    assert judge(standard(), "en", run(SHIPPED, 3079), run(FRESH, 3099))["late-cards"].score == 1.0
    assert judge(standard(), "en", run(SHIPPED, 5), run(FRESH, 5))["late-cards"].score == 0.0


def test_a_recording_of_a_check_that_does_not_exist_is_nothing():
    found = judged(SHIPPED | {"choice": "B"}, FRESH)
    assert found.keys() == FULL.keys()
    run = run_of(filled(), {"bonus": 1, **SHIPPED}, cell="setup")
    assert judge(standard(), "en", run, run).keys() == FULL.keys()


# Whatever is recorded.

numbers = st.integers() | st.floats() | st.sampled_from([10**400, 0, -1, True, 1e308])
words = st.text(st.characters(), max_size=6) | st.sampled_from(["early", "late", "inf", "kind", "nothing"])
KINDS = ["count", "number", "date", "days", "list", "dict", "series", "table", "nothing", "refused"]
kinds = st.sampled_from([*KINDS, "labels", "values", "columns", "x"])
forged = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(kinds | words, inner, max_size=3),
    max_leaves=10,
)
rows = {"labels": st.none() | st.lists(words, max_size=3), "count": st.integers(-1, 3)}
almost = st.one_of(
    st.fixed_dictionaries({"series": st.fixed_dictionaries(rows | {"values": st.lists(forged, max_size=3)})}),
    st.fixed_dictionaries({"table": st.fixed_dictionaries(rows | {"columns": st.lists(forged, max_size=3)})}),
    st.fixed_dictionaries({"dict": st.lists(st.tuples(words, forged).map(list), max_size=3)}),
    st.fixed_dictionaries({"refused": forged}),
    st.fixed_dictionaries({"days": forged}),
)
EXPECTED = [  # one of each kind
    3079,
    0.1834,
    "B",
    True,
    None,
    {"date": "2005-04-30"},
    {"days": 43.0},
    {"number": "inf"},
    {"list": [1, "a", 0.5]},
    {"dict": [["early", 0.1], ["late", {"list": [1]}]]},
    series(early=0.1834, late=1),
    record(pd.DataFrame({"early": [1, 2], "late": [0.5, None]})),
]
anything = forged | almost | st.sampled_from(EXPECTED)


def wrote(**values) -> Run:
    """A run of which each check's cell wrote one of these into its channel: there, names have _ for -."""
    notebook = filled()
    recorded = []
    for place, cell in enumerate(notebook.cells):
        for name, value in values.items():
            if cell.id == name.replace("_", "-"):
                line = {"check": cell.id, "value": value, "fixed": False, "ordered": False, "within": None}
                recorded += _read(json.dumps(line), place)
    return Run(notebook, recorded)


@pytest.mark.parametrize("within", [None, 0.01])
@given(anything, anything, st.sampled_from(EXPECTED))
@settings(max_examples=300, deadline=None)
@example(float("nan"), 1, 3079)
@example(1, float("inf"), 0.1834)
@example(10**400, 1, 0.1834)
@example({"days": "long"}, 1, {"days": 43.0})
@example({"refused": []}, 1, 3079)
@example({"dict": [["\ud800", 1]]}, 1, {"dict": [["early", 0.1]]})
@example({"dict": [["\x1b[2J", 1]]}, 1, {"dict": [["early", 0.1]]})
def test_no_recording_breaks_the_judge(within, shipped, fresh, expected):
    """A submission writes what it likes into its channel; `json` reads NaN, huge numbers and lone surrogates."""
    run, other = (wrote(late_cards=value, choice=value) for value in (shipped, fresh))
    both = SHIPPED | {"late-cards": expected}
    for judgement in judge(standard(both, both, within=within), "en", run, other).values():
        assert type(judgement.score) is float and type(judgement.points) is float
        assert 0.0 <= judgement.score <= judgement.points == POINTS[judgement.name]
        assert_fit_to_print(judgement.outcome.message)


def assert_fit_to_print(message):
    """It goes into files and onto a terminal: no lone surrogates, no control characters, one line."""
    assert len(message) < 400
    message.encode()
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", message), ascii(message)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(LANGUAGES))
@settings(max_examples=100, deadline=None)
def test_messages_hold_no_expected_number(early, late, language):
    values = {"late-cards": early, "rates": series(early=early, late=late), "choice": "B"}
    found = judged(values, SHIPPED, language=language)
    hidden = {"3079", "3099", "0.1834", "0.6112", "0.1817", "0.6128"}
    for judgement in found.values():
        numbers_said = set(re.findall(r"\d[\d.]*\d", judgement.outcome.message))
        assert not numbers_said & hidden


# One line on a whole submission.


@pytest.mark.parametrize(
    ("shipped", "fresh", "line"),
    [
        (SHIPPED, FRESH, "Every check is right."),
        (SHIPPED | {"choice": "C"}, FRESH, "choice: This value is not right yet."),
        (SHIPPED, SHIPPED, "Right on the practice data, not on fresh data: was a number typed in?"),
        ({"late-cards": 6818, "choice": "C"}, {}, "0 of 3 checks are right."),
    ],
)
def test_the_trainer_reads_in_one_line_what_is_wrong(shipped, fresh, line):
    found = list(judged(shipped, fresh).values())
    assert in_words(found, run_of(filled(), {}), str, blank=False) == line


def test_the_trainer_reads_of_a_blank_submission_that_nothing_was_attempted():
    found = list(judged({}, {}).values())
    run = run_of(with_error(release(), "late-cards-answer", "NameError", "x"), {})
    assert in_words(found, run, str, blank=True) == "Nothing attempted."


def test_the_first_error_is_told_by_the_number_of_its_cell():
    run = run_of(with_error(filled(), "rates-answer", "SyntaxError", "invalid syntax"), {})
    line = in_words(list(judged({}, {}).values()), run, translator("en"), blank=False)
    assert line == "Cell [5]: SyntaxError: invalid syntax"


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=400))
@settings(max_examples=100, deadline=None)
@example("\n", "")
@example("E", "\x1b]0;owned\x07\x1b[2J")
@example("E", "\ud800")
def test_what_an_error_says_is_one_short_line_that_any_terminal_can_show(ename, evalue):
    run = run_of(with_error(filled(), "rates", ename, evalue), {})
    messages = [in_words(list(judged({}, {}).values()), run, str, blank=False)]
    messages += [entry.outcome.message for entry in judge(standard(), "en", run, run).values()]
    for message in messages:
        assert_fit_to_print(message)


def test_an_empty_answer_can_be_right():
    assert judging._share(Outcome("correct", 0, 0)) == 1.0
    assert judging._share(Outcome("not attempted", 0, 0)) == 0.0
