"""One figure over another: what every rate of the desk library promises about bases, labels and kinds."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duecourse.kpi import coincident_rate, cure_rate, entry_rate, gross_roll, lagged_rate, net_flow
from duecourse.kpi.ratio import ratio


def lagged(delinquent, receivables):
    return lagged_rate(delinquent, receivables, lag=0)


SHARES = {
    entry_rate: ("unpaid_at_close", "due_today"),
    gross_roll: ("rolled", "opening"),
    cure_rate: ("cured", "opening"),
    coincident_rate: ("delinquent", "receivables"),
}
RATES = {**SHARES, net_flow: ("closing", "opening"), lagged: ("delinquent", "receivables")}
CENTS = st.integers(0, 10**12)
every_rate = pytest.mark.parametrize(("rate", "names"), RATES.items(), ids=lambda one: getattr(one, "__name__", ""))
each_rate = pytest.mark.parametrize("rate", RATES, ids=lambda one: one.__name__)
each_share = pytest.mark.parametrize("rate", SHARES, ids=lambda one: one.__name__)
every_share = pytest.mark.parametrize(("rate", "names"), SHARES.items(), ids=lambda one: getattr(one, "__name__", ""))


@every_rate
@pytest.mark.parametrize("base", [0, 0.0, -3, -0.01])
def test_a_base_without_meaning_is_refused_by_name_value_and_remedy(rate, names, base):
    with pytest.raises(ValueError, match=rf"`{names[1]}` is -?[\d.]+: .* above zero; leave such"):
        rate(0, base)


@every_rate
def test_the_first_label_with_a_bad_base_is_named(rate, names):
    index = ["M1", "M2", "M3", "M4"] if rate is not lagged else [1, 2, 3, 4]
    base = pd.Series([5, 3, 0, -2], index=index)
    with pytest.raises(ValueError, match=rf"`{names[1]}` is 0 at {index[2]!r}:"):
        rate(pd.Series(0, index=index), base)
    with pytest.raises(ValueError, match=rf"`{names[1]}` is 0 at {index[2]!r}, 'cards':"):
        rate(pd.DataFrame({"cards": 0, "loans": 0}, index=index), pd.DataFrame({"cards": base, "loans": base}))


@every_rate
def test_a_negative_part_is_refused(rate, names):
    with pytest.raises(ValueError, match=rf"`{names[0]}` is -1: .* not negative"):
        rate(-1, 10)


@every_share
def test_a_part_is_no_more_than_its_whole(rate, names):
    with pytest.raises(ValueError, match=rf"`{names[0]}` is 11: it is a part of `{names[1]}`"):
        rate(11, 10)
    assert rate(10, 10) == 1.0
    assert rate(0.1 + 0.2, 0.3) == 1.0


@each_share
@given(st.data())
def test_a_share_lies_between_0_and_1_and_agrees_with_plain_division(rate, data):
    base = data.draw(CENTS.filter(bool))
    part = data.draw(st.integers(0, base))
    assert 0 <= rate(part, base) <= 1
    assert rate(part, base) == part / base


@each_rate
@given(st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=8))
def test_one_by_one_or_all_at_once_is_the_same(rate, pairs):
    part = pd.Series([min(pair) for pair in pairs])
    base = pd.Series([max(pair) + 1 for pair in pairs])
    single = [rate(int(one), int(other)) for one, other in zip(part, base, strict=True)]
    assert rate(part, base).tolist() == single
    assert rate(part.to_frame("cards"), base.to_frame("cards"))["cards"].tolist() == single


@each_rate
def test_cents_and_yuan_give_one_rate(rate):
    assert rate(12_900, 30_000) == pytest.approx(rate(129.0, 300.0), rel=1e-12)
    assert rate(Decimal("129.00"), Decimal("300.00")) == pytest.approx(0.43)
    assert rate(np.int64(129), np.float32(300)) == pytest.approx(0.43)


@every_rate
@pytest.mark.parametrize("wrong", ["129", True, None, [129], pd.Series(["129"]), pd.Series([True]), np.array([129])])
def test_what_is_no_number_is_refused(rate, names, wrong):
    with pytest.raises(TypeError, match=f"`{names[0]}` is"):
        rate(wrong, 300)


@each_rate
def test_a_series_over_a_number_is_refused(rate):
    with pytest.raises(TypeError, match="two of the same kind"):
        rate(pd.Series([1, 2]), 300)


@each_rate
def test_labels_are_not_matched_in_silence(rate):
    with pytest.raises(ValueError, match="different labels"):
        rate(pd.Series([1, 2], index=["M1", "M2"]), pd.Series([3, 4], index=["M2", "M3"]))
    with pytest.raises(ValueError, match="different labels on their columns"):
        rate(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))


@pytest.mark.parametrize("kind", ["float64", "Int64", "object", "Float64"])
def test_what_is_missing_stays_missing(kind):
    closing = pd.Series([1, None], dtype=kind)
    assert np.isnan(net_flow(closing, pd.Series([4, 4])).iloc[1])
    assert np.isnan(net_flow(pd.Series([4, 4]), closing).iloc[1])
    assert net_flow(closing, pd.Series([4, 4])).dtype == "float64"
    assert np.isnan(net_flow(float("nan"), 4.0))


def test_an_infinite_amount_is_refused():
    with pytest.raises(ValueError, match="`closing` is inf at 1"):
        net_flow(pd.Series([1.0, np.inf]), pd.Series([1.0, 1.0]))


def test_nothing_is_changed_in_passing():
    part, base = pd.Series([1, 2]), pd.Series([3, 4])
    ratio(part, base, "part", "base")
    assert (part.tolist(), base.tolist(), part.dtype) == ([1, 2], [3, 4], "int64")


def test_a_label_that_stands_twice_is_named_where_it_is_bad():
    with pytest.raises(ValueError, match="`opening` is 0 at 'M1'"):
        net_flow(pd.Series([1, 1], index=["M1", "M1"]), pd.Series([1, 0], index=["M1", "M1"]))
