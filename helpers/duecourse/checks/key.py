"""The key file of a lesson: salted hashes of the rounded leaves of the instructor's recordings.

It lets a trainee's notebook say what is right without holding the answers in readable form. Whoever wants to
can still guess a number until its hash fits; no more is claimed for it. Grades never rest on it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from duecourse.checks.expectation import Slip
from duecourse.checks.form import Form, Path
from duecourse.checks.leaf import LEAF_KINDS, candidates, leaf_kind, rounded, rounding_of
from duecourse.checks.recording import Plain
from duecourse.errors import DuecourseError
from duecourse.language import LANGUAGES

KEY_NAME = "key.json"
FORMAT = 1
KINDS = (*LEAF_KINDS, "list", "dict", "series", "table")


@dataclass(frozen=True)
class HashedExpectation:
    """An expectation known by its outline and by hashes.

    Attributes
    ----------
    kind, names, labelled
        See `duecourse.checks.comparison.Form`.
    rows : int or None
        How many rows.
    ranks : tuple of int
    leaves : dict
        Hash of a leaf's path to its kind, how it is rounded, and the hash of its value.
    salt : str
    """

    kind: str
    names: tuple[str, ...]
    rows: int | None
    labelled: bool
    ranks: tuple[int, ...]
    leaves: Mapping[str, tuple[str, str, str]]
    salt: str

    def row_count(self) -> int | None:
        return self.rows

    def leaf_count(self) -> int:
        return len(self.leaves)

    def leaf_kind(self, path: Path) -> str | None:
        found = self.leaves.get(_path_hash(self.salt, path))
        return None if found is None else found[0]

    def matches(self, path: Path, leaf: Plain) -> bool:
        found = self.leaves.get(_path_hash(self.salt, path))
        if found is None or found[0] != leaf_kind(leaf):
            return False
        _, rounding, digest = found
        return any(_leaf_hash(self.salt, path, text) == digest for text in candidates(leaf, rounding))


def _digest(*parts: str | None) -> str:
    # As JSON, in ASCII: no two lists of parts give the same text, and every text can be encoded.
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()


def _path_hash(salt: str, path: Path) -> str:
    return _digest(salt, "path", *path)


def _leaf_hash(salt: str, path: Path, text: str) -> str:
    return _digest(salt, "leaf", *path, text)


def hashed(form: Form, salt: str, within: float | None = None) -> dict[str, Any]:
    """The entry of a key file for one expected form, as plain data.

    Examples
    --------
    >>> from duecourse.checks.comparison import compare
    >>> from duecourse.checks.form import canonical
    >>> entry = hashed(canonical(0.25), salt="x")
    >>> expected = expectation(entry, salt="x")
    >>> compare(canonical(0.25), expected, [], str).verdict, compare(canonical(0.26), expected, [], str).verdict
    ('correct', 'not quite')
    """
    leaves = {}
    for path, leaf in form.leaves.items():
        rounding = rounding_of(leaf, within)
        digest = _leaf_hash(salt, path, rounded(leaf, rounding))
        leaves[_path_hash(salt, path)] = [leaf_kind(leaf), rounding, digest]
    return {
        "kind": form.kind,
        "names": list(form.names),
        "rows": None if form.rows is None else len(form.rows),
        "labelled": form.labelled,
        "ranks": [] if form.labelled else list(form.ranks),
        "leaves": dict(sorted(leaves.items())),
    }


def expectation(entry: Mapping[str, Any], salt: str) -> HashedExpectation:
    """The expectation that `hashed` wrote down.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is not one.
    """
    leaves = {path: (kind, rounding, digest) for path, (kind, rounding, digest) in entry["leaves"].items()}
    for kind, rounding, digest in leaves.values():
        if kind not in LEAF_KINDS or not isinstance(digest, str):
            raise ValueError(kind)
        if rounding not in ("exact", "relative") and not float(rounding) > 0:
            raise ValueError(rounding)
    rows, ranks = entry["rows"], tuple(entry["ranks"])
    if entry["kind"] not in KINDS or not isinstance(rows, int | None) or sorted(ranks) != list(range(len(ranks))):
        raise ValueError(entry["kind"])
    names = tuple(str(name) for name in entry["names"])
    return HashedExpectation(entry["kind"], names, rows, bool(entry["labelled"]), ranks, leaves, salt)


@dataclass(frozen=True)
class KeyEntry:
    """What a key holds on one check."""

    expectation: HashedExpectation
    ordered: bool
    slips: Sequence[Slip]
    hints: Sequence[str]


@dataclass(frozen=True)
class Key:
    """A lesson's key file, read.

    Attributes
    ----------
    lesson, language : str
    checks : dict of str to KeyEntry
    """

    lesson: str
    language: str
    checks: Mapping[str, KeyEntry] = field(default_factory=dict)


def read_key(path: FilePath) -> Key:
    """Read a key file.

    Raises
    ------
    DuecourseError
        If the file is not a key of this format.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["format"] != FORMAT:
            raise DuecourseError(
                f"{path.name} was made by another version of Duecourse; fetch the lesson again, or update duecourse."
            )
        if plain["language"] not in LANGUAGES or not isinstance(plain["salt"], str):
            raise ValueError(plain["language"])
        checks = {
            name: KeyEntry(
                expectation(entry["expected"], plain["salt"]),
                bool(entry["ordered"]),
                [Slip(str(slip["message"]), expectation(slip["expected"], plain["salt"])) for slip in entry["slips"]],
                [str(hint) for hint in entry["hints"]],
            )
            for name, entry in plain["checks"].items()
        }
        return Key(str(plain["lesson"]), str(plain["language"]), checks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DuecourseError(f"{path.name} is damaged; fetch the lesson again to get it back.") from error
