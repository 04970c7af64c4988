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

from duecourse.checks.comparison import Form, Path, Slip
from duecourse.checks.leaf import candidates, leaf_kind, rounded, rounding_of
from duecourse.checks.recording import Plain
from duecourse.errors import DuecourseError

KEY_NAME = "key.json"
FORMAT = 1


@dataclass(frozen=True)
class HashedExpectation:
    """An expectation known by its outline and by hashes.

    Attributes
    ----------
    kind, names, labelled
        See `duecourse.checks.comparison.Form`.
    rows : int or None
        How many rows.
    leaves : dict
        Hash of a leaf's path to its kind, how it is rounded, and the hash of its value.
    salt : str
    """

    kind: str
    names: tuple[str, ...]
    rows: int | None
    labelled: bool
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


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _path_hash(salt: str, path: Path) -> str:
    return _digest(salt, "path", *path)


def _leaf_hash(salt: str, path: Path, text: str) -> str:
    return _digest(salt, "leaf", *path, text)


def hashed(form: Form, salt: str, within: float | None = None) -> dict[str, Any]:
    """The entry of a key file for one expected form, as plain data.

    Examples
    --------
    >>> from duecourse.checks.comparison import canonical, compare
    >>> entry = hashed(canonical(0.25), salt="x")
    >>> expected = expectation(entry, salt="x")
    >>> compare(canonical(0.25), expected, [], str).verdict, compare(canonical(0.26), expected, [], str).verdict
    ('correct', 'not quite')
    """
    leaves = {}
    for path, leaf in sorted(form.leaves.items()):
        rounding = rounding_of(leaf, within)
        digest = _leaf_hash(salt, path, rounded(leaf, rounding))
        leaves[_path_hash(salt, path)] = [leaf_kind(leaf), rounding, digest]
    return {
        "kind": form.kind,
        "names": list(form.names),
        "rows": None if form.rows is None else len(form.rows),
        "labelled": form.labelled,
        "leaves": leaves,
    }


def expectation(entry: Mapping[str, Any], salt: str) -> HashedExpectation:
    """The expectation that `hashed` wrote down."""
    leaves = {
        path: (str(kind), str(rounding), str(digest)) for path, (kind, rounding, digest) in entry["leaves"].items()
    }
    return HashedExpectation(
        str(entry["kind"]), tuple(entry["names"]), entry["rows"], bool(entry["labelled"]), leaves, salt
    )


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
        checks = {
            name: KeyEntry(
                expectation(entry["expected"], plain["salt"]),
                bool(entry["ordered"]),
                [Slip(slip["message"], expectation(slip["expected"], plain["salt"])) for slip in entry["slips"]],
                list(entry["hints"]),
            )
            for name, entry in plain["checks"].items()
        }
        return Key(str(plain["lesson"]), str(plain["language"]), checks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DuecourseError(f"{path.name} is damaged; fetch the lesson again to get it back.") from error
