"""Days past due, buckets and risk classes: every edge, and a second count over plain Python dates."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from duecourse.kpi import BUCKETS, RISK_CLASSES, bucket, days_past_due, risk_class

DATES = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))


def bucket_by_stairs(dpd: int) -> str:
    """The second way: climb a step of thirty days at a time."""
    if dpd == 0:
        return "C"
    step = 1
    while dpd > 30 * step and step < 7:
        step += 1
    return f"M{step}" if step < 7 else "M7+"


def class_by_range(dpd: int) -> str:
    for days, name in zip((range(1), range(1, 91), range(91, 121), range(121, 181)), RISK_CLASSES, strict=False):
        if dpd in days:
            return name
    return "loss"


def test_the_worked_example_is_43_days_and_m2():
    assert days_past_due("2026-04-20", "2026-03-08") == 43
    assert bucket(43) == "M2"


@pytest.mark.parametrize(
    ("dpd", "name"),
    [(0, "C"), (1, "M1"), (30, "M1"), (31, "M2"), (90, "M3"), (91, "M4"), (180, "M6"), (181, "M7+"), (10**9, "M7+")],
)
def test_the_edges_of_the_buckets_stand_where_the_trade_puts_them(dpd, name):
    assert bucket(dpd) == name


def test_buckets_agree_with_a_second_count_at_every_edge():
    dpd = pd.Series(range(400))
    assert bucket(dpd).tolist() == [bucket_by_stairs(n) for n in range(400)]
    assert [bucket(n) for n in range(182)] == [bucket_by_stairs(n) for n in range(182)]


def test_risk_classes_agree_with_a_second_count_at_every_edge():
    dpd = pd.Series(range(400))
    assert risk_class(dpd).tolist() == [class_by_range(n) for n in range(400)]
    assert [risk_class(n) for n in (0, 1, 90, 91, 120, 121, 180, 181)] == [
        "normal",
        *["special mention"] * 2,
        *["substandard"] * 2,
        *["doubtful"] * 2,
        "loss",
    ]


@pytest.mark.parametrize("of", [bucket, risk_class])
@pytest.mark.parametrize("wrong", [-1, 0.5, 30.5, float("nan"), float("inf"), -0.001])
def test_days_that_cannot_be_are_refused_by_value_and_account(of, wrong):
    with pytest.raises(ValueError, match=rf"`dpd` is {wrong}: days past due are whole numbers"):
        of(wrong)
    with pytest.raises(ValueError, match=rf"`dpd` is {wrong}(\.0)? at 'A2'"):
        of(pd.Series([1.0, wrong, -7.0], index=["A1", "A2", "A3"]))


@pytest.mark.parametrize("of", [bucket, risk_class])
@pytest.mark.parametrize("wrong", [True, "31", None, pd.Series(["31"]), pd.Series([True])])
def test_days_that_are_no_numbers_are_refused(of, wrong):
    with pytest.raises((TypeError, ValueError), match="`dpd` is"):
        of(wrong)


def test_a_missing_day_in_a_nullable_column_is_refused_by_account():
    with pytest.raises(ValueError, match="at 'A2'"):
        bucket(pd.Series([1, None], index=["A1", "A2"], dtype="Int64"))


@pytest.mark.parametrize("kind", ["int8", "uint16", "Int64", "float32", "int64[pyarrow]"])
def test_any_kind_of_number_will_do(kind):
    assert bucket(pd.Series([0, 31], dtype=kind)).tolist() == ["C", "M2"]


@pytest.mark.parametrize(("of", "names"), [(bucket, BUCKETS), (risk_class, RISK_CLASSES)])
def test_a_series_keeps_its_index_and_all_categories_in_order(of, names):
    dpd = pd.Series([181, 0], index=["A9", "A1"], name="days")
    found = of(dpd)
    assert found.index.tolist() == ["A9", "A1"]
    assert tuple(found.cat.categories) == names
    assert found.cat.ordered
    assert found.max() == names[-1]
    assert dpd.tolist() == [181, 0]


@pytest.mark.parametrize("of", [bucket, risk_class])
def test_no_accounts_have_no_buckets(of):
    assert len(of(pd.Series([], dtype="int64"))) == 0
    assert len(days_past_due("2026-01-01", pd.Series([], dtype="datetime64[ns]"))) == 0


@given(DATES, DATES)
@example(datetime.date(2024, 3, 1), datetime.date(2024, 2, 28))  # across a leap day
@example(datetime.date(2025, 3, 1), datetime.date(2025, 2, 28))
@example(datetime.date(2000, 3, 1), datetime.date(2000, 2, 29))
@example(datetime.date(2026, 3, 1), datetime.date(2026, 1, 31))
def test_days_past_due_agree_with_python_dates(as_of, due):
    expected = max((as_of - due).days, 0)
    assert days_past_due(as_of, due) == expected
    assert days_past_due(as_of.isoformat(), pd.Series([due, None])).tolist() == [expected, 0]
    assert days_past_due(pd.Series([as_of]), due).tolist() == [expected]


@given(DATES, st.integers(-1, 181))
def test_a_due_date_n_days_back_is_n_days_past_due(as_of, n):
    assert days_past_due(as_of, as_of - datetime.timedelta(days=n)) == max(n, 0)


@given(DATES, DATES, st.integers(0, 500))
def test_days_past_due_never_fall_while_nothing_is_paid(as_of, due, wait):
    now, later = days_past_due(as_of, due), days_past_due(as_of + datetime.timedelta(days=wait), due)
    assert now <= later <= now + wait
    assert BUCKETS.index(bucket(now)) <= BUCKETS.index(bucket(later))
    assert RISK_CLASSES.index(risk_class(now)) <= RISK_CLASSES.index(risk_class(later))


@pytest.mark.parametrize(
    ("as_of", "due", "dpd"),
    [
        ("2026-03-01", "2026-01-31", 29),  # the canon's calendar trap: two month ends, and still M1
        ("2024-03-01", "2024-01-31", 30),
        ("2024-03-02", "2024-01-31", 31),
        ("2024-12-31", "2023-12-31", 366),
        ("1900-03-01", "1900-02-28", 1),
        ("2026-05-01", "2026-04-01", 30),
        ("2026-06-01", "2026-05-01", 31),
    ],
)
def test_months_have_the_days_that_they_have(as_of, due, dpd):
    assert days_past_due(as_of, due) == dpd


@pytest.mark.parametrize("nothing", [None, pd.NaT, np.datetime64("NaT")])
def test_who_has_nothing_unpaid_is_not_late(nothing):
    assert days_past_due("2026-04-20", nothing) == 0
    assert days_past_due("2026-04-20", pd.Series([nothing, nothing])).tolist() == [0, 0]


def test_a_time_of_day_makes_no_day():
    assert days_past_due("2026-04-21T00:01", "2026-04-20T23:59") == 1
    assert days_past_due("2026-04-20T23:59", "2026-04-20T00:00") == 0


def test_each_account_may_have_its_own_day_of_looking():
    index = ["A1", "A2"]
    as_of = pd.Series(["2026-04-20", "2026-05-20"], index=index)
    assert days_past_due(as_of, pd.Series(["2026-04-19", "2026-04-20"], index=index)).to_dict() == {"A1": 1, "A2": 30}


def test_days_of_different_accounts_are_not_taken_from_each_other():
    with pytest.raises(ValueError, match="same accounts"):
        days_past_due(pd.Series(["2026-04-20"], index=["A1"]), pd.Series(["2026-04-19"], index=["A2"]))


@pytest.mark.parametrize("missing", [None, pd.NaT, pd.Series(["2026-04-20", None], index=["A1", "A2"])])
def test_a_missing_day_of_looking_is_refused(missing):
    due = pd.Series(["2026-04-01", "2026-04-01"], index=["A1", "A2"])
    with pytest.raises(ValueError, match="`as_of` is"):
        days_past_due(missing, due)


@pytest.mark.parametrize("number", [20260420, 1.5, pd.Series([20260420])])
def test_a_number_is_no_date(number):
    with pytest.raises(TypeError, match=r"`oldest_unpaid_due` holds .* not dates"):
        days_past_due("2026-04-20", number)


def test_a_date_that_can_be_read_in_two_ways_is_refused_by_account():
    with pytest.raises(ValueError, match="`oldest_unpaid_due` is 08/03/2026 at 'A2'"):
        days_past_due("2026-04-20", pd.Series(["2026-03-08", "08/03/2026"], index=["A1", "A2"]))


def test_a_time_zone_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match="local calendar"):
        days_past_due("2026-04-20", pd.Series(pd.to_datetime(["2026-03-08"], utc=True)))
