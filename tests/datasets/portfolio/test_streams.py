"""Counter-based streams: independent of chunks, and random enough for a generator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duecourse.datasets.portfolio.streams import Streams

KEYS = np.arange(200_000)


@given(st.integers(0, 2**40), st.integers(0, 10**9), st.integers(1, 50), st.integers(0, 60))
def test_a_draw_does_not_depend_on_its_chunk(seed, first, size, month):
    keys = np.arange(first, first + size)
    whole = Streams(seed).words("pays", keys, month)
    pieces = [Streams(seed).words("pays", keys[place : place + 1], month)[0] for place in range(size)]
    assert whole.tolist() == pieces
    assert Streams(seed).words("pays", keys[::-1], month).tolist() == pieces[::-1]


@pytest.mark.parametrize("other", [("seed", 8, "pays", 3), ("name", 7, "calls", 3), ("month", 7, "pays", 4)])
def test_another_seed_name_or_month_is_unrelated(other):
    _what, seed, name, month = other
    one, two = Streams(7).uniform("pays", KEYS, 3), Streams(seed).uniform(name, KEYS, month)
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(len(KEYS))


def test_uniform_numbers_are_uniform():
    drawn = Streams(7).uniform("pays", KEYS)
    assert drawn.min() > 0 and drawn.max() < 1
    counts, _edges = np.histogram(drawn, bins=100, range=(0, 1))
    expected = len(KEYS) / 100
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert chi_square < 99 + 5 * np.sqrt(2 * 99)  # five standard deviations


def test_neighbouring_keys_are_unrelated():
    drawn = Streams(7).uniform("pays", KEYS)
    for lag in (1, 2, 4, 64):
        assert abs(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1]) < 4 / np.sqrt(len(KEYS))


def test_every_bit_is_fair():
    words = Streams(7).words("pays", KEYS)
    for bit in range(64):
        share = ((words >> np.uint64(bit)) & np.uint64(1)).mean()
        assert abs(share - 0.5) < 5 * 0.5 / np.sqrt(len(KEYS))


def test_normal_numbers_have_the_moments_of_a_normal():
    drawn = Streams(7).normal("income", KEYS)
    error = 1 / np.sqrt(len(KEYS))
    assert abs(drawn.mean()) < 5 * error
    assert abs(drawn.var() - 1) < 5 * np.sqrt(2) * error
    assert abs((drawn**4).mean() - 3) < 5 * np.sqrt(96) * error


def test_choices_have_their_shares():
    drawn = Streams(7).choice("product", KEYS, [6, 3, 1])
    for index, share in enumerate([0.6, 0.3, 0.1]):
        assert abs((drawn == index).mean() - share) < 5 * np.sqrt(share * (1 - share) / len(KEYS))
