"""How balances enter, roll through and leave the buckets from one month to the next."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd
from pandas.api.types import is_integer_dtype

from duecourse.kpi.dates import as_periods, months
from duecourse.kpi.dpd import BUCKETS
from duecourse.kpi.naming import label_at
from duecourse.kpi.panel import checked, refuse_vanished, with_states
from duecourse.kpi.ratio import Figures, as_floats, ratio, refuse, require_same_labels

ENDS = ("charged_off", "closed")
"""States that an account ends in: written off, or paid off and closed."""


def entry_rate(unpaid_at_close: Figures, due_today: Figures) -> Figures:
    """Entry rate into collections (入催率): the share of what fell due today that is unpaid when the day closes.

    Parameters
    ----------
    unpaid_at_close : float, Series or DataFrame, money or count of accounts
        Of what was due today, the part not paid by the close of the day.
    due_today : float, Series or DataFrame, money or count of accounts
        All that fell due today, in the same unit.

    Returns
    -------
    float, Series or DataFrame in [0, 1]

    Raises
    ------
    TypeError
        If the two are not of one kind.
    ValueError
        If `due_today` is zero or negative, or `unpaid_at_close` negative or above it; names the first such label.

    Notes
    -----
    By amount and by count it differs: say which. Known slip: the balance of the whole book as the base, most of
    which was not due today. Source: usage of the trade.

    Examples
    --------
    By amount (millions), then by count:

    >>> entry_rate(3.1, 50.0), entry_rate(520, 10_000)
    (0.062, 0.052)
    """
    return ratio(unpaid_at_close, due_today, "unpaid_at_close", "due_today", share=True)


def transition_matrix(
    panel: pd.DataFrame,
    *,
    by: Literal["balance", "count"] = "balance",
    ends: Sequence[str] = ENDS,
    absent: str | None = None,
) -> pd.DataFrame:
    """Share of each bucket's opening balance, or accounts, found in each bucket a month later.

    Parameters
    ----------
    panel : DataFrame, one row an account and month
        Columns account, month (date or monthly period), bucket, and, by balance, balance (money, 0 or more).
    by : {"balance", "count"}
        Weigh each account by its opening balance, or as one.
    ends : sequence of str
        States beside `BUCKETS` that accounts end in, as the panel calls them. From there on no row is needed.
    absent : str, optional
        State of accounts that have no row in the next month, for instance ``"closed"`` where the panel drops what
        was paid off. Without it such an account is an error.

    Returns
    -------
    DataFrame in [0, 1], states × states
        Row: opening state; column: state a month later. Rows sum to 1; the row of a state in which nothing opened is
        NaN and stays in its place.

    Raises
    ------
    TypeError
        If a column has the wrong type.
    ValueError
        If the panel has fewer than two months or lacks one between, a column lacks, an account has two rows in a month
        or vanishes, a balance is negative or missing, or a bucket is none of the states.

    Notes
    -----
    Several months are pooled: each opening row counts once. Accounts new in a month have no opening state and do not
    appear. Shares are of the opening balance, whatever was paid or charged in between.

    Known slips: transposing (then columns sum to 1), cross-tabulating two columns of the same month, dividing by the
    closing balance, and dropping accounts that were closed. In an absorbing chain the rows of the end states are
    set to stay where they are; this table says only what was seen. Chinese 滚动率 often means another table: worst
    past status against worst future status, to define "bad".
    Source: usage of the trade; the estimate is the observed share, the maximum likelihood estimate of a Markov chain.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "account": ["A1", "A2", "A3", "A1", "A2", "A3"],
    ...     "month": ["2026-01-31"] * 3 + ["2026-02-28"] * 3,
    ...     "bucket": ["M1", "M1", "M1", "C", "M1", "M2"],
    ...     "balance": [156, 15, 129, 150, 15, 131],
    ... })
    >>> transition_matrix(panel).loc["M1", ["C", "M1", "M2"]].tolist()
    [0.52, 0.05, 0.43]
    """
    if by not in ("balance", "count"):
        raise ValueError(f"`by` is {by!r}; weigh by 'balance' or by 'count'.")
    states = [*BUCKETS, *ends]
    if absent is not None and absent not in states:
        raise ValueError(f"`absent` is {absent!r}; it is one of the states {', '.join(states)}.")
    tidy = with_states(checked(panel, ["bucket", "balance"] if by == "balance" else ["bucket"]), states)
    last = tidy["month"].max()
    if tidy["month"].min() == last:
        raise ValueError(f"`panel` has one month, {as_periods(pd.Index([last]), 'month')[0]}; a transition needs two.")
    later = tidy[["account", "month", "bucket"]].assign(month=tidy["month"] - 1)
    opening = tidy[tidy["month"] < last]
    pairs = opening.merge(later, how="left", on=["account", "month"], suffixes=("", "_next"))
    unseen = pairs["bucket_next"].isna()
    pairs, unseen = pairs[~(unseen & pairs["bucket"].isin(ends))], unseen[~(unseen & pairs["bucket"].isin(ends))]
    if absent is None:
        refuse_vanished(pairs, unseen)
    else:
        pairs = pairs.assign(bucket_next=pairs["bucket_next"].fillna(absent))
    weight = pairs["balance"] if by == "balance" else pairs["bucket"].notna().astype("int64")
    flows = weight.groupby([pairs["bucket"], pairs["bucket_next"]], observed=False).sum().unstack(fill_value=0)
    opened = flows.sum(axis=1)
    shares: pd.DataFrame = flows.div(opened.where(opened > 0), axis=0).astype("float64")
    return shares.set_axis(pd.Index(states, name="opening")).set_axis(pd.Index(states, name="closing"), axis=1)


def flow_reconciliation(panel: pd.DataFrame, *, ends: Sequence[str] = ENDS) -> pd.DataFrame:
    """Where each month's balance in each late bucket came from, with gross and net flow side by side.

    Parameters
    ----------
    panel : DataFrame, one row an account and month
        Columns account, month (date or monthly period), bucket and balance (money, 0 or more).
    ends : sequence of str
        States beside `BUCKETS` that accounts end in, as the panel calls them.

    Returns
    -------
    DataFrame, one row a month (but the first) and bucket M1 … M7+
        opening : money, the balance one bucket earlier at the end of the month before.
        rolled : money, the part of `opening` whose accounts are now in the bucket.
        change : money, what those accounts' balances grew by since (interest, fees, spending, less payments).
        elsewhere : money, balance now in the bucket of accounts that were in any other state, or new.
        closing : money, balance now in the bucket: rolled + change + elsewhere.
        gross, net : rates, rolled ÷ opening and closing ÷ opening; NaN where nothing opened.

    Raises
    ------
    TypeError, ValueError
        As `transition_matrix`, except that an account may vanish: it adds nothing to a closing balance.

    Notes
    -----
    Balances in integer cents reconcile to the cent. M7+ is open at its end: what was there already is `elsewhere`,
    so that its net flow grows with the stock and says little. Source: bookkeeping; see `gross_roll`, `net_flow`.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "account": ["A1", "A2", "A3", "A1", "A2", "A3"],
    ...     "month": ["2026-01-31"] * 3 + ["2026-02-28"] * 3,
    ...     "bucket": ["M1", "M1", "M3", "C", "M2", "M2"],
    ...     "balance": [171, 129, 10, 171, 129, 6],
    ... })
    >>> flow_reconciliation(panel).loc[("2026-02", "M2")].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'opening': 300.0, 'rolled': 129.0, 'change': 0.0, 'elsewhere': 6.0, 'closing': 135.0,
     'gross': 0.43, 'net': 0.45}
    """
    tidy = with_states(checked(panel, ["bucket", "balance"]), [*BUCKETS, *ends])
    first_month, last_month = tidy["month"].min(), tidy["month"].max()
    if first_month == last_month:
        only = as_periods(pd.Index([last_month]), "month")[0]
        raise ValueError(f"`panel` has one month, {only}; a flow needs two.")
    late = list(BUCKETS[1:])
    rows = pd.MultiIndex.from_product([range(first_month + 1, last_month + 1), late], names=["month", "bucket"])
    text = tidy.assign(bucket=tidy["bucket"].astype(object))
    # Each row moved on by a month and a bucket: what it would be if the account rolled.
    onward = text.assign(month=text["month"] + 1, bucket=text["bucket"].map(dict(zip(BUCKETS, late, strict=False))))
    rolled = text.merge(onward, on=["account", "month", "bucket"], suffixes=("", "_before"))

    def total(table: pd.DataFrame, column: str) -> pd.Series:
        return table.groupby(["month", "bucket"])[column].sum().reindex(rows, fill_value=0)

    flows = pd.DataFrame({"opening": total(onward, "balance"), "rolled": total(rolled, "balance_before")})
    arrived, closing = total(rolled, "balance"), total(text, "balance")
    flows = flows.assign(change=arrived - flows["rolled"], elsewhere=closing - arrived, closing=closing)
    base = flows["opening"].where(flows["opening"] > 0)
    flows = flows.assign(gross=flows["rolled"] / base, net=closing / base)
    month = as_periods(pd.Index(range(first_month + 1, last_month + 1)), "month")
    return flows.set_axis(pd.MultiIndex.from_product([month, late], names=["month", "bucket"]))


def net_flow(closing: Figures, opening: Figures) -> Figures:
    """Net flow rate of a delinquency bucket (迁徙率): its balance now ÷ the balance one bucket earlier a month ago.

    Parameters
    ----------
    closing : float, Series or DataFrame, money
        Balance in bucket k at the end of month t.
    opening : float, Series or DataFrame, money
        Balance in bucket k-1 at the end of month t-1, under the same labels.

    Returns
    -------
    float, Series or DataFrame in [0, inf)
        Above 1 where accounts arrive in bucket k from elsewhere, or balances grow. NaN where either is.

    Raises
    ------
    TypeError
        If the two are not of one kind.
    ValueError
        If `opening` is zero or negative: the rate has no meaning there. If `closing` is negative.

    Notes
    -----
    Net, not gross: two totals are compared, no account is followed; see `gross_roll`. Known slip: both balances from
    the same month. Into M7+ the rate says little, for that bucket keeps what it has. Source: usage of the trade.

    Examples
    --------
    >>> net_flow(135.0, 300.0)
    0.45
    >>> closing = pd.Series([330, 135, 96], index=["M1", "M2", "M3"])
    >>> opening = pd.Series([10_000, 300, 120], index=["M1", "M2", "M3"])
    >>> net_flow(closing, opening).to_dict()
    {'M1': 0.033, 'M2': 0.45, 'M3': 0.8}
    """
    return ratio(closing, opening, "closing", "opening")


def gross_roll(rolled: Figures, opening: Figures) -> Figures:
    """Gross roll rate: share of a bucket's opening balance whose accounts are one bucket later a month on.

    Parameters
    ----------
    rolled : float, Series or DataFrame, money or count of accounts
        Opening balance of the accounts that were in bucket k-1 at the end of month t-1 and are in k at the end of t.
    opening : float, Series or DataFrame, money or count of accounts
        All that was in bucket k-1 at the end of month t-1.

    Returns
    -------
    float, Series or DataFrame in [0, 1]

    Raises
    ------
    TypeError
        If the two are not of one kind.
    ValueError
        If `opening` is zero or negative, or `rolled` negative or above it.

    Notes
    -----
    Accounts are followed one by one, which `net_flow` does not do: the two differ by what arrives in bucket k from
    elsewhere (see `inflow_from_elsewhere`). It is the entry of `transition_matrix` beside the diagonal. Known slips:
    a net rate called gross; measuring `rolled` at the close, with a month's interest in it.
    Source: usage of the trade.

    Examples
    --------
    >>> gross_roll(129.0, 300.0)
    0.43
    """
    return ratio(rolled, opening, "rolled", "opening", share=True)


def inflow_from_elsewhere(closing: Figures, rolled: Figures, change: Figures | None = None) -> Figures:
    """What of a bucket's closing balance did not roll in from the bucket before it.

    Parameters
    ----------
    closing : float, Series or DataFrame, money or count of accounts
        Balance in bucket k at the end of month t.
    rolled : float, Series or DataFrame, money or count of accounts
        Part of it that was in bucket k-1 at the end of month t-1, as in `gross_roll`.
    change : float, Series or DataFrame, money, optional
        What the balances of those accounts grew by in the month (negative: shrank); nothing if left out.

    Returns
    -------
    float, Series or DataFrame in [0, closing], in the unit given
        closing − rolled − change: re-aged and returning accounts, and those that stayed.

    Raises
    ------
    TypeError
        If they are not of one kind.
    ValueError
        If a balance is negative, labels differ, or `rolled` and `change` exceed `closing`.

    Notes
    -----
    ``net_flow = gross_roll + (change + inflow) ÷ opening``: the reconciliation of the two rates. From a panel,
    `flow_reconciliation` has all of it. Source: bookkeeping.

    Examples
    --------
    >>> inflow_from_elsewhere(135.0, 129.0)
    6.0
    """
    whole, part = as_floats(closing, "closing"), as_floats(rolled, "rolled")
    require_same_labels(whole, part, "closing", "rolled")
    refuse(whole, whole < 0, "closing", "a balance or a count is not negative; check its sign")
    refuse(part, part < 0, "rolled", "a balance or a count is not negative; check its sign")
    if change is not None:
        growth = as_floats(change, "change")
        require_same_labels(whole, growth, "closing", "change")
        part = part + growth
    rest = whole - part
    slack = whole * 1e-9
    refuse(rest, rest < -slack, "closing − rolled − change", "it cannot be negative; did balances shrink in the month?")
    return max(rest, 0.0) if isinstance(rest, float) else rest.clip(lower=0.0)


def cure_rate(cured: Figures, opening: Figures) -> Figures:
    """Cure rate (治愈率): share of a bucket's opening balance whose accounts are current a month later.

    Parameters
    ----------
    cured : float, Series or DataFrame, money or count of accounts
        Opening balance of the accounts that were in bucket Mk a month ago and are in C now.
    opening : float, Series or DataFrame, money or count of accounts
        All that was in bucket Mk a month ago.

    Returns
    -------
    float, Series or DataFrame in [0, 1]

    Raises
    ------
    TypeError
        If the two are not of one kind.
    ValueError
        If `opening` is zero or negative, or `cured` negative or above it.

    Notes
    -----
    Known slips: cash received ÷ balance, which is liquidation (回款率), another question; and counting an account as
    cured for a part payment, though it is still late. Accounts paid off and closed are not in C: say whether you
    add them. Source: usage of the trade; 催回率 is used for this and for liquidation, so ask which is meant.

    Examples
    --------
    Of 300 in M1, 156 cured, 15 stayed and 129 rolled on: 52 %, 5 % and 43 %.

    >>> cure_rate(156.0, 300.0)
    0.52
    """
    return ratio(cured, opening, "cured", "opening", share=True)


def coincident_rate(delinquent: Figures, receivables: Figures) -> Figures:
    """Coincident delinquency rate: balance in a bucket ÷ receivables of the same day.

    Parameters
    ----------
    delinquent : float, Series or DataFrame, money
        Balance in bucket Mk (or Mk and worse) at the end of month t.
    receivables : float, Series or DataFrame, money
        All receivables at the end of month t (ENR, ending net receivables), the late ones among them.

    Returns
    -------
    float, Series or DataFrame in [0, 1]

    Raises
    ------
    TypeError
        If the two are not of one kind.
    ValueError
        If `receivables` are zero or negative, or `delinquent` negative or above them.

    Notes
    -----
    Growth flatters it: new lending swells the base at once and turns late only months later; see `lagged_rate`.
    Source: usage of the trade (coincident, 即期指标).

    Examples
    --------
    >>> round(coincident_rate(11.6, 1157.6), 4)
    0.01
    """
    return ratio(delinquent, receivables, "delinquent", "receivables", share=True)


def lagged_rate(delinquent: Figures, receivables: Figures, *, lag: int) -> Figures:
    """Lagged delinquency rate: balance in a bucket ÷ the receivables that it grew from, `lag` months before.

    Parameters
    ----------
    delinquent : float, Series or DataFrame, money
        Balance in bucket Mk at the end of month t. A Series or DataFrame has one row a month.
    receivables : float, Series or DataFrame, money
        All receivables (ENR). One number is the figure of `lag` months before, found already; a Series or DataFrame
        has each month under its own label, the same labels as `delinquent`, and is shifted here.
    lag : int, months
        0 or more; 0 is the coincident rate. No default: a lag that is not declared cannot be compared.

    Returns
    -------
    float, Series or DataFrame in [0, inf)
        NaN in the first `lag` months, whose base is not known.

    Raises
    ------
    TypeError
        If the two are not of one kind, or `lag` is not a whole number.
    ValueError
        If `lag` is negative, rows are not consecutive months in order, `receivables` are zero or negative, or
        `delinquent` is negative.

    Notes
    -----
    In a growing book it lies above `coincident_rate`, in a shrinking one below, and is equal when nothing grows.
    Known slips: the wrong sign of the lag, lagging the numerator, a lag not declared. M2 began as current two month
    ends ago, so two months is usual for it. Source: usage of the trade (lagged, 递延指标).

    Examples
    --------
    >>> round(lagged_rate(11.6, 1050.0, lag=2), 4)
    0.011
    >>> month = pd.period_range("2026-01", periods=3, freq="M")
    >>> receivables = pd.Series([1050.0, 1102.5, 1157.6], index=month)
    >>> delinquent = pd.Series([10.5, 11.0, 11.6], index=month)
    >>> lagged_rate(delinquent, receivables, lag=2).round(4).tolist()
    [nan, nan, 0.011]
    """
    if isinstance(lag, bool) or not isinstance(lag, int):
        raise TypeError(f"`lag` is {lag!r}; give whole months.")
    if lag < 0:
        raise ValueError(f"`lag` is {lag}: the base lies before the numerator; give the months between as 0 or more.")
    above, below = as_floats(delinquent, "delinquent"), as_floats(receivables, "receivables")
    require_same_labels(above, below, "delinquent", "receivables")
    if isinstance(below, float):
        return ratio(above, below, "delinquent", "receivables")
    _require_consecutive_months(below.index)
    # Every month must have a base with meaning, also those that the lag leaves over at the end.
    refuse(below, below <= 0, "receivables", "a rate needs a base above zero; leave such months out")
    return ratio(above, below.shift(lag), "delinquent", "receivables")


def _require_consecutive_months(index: pd.Index) -> None:
    """A shift by rows is one by months only if the rows are consecutive months."""
    row = index.to_series()
    number = row if is_integer_dtype(index.dtype) else months(row, "month")
    steps = number.reset_index(drop=True).diff().iloc[1:]
    if (steps != 1).any():
        before = label_at(index, int((steps != 1).to_numpy().argmax()))
        raise ValueError(f"The row after {before} is not the next month; give every month once, in order.")
