"""Calendar days and months as the formulas take them: whole, local, and never guessed from a number."""

import datetime

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from duecourse.kpi.naming import first

Day = str | datetime.date | np.datetime64
"""One calendar day; text is ISO, as in ``"2026-04-20"``."""

Month = Day | pd.Period
"""One calendar month: any day in it, or a monthly period."""


def days(values: pd.Series, name: str) -> pd.Series:
    """Dates at midnight, without a time of day; missing dates stay NaT.

    Parameters
    ----------
    values : Series of dates
        Of any date type, or ISO text.
    name : str
        What an error message calls them.

    Raises
    ------
    TypeError
        If they are numbers or periods: 20260420 would be read as nanoseconds.
    ValueError
        If one cannot be read as a date, or they carry a time zone.

    Examples
    --------
    >>> days(pd.Series(["2026-04-20", None]), "as_of").tolist()
    [Timestamp('2026-04-20 00:00:00'), NaT]
    """
    if isinstance(values.dtype, pd.PeriodDtype) or (is_numeric_dtype(values.dtype) and not values.isna().all()):
        raise TypeError(f"`{name}` holds {values.dtype}, not dates; give dates, for instance pandas.to_datetime(…).")
    try:
        read = pd.to_datetime(values, format="ISO8601", errors="coerce")
    except (TypeError, ValueError) as error:  # time zones that differ from row to row
        raise ValueError(f"`{name}` cannot be read as dates ({error}); give local dates without a time zone.") from None
    unread = read.isna() & values.notna()
    if unread.any():
        raise ValueError(f"`{name}` is {first(values, unread)}: give dates, or ISO text such as '2026-04-20'.")
    if isinstance(read.dtype, pd.DatetimeTZDtype):
        raise ValueError(
            f"`{name}` carries the time zone {read.dtype.tz}: days are counted on the borrower's local calendar; "
            "convert to it, then drop the zone with .dt.tz_localize(None)."
        )
    return read.dt.normalize()


def months(values: pd.Series, name: str) -> pd.Series:
    """Months counted from January of the year 0, so that one month later is 1 more.

    Parameters
    ----------
    values : Series of monthly periods or dates
        A date stands for its month.
    name : str
        What an error message calls them.

    Raises
    ------
    TypeError
        If they are numbers: 202612 and 202701 are a month apart, not 89.
    ValueError
        If one is missing, cannot be read, or carries a time zone.

    Examples
    --------
    >>> months(pd.Series(["2026-12-31", "2027-01-01"]), "month").diff().tolist()[1]
    1.0
    """
    read = values if isinstance(values.dtype, pd.PeriodDtype) else days(values, name)
    if read.isna().any():
        raise ValueError(f"`{name}` is {first(values, read.isna())}: every row needs its month.")
    number: pd.Series = read.dt.year * 12 + read.dt.month - 1
    return number.astype("int64")


def as_periods(numbers: pd.Series | pd.Index, name: str) -> pd.PeriodIndex:
    """Month numbers of `months` as an index of monthly periods.

    Examples
    --------
    >>> as_periods(months(pd.Series(["2026-12-31"]), "month"), "month")
    PeriodIndex(['2026-12'], dtype='period[M]', name='month')
    """
    since_1970 = np.asarray(numbers, dtype="int64") - 12 * 1970
    return pd.DatetimeIndex(since_1970.astype("datetime64[M]"), name=name).to_period("M")
