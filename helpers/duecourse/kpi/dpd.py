"""How late an account is: days past due, delinquency buckets, and the five risk classes of cards."""

from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from duecourse.kpi.dates import Day, days
from duecourse.kpi.naming import first

BUCKETS = ("C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")
"""Delinquency buckets from current to more than 180 days past due."""

RISK_CLASSES = ("normal", "special mention", "substandard", "doubtful", "loss")
"""The five classes 正常, 关注, 次级, 可疑, 损失, from best to worst."""

_BUCKET_DAYS = 30
_CLASS_LAST_DAYS = (0, 90, 120, 180)


@overload
def days_past_due(as_of: Day, oldest_unpaid_due: Day | None) -> int: ...
@overload
def days_past_due(as_of: Day | pd.Series, oldest_unpaid_due: pd.Series) -> pd.Series: ...
@overload
def days_past_due(as_of: pd.Series, oldest_unpaid_due: Day | None) -> pd.Series: ...
def days_past_due(as_of: Day | pd.Series, oldest_unpaid_due: Day | pd.Series | None) -> int | pd.Series:
    """Days past due, DPD (逾期天数): calendar days since the oldest due date that is still unpaid.

    Parameters
    ----------
    as_of : date or Series of dates
        The day of looking. A Series must have the index of `oldest_unpaid_due`.
    oldest_unpaid_due : date or Series of dates, one an account
        Due date of the oldest instalment or minimum payment not paid in full; NaT or None where nothing is unpaid.

    Returns
    -------
    int or Series of int64, days
        0 where nothing is unpaid, on the due day itself and before it; never negative.

    Raises
    ------
    TypeError
        If the dates are numbers or periods.
    ValueError
        If `as_of` is missing, a date cannot be read or carries a time zone, or two Series differ in their index.

    Notes
    -----
    The due day itself counts 0, the day after it 1; a time of day is dropped. Known slips: counting from the newest
    due date instead of the oldest unpaid one, and calling the due day 1. Grace days (宽限期) are not taken off here:
    they are the lender's promise, and move the day from which it acts on a delay, not the due date.
    Source: usage of the trade.

    Examples
    --------
    >>> days_past_due("2026-04-20", "2026-03-08")
    43
    >>> due = pd.to_datetime(pd.Series(["2026-03-08", "2026-04-20", None], index=["A1", "A2", "A3"]))
    >>> days_past_due("2026-04-20", due).to_dict()
    {'A1': 43, 'A2': 0, 'A3': 0}
    """
    today, due = _series(as_of), _series(oldest_unpaid_due)
    if isinstance(as_of, pd.Series) and isinstance(oldest_unpaid_due, pd.Series):
        if not today.index.equals(due.index):
            raise ValueError("`as_of` and `oldest_unpaid_due` differ in their index; give both for the same accounts.")
    elif isinstance(as_of, pd.Series):
        due = pd.Series([oldest_unpaid_due] * len(today), index=today.index)
    today = days(today, "as_of")
    if today.isna().any():
        raise ValueError(f"`as_of` is {first(today, today.isna())}: give the day of looking for every account.")
    due = days(due, "oldest_unpaid_due")
    elapsed = (today if isinstance(as_of, pd.Series) else today.iloc[0]) - due
    dpd = elapsed.dt.days.fillna(0).clip(lower=0).astype("int64").rename("dpd")
    if isinstance(as_of, pd.Series) or isinstance(oldest_unpaid_due, pd.Series):
        return dpd
    return int(dpd.iloc[0])


@overload
def bucket(dpd: float) -> str: ...
@overload
def bucket(dpd: pd.Series) -> pd.Series: ...
def bucket(dpd: float | pd.Series) -> str | pd.Series:
    """Delinquency bucket (逾期档): C for 0 days, M1 for 1 to 30, … M6 for 151 to 180, M7+ beyond.

    Parameters
    ----------
    dpd : int or Series, days
        Days past due, as from `days_past_due`: whole numbers from 0 upwards.

    Returns
    -------
    str or Series of ordered categories
        One of `BUCKETS`; all of them are categories of a Series, in that order, whichever occur.

    Raises
    ------
    TypeError
        If `dpd` is not numeric.
    ValueError
        If a value is negative, missing, infinite or not whole; the message names it.

    Notes
    -----
    Mk = ⌈dpd / 30⌉ up to 180 days. Known slips: 0 to 30 as M1 (a current account is not late), and calendar months
    for blocks of 30 days: from 31 January to 1 March are 29 days, M1, though two month ends have passed. Some
    lenders call C, or the days before the due date, M0: declare it where you do.
    Source: usage of the trade; lenders differ by a day at the edges.

    Examples
    --------
    >>> [bucket(dpd) for dpd in (0, 1, 30, 31, 90, 180, 181)]
    ['C', 'M1', 'M1', 'M2', 'M3', 'M6', 'M7+']
    >>> bucket(pd.Series([43, 0])).tolist()
    ['M2', 'C']
    """
    number = np.ceil(_whole_days(dpd) / _BUCKET_DAYS)
    return _labelled(dpd, np.minimum(number, len(BUCKETS) - 1).astype("int64"), BUCKETS, "bucket")


@overload
def risk_class(dpd: float) -> str: ...
@overload
def risk_class(dpd: pd.Series) -> pd.Series: ...
def risk_class(dpd: float | pd.Series) -> str | pd.Series:
    """Risk class of a mainland Chinese credit card balance by days past due (五级分类).

    Parameters
    ----------
    dpd : int or Series, days
        Days past due: whole numbers from 0 upwards.

    Returns
    -------
    str or Series of ordered categories
        One of `RISK_CLASSES`: normal (正常) at 0 days, special mention (关注) 1 to 90, substandard (次级) 91 to
        120, doubtful (可疑) 121 to 180, loss (损失) from 181.

    Raises
    ------
    TypeError
        If `dpd` is not numeric.
    ValueError
        If a value is negative, missing, infinite or not whole; the message names it.

    Notes
    -----
    The last three are the non-performing classes; not every overdue balance is. These are days only: a bank may
    have to classify worse for other reasons. For credit cards, not for other loans.
    Source: 商业银行信用卡业务监督管理办法 (2011), article 92, a department rule (rule CN-CLASS-92). Confidence:
    secondary, that is, read in a page that cites it, article number included, not in the rule itself; to be read
    with the classification measures in force since 1 July 2023. Not legal advice.

    Examples
    --------
    >>> [risk_class(dpd) for dpd in (0, 90, 91, 121, 181)]
    ['normal', 'special mention', 'substandard', 'doubtful', 'loss']
    """
    return _labelled(dpd, np.searchsorted(_CLASS_LAST_DAYS, _whole_days(dpd)), RISK_CLASSES, "risk_class")


def _series(value: Day | pd.Series | None) -> pd.Series:
    return value if isinstance(value, pd.Series) else pd.Series([value])


def _whole_days(dpd: float | pd.Series) -> npt.NDArray[np.float64]:
    """Days past due as floats, each of them whole and not negative."""
    values = dpd if isinstance(dpd, pd.Series) else pd.Series([dpd])
    if not is_numeric_dtype(values.dtype) or is_bool_dtype(values.dtype):
        found = f"a Series of {values.dtype}" if isinstance(dpd, pd.Series) else repr(dpd)
        raise TypeError(f"`dpd` is {found}; give days past due, one number or a Series of numbers.")
    number = np.asarray(values.to_numpy(dtype="float64", na_value=np.nan), dtype="float64")
    bad = ~np.isfinite(number) | (number < 0) | (number != np.floor(number))
    if bad.any():
        found = first(values, pd.Series(bad)) if isinstance(dpd, pd.Series) else str(dpd)
        raise ValueError(f"`dpd` is {found}: days past due are whole numbers from 0 upwards; see days_past_due.")
    return number


def _labelled(
    dpd: float | pd.Series, codes: npt.NDArray[np.int64], labels: tuple[str, ...], name: str
) -> str | pd.Series:
    if not isinstance(dpd, pd.Series):
        return labels[int(codes[0])]
    kinds = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(labels), ordered=True))
    return pd.Series(kinds, index=dpd.index, name=name)
