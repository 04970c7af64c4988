"""How cohorts of loans go bad as they age: vintage curves, and the first instalments."""

from typing import Literal, overload

import numpy as np
import pandas as pd

from duecourse.kpi.dates import Day, Month, as_periods, days, months
from duecourse.kpi.naming import first, named
from duecourse.kpi.panel import checked, require_amounts, require_columns

_EARLY = ("FPD", "SPD", "TPD")


@overload
def months_on_book(as_of: Month, originated: Month) -> int: ...
@overload
def months_on_book(as_of: Month | pd.Series, originated: pd.Series) -> pd.Series: ...
@overload
def months_on_book(as_of: pd.Series, originated: Month) -> pd.Series: ...
def months_on_book(as_of: Month | pd.Series, originated: Month | pd.Series) -> int | pd.Series:
    """Months on book, MOB (账龄): calendar months from the month of origination to that of looking.

    Parameters
    ----------
    as_of : date, monthly period, or Series of them
        The day or month of looking. A Series must have the index of `originated`.
    originated : date, monthly period, or Series of them
        When the loan was paid out.

    Returns
    -------
    int or Series of int64, months
        0 in the month of origination, 1 in the month after it.

    Raises
    ------
    TypeError
        If a date is a number, such as 202601.
    ValueError
        If a date is missing or cannot be read, `as_of` lies in a month before `originated`, or two Series differ in
        their index.

    Notes
    -----
    The day of the month does not count: paid out on 31 January, a loan is at MOB 1 on 1 February. Some lenders call
    the first month 1: say so before comparing. Source: usage of the trade.

    Examples
    --------
    >>> months_on_book("2026-04-30", "2026-01-15")
    3
    """
    looking = as_of if isinstance(as_of, pd.Series) else pd.Series([as_of])
    origin = originated if isinstance(originated, pd.Series) else pd.Series([originated])
    if isinstance(as_of, pd.Series) and isinstance(originated, pd.Series) and not looking.index.equals(origin.index):
        raise ValueError("`as_of` and `originated` differ in their index; give both for the same loans.")
    later, earlier = months(looking, "as_of"), months(origin, "originated")
    if isinstance(as_of, pd.Series):
        mob = later - (earlier if isinstance(originated, pd.Series) else int(earlier.iloc[0]))
    else:
        mob = int(later.iloc[0]) - earlier
    if (mob < 0).any():
        raise ValueError(f"The months on book are {first(mob, mob < 0)}: `as_of` lies before `originated`.")
    if isinstance(as_of, pd.Series) or isinstance(originated, pd.Series):
        return mob.rename("mob")
    return int(mob.iloc[0])


def vintage_table(
    loans: pd.DataFrame,
    panel: pd.DataFrame,
    *,
    over_days: int = 30,
    ever: bool = False,
    by: Literal["balance", "count"] = "balance",
) -> pd.DataFrame:
    """Share of each cohort's original amount that is past due, by months on book: one curve a cohort.

    Parameters
    ----------
    loans : DataFrame, one row an account
        Columns account, originated (date or monthly period) and, by balance, original_amount (money, above 0). All
        loans of a cohort, those paid off too.
    panel : DataFrame, one row an account and month
        Columns account, month (date or monthly period), dpd (days at month end) and, by balance, balance (money,
        0 or more). A loan without a row in a month counts as nothing owed.
    over_days : int, days
        Past due by more than so many days: 30 is M2 and worse.
    ever : bool
        False: late at that age. True: late at that age or at any before, with the balance of the first time.
    by : {"balance", "count"}
        Balance ÷ original amount, or loans ÷ loans.

    Returns
    -------
    DataFrame, cohorts (months of origination) × months on book 0, 1, 2 …
        Rates from 0; NaN where a cohort is not that old by the panel's last month, and, if not `ever`, where the panel
        had not begun. A cohort that is old enough and has nothing late is 0, which is another thing.

    Raises
    ------
    TypeError
        If a column has the wrong type.
    ValueError
        If a column lacks, an account is twice in `loans`, or in the panel but not in `loans` or before it was
        originated, an original amount is not positive, a balance or dpd is negative or missing, or `ever` is asked for
        a cohort older than the panel.

    Notes
    -----
    Compare cohorts at equal age, down a column. Known slips: zeros beyond a cohort's age, which make young cohorts
    look good; pooling ages into one rate; the balance still owed as the base instead of the original amount; comparing
    "ever" with "current". Loans written off must keep their rows and balances, or the curve falls when losses are
    taken. "30+" is more than 30 days here; in American usage it often begins at 30: then say ``over_days=29``.
    Source: usage of the trade.

    Examples
    --------
    >>> loans = pd.DataFrame({
    ...     "account": ["A1", "A2", "B1"],
    ...     "originated": ["2026-01-10", "2026-01-20", "2026-02-03"],
    ...     "original_amount": [600, 400, 500],
    ... })
    >>> panel = pd.DataFrame({
    ...     "account": ["A1", "A2", "A1", "A2", "B1", "A1", "A2", "B1"],
    ...     "month": ["2026-01"] * 2 + ["2026-02"] * 3 + ["2026-03"] * 3,
    ...     "dpd": [0, 0, 0, 5, 0, 0, 35, 0],
    ...     "balance": [600, 400, 550, 400, 500, 500, 400, 450],
    ... })
    >>> vintage_table(loans, panel)  # doctest: +NORMALIZE_WHITESPACE
    mob        0    1    2
    cohort
    2026-01  0.0  0.0  0.4
    2026-02  0.0  0.0  NaN
    """
    if by not in ("balance", "count"):
        raise ValueError(f"`by` is {by!r}; measure by 'balance' or by 'count'.")
    by_balance = by == "balance"
    over = _whole(over_days, "over_days")
    require_columns(loans, ["account", "originated", "original_amount"][: 3 if by_balance else 2], "loans")
    if loans.empty:
        raise ValueError("`loans` has no rows; give the loans of every cohort.")
    book = pd.DataFrame({"account": loans["account"], "cohort": months(loans["originated"], "originated")})
    book = book.assign(base=loans["original_amount"] if by_balance else 1)
    _require_unique_loans(book)
    tidy = checked(panel, ["dpd", "balance"] if by_balance else ["dpd"])
    aged = tidy.merge(book, how="left", on="account", sort=False)
    if aged["cohort"].isna().any():
        raise ValueError(
            f"`panel` has account {named(aged.loc[aged['cohort'].isna(), 'account'].iloc[0])}, `loans` has not."
        )
    aged = aged.assign(mob=(aged["month"] - aged["cohort"]).astype("int64"))
    if (aged["mob"] < 0).any():
        early = aged.loc[aged["mob"] < 0].iloc[0]
        month = as_periods(pd.Index([early["month"]]), "month")[0]
        raise ValueError(
            f"`panel` has account {named(early['account'])} in {month}, before `loans` says it was originated."
        )
    begun, ended = int(tidy["month"].min()), int(tidy["month"].max())
    if ever and int(book["cohort"].min()) < begun:
        oldest, start = as_periods(pd.Index([book["cohort"].min(), begun]), "month")
        raise ValueError(
            f"`panel` begins in {start}, but cohort {oldest} is older: whether it was ever late before is not known. "
            "Give the months before, or leave such cohorts out."
        )
    late = aged[aged["dpd"] > over].assign(weight=lambda rows: rows["balance"] if by_balance else 1)
    if ever:
        late = late.sort_values("mob", kind="stable").drop_duplicates("account")
    base = book.groupby("cohort")["base"].sum()
    if base.index.min() > ended:
        raise ValueError("`panel` ends before the first of the `loans` was originated; give later months.")
    mobs = pd.RangeIndex(0, ended - int(base.index.min()) + 1, name="mob")
    amount = late.groupby(["cohort", "mob"])["weight"].sum().unstack().reindex(index=base.index, columns=mobs).fillna(0)
    if ever:
        amount = amount.cumsum(axis=1)
    seen_in = base.index.to_numpy()[:, np.newaxis] + mobs.to_numpy()
    rates = amount.astype("float64").div(base, axis=0).where((begun <= seen_in) & (seen_in <= ended))
    return rates.set_axis(as_periods(base.index, "cohort"))


def early_default_rates(instalments: pd.DataFrame, as_of: Day, *, over_days: int = 30) -> pd.DataFrame:
    """First, second and third payment default (FPD, SPD, TPD; 首逾): the first instalment that a loan missed.

    Parameters
    ----------
    instalments : DataFrame, one row an account and instalment
        Columns account, instalment (1, 2, 3 …), due (date) and paid_on (date on which it was paid in full, NaT if it
        is not).
    as_of : date
        The day of looking.
    over_days : int, days
        Missed is: not paid in full within so many days after the due date.

    Returns
    -------
    DataFrame, rows FPD, SPD, TPD
        missed : count of loans whose first missed instalment is number 1, 2, 3.
        reaching : count of loans that missed none before it and whose instalment is mature: more than `over_days` days
        past its due date on `as_of`, so that a miss would show.
        rate : missed ÷ reaching, in [0, 1]; NaN where no loan has got there yet.

    Raises
    ------
    TypeError
        If a column has the wrong type.
    ValueError
        If a column lacks, an instalment is there twice or its predecessor is not, a due date is missing or not after
        that of its predecessor, or `as_of` is missing.

    Notes
    -----
    A loan misses for the first time once: the three counts share no loan, and the base of each leaves out those that
    missed before. Known slip: loans too young to have missed in the base, which makes a growing lender look good.
    A lender's "FPD30" may begin at 30 days late, not after 30: then say ``over_days=29``. Source: usage of the trade.

    Examples
    --------
    >>> instalments = pd.DataFrame({
    ...     "account": ["A1", "A1", "A2", "A2", "A3"],
    ...     "instalment": [1, 2, 1, 2, 1],
    ...     "due": ["2026-01-10", "2026-02-10", "2026-01-12", "2026-02-12", "2026-03-25"],
    ...     "paid_on": ["2026-01-09", None, None, None, None],
    ... })
    >>> early_default_rates(instalments, "2026-03-31")
         missed  reaching  rate
    FPD       1         2   0.5
    SPD       1         1   1.0
    TPD       0         0   NaN
    """
    require_columns(instalments, ["account", "instalment", "due", "paid_on"], "instalments")
    over = _whole(over_days, "over_days")
    today = days(pd.Series([as_of]), "as_of").iloc[0]
    if pd.isna(today):
        raise ValueError(f"`as_of` is {as_of}; give the day of looking.")
    tidy = instalments[["account", "instalment"]].reset_index(drop=True)
    tidy = tidy.assign(
        due=days(instalments["due"], "due").array, paid_on=days(instalments["paid_on"], "paid_on").array
    ).sort_values(["account", "instalment"], kind="stable", ignore_index=True)
    _require_schedule(tidy)
    late = tidy["paid_on"].isna() | ((tidy["paid_on"] - tidy["due"]).dt.days > over)
    mature = (today - tidy["due"]).dt.days > over
    missed = late & mature
    before = missed.astype("int64").groupby(tidy["account"]).cumsum() - missed
    number = tidy["instalment"]
    reaching, here = mature & (before == 0), range(1, len(_EARLY) + 1)
    table = pd.DataFrame(
        {
            "missed": (missed & reaching).groupby(number).sum().reindex(here, fill_value=0).to_numpy("int64"),
            "reaching": reaching.groupby(number).sum().reindex(here, fill_value=0).to_numpy("int64"),
        },
        index=pd.Index(_EARLY),
    )
    return table.assign(rate=table["missed"] / table["reaching"].where(table["reaching"] > 0))


def _whole(value: int, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ValueError(f"`{name}` is {value!r}; give whole days from 0 upwards.")
    return int(value)


def _require_unique_loans(book: pd.DataFrame) -> None:
    twice = book["account"].duplicated()
    if twice.any():
        raise ValueError(f"`loans` has account {named(book.loc[twice, 'account'].iloc[0])} twice; keep one row a loan.")
    require_amounts(book.rename(columns={"base": "original_amount"}), "original_amount", "loans")
    nothing = book["base"] <= 0
    if nothing.any():
        name = book.loc[nothing, "account"].iloc[0]
        raise ValueError(f"`loans` has an original_amount of 0 at {named(name)}: it is the base of the rate; give it.")


def _require_schedule(tidy: pd.DataFrame) -> None:
    """Instalments 1, 2, 3 … of each account, each due after the one before; `tidy` is sorted."""
    if tidy["due"].isna().any():
        raise ValueError(f"`instalments` has no due date for {_instalment(tidy, tidy['due'].isna())}; give it.")
    expected = tidy.groupby("account").cumcount() + 1
    if (tidy["instalment"] != expected).any():
        wrong = _instalment(tidy, tidy["instalment"] != expected)
        raise ValueError(f"`instalments` has {wrong} where another is next; number each account's 1, 2, 3 … once.")
    behind = tidy.groupby("account")["due"].diff().dt.days <= 0
    if behind.any():
        raise ValueError(f"`instalments` has {_instalment(tidy, behind)} due no later than the one before it.")


def _instalment(tidy: pd.DataFrame, bad: pd.Series) -> str:
    row = tidy.loc[bad].iloc[0]
    return f"instalment {row['instalment']} of account {named(row['account'])}"
