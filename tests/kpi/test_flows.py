"""Flows between buckets: the worked figures, conservation, and a second count in plain Python."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duecourse.kpi import (
    BUCKETS,
    ENDS,
    coincident_rate,
    cure_rate,
    entry_rate,
    flow_reconciliation,
    gross_roll,
    inflow_from_elsewhere,
    lagged_rate,
    net_flow,
    transition_matrix,
)

STATES = [*BUCKETS, *ENDS]
FEBRUARY = pd.Period("2026-02", "M")

rows = st.tuples(st.sampled_from(STATES), st.integers(0, 10**9))
histories = st.integers(2, 4).flatmap(
    lambda months: st.lists(st.lists(rows, min_size=months, max_size=months), min_size=1, max_size=12)
)


def panel_of(history):
    """One account a list of (bucket, balance), one month after the other from November 2025."""
    month = pd.period_range("2025-11", periods=len(history[0]), freq="M")
    return pd.DataFrame(
        [(f"A{n}", month[m], *row) for n, account in enumerate(history) for m, row in enumerate(account)],
        columns=["account", "month", "bucket", "balance"],
    )


@pytest.fixture
def worked():
    """300 in M1: 156 cured, 15 stayed, 129 rolled; 6 came to M2 from M4, an agreement taken back."""
    january = [("A", "M1", 156), ("B", "M1", 15), ("C", "M1", 129), ("D", "M4", 6)]
    february = [("A", "C", 156), ("B", "M1", 15), ("C", "M2", 129), ("D", "M2", 6)]
    return pd.concat(
        pd.DataFrame(rows, columns=["account", "bucket", "balance"]).assign(month=pd.Period(month, "M"))
        for month, rows in (("2026-01", january), ("2026-02", february))
    )


def test_the_entry_rate_by_amount_and_by_count_are_the_worked_ones():
    assert entry_rate(3.1, 50.0) == pytest.approx(0.062)
    assert entry_rate(520, 10_000) == pytest.approx(0.052)


def test_the_net_flows_are_the_worked_ones():
    index = ["M1", "M2", "M3"]
    found = net_flow(pd.Series([330, 135, 96], index), pd.Series([10_000, 300, 120], index))
    assert found.tolist() == pytest.approx([0.033, 0.45, 0.80])


def test_net_flow_follows_the_diagonal_of_a_table_of_months_and_buckets():
    balances = pd.DataFrame({"M1": [300, 280], "M2": [120, 135], "M3": [80, 96]})
    found = net_flow(balances, balances.shift(1).shift(1, axis=1))
    assert found.loc[1, ["M2", "M3"]].tolist() == pytest.approx([0.45, 0.80])
    assert found.loc[0].isna().all()


def test_gross_flow_and_inflow_from_elsewhere_reconcile_with_net():
    assert gross_roll(129, 300) == pytest.approx(0.43)
    assert inflow_from_elsewhere(135, 129) == 6
    assert gross_roll(129, 300) + 6 / 300 == pytest.approx(net_flow(135, 300))


def test_the_cure_rate_is_the_worked_one():
    assert cure_rate(156, 300) == pytest.approx(0.52)


def test_the_worked_panel_gives_cure_stay_and_roll(worked):
    found = transition_matrix(worked)
    assert found.loc["M1", ["C", "M1", "M2"]].tolist() == pytest.approx([0.52, 0.05, 0.43])
    assert found.loc["M4", "M2"] == 1
    assert found.loc["C"].isna().all()
    assert transition_matrix(worked, by="count").loc["M1", ["C", "M1", "M2"]].tolist() == pytest.approx([1 / 3] * 3)


def test_the_worked_panel_reconciles(worked):
    found = flow_reconciliation(worked).loc[(FEBRUARY, "M2")]
    amounts = found[["opening", "rolled", "change", "elsewhere", "closing"]]
    assert amounts.tolist() == [300, 129, 0, 6, 135]
    assert found[["gross", "net"]].tolist() == pytest.approx([0.43, 0.45])


def test_interest_on_what_rolled_is_no_inflow(worked):
    worked.loc[(worked["account"] == "C") & (worked["month"] == FEBRUARY), "balance"] += 2
    found = flow_reconciliation(worked).loc[(FEBRUARY, "M2")]
    assert found[["rolled", "change", "elsewhere", "closing"]].tolist() == [129, 2, 6, 137]
    assert inflow_from_elsewhere(137, 129, change=2) == 6


def test_more_rolled_than_the_bucket_holds_is_refused():
    with pytest.raises(ValueError, match="did balances shrink"):
        inflow_from_elsewhere(120, 129)
    assert inflow_from_elsewhere(120, 129, change=-9) == 0
    with pytest.raises(ValueError, match="'M3'"):
        inflow_from_elsewhere(pd.Series([5, 1], ["M2", "M3"]), pd.Series([1, 5], ["M2", "M3"]))
    with pytest.raises(TypeError, match="`change`"):
        inflow_from_elsewhere(pd.Series([5, 1]), pd.Series([1, 1]), 2)


def by_hand(panel, by):
    """The second way: accounts one by one, in dictionaries."""
    seen = {(row.account, row.month.ordinal): row for row in panel.itertuples()}
    flow, opened = defaultdict(float), defaultdict(float)
    for (account, month), row in seen.items():
        later = seen.get((account, month + 1))
        if later is not None:
            weight = row.balance if by == "balance" else 1
            flow[row.bucket, later.bucket] += weight
            opened[row.bucket] += weight
    return {
        (one, other): flow[one, other] / opened[one] if opened[one] else np.nan for one in STATES for other in STATES
    }


@pytest.mark.parametrize("by", ["balance", "count"])
@given(histories, st.randoms(use_true_random=False))
def test_a_matrix_agrees_with_a_count_account_by_account_in_any_order(by, history, chance):
    panel = panel_of(history)
    order = list(range(len(panel)))
    chance.shuffle(order)
    found = transition_matrix(panel.iloc[order], by=by)
    expected = by_hand(panel, by)
    assert found.index.tolist() == found.columns.tolist() == STATES
    assert found.stack().to_dict() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("by", ["balance", "count"])
@given(histories)
def test_rows_sum_to_one_or_are_empty_and_visible(by, history):
    found = transition_matrix(panel_of(history), by=by)
    total = found.sum(axis=1, min_count=1)
    assert total.dropna().to_numpy() == pytest.approx(1)
    empty = total[total.isna()].index
    assert found.loc[empty].isna().all(axis=None)
    assert found.fillna(0).stack().between(0, 1 + 1e-12).all()


@given(histories)
def test_what_rolled_grew_and_came_from_elsewhere_is_the_closing_balance_to_the_cent(history):
    panel = panel_of(history)
    found = flow_reconciliation(panel)
    assert (found["rolled"] + found["change"] + found["elsewhere"] == found["closing"]).all()
    assert (found["rolled"] <= found["opening"]).all()
    assert (found["elsewhere"] >= 0).all()
    held = panel.groupby(["month", "bucket"])["balance"].sum()
    for (month, bucket), row in found.iterrows():
        assert row["closing"] == held.get((month, bucket), 0)
        assert row["opening"] == held.get((month - 1, BUCKETS[BUCKETS.index(bucket) - 1]), 0)


@given(histories)
def test_the_rates_of_the_reconciliation_are_those_of_the_formulas(history):
    found = flow_reconciliation(panel_of(history))
    opened = found[found["opening"] > 0]
    assert found.loc[found["opening"] == 0, ["gross", "net"]].isna().all(axis=None)
    pd.testing.assert_series_equal(gross_roll(opened["rolled"], opened["opening"]), opened["gross"], check_names=False)
    pd.testing.assert_series_equal(net_flow(opened["closing"], opened["opening"]), opened["net"], check_names=False)
    rest = inflow_from_elsewhere(found["closing"], found["rolled"], found["change"])
    pd.testing.assert_series_equal(rest, found["elsewhere"].astype(float), check_names=False)


@given(histories)
def test_gross_flow_of_one_month_stands_beside_the_diagonal(history):
    panel = panel_of([account[:2] for account in history])
    found, matrix = flow_reconciliation(panel), transition_matrix(panel)
    for month, bucket in found.index:
        before = BUCKETS[BUCKETS.index(bucket) - 1]
        assert found.loc[(month, bucket), "gross"] == pytest.approx(matrix.loc[before, bucket], nan_ok=True)


def test_a_matrix_is_neither_transposed_nor_of_one_month(worked):
    found = transition_matrix(worked)
    assert found.index.name == "opening"
    assert found.columns.name == "closing"
    assert found.loc["M1", "M2"] != found.loc["M2", "M1"]


def test_the_panel_is_left_as_it_was(worked):
    before = worked.copy()
    transition_matrix(worked)
    flow_reconciliation(worked)
    pd.testing.assert_frame_equal(worked, before)


def test_buckets_may_be_categories_and_months_dates(worked):
    other = worked.assign(
        bucket=pd.Categorical(worked["bucket"], categories=BUCKETS, ordered=True),
        month=worked["month"].dt.to_timestamp(how="end"),
    )
    pd.testing.assert_frame_equal(transition_matrix(other), transition_matrix(worked))
    pd.testing.assert_frame_equal(flow_reconciliation(other), flow_reconciliation(worked))


@pytest.mark.parametrize("kind", ["uint8", "Int64", "float32", "int64[pyarrow]"])
def test_balances_may_be_any_kind_of_number(worked, kind):
    worked.loc[(worked["account"] == "C") & (worked["month"] == FEBRUARY), "balance"] -= 9
    other = worked.assign(balance=worked["balance"].astype(kind))
    found = flow_reconciliation(other).loc[(FEBRUARY, "M2")]
    assert found[["rolled", "change", "elsewhere", "closing"]].tolist() == [129, -9, 6, 126]
    pd.testing.assert_frame_equal(transition_matrix(other), transition_matrix(worked))


def test_a_year_ends_between_december_and_january():
    panel = pd.DataFrame(
        {"account": "A", "month": ["2025-12-31", "2026-01-31"], "bucket": ["M1", "M2"], "balance": [10, 10]}
    )
    assert transition_matrix(panel).loc["M1", "M2"] == 1


def test_an_account_that_vanishes_is_an_error_until_its_state_is_named(worked):
    gone = worked[~((worked["account"] == "B") & (worked["month"] == FEBRUARY))]
    with pytest.raises(ValueError, match="account 'B' in 2026-01, but not in the month after"):
        transition_matrix(gone)
    assert transition_matrix(gone, absent="closed").loc["M1", "closed"] == pytest.approx(0.05)
    assert transition_matrix(gone, absent="closed").loc["M1"].sum() == pytest.approx(1)


def test_an_account_that_has_ended_needs_no_more_rows():
    panel = pd.DataFrame(
        {
            "account": ["A", "A", "B", "B", "B"],
            "month": ["2026-01", "2026-02", "2026-01", "2026-02", "2026-03"],
            "bucket": ["M6", "sold", "C", "C", "C"],
            "balance": [5, 0, 5, 5, 5],
        }
    )
    found = transition_matrix(panel, ends=["sold"])
    assert found.index.tolist() == [*BUCKETS, "sold"]
    assert found.loc["M6", "sold"] == 1
    assert found.loc["sold"].isna().all()
    assert transition_matrix(panel, ends=["sold"], absent="C").loc["sold"].isna().all()


def test_a_column_of_balances_is_not_needed_to_count(worked):
    pd.testing.assert_frame_equal(
        transition_matrix(worked.drop(columns="balance"), by="count"), transition_matrix(worked, by="count")
    )


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda t: t.drop(columns="bucket"), ValueError, "no column 'bucket'"),
        (lambda t: t.iloc[:0], ValueError, "no rows"),
        (lambda t: t[t["month"] == FEBRUARY], ValueError, "one month, 2026-02"),
        (lambda t: pd.concat([t, t.iloc[[0]]]), ValueError, "two rows for account 'A' in 2026-01"),
        (lambda t: t.assign(bucket="M0"), ValueError, "bucket 'M0' for account 'A' in 2026-01"),
        (lambda t: t.assign(bucket=None), ValueError, "bucket (None|nan) for account 'A'"),
        (lambda t: t.assign(balance=t["balance"] - 6 - t["balance"].eq(6)), ValueError, "balance of -1 at 'D'"),
        (lambda t: t.assign(balance=np.nan), ValueError, "balance of nan at 'A'"),
        (lambda t: t.assign(balance="12"), TypeError, "column 'balance'"),
        (lambda t: t.assign(account=None), ValueError, "no account in row 0"),
        (lambda t: t.assign(month=202601), TypeError, "`month` holds int64, not dates"),
        (lambda t: t.assign(month=pd.NaT), ValueError, "`month` is NaT at 0"),
        (
            lambda t: t.assign(month=t["month"].where(t["month"] < FEBRUARY, FEBRUARY + 1)),
            ValueError,
            "no rows at all in 2026-02",
        ),
        (lambda t: t["balance"], TypeError, "`panel` is a Series"),
    ],
)
@pytest.mark.parametrize("of", [transition_matrix, flow_reconciliation])
def test_a_panel_that_would_falsify_a_rate_is_refused(worked, of, spoil, kind, words):
    with pytest.raises(kind, match=words):
        of(spoil(worked))


def test_unknown_words_are_refused_with_the_known_ones(worked):
    with pytest.raises(ValueError, match="'balance' or by 'count'"):
        transition_matrix(worked, by="accounts")
    with pytest.raises(ValueError, match="one of the states"):
        transition_matrix(worked, absent="gone")
    with pytest.raises(ValueError, match="name one twice"):
        transition_matrix(worked, ends=["C"])


MONTHS = pd.period_range("2025-11", periods=4, freq="M")


def test_coincident_and_lagged_rates_are_the_worked_ones():
    assert coincident_rate(11.6, 1157.6) == pytest.approx(0.0100, abs=5e-5)
    assert lagged_rate(11.6, 1050.0, lag=2) == pytest.approx(0.0110, abs=5e-5)
    receivables = pd.Series([1000.0, 1050.0, 1102.5, 1157.6], MONTHS)
    late = pd.Series([10.0, 10.5, 11.0, 11.6], MONTHS)
    found = lagged_rate(late, receivables, lag=2)
    assert found.iloc[-1] == 11.6 / 1050
    assert found.iloc[:2].isna().all()


@given(st.floats(1, 1e9), st.floats(0, 1), st.integers(0, 3))
def test_coincident_and_lagged_are_equal_when_nothing_grows(receivables, share, lag):
    book = pd.Series(receivables, MONTHS)
    found, same = lagged_rate(book * share, book, lag=lag), coincident_rate(book * share, book)
    pd.testing.assert_series_equal(found.iloc[lag:], same.iloc[lag:])


@given(st.floats(0.5, 2), st.floats(0.01, 1), st.integers(1, 3))
def test_growth_flatters_the_coincident_rate_and_shrinking_does_the_reverse(growth, share, lag):
    assume(abs(growth - 1) > 1e-6)
    book = pd.Series([1000 * growth**month for month in range(4)], MONTHS)
    found, same = lagged_rate(book * share, book, lag=lag).iloc[lag:], coincident_rate(book * share, book).iloc[lag:]
    assert ((found > same) == (growth > 1)).all()
    assert found.to_numpy() == pytest.approx(share * growth**lag)


def test_a_lag_in_a_table_is_by_row():
    book = pd.DataFrame({"cards": [100.0, 200.0], "loans": [50.0, 80.0]}, index=MONTHS[:2])
    found = lagged_rate(book / 10, book, lag=1)
    assert found.iloc[1].tolist() == pytest.approx([0.2, 0.16])


@pytest.mark.parametrize(
    "index",
    [MONTHS[[0, 1, 3]], MONTHS[[2, 1, 0]], MONTHS[[0, 0, 1]], [202611, 202612, 202701]],
    ids=["a month lacks", "backwards", "twice", "numbers that jump at a new year"],
)
def test_a_lag_needs_consecutive_months(index):
    with pytest.raises(ValueError, match="is not the next month"):
        lagged_rate(pd.Series(1.0, index), pd.Series(2.0, index), lag=1)


@pytest.mark.parametrize("index", [pd.RangeIndex(3), pd.date_range("2025-11-30", periods=3, freq="ME"), MONTHS[:3]])
def test_months_may_be_numbered_dates_or_periods(index):
    assert lagged_rate(pd.Series(1.0, index), pd.Series(2.0, index), lag=1).tolist()[1:] == [0.5, 0.5]


def test_a_lag_is_declared_as_whole_months_back():
    with pytest.raises(TypeError, match="lag"):
        lagged_rate(1.0, 2.0)
    with pytest.raises(TypeError, match="whole months"):
        lagged_rate(1.0, 2.0, lag=1.5)
    with pytest.raises(ValueError, match="before the numerator"):
        lagged_rate(1.0, 2.0, lag=-2)
