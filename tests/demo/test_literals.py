"""Recordings turned back into Python give the same recording again."""

import datetime

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duecourse.checks.comparison import compare
from duecourse.checks.expectation import Known
from duecourse.checks.form import canonical
from duecourse.checks.recording import record
from duecourse.demo.literals import literal

names = st.text(max_size=6)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
moments = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)) | st.dates(
    datetime.date(1700, 1, 1), datetime.date(2200, 1, 1)
)
lengths = st.timedeltas(datetime.timedelta(days=-9_999), datetime.timedelta(days=9_999))
leaves = st.booleans() | numbers | names | moments | lengths
columns = st.lists(st.none() | leaves, min_size=3, max_size=3)
index = st.none() | st.lists(names, min_size=3, max_size=3, unique=True)
series = st.builds(lambda values, labels: pd.Series(values, index=labels, dtype=object), columns, index)
tables = st.builds(
    lambda data, labels: pd.DataFrame(data, index=labels, dtype=object),
    st.dictionaries(names, columns, min_size=1, max_size=3),
    index,
)
nested = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3) | st.tuples(inner),
    max_leaves=8,
)


def assert_comes_back(value):
    recording = record(value)
    again = record(eval(literal(recording)))
    outcome = compare(canonical(again), Known(canonical(recording)), [], str)
    assert outcome.verdict == "correct", (recording, literal(recording), again)


@given(nested | series | tables)
@settings(max_examples=300, deadline=None)
@example(float("inf"))
@example(-0.0)
@example([1, 2**63, 10**30])
@example(pd.Series([1, None, 3]))
@example(pd.Series([True, None, "x"]))
@example(pd.Series([], dtype=float))
@example(pd.DataFrame({"a": [1, 2]}, index=["x", "y"]))
@example(pd.DataFrame({"a": pd.to_datetime(["2005-04-30", None])}))
def test_typing_a_recording_gives_that_recording(value):
    assert_comes_back(value)


@pytest.mark.parametrize("value", ["'", '"', "\\", "\n", "{}", "“”", "逾期", "\x00"], ids=ascii)
def test_text_is_quoted_whatever_is_in_it(value):
    for whole in (value, [value], {value: value}, pd.Series({value: value})):
        assert_comes_back(whole)
