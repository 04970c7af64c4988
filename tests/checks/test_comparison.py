"""Which answers match an expectation, and what is said of those that do not.

Every comparison here is made twice, with the instructor's own recording and with the key's hashes: a trainee's card
and a grade never disagree.
"""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from material import SALT, law, nested, text

from duecourse.checks.comparison import compare
from duecourse.checks.expectation import Known, Slip
from duecourse.checks.form import canonical
from duecourse.checks.key import expectation, hashed
from duecourse.checks.leaf import NOISE
from duecourse.checks.recording import record
from duecourse.language import translator

money = st.floats(-1e6, 1e6).filter(lambda number: number == 0 or abs(number) > 1e-3)
columns = st.sampled_from([st.integers(-9, 9), money, st.sampled_from(["late", "on time", ""]), st.booleans()])


@st.composite
def tables(draw, labelled=False):
    rows = draw(st.integers(1, 6))
    content = {
        name: draw(st.lists(draw(columns), min_size=rows, max_size=rows))
        for name in draw(st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True))
    }
    labels = draw(st.permutations([f"row {place}" for place in range(rows)])) if labelled else None
    return pd.DataFrame(content, index=labels)


def outcome(given_, right, *, ordered=False, within=None, slips=(), translate=str):
    form = canonical(record(given_), ordered=ordered)
    expected = canonical(record(right), ordered=ordered)
    known = Known(expected, within)
    key = expectation(json.loads(json.dumps(hashed(expected, SALT, within))), SALT)
    wrong = [(canonical(record(value), ordered=ordered), message) for value, message in slips]
    known_slips = [Slip(message, Known(slip, within)) for slip, message in wrong]
    key_slips = [Slip(message, expectation(hashed(slip, SALT, within), SALT)) for slip, message in wrong]
    seen = compare(form, known, known_slips, translate)
    assert seen == compare(form, key, key_slips, translate), "grade and card disagree"
    return seen


def matches(given_, right, **options) -> bool:
    return outcome(given_, right, **options).verdict == "correct"


def recordable(value) -> bool:
    recording = record(value)
    return not (isinstance(recording, dict) and {"nothing", "refused"} & recording.keys())


@law
@given(nested, st.booleans())
def test_a_value_matches_itself(value, ordered):
    assume(recordable(value))
    assert matches(value, value, ordered=ordered)


@law
@given(tables() | tables(labelled=True), st.booleans())
def test_a_table_matches_itself(table, ordered):
    found = outcome(table, table, ordered=ordered)
    assert (found.verdict, found.right, found.total, found.message) == ("correct", table.size, table.size, "")


@law
@given(nested, nested)
def test_what_is_judged_correct_holds_the_same_leaves(value, other):
    assume(recordable(value) and recordable(other))
    form, expected = canonical(record(value)), canonical(record(other))
    if matches(value, other):
        assert (form.kind, set(form.names)) == (expected.kind, set(expected.names))
        assert form.leaves.keys() == expected.leaves.keys()


@law
@given(tables(), st.randoms(use_true_random=False))
@example(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), None)
def test_rows_without_labels_may_come_in_any_order(table, random):
    rows = list(range(len(table)))
    random.shuffle(rows) if random else rows.reverse()
    assert matches(table.iloc[rows].reset_index(drop=True), table)


@law
@given(tables(labelled=True), st.randoms(use_true_random=False))
def test_labelled_rows_are_compared_by_label(table, random):
    labels = list(table.index)
    random.shuffle(labels)
    assert matches(table.loc[labels], table)
    assert matches(table.iloc[:, 0].loc[labels], table.iloc[:, 0])
    assert matches(table.loc[labels], table, ordered=True) is (labels == list(table.index))


@law
@given(tables(), st.randoms(use_true_random=False), st.booleans())
def test_columns_may_come_in_any_order(table, random, ordered):
    names = list(table.columns)
    random.shuffle(names)
    assert matches(table[names], table, ordered=ordered)


@law
@given(st.lists(st.integers() | text, min_size=2, max_size=6, unique_by=repr), st.randoms(use_true_random=False))
def test_the_order_of_a_list_matters(values, random):
    other = values.copy()
    random.shuffle(other)
    assert matches(other, values) is (other == values)


def test_row_order_matters_where_the_author_says_so():
    table = pd.DataFrame({"bucket": ["M1", "M2"], "balance": [3.0, 2.0]})
    upside_down = table.iloc[::-1].reset_index(drop=True)
    assert matches(upside_down, table)
    assert not matches(upside_down, table, ordered=True)
    assert not matches(table.balance.iloc[::-1].reset_index(drop=True), table.balance, ordered=True)


@law
@given(tables(), st.lists(st.integers(-3, 3), min_size=6, max_size=6))
@example(pd.DataFrame({"a": [0.1234565, 0.1234565], "b": [2, 1]}), [-2, 2, 0, 0, 0, 0])
def test_floating_point_noise_in_a_table_never_breaks_a_match(table, steps):
    def noisy(values: pd.Series) -> pd.Series:
        if values.dtype != float:
            return values
        return values * (1 + pd.Series(steps[: len(values)]) * 2.0**-52)

    assert matches(table.apply(noisy), table)


@law
@given(tables(labelled=True), st.data())
def test_one_wrong_number_costs_one_leaf_and_is_named(table, data):
    numbers = [name for name in table if table[name].dtype in (float, int)]
    assume(numbers and len(table) > 1)
    column, row = data.draw(st.sampled_from(numbers)), data.draw(st.sampled_from(list(table.index)))
    wrong = table.copy()
    wrong.loc[row, column] += 1
    found = outcome(wrong, table)
    assert (found.verdict, found.right, found.total) == ("not quite", table.size - 1, table.size)
    assert f"“{column if len(table.columns) > 1 else row}”" in found.message


BASE = pd.DataFrame({"n": [1, 2], "share": [0.25, 0.5], "late": [True, False]}, index=["a", "b"])


@pytest.mark.parametrize(
    "dtypes",
    [
        *({"n": "int8"}, {"n": "float64"}, {"n": "Int64"}, {"n": object}, {"n": "int64[pyarrow]"}, {"n": "UInt8"}),
        *({"share": "float32"}, {"share": "Float64"}, {"share": "double[pyarrow]"}, {"share": object}),
        *({"late": "boolean"}, {"late": object}, {"late": "bool[pyarrow]"}, {"n": "category", "share": "category"}),
    ],
    ids=str,
)
def test_dtypes_that_hold_the_same_values_match(dtypes):
    assert matches(BASE.astype(dtypes), BASE)
    assert matches(BASE, BASE.astype(dtypes))
    assert all(matches(BASE.astype(dtypes)[name], BASE[name]) for name in dtypes)


@pytest.mark.parametrize("dtype", [object, "string", "category", "string[pyarrow]"])
def test_every_text_dtype_is_text(dtype):
    stages = pd.Series(["late", None, "on time"], index=list("abc"))
    assert matches(stages.astype(dtype), stages)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_match_in_every_resolution(unit):
    days = pd.Series(pd.to_datetime(["2005-04-30", None]), index=["a", "b"])
    assert matches(days.astype(f"datetime64[{unit}]"), days)
    assert matches(pd.Series([days["a"].date(), None], index=["a", "b"], dtype=object), days)


def test_a_missing_number_is_the_same_in_every_dtype_and_never_zero():
    floats = pd.Series([1, np.nan], index=["a", "b"])
    assert matches(floats.astype("Int64"), floats)
    assert matches(floats.astype(object).where(floats.notna(), None), floats)
    assert "a missing value" in outcome(floats.fillna(0), floats).message


@pytest.mark.parametrize("values", [[0.3, 0.1, 0.2], [1, 2, 3]])
def test_a_default_index_is_the_same_whether_it_is_a_range_or_numbers(values):
    """pandas' own `assert_series_equal` calls these two the same."""
    as_range = pd.Series(values)
    as_numbers = pd.Series(values, index=pd.Index([0, 1, 2]))
    pd.testing.assert_series_equal(as_range, as_numbers)
    assert matches(as_range, as_numbers)
    assert matches(as_numbers, as_range)


def test_labels_are_not_guessed_from_positions():
    by_month = pd.Series([0.1, 0.2, 0.3], index=[1, 2, 3])
    assert "labels (the index)" in outcome(pd.Series([0.1, 0.2, 0.3]), by_month).message
    assert "labels (the index)" in outcome(pd.Series([0.3, 0.1, 0.2]), by_month).message


def test_labels_with_floating_point_noise_are_the_same_labels():
    shares = pd.Series([1, 2], index=[0.1, 0.3])
    assert matches(pd.Series([1, 2], index=[0.1, 0.1 + 0.2]), shares)


@pytest.mark.parametrize(
    ("given_", "right", "said"),
    [
        ("0.18", 0.18, "Your answer is a text; a number is asked for."),
        ([1], pd.Series([1]), "Your answer is a list; a Series (one column with labels) is asked for."),
        (pd.Series([1]).to_frame(), pd.Series([1]), "Your answer is a table (DataFrame); a Series"),
        (True, 1, "Your answer is true or false; a number is asked for."),
        (np.nan, 0.5, "Your answer is a missing value; a number is asked for."),
        (0.2, 0.18, "This value is not right yet."),
        ([1, 2], [1, 2, 3], "Rows in your answer: 2; asked for: 3."),
        ([1, 2, 3, 4], [1, 2, 3], "Rows in your answer: 4; asked for: 3."),
        ({"a": 1}, {"a": 1, "b": 2}, "Entry missing: “b”."),
        ({"a": 1, "c": 2}, {"a": 1}, "Entry not asked for: “c”."),
        ({"a": 1, "c": 2}, {"a": 1, "b": 2}, "Entry missing: “b”. Entry not asked for: “c”."),
        (BASE[["n"]], BASE, "Column missing: “share”, “late”."),
        (BASE.assign(x=1), BASE, "Column not asked for: “x”."),
        (BASE.iloc[:1], BASE, "Rows in your answer: 1; asked for: 2."),
        (BASE.reset_index(drop=True), BASE, "The rows should carry their labels"),
        (BASE, BASE.reset_index(drop=True), "The rows should be numbered 0, 1, 2 …"),
        (BASE.rename({"a": "x"}), BASE, "Row not asked for: “x”."),
        (BASE.assign(n=["1", "2"]), BASE, "“n” holds a text; a number is asked for."),
        (BASE.assign(late=[1, 0]), BASE, "“late” holds a number; true or false is asked for."),
        (BASE.assign(n=[7, 8]), BASE, "Not right yet in column “n”; the other columns are."),
        (BASE[["n"]].assign(n=[1, 8]), BASE[["n"]], "Not right yet: “b”; the rest is."),
        (BASE.n.add([0, 1]), BASE.n, "Not right yet: “b”; the rest is."),
        ([1, 5, 3], [1, 2, 3], "Not right yet: “2”; the rest is."),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "Not right yet: “b”; the rest is."),
        (BASE.n + 5, BASE.n, "None of the values is right yet."),
        (["1", 2], [1, 2], "holds a text; a number is asked for."),
        ({"a": [1, 2], "b": 1}, {"a": [1, 3], "b": 1}, "Not right yet: “a”; the rest is."),
        ({"a": [1], "b": 1}, {"a": [1, 2], "b": 1}, "“a”"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "“2”"),
        ({"a": [1], "b": 1}, {"a": 1, "b": 1}, "“a”"),
        ({"a": 1, "b": 1}, {"a": [1], "b": 1}, "“a”"),
        ({"a": {"x": 1}, "b": 1}, {"a": {"y": 1}, "b": 1}, "“a”"),
        (pd.DataFrame({"b": []}), pd.DataFrame({"a": []}), "Column missing: “a”. Column not asked for: “b”."),
        ([], [1], "Rows in your answer: 0; asked for: 1."),
        ([1], [], "Rows in your answer: 1; asked for: 0."),
        ({}, {"a": 1}, "Entry missing: “a”."),
    ],
)
def test_feedback_goes_from_kind_to_shape_to_labels_to_values(given_, right, said):
    found = outcome(given_, right)
    assert found.verdict == "not quite"
    assert said in found.message
    assert "“kind”" not in found.message
    assert found.right < found.total or not found.total


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": {"kind": "list"}}, {"a": []}),
        ([{"kind": "dict"}], [{}]),
        (pd.DataFrame({"a\x1fb": [1]}, index=["c"]), pd.DataFrame({"a": [1]}, index=["b\x1fc"])),
        (pd.DataFrame({"a": []}), pd.DataFrame({"b": []})),
        ([[]], [{}]),
        ([], {}),
        ([1, [2]], [[1], 2]),
        (pd.Series([2.0, 1.0], index=["1: a", "1: b"]), pd.Series([2.0, 1.0], index=["a", "b"])),
    ],
    ids=range(8),
)
def test_different_structures_never_match(one, other):
    assert not matches(one, other)
    assert not matches(other, one)
    assert not matches(one, other, ordered=True)


def test_the_message_names_no_expected_value():
    secret = pd.DataFrame({"n": [7319, 7321]}, index=["a", "b"])
    for wrong in (secret + 1, secret.astype(str), secret.iloc[:1], secret.assign(x=1), 5, {"a": 1}):
        assert not {"7319", "7321"} & set(outcome(wrong, secret).message.replace(".", " ").split())


@pytest.mark.parametrize(
    ("given_", "verdict"), [(..., "not attempted"), (None, "not attempted"), (iter([]), "cannot be checked")]
)
def test_no_answer_and_no_checkable_answer_are_not_wrong_answers(given_, verdict):
    found = outcome(given_, BASE)
    assert (found.verdict, found.right, found.total) == (verdict, 0, BASE.size)
    assert found.message


def test_the_slip_that_was_made_is_named():
    closing = (BASE.n * 3, "You divided by the closing balance.")
    typed = (BASE.n * 5, "You typed it in.")
    assert outcome(BASE.n * 3, BASE.n, slips=[typed, closing]).message == closing[1]
    assert outcome(BASE.n * 5, BASE.n, slips=[typed, closing]).message == typed[1]
    assert outcome(BASE.n * [1, 3], BASE.n, slips=[typed, closing]).message == closing[1]
    assert outcome(BASE.n * [3, 5], BASE.n, slips=[typed, closing]).message == "None of the values is right yet."
    assert outcome(BASE.n, BASE.n, slips=[typed, closing]).verdict == "correct"
    assert outcome(BASE.n.iloc[:1], BASE.n, slips=[typed, closing]).message.startswith("Rows in your answer: 1")


def test_within_holds_for_every_number_of_a_table():
    money_ = pd.DataFrame({"yuan": [12.34, 1e6]}, index=["a", "b"])
    assert matches(money_ + 0.004, money_, within=0.01)
    assert not matches(money_ + 0.02, money_, within=0.01)
    assert matches(money_ * (1 + NOISE / 10), money_)


def test_an_answer_of_astronomic_size_is_only_wrong():
    assert outcome(1e308, 0.5, within=0.01).verdict == "not quite"


@pytest.mark.parametrize("odd", ["\ud800", {"\ud800": 1}, ["\ud800"]], ids=["text", "key", "item"])
def test_text_that_is_no_unicode_is_only_wrong(odd):
    assert outcome(odd, "late").verdict in ("not quite", "cannot be checked")
    assert outcome(odd, {"a": 1}).verdict in ("not quite", "cannot be checked")
    assert outcome(odd, ["late"]).verdict in ("not quite", "cannot be checked")


def test_feedback_speaks_the_trainees_language():
    chinese = translator("zh-CN")
    found = outcome("0.18", 0.18, translate=chinese)
    sentence = chinese("Your answer is {given}; {wanted} is asked for.")
    assert found.message == sentence.format(given=chinese("a text"), wanted=chinese("a number"))


def test_an_outcome_is_plain_enough_to_be_kept():
    found = outcome([1, 2], [1, 3])
    assert dataclasses.asdict(found)["right_paths"] == frozenset({("1",)})
    assert math.isclose(found.right / found.total, 0.5)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (pd.Series([True] * 30_000), "a whole column or table; a number is asked for"),
        (pd.Series([1, 2]).sum, "put brackets ()"),
    ],
    ids=["forgotten .sum()", "forgotten brackets"],
)
def test_a_beginners_omission_is_named(given_, said):
    found = compare(canonical(record(given_)), Known(canonical(3079)), [], str)
    assert found.verdict == "cannot be checked"
    assert said in found.message
