"""Counter-based random streams: a draw depends on (seed, stream, key) and on nothing else.

An account is the same in a chunk of a thousand and of a million, with one worker or sixteen, because no draw
depends on another draw. NumPy's generators are sequential within a key, so one per account would be needed; here
the counter is hashed instead, for whole arrays of accounts at once.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _mixed(words: Words) -> Words:
    """The finalizer of SplitMix64: each bit of the input moves about half of the bits of the output.

    Source: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators; constants after
    Stafford's variant 13.
    """
    words = (words ^ (words >> np.uint64(30))) * _FIRST
    words = (words ^ (words >> np.uint64(27))) * _SECOND
    return words ^ (words >> np.uint64(31))


@dataclass(frozen=True)
class Streams:
    """Random numbers by name and key.

    Attributes
    ----------
    seed : int
        From 0 upwards. Another seed is another world.

    Examples
    --------
    >>> streams = Streams(seed=7)
    >>> all_at_once = streams.uniform("pays", np.arange(1_000), month=3)
    >>> alone = streams.uniform("pays", np.array([412]), month=3)
    >>> bool(all_at_once[412] == alone[0])
    True
    """

    seed: int

    def words(self, name: str, key: ArrayLike, month: int = 0) -> Words:
        """64 random bits for each key.

        Parameters
        ----------
        name : str
            What is drawn; two names never share their numbers.
        key : array of int, from 0 upwards
            Account or borrower number.
        month : int
            A second counter, for what is drawn anew each month.
        """
        text = f"{self.seed}/{name}/{month}".encode()
        start = np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))
        with np.errstate(over="ignore"):  # arithmetic modulo 2**64 is meant
            counters = np.asarray(key).astype(np.uint64) * _STEP + start
            # Twice: counters in sequence differ in few bits, and one pass leaves faint traces of that.
            return _mixed(_mixed(counters) + start)

    def uniform(self, name: str, key: ArrayLike, month: int = 0) -> Floats:
        """Uniform numbers strictly between 0 and 1."""
        return ((self.words(name, key, month) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, name: str, key: ArrayLike, month: int = 0) -> Floats:
        """Standard normal numbers.

        Notes
        -----
        Box and Muller (1958): each number has two words of its own, so that none depends on its neighbour.
        """
        radius = np.sqrt(-2.0 * np.log(self.uniform(f"{name}/radius", key, month)))
        return radius * np.cos(2.0 * np.pi * self.uniform(f"{name}/angle", key, month))

    def choice(self, name: str, key: ArrayLike, shares: ArrayLike, month: int = 0) -> NDArray[np.int64]:
        """Indices 0, 1, 2 …, drawn with these shares.

        Parameters
        ----------
        name, key, month
            As for `words`.
        shares : sequence of float
            Above zero; they need not sum to one.

        Examples
        --------
        >>> drawn = Streams(1).choice("product", np.arange(10_000), [0.6, 0.3, 0.1])
        >>> [round(float((drawn == index).mean()), 1) for index in range(3)]
        [0.6, 0.3, 0.1]
        """
        steps = np.cumsum(np.asarray(shares, dtype=np.float64))
        return np.searchsorted(steps / steps[-1], self.uniform(name, key, month), side="right")
