"""Recordings turned back into Python text: what somebody would type who has only seen the shipped data."""

from duecourse.checks.leaf import is_leaf, leaf_kind
from duecourse.checks.recording import Plain


def literal(recording: Plain) -> str:
    """Python that gives a value with this recording.

    Examples
    --------
    >>> literal({"dict": [["late", 0.6], ["on time", None]]})
    "{'late': 0.6, 'on time': None}"
    >>> literal({"series": {"labels": ["a"], "values": [1]}})
    "__import__('pandas').Series([1], index=['a'])"
    """
    if is_leaf(recording):
        return _leaf(recording)
    kind, body = next(iter(recording.items()))
    if kind == "list":
        return f"[{', '.join(map(literal, body))}]"
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {literal(item)}" for key, item in body) + "}"
    index = "" if body["labels"] is None else f", index={body['labels']!r}"
    if kind == "series":
        return f"__import__('pandas').Series([{', '.join(map(_leaf, body['values']))}]{index})"
    columns = ", ".join(f"{name!r}: [{', '.join(map(_leaf, values))}]" for name, values in body["columns"])
    return f"__import__('pandas').DataFrame({{{columns}}}{index})"


def _leaf(leaf: Plain) -> str:
    kind = leaf_kind(leaf)
    if kind == "date":
        return f"__import__('pandas').Timestamp({leaf['date']!r})"
    if kind == "days":
        return f"__import__('pandas').Timedelta(days={leaf['days']!r})"
    if isinstance(leaf, dict):
        return f"float({leaf['number']!r})"
    return repr(leaf)
