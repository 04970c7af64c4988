"""A monthly panel, one row an account and month, checked once before anything is computed from it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

from duecourse.kpi.dates import as_periods, months
from duecourse.kpi.naming import first, named


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise ValueError if `table` lacks one of `columns`, naming those it lacks."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"`{name}` is a {type(table).__name__}; give a DataFrame with {', '.join(columns)}.")
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"`{name}` has no column {', '.join(map(repr, missing))}; it needs {', '.join(columns)}.")


def require_amounts(table: pd.DataFrame, column: str, name: str) -> None:
    """Raise unless each row of a column of `table`, which has a column account, holds a number from 0 upwards."""
    values = table[column]
    if not is_numeric_dtype(values.dtype) or is_bool_dtype(values.dtype):
        raise TypeError(f"`{name}` has {values.dtype} in column {column!r}; give numbers.")
    number = values.to_numpy(dtype="float64", na_value=np.nan)
    bad = pd.Series(~(np.isfinite(number) & (number >= 0)))
    if bad.any():
        found = first(values.set_axis(table["account"]), bad)
        raise ValueError(
            f"`{name}` has a {column} of {found}: give numbers from 0 upwards (a credit balance owes nothing: 0)."
        )


def checked(panel: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The wanted columns of a panel, with months as numbers, free of what would falsify a sum.

    Parameters
    ----------
    panel : DataFrame, one row an account and month
        Columns account, month (date or monthly period) and `columns`.
    columns : sequence of str
        Of bucket, balance, dpd: what else is needed.

    Returns
    -------
    DataFrame
        Columns account, month (int, see `dates.months`) and `columns`, index 0, 1, 2 …

    Raises
    ------
    TypeError, ValueError
        If a column lacks or has the wrong type, an account has two rows in a month, an amount is negative or missing,
        or a month lacks altogether.

    Examples
    --------
    >>> checked(pd.DataFrame({"account": ["A1"], "month": ["2026-01-31"], "balance": [5]}), ["balance"]).shape
    (1, 3)
    """
    wanted = ["account", "month", *columns]
    require_columns(panel, wanted, "panel")
    if panel.empty:
        raise ValueError("`panel` has no rows; give the months to compute from.")
    tidy = panel[wanted].reset_index(drop=True).assign(month=lambda table: months(table["month"], "month"))
    if tidy["account"].isna().any():
        raise ValueError(f"`panel` has no account in row {int(np.flatnonzero(tidy['account'].isna())[0])}; name it.")
    twice = tidy.duplicated(["account", "month"])
    if twice.any():
        raise ValueError(f"`panel` has two rows for {_row(tidy, twice)}; keep one row an account and month.")
    for column in columns:
        if column != "bucket":
            require_amounts(tidy, column, "panel")
            # Widest of its kind: differences of unsigned or small integers would wrap around.
            tidy[column] = tidy[column].astype("int64" if is_integer_dtype(tidy[column].dtype) else "float64")
    seen = np.sort(tidy["month"].unique())
    gaps = np.flatnonzero(np.diff(seen) > 1)
    if gaps.size:
        lacking = as_periods(pd.Index([seen[gaps[0]] + 1]), "month")[0]
        raise ValueError(f"`panel` has no rows at all in {lacking}; give every month between its first and its last.")
    return tidy


def with_states(tidy: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """The checked panel with buckets as categories, all of them among `states`.

    Raises
    ------
    ValueError
        If a bucket is missing or not among `states`, or a state is named twice.
    """
    if len(set(states)) < len(states):
        raise ValueError(f"The states {', '.join(states)} name one twice; leave the buckets out of `ends`.")
    unknown = ~tidy["bucket"].isin(states)
    if unknown.any():
        found = tidy.loc[unknown, "bucket"].iloc[0]
        raise ValueError(
            f"`panel` has bucket {named(found)} for {_row(tidy, unknown)}; the states are {', '.join(states)}. "
            "Rename it, or name it in `ends` if accounts end there."
        )
    kind = pd.CategoricalDtype(list(states), ordered=True)
    return tidy.assign(bucket=tidy["bucket"].astype(object).astype(kind))


def refuse_vanished(pairs: pd.DataFrame, vanished: pd.Series) -> None:
    """Raise ValueError if an account has no row in the month after `month`."""
    if vanished.any():
        raise ValueError(
            f"`panel` has {_row(pairs, vanished)}, but not in the month after: an account that goes unseen makes every "
            "rate wrong. Give it a row with the state it ended in, or name that state in `absent`."
        )


def _row(tidy: pd.DataFrame, bad: pd.Series) -> str:
    row = tidy.loc[bad].iloc[0]
    return f"account {named(row['account'])} in {as_periods(pd.Index([row['month']]), 'month')[0]}"
