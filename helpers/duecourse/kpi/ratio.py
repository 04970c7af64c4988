"""One figure over another, refused where the base gives the rate no meaning."""

from decimal import Decimal
from numbers import Real
from typing import TypeVar

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype, is_any_real_numeric_dtype

from duecourse.kpi.naming import label_at

Figures = TypeVar("Figures", float, pd.Series, pd.DataFrame)
"""Amounts or counts: one, a Series, or a DataFrame; two that go together are of one kind."""

# Sums of floats that should be equal differ by this much at most.
_ROUNDING = 1e-9


def ratio(part: Figures, base: Figures, part_name: str, base_name: str, *, share: bool = False) -> Figures:
    """`part` ÷ `base`, label by label.

    Parameters
    ----------
    part, base : float, Series or DataFrame, money or count
        Both of one kind, in one unit, with the same labels.
    part_name, base_name : str
        What an error message calls them.
    share : bool
        The part belongs to the base, and may not exceed it.

    Returns
    -------
    float, Series or DataFrame
        Floats; NaN where either is NaN. A share is 1 at most.

    Raises
    ------
    TypeError
        If the two are not of one kind, or not numbers.
    ValueError
        If a base is zero or negative, a part negative, one of them infinite, a share above 1, or the labels differ.

    Examples
    --------
    >>> ratio(135, 300, "closing", "opening")
    0.45
    """
    above, below = as_floats(part, part_name), as_floats(base, base_name)
    require_same_labels(above, below, part_name, base_name)
    refuse(above, above < 0, part_name, "an amount or a count is not negative; check its sign")
    refuse(below, below <= 0, base_name, "a rate needs a base above zero; leave such rows out, and say that you did")
    if share:
        too_much = above > below * (1 + _ROUNDING)
        refuse(above, too_much, part_name, f"it is a part of `{base_name}` and cannot exceed it; measure both alike")
    rate = above / below
    if not share:
        return rate
    return min(rate, 1.0) if isinstance(rate, float) else rate.clip(upper=1.0)


def as_floats(figures: Figures, name: str) -> Figures:
    """Figures as floats, whether they came as integers, floats or decimals.

    Examples
    --------
    >>> as_floats(Decimal("0.10"), "closing")
    0.1
    """
    wrong = TypeError(f"`{name}` is not made of numbers; give a number, or a Series or DataFrame of numbers.")
    infinite = "no amount is infinite; look where it was divided"
    if isinstance(figures, (pd.Series, pd.DataFrame)):
        columns = [figures] if isinstance(figures, pd.Series) else [figures.iloc[:, i] for i in range(figures.shape[1])]
        if not all(_holds_numbers(column) for column in columns):
            raise wrong
        number = figures.astype("float64")
        refuse(number, np.isinf(number), name, infinite)
        return number
    if isinstance(figures, (Real, Decimal)) and not isinstance(figures, bool):
        refuse(float(figures), np.isinf(float(figures)), name, infinite)
        return float(figures)
    raise wrong


def refuse(figures: object, bad: object, name: str, why: str) -> None:
    """Raise ValueError that names the first bad figure and its label, if there is one.

    Examples
    --------
    >>> amounts = pd.Series([3, 0], index=["M1", "M2"])
    >>> refuse(amounts, amounts <= 0, "opening", "give more")
    Traceback (most recent call last):
    ValueError: `opening` is 0 at 'M2': give more.
    """
    wrong = np.argwhere(np.asarray(bad, dtype=bool))
    if not len(wrong):
        return
    place, value = "", figures
    if isinstance(figures, pd.Series):
        row = int(wrong[0][0])
        value, place = figures.iloc[row], f" at {label_at(figures.index, row)}"
    elif isinstance(figures, pd.DataFrame):
        row, column = map(int, wrong[0])
        value = figures.iloc[row, column]
        place = f" at {label_at(figures.index, row)}, {label_at(figures.columns, column)}"
    raise ValueError(f"`{name}` is {value:,.15g}{place}: {why}.")


def require_same_labels(one: object, other: object, one_name: str, other_name: str) -> None:
    """Raise unless both are one number each, or have the same rows (and columns) in the same order."""
    if type(one) is not type(other):
        kinds = f"a {type(one).__name__} and `{other_name}` a {type(other).__name__}"
        raise TypeError(f"`{one_name}` is {kinds}; give two of the same kind.")
    for axis in ("index", "columns"):
        if hasattr(one, axis) and not getattr(one, axis).equals(getattr(other, axis)):
            where = "rows" if axis == "index" else "columns"
            raise ValueError(
                f"`{one_name}` and `{other_name}` have different labels on their {where}; bring both to one index, "
                f"for instance with {other_name}.reindex_like({one_name})."
            )


def _holds_numbers(column: pd.Series) -> bool:
    if column.dtype == object:
        return infer_dtype(column, skipna=True) in ("integer", "floating", "mixed-integer-float", "decimal", "empty")
    return is_any_real_numeric_dtype(column.dtype)
