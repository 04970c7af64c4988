"""Reduce a value to plain data: the *recording* that is compared, hashed and carried out of a sandbox.

A recording is what JSON can hold and nothing else. Numbers, text, true/false and missing values stand for
themselves; everything else is a dictionary with one key that names its kind:

    {"date": "2005-04-30"}  {"number": "inf"}  {"days": 43.0}
    {"list": [...]}  {"dict": [[key, value], ...]}
    {"series": {"labels": [...] or None, "values": [...]}}
    {"table": {"labels": [...] or None, "columns": [[name, values], ...]}}
    {"nothing": true}                      no answer was given
    {"refused": [reason, detail]}          a value that cannot be checked, and why

Nothing of the value itself is trusted: its exact built-in content is read, never its own methods, so that an
object which lies about equality, or a float subclass, records as what it is or is refused.
"""

import datetime
import decimal
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

MOST_LEAVES = 20_000
MOST_TEXT = 10_000
MOST_DEPTH = 8

Plain = Any
"""What `json` can hold: None, bool, int, float, str, list, dict."""


_INDEXES = {
    pd.Index,
    pd.RangeIndex,
    pd.MultiIndex,
    pd.DatetimeIndex,
    pd.TimedeltaIndex,
    pd.PeriodIndex,
    pd.IntervalIndex,
    pd.CategoricalIndex,
}


class _Refusal(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


class _NotThere(Exception):
    """Somewhere in the value the dots still stand."""


class _Budget:
    """Counts leaves, so that a huge value is refused before it is walked."""

    def __init__(self) -> None:
        self.left = MOST_LEAVES + 1  # the value itself is one more

    def take(self, leaves: int) -> None:
        self.left -= leaves
        if self.left < 0:
            raise _Refusal("too large", str(MOST_LEAVES))


def record(value: object) -> Plain:
    """The recording of `value`.

    Parameters
    ----------
    value : object
        Number, text, date, list, tuple, set, dict, NumPy array, Series, DataFrame, or nested lists and
        dictionaries of these.

    Returns
    -------
    plain data
        See the module's text. Never raises: what cannot be reduced is recorded as refused, with the reason.

    Examples
    --------
    >>> record(0.183)
    0.183
    >>> record({"on time": 0.183, "late": 0.611})
    {'dict': [['on time', 0.183], ['late', 0.611]]}
    >>> record(pd.Series([1, 2], index=["a", "b"]))
    {'series': {'labels': ['a', 'b'], 'values': [1, 2]}}
    >>> record(...)
    {'nothing': True}
    >>> record(x for x in [1])
    {'refused': ['kind', 'generator']}
    """
    if value is None or value is Ellipsis or value is NotImplemented:
        return {"nothing": True}
    try:
        return _reduce(value, 0, _Budget())
    except _NotThere:
        return {"nothing": True}
    except _Refusal as refusal:
        return {"refused": [refusal.reason, refusal.detail]}
    except RecursionError:
        return {"refused": ["too deep", str(MOST_DEPTH)]}
    except Exception as error:  # a hostile or broken object must not break the check
        return {"refused": ["kind", f"{_name(type(value))}: {_name(type(error))}"]}


def _name(kind: type) -> str:
    return str(type.__getattribute__(kind, "__name__"))[:80]


def _reduce(value: object, depth: int, budget: _Budget) -> Plain:
    if depth > MOST_DEPTH:
        raise _Refusal("too deep", str(MOST_DEPTH))
    # The exact type throughout: `isinstance` asks the object itself, and an object can lie.
    kind = type(value)
    budget.take(1)
    if kind is pd.DataFrame:
        return _table(value, budget)
    if kind is pd.Series:
        return _series(value, budget)
    if kind in _INDEXES:
        budget.take(len(value))  # type: ignore[arg-type]
        return {"list": [scalar(entry) for entry in value.tolist()]}  # type: ignore[attr-defined]
    if kind is np.ndarray:
        return _array(value, depth, budget)
    if issubclass(kind, dict):
        return _mapping(value, depth, budget)
    if issubclass(kind, list):
        return _items(list.__iter__(value), depth, budget)  # type: ignore[arg-type]
    if issubclass(kind, tuple):
        return _items(tuple.__iter__(value), depth, budget)  # type: ignore[arg-type]
    if kind is set or kind is frozenset:
        members = [_reduce(member, depth + 1, budget) for member in value]  # type: ignore[attr-defined]
        return {"list": sorted(members, key=repr)}
    return scalar(value)


def _items(values: Iterable[object], depth: int, budget: _Budget) -> Plain:
    return {"list": [_nested(value, depth + 1, budget) for value in values]}


def _nested(value: object, depth: int, budget: _Budget) -> Plain:
    return None if value is None else _reduce(value, depth, budget)


def _array(value: Any, depth: int, budget: _Budget) -> Plain:
    if value.ndim == 0:
        return scalar(value[()])
    if value.size > budget.left or len(value) > budget.left:
        budget.take(budget.left + 1)
    # Element by element: tolist() would turn dates into numbers of nanoseconds.
    return _items(iter(value), depth, budget)


def _mapping(value: Any, depth: int, budget: _Budget) -> Plain:
    pairs = []
    for key, item in dict.items(value):
        pairs.append([label(key), _nested(item, depth + 1, budget)])
        budget.take(1)
    if len({key for key, _ in pairs}) < len(pairs):
        raise _Refusal("labels")
    return {"dict": pairs}


def _labels(index: Any, budget: _Budget) -> list[str] | None:
    """Row labels as text, or None for the index that pandas gives by itself: a position, not a label."""
    if type(index) is pd.RangeIndex and index.name is None and index.start == 0 and index.step == 1:
        return None
    if type(index) not in _INDEXES:
        raise _Refusal("kind", _name(type(index)))
    budget.take(len(index))
    labels = [label(entry) for entry in index.tolist()]
    if len(set(labels)) < len(labels):
        raise _Refusal("labels")
    return labels


def _series(value: Any, budget: _Budget) -> Plain:
    budget.take(len(value))
    values = _column(value)
    return {"series": {"labels": _labels(value.index, budget), "values": values}}


def _table(value: Any, budget: _Budget) -> Plain:
    rows, columns = len(value), len(value.columns)
    budget.take(rows * columns + columns)
    names = [label(name) for name in value.columns.tolist()]
    if not names:
        raise _Refusal("no columns")
    if len(set(names)) < len(names):
        raise _Refusal("columns")
    pairs = [[name, _column(value.iloc[:, place])] for place, name in enumerate(names)]
    return {"table": {"labels": _labels(value.index, budget), "columns": pairs}}


def _column(series: Any) -> list[Plain]:
    # Unbound: an attribute of the object's own must not answer in the method's place.
    return [scalar(entry) for entry in pd.Series.tolist(pd.Series.astype(series, object))]


def label(key: object) -> str:
    """The text by which a row, a column or a dictionary entry is known: 1, 1.0 and "1" are one label.

    Examples
    --------
    >>> label(1.0), label("late"), label((2005, 4)), label(True)
    ('1', 'late', '2005 / 4', 'True')
    """
    if type(key) is tuple:
        return " / ".join(label(part) for part in key)
    if type(key) is pd.Interval or type(key) is pd.Period:
        return str(key)
    plain = scalar(key)
    if isinstance(plain, dict):
        return str(next(iter(plain.values())))
    if isinstance(plain, float):
        # Twelve digits: 0.1 + 0.2 and 0.3 are one label.
        return str(int(plain)) if plain.is_integer() else f"{plain:.12g}"
    return str(plain)


def scalar(value: object) -> Plain:
    """One leaf. Raises a refusal for what is no scalar of a known kind."""
    kind = type(value)
    if value is Ellipsis:
        raise _NotThere
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if kind is bool or kind is np.bool_:
        return bool(value)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        if np.isnat(value) if issubclass(kind, np.datetime64 | np.timedelta64) else False:  # type: ignore[call-overload]
            return None
        if issubclass(kind, np.datetime64):
            return _moment(pd.Timestamp(value))  # type: ignore[arg-type]
        if issubclass(kind, np.timedelta64):
            return _days(pd.Timedelta(value))  # type: ignore[arg-type]
        if issubclass(kind, np.floating):
            return _number(float(value))  # type: ignore[arg-type]
        return scalar(value.item())  # type: ignore[attr-defined]
    # The unbound methods of the built-in type give its true content, whatever a subclass overrides.
    if issubclass(kind, int):
        return _number(int.__add__(value, 0))  # type: ignore[operator]
    if issubclass(kind, float):
        return _number(float.__add__(value, 0.0))  # type: ignore[operator]
    if issubclass(kind, complex):
        raise _Refusal("complex")
    if kind is decimal.Decimal:
        return _number(float(value))  # type: ignore[arg-type]
    if issubclass(kind, str):
        text = str.__str__(value).encode("utf-8", "replace").decode()  # a lone surrogate cannot be kept
        if len(text) > MOST_TEXT:
            raise _Refusal("too long", str(MOST_TEXT))
        return text
    if kind in (datetime.date, datetime.datetime, pd.Timestamp):
        return _moment(pd.Timestamp(value))  # type: ignore[arg-type]
    if kind is pd.Timedelta or kind is datetime.timedelta:
        return _days(pd.Timedelta(value))  # type: ignore[arg-type]
    if kind is pd.Period or kind is pd.Interval:
        return str(value)
    raise _Refusal("kind", _name(kind))


def _number(value: int | float) -> Plain:
    try:
        as_float = float(value)
    except OverflowError:
        raise _Refusal("too large", "1e308") from None
    if math.isnan(as_float):
        return None
    if math.isinf(as_float):
        return {"number": "inf" if as_float > 0 else "-inf"}
    return value


def _days(length: pd.Timedelta) -> Plain:
    return {"days": length / pd.Timedelta(days=1)}


def _moment(moment: pd.Timestamp) -> Plain:
    text = moment.isoformat()
    return {"date": text.removesuffix("T00:00:00")}
