"""Laws of sameness of two recorded leaves."""

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from material import law

from duecourse.checks.leaf import RELATIVE_TOLERANCE, ZERO, leaf_kind, same_leaf
from duecourse.checks.recording import record

sized = st.floats(min_value=1e-8, max_value=1e300) | st.floats(min_value=-1e300, max_value=-1e-8)
ulps = st.integers(-4, 4)
# Numbers that stand just where one rounding ends and the next begins.
edges = st.builds(
    lambda digits, power: (digits + 0.5) * 10.0**power, st.integers(10**6, 10**7 - 1), st.integers(-14, 6)
)


def nudged(number: float, steps: int) -> float:
    for _ in range(abs(steps)):
        number = math.nextafter(number, math.copysign(math.inf, steps))
    return number


@law
@given(sized | edges, ulps)
def test_floating_point_noise_never_breaks_a_match(number, steps):
    assert same_leaf(nudged(number, steps), number)
    assert same_leaf(number, nudged(number, steps))


@law
@given(st.integers(-(10**14), 10**14), ulps)
@example(10**12, 2)
def test_noise_on_a_whole_number_never_breaks_a_match(number, steps):
    assume(number)
    assert same_leaf(nudged(float(number), steps), number)
    assert same_leaf(number, nudged(float(number), steps))


@law
@given(sized, st.floats(1.05 * RELATIVE_TOLERANCE, 10), st.sampled_from([-1, 1]))
@example(1e-5, 1e-5, 1)
@example(2e-9, 0.05, 1)
def test_a_change_beyond_the_tolerance_never_matches(number, share, sign):
    other = number * (1 + sign * share)
    assume(abs(other) > ZERO and math.isfinite(other))
    assert not same_leaf(other, number)


@law
@given(st.integers(1, 10**14), st.integers(1, 10**6))
def test_counts_match_exactly(count, more):
    assert same_leaf(float(count), count)
    assert not same_leaf(count + more, count)
    assert not same_leaf(float(count + more), count)


@law
@given(st.floats(-1e9, 1e9), st.floats(0.001, 100), st.floats(-0.999, 0.999))
@example(1.0006, 0.01, 0.98)
def test_a_difference_up_to_within_matches(number, within, share):
    assert same_leaf(number + share * within, number, within)


@law
@given(st.floats(-1e6, 1e6), st.floats(0.001, 100), st.floats(1.25, 100), st.sampled_from([-1, 1]))
def test_a_difference_well_beyond_within_never_matches(number, within, share, sign):
    assert not same_leaf(number + sign * share * within, number, within)


@pytest.mark.parametrize("within", [None, 0.01, 5.0])
@pytest.mark.parametrize("expected", [0, 0.5, 1e300, {"number": "inf"}, None, "late"])
@pytest.mark.parametrize(
    "given_",
    [0, 1e308, -1e308, 10**308, {"number": "-inf"}, 5e-324, None, "late", True],
    ids=lambda leaf: str(leaf)[:9],
)
def test_no_pair_of_leaves_breaks_the_comparison(given_, expected, within):
    assert same_leaf(given_, expected, within) in (True, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *((True, 1), (False, 0), ("1", 1), ("0.5", 0.5), (None, 0), (None, ""), (None, "nan"), ("inf", math.inf)),
        *(({"date": "2005-04-30"}, "2005-04-30"), ({"days": 43.0}, 43.0), ("late", "Late"), ("late", "late ")),
        *((math.inf, -math.inf), (math.inf, 1e308), (1e-7, 0.0), (0.0, 1e-7)),
    ],
    ids=repr,
)
def test_lookalikes_differ(one, other):
    plain = [value if isinstance(value, dict) else record(value) for value in (one, other)]
    assert not same_leaf(plain[0], plain[1])
    assert not same_leaf(plain[1], plain[0])


@pytest.mark.parametrize(
    ("one", "other"), [(0.0, -0.0), (0, -0.0), (0.0, 1e-12), (0, 1e-12), (5000, 5000.0), (0.1 + 0.2, 0.3)], ids=repr
)
def test_what_is_equal_to_the_eye_is_equal(one, other):
    assert same_leaf(one, other)
    assert same_leaf(other, one)


@law
@given(st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.timedeltas())
def test_a_leaf_is_itself(value):
    leaf = record(value)
    assume("refused" not in leaf if isinstance(leaf, dict) else True)
    assert same_leaf(leaf, leaf)
    assert leaf_kind(leaf) in ("missing", "truth", "number", "text", "date", "days")


def test_a_length_of_time_is_compared_as_a_number():
    assert same_leaf({"days": 43.0}, {"days": 43.00000000001})
    assert not same_leaf({"days": 43.0}, {"days": 43.5})
