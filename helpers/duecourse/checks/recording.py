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


class _Refusal(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


class _NotThere(Exception):
    """Somewhere in the value the dots still stand."""


class _Budget:
    """Counts leaves, so that a huge value is refused before it is walked."""

    def __init__(self) -> None:
        self.left = MOST_LEAVES

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
    kind = type(value)
    if kind is pd.DataFrame:
        return _table(value, budget)
    if kind is pd.Series:
        return _series(value, budget)
    if isinstance(value, pd.Index):
        return _items(value.tolist(), depth, budget)
    if kind is np.ndarray:
        budget.take(value.size)  # type: ignore[attr-defined]
        budget.left += value.size  # type: ignore[attr-defined]
        return _items(value.tolist(), depth, budget)  # type: ignore[attr-defined]
    if issubclass(kind, dict):
        return _mapping(value, depth, budget)
    if issubclass(kind, list):
        return _items(list.__iter__(value), depth, budget)  # type: ignore[arg-type]
    if issubclass(kind, tuple):
        return _items(tuple.__iter__(value), depth, budget)  # type: ignore[arg-type]
    if kind is set or kind is frozenset:
        members = [_reduce(member, depth + 1, budget) for member in value]  # type: ignore[attr-defined]
        return {"list": sorted(members, key=repr)}
    budget.take(1)
    return scalar(value)


def _items(values: Iterable[object], depth: int, budget: _Budget) -> Plain:
    return {"list": [_nested(value, depth + 1, budget) for value in values]}


def _nested(value: object, depth: int, budget: _Budget) -> Plain:
    return None if value is None else _reduce(value, depth, budget)


def _mapping(value: Any, depth: int, budget: _Budget) -> Plain:
    pairs = []
    for key, item in dict.items(value):
        budget.take(1)
        pairs.append([label(key), _nested(item, depth + 1, budget)])
    if len({key for key, _ in pairs}) < len(pairs):
        raise _Refusal("labels")
    return {"dict": pairs}


def _labels(index: pd.Index, budget: _Budget) -> list[str] | None:
    """Row labels as text, or None for a plain 0, 1, 2 …: that is only a position, not a label."""
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return None
    budget.take(len(index))
    labels = [label(entry) for entry in index.tolist()]
    if len(set(labels)) < len(labels):
        raise _Refusal("labels")
    return labels


def _series(value: Any, budget: _Budget) -> Plain:
    budget.take(len(value))
    return {"series": {"labels": _labels(value.index, budget), "values": _column(value)}}


def _table(value: Any, budget: _Budget) -> Plain:
    budget.take(int(value.size))
    names = [label(name) for name in value.columns.tolist()]
    if len(set(names)) < len(names):
        raise _Refusal("columns")
    columns = [[name, _column(value.iloc[:, place])] for place, name in enumerate(names)]
    return {"table": {"labels": _labels(value.index, budget), "columns": columns}}


def _column(series: pd.Series) -> list[Plain]:
    return [scalar(entry) for entry in series.astype(object).tolist()]


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
        return str(int(plain)) if plain.is_integer() else repr(plain)
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
        if issubclass(kind, np.datetime64):
            return _moment(pd.Timestamp(value))  # type: ignore[arg-type]
        if issubclass(kind, np.timedelta64):
            return {"days": pd.Timedelta(value) / pd.Timedelta(days=1)}  # type: ignore[arg-type]
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
        text = str.__str__(value)
        if len(text) > MOST_TEXT:
            raise _Refusal("too long", str(MOST_TEXT))
        return text
    if kind in (datetime.date, datetime.datetime, pd.Timestamp):
        return _moment(pd.Timestamp(value))  # type: ignore[arg-type]
    if kind is pd.Timedelta or kind is datetime.timedelta:
        return {"days": value / datetime.timedelta(days=1)}  # type: ignore[operator]
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


def _moment(moment: pd.Timestamp) -> Plain:
    text = moment.isoformat()
    return {"date": text.removesuffix("T00:00:00")}
