"""Tell a recording from other plain data: for what comes out of a process that cannot be trusted."""

import math

from duecourse.checks.recording import MOST_DEPTH, MOST_LEAVES, MOST_TEXT, Plain


def is_recording(plain: Plain) -> bool:
    """Whether plain data is what `record` gives.

    Examples
    --------
    >>> is_recording({"list": [1, None]}), is_recording({"list": 1}), is_recording(10**400)
    (True, False, False)
    """
    try:
        return _is_small(plain) and _is_recording(plain, 0)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError, OverflowError):
        return False


def _is_small(plain: Plain) -> bool:
    """Whether it has no more parts than `record` can give: values, labels, and the lists around them."""
    waiting, parts = [plain], 0
    while waiting and parts <= 4 * MOST_LEAVES:
        part = waiting.pop()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        parts += 1 + len(inner)
        if len(inner) <= 4 * MOST_LEAVES:
            waiting.extend(inner)
    return parts <= 4 * MOST_LEAVES + 4


def _is_recording(plain: Plain, depth: int) -> bool:
    if not isinstance(plain, dict):
        return _is_leaf(plain)
    if len(plain) != 1 or depth > MOST_DEPTH + 1:
        return False
    kind, body = next(iter(plain.items()))
    if kind in ("date", "number", "days"):
        return _is_leaf(plain)
    if kind == "nothing":
        return body is True and depth == 0
    if kind == "refused":
        return depth == 0 and len(body) == 2 and all(isinstance(part, str) for part in body)
    if kind == "list":
        return isinstance(body, list) and all(_is_recording(item, depth + 1) for item in body)
    if kind == "dict":
        names = [name for name, _ in body]
        return _are_names(names) and all(_is_recording(item, depth + 1) for _, item in body)
    if kind not in ("series", "table"):
        return False
    columns = [["", body["values"]]] if kind == "series" else body["columns"]
    lengths = {len(values) for _, values in columns} | ({len(body["labels"])} if body["labels"] is not None else set())
    return (
        len(columns) > 0
        and len(lengths) == 1
        and max(lengths) <= MOST_LEAVES
        and _are_names([name for name, _ in columns])
        and (body["labels"] is None or _are_names(body["labels"]))
        and all(isinstance(values, list) and all(map(_is_leaf, values)) for _, values in columns)
    )


def _are_names(names: list[Plain]) -> bool:
    return all(isinstance(name, str) and _is_leaf(name) for name in names) and len(set(names)) == len(names)


def _is_leaf(plain: Plain) -> bool:
    if plain is None or isinstance(plain, bool):
        return True
    if isinstance(plain, str):
        return len(plain) <= MOST_TEXT and plain.encode("utf-8") is not None  # raises, if it cannot be
    if isinstance(plain, int | float):
        return math.isfinite(float(plain))
    if len(plain) != 1:
        return False
    kind, body = next(iter(plain.items()))
    if kind == "days":
        return type(body) in (int, float) and math.isfinite(float(body))
    return (kind == "number" and body in ("inf", "-inf")) or (kind == "date" and isinstance(body, str))
