"""What a check expects: known in full to the grader, and to a trainee's notebook only as hashes (`key.py`)."""

from dataclasses import dataclass
from typing import Protocol

from duecourse.checks.form import Form, Path
from duecourse.checks.leaf import leaf_kind, same_leaf
from duecourse.checks.recording import Plain


class Expectation(Protocol):
    """What a check expects; see `Form` for the attributes. A key knows its leaves only as hashes."""

    @property
    def kind(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def labelled(self) -> bool: ...
    @property
    def ranks(self) -> tuple[int, ...]: ...

    def row_count(self) -> int | None: ...
    def leaf_count(self) -> int: ...
    def leaf_kind(self, path: Path) -> str | None:
        """Kind of the leaf expected at `path`; None if none is."""

    def matches(self, path: Path, leaf: Plain) -> bool:
        """Whether `leaf` is the one expected at `path`."""


@dataclass(frozen=True)
class Known:
    """An expectation that is known in full: the instructor's own recording.

    Attributes
    ----------
    form : Form
    within : float or None
        Absolute tolerance of numbers, for instance 0.01 for money in yuan; None for the relative one.
    """

    form: Form
    within: float | None = None

    @property
    def kind(self) -> str:
        return self.form.kind

    @property
    def names(self) -> tuple[str, ...]:
        return self.form.names

    @property
    def labelled(self) -> bool:
        return self.form.labelled

    @property
    def ranks(self) -> tuple[int, ...]:
        return () if self.form.labelled else self.form.ranks

    def row_count(self) -> int | None:
        return None if self.form.rows is None else len(self.form.rows)

    def leaf_count(self) -> int:
        return len(self.form.leaves)

    def leaf_kind(self, path: Path) -> str | None:
        return leaf_kind(self.form.leaves[path]) if path in self.form.leaves else None

    def matches(self, path: Path, leaf: Plain) -> bool:
        return path in self.form.leaves and same_leaf(leaf, self.form.leaves[path], self.within)


@dataclass(frozen=True)
class Slip:
    """A typical wrong answer, and what to say to whoever gives it."""

    message: str
    expectation: Expectation
