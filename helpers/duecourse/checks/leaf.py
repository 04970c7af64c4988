"""One recorded value: its kind, how it is rounded, and when two of them are the same.

There is one definition of *the same*, used with the key in a trainee's notebook and with the instructor's own
recording in grading, so that both always say the same: the expected value is rounded, and a given value fits
if it can round to the same text.
"""

import json
import math

from duecourse.checks.recording import Plain

ZERO = 1e-9
"""Below this a number counts as zero, and all such numbers as equal."""
NOISE = 1e-9
"""Relative error of floating-point arithmetic, generously: it never costs a trainee the verdict."""
RELATIVE_TOLERANCE = 1.1e-6
"""No number further than this share from the expected one ever fits, unless both count as zero."""
LEAF_KINDS = ("missing", "truth", "number", "text", "date", "days")
_STEPS = 8  # an absolute tolerance is cut into this many steps


def leaf_kind(leaf: Plain) -> str:
    """The kind of one recorded leaf.

    Examples
    --------
    >>> leaf_kind(0.5), leaf_kind("late"), leaf_kind({"date": "2005-04-30"}), leaf_kind(None)
    ('number', 'text', 'date', 'missing')
    """
    if leaf is None:
        return "missing"
    if isinstance(leaf, bool):
        return "truth"
    if isinstance(leaf, int | float):
        return "number"
    if isinstance(leaf, str):
        return "text"
    return str(next(iter(leaf)))


def is_leaf(plain: Plain) -> bool:
    """Whether a recording is a single value."""
    return not isinstance(plain, dict) or bool({"date", "days", "number"} & plain.keys())


def rounding_of(expected: Plain, within: float | None = None) -> str:
    """How an expected leaf is rounded: ``exact``, ``relative``, or the absolute tolerance as text.

    Parameters
    ----------
    expected : plain data
        A leaf of the instructor's recording.
    within : float, optional
        Absolute tolerance, for instance 0.01 for money in yuan.

    Examples
    --------
    >>> rounding_of(0.183), rounding_of(5000), rounding_of(12.34, within=0.01), rounding_of("late")
    ('relative', 'exact', '0.01', 'exact')
    """
    if leaf_kind(expected) == "days":
        return "relative"
    if leaf_kind(expected) != "number" or isinstance(expected, dict):
        return "exact"
    if within is not None:
        return repr(float(within))
    return "exact" if isinstance(expected, int) else "relative"


def rounded(expected: Plain, rounding: str) -> str:
    """The text under which an expected leaf is known.

    Examples
    --------
    >>> rounded(0.18335091564206382, "relative"), rounded(5000, "exact")
    ('1.833509e-01', '5000')
    """
    number = expected["days"] if leaf_kind(expected) == "days" else expected
    if rounding == "exact":
        return json.dumps(number, sort_keys=True, ensure_ascii=False)
    if rounding == "relative":
        # Seven digits: neighbours differ by a millionth of the value at the most.
        return "0" if abs(number) < ZERO else f"{number:.6e}"
    steps = number / (float(rounding) / _STEPS)
    return str(round(steps)) if math.isfinite(steps) else repr(number)


def candidates(leaf: Plain, rounding: str) -> set[str]:
    """The texts that a given leaf fits.

    Examples
    --------
    >>> sorted(candidates(0.1234565, "relative"))
    ['1.234565e-01']
    >>> "100" in candidates(12.5, "1.0"), "100" in candidates(13.6, "1.0")
    (True, False)
    """
    number = leaf["days"] if leaf_kind(leaf) == "days" else leaf
    if rounding == "exact" or isinstance(number, bool) or not isinstance(number, int | float):
        if isinstance(number, float) and abs(number - round(number)) <= max(1e-6, abs(number) * 1e-15):
            number = round(number)
        return {rounded(number, "exact")}
    if rounding == "relative":
        noise = abs(number) * NOISE
        return {rounded(number + shift, rounding) for shift in (-noise, 0.0, noise)}
    middle = number / (float(rounding) / _STEPS)
    if not math.isfinite(middle):
        return {repr(number)}
    if abs(middle) > 1e14:  # the tolerance is finer than a float of this size
        return {str(round(middle))}
    # Half a step more each way: the expected value was rounded to a whole step.
    reach = _STEPS + 0.5 + abs(middle) * 1e-15
    return {str(place) for place in range(math.ceil(middle - reach), math.floor(middle + reach) + 1)}


def same_leaf(leaf: Plain, expected: Plain, within: float | None = None) -> bool:
    """Whether a given leaf is the expected one, within tolerance.

    Examples
    --------
    >>> same_leaf(0.18335000001, 0.18335), same_leaf(0.18, 0.18335), same_leaf(True, 1)
    (True, False, False)
    >>> same_leaf(4999, 5000), same_leaf(5000.0, 5000), same_leaf(1.004, 1.0, within=0.01)
    (False, True, True)
    """
    if leaf_kind(leaf) != leaf_kind(expected):
        return False
    rounding = rounding_of(expected, within)
    return rounded(expected, rounding) in candidates(leaf, rounding)
