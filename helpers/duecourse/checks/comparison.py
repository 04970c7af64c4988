"""Compare a recording with what is expected of it, leaf by leaf, and say in words where they differ.

The same comparison serves the trainee, whose *expectation* is a key of hashes (`key.py`), and the grader,
whose expectation is the instructor's own recording. It never sees more of the expectation than column names,
counts, and whether a leaf is right, so no message can give an answer away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from duecourse.checks.leaf import is_leaf, leaf_kind, same_leaf
from duecourse.checks.recording import Plain
from duecourse.language import Translate

Path = tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A recording in canonical form.

    Attributes
    ----------
    kind : str
        ``number``, ``text``, ``truth``, ``date``, ``days``, ``missing``, ``list``, ``dict``, ``series``,
        ``table``, ``nothing`` or ``refused``.
    names : tuple of str
        Columns of a table, keys of a dictionary.
    rows : tuple of str or None
        Row labels; positions where rows have no labels. None for what has no rows.
    leaves : dict of path to leaf
        Every leaf under its path: ``()``, ``(key,)``, ``(row,)``, ``(column, row)`` or deeper.
    """

    kind: str
    names: tuple[str, ...] = ()
    rows: tuple[str, ...] | None = None
    labelled: bool = False
    leaves: Mapping[Path, Plain] = field(default_factory=dict)


class Expectation(Protocol):
    """What a check expects; see `Form` for the attributes. A key knows its rows only as hashes."""

    @property
    def kind(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def labelled(self) -> bool: ...

    def row_count(self) -> int | None: ...
    def leaf_count(self) -> int: ...
    def leaf_kind(self, path: Path) -> str | None:
        """Kind of the leaf expected at `path`; None if none is."""

    def matches(self, path: Path, leaf: Plain) -> bool: ...


@dataclass(frozen=True)
class Slip:
    """A typical wrong answer, and what to say to whoever gives it."""

    message: str
    expectation: Expectation


@dataclass(frozen=True)
class Outcome:
    """What a comparison found.

    Attributes
    ----------
    verdict : str
        ``correct``, ``not quite``, ``not attempted`` or ``cannot be checked``.
    right, total : int
        Leaves that are right, of those expected and those too many.
    message : str
        In the trainee's language; empty where the verdict says it all.
    right_paths : frozenset of path
    """

    verdict: str
    right: int
    total: int
    message: str = ""
    right_paths: frozenset[Path] = frozenset()


def _by_content(plain: Plain) -> tuple[int, float, str]:
    """Sort key of a leaf: text and dates exactly, numbers so that rounding noise cannot reorder them."""
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return (1, float(f"{plain:.6g}"), "")
    return (0, 0.0, repr(plain))


def canonical(recording: Plain, *, ordered: bool = False) -> Form:
    """The canonical form of a recording.

    Parameters
    ----------
    recording : plain data
        From `record`.
    ordered : bool
        Whether the order of rows without labels matters. Where it does not, they are sorted by content.

    Examples
    --------
    >>> form = canonical({"dict": [["late", 0.6], ["on time", 0.2]]})
    >>> form.kind, form.names, form.leaves[("late",)]
    ('dict', ('late', 'on time'), 0.6)
    """
    if is_leaf(recording):
        return Form(leaf_kind(recording), leaves={(): recording})
    kind, body = next(iter(recording.items()))
    if kind in ("nothing", "refused"):
        return Form(kind, names=tuple(body) if kind == "refused" else ())
    leaves: dict[Path, Plain] = {}
    if kind == "dict":
        for key, item in body:
            _flatten((key,), item, leaves, ordered)
        return Form(kind, names=tuple(key for key, _ in body), leaves=leaves)
    if kind == "list":
        for place, item in enumerate(body):
            _flatten((str(place),), item, leaves, ordered)
        return Form(kind, rows=tuple(str(place) for place in range(len(body))), leaves=leaves)
    columns = [("", body["values"])] if kind == "series" else [(name, values) for name, values in body["columns"]]
    rows = _rows(columns, body["labels"], ordered)
    for name, values in columns:
        prefix = () if kind == "series" else (name,)
        for row, place in rows:
            leaves[(*prefix, row)] = values[place]
    names = () if kind == "series" else tuple(name for name, _ in columns)
    return Form(kind, names, tuple(row for row, _ in rows), body["labels"] is not None, leaves)


def _rows(columns: Sequence[tuple[str, list[Plain]]], labels: list[str] | None, ordered: bool) -> list[tuple[str, int]]:
    """Each row's name and its place in the recording."""
    if labels is not None:
        named = [(label, place) for place, label in enumerate(labels)]
        # Where order matters, a label in the wrong place is another row.
        return [(f"{place + 1}: {label}", place) for label, place in named] if ordered else named
    count = len(columns[0][1]) if columns else 0
    places = list(range(count))
    if not ordered:
        by_name = sorted(columns)
        # Text first: a wrong number should not move its row away from its partner.
        places.sort(key=lambda place: sorted(_by_content(values[place]) for _, values in by_name))
    return [(str(rank + 1), place) for rank, place in enumerate(places)]


def _flatten(path: Path, plain: Plain, leaves: dict[Path, Plain], ordered: bool) -> None:
    if is_leaf(plain):
        leaves[path] = plain
        return
    form = canonical(plain, ordered=ordered)
    leaves[(*path, "kind")] = form.kind
    for inner, leaf in form.leaves.items():
        leaves[(*path, *inner)] = leaf


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

    def row_count(self) -> int | None:
        return None if self.form.rows is None else len(self.form.rows)

    def leaf_count(self) -> int:
        return len(self.form.leaves)

    def leaf_kind(self, path: Path) -> str | None:
        return leaf_kind(self.form.leaves[path]) if path in self.form.leaves else None

    def matches(self, path: Path, leaf: Plain) -> bool:
        return path in self.form.leaves and same_leaf(leaf, self.form.leaves[path], self.within)


def compare(form: Form, expected: Expectation, slips: Iterable[Slip], translate: Translate) -> Outcome:
    """Compare an answer with an expectation.

    Parameters
    ----------
    form : Form
        The trainee's answer.
    expected : Expectation
    slips : iterable of Slip
        Typical wrong answers; the first that explains every wrong leaf gives its message.
    translate : callable
        From `duecourse.language.translator`.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> outcome = compare(canonical(0.27), Known(canonical(0.18)), [], str)
    >>> outcome.verdict, outcome.right, outcome.total, outcome.message
    ('not quite', 0, 1, 'This value is not right yet.')
    """
    _ = translate
    total = expected.leaf_count()
    if form.kind == "nothing":
        return Outcome("not attempted", 0, total, _("Replace the dots with your answer, run that cell, then this one."))
    if form.kind == "refused":
        return Outcome("cannot be checked", 0, total, _refusal(form.names, _))
    right = frozenset(path for path, leaf in form.leaves.items() if expected.matches(path, leaf))
    if form.kind != expected.kind:
        right = frozenset()
    wrong = [path for path in form.leaves if path not in right]
    total += sum(expected.leaf_kind(path) is None for path in wrong)
    if len(right) == total and form.kind == expected.kind:
        return Outcome("correct", total, total, right_paths=right)
    # A slip that is the whole answer comes before one that only explains what is wrong in it.
    for answers in (list(form.leaves), wrong):
        for slip in slips:
            if _explains(slip.expectation, form, answers):
                return Outcome("not quite", len(right), total, slip.message, right)
    return Outcome("not quite", len(right), total, _difference(form, expected, wrong, _), right)


def _explains(slip: Expectation, form: Form, paths: Sequence[Path]) -> bool:
    """Whether every one of these leaves is as the slip has it."""
    return bool(paths) and form.kind == slip.kind and all(slip.matches(path, form.leaves[path]) for path in paths)


def _refusal(refusal: Sequence[str], _: Translate) -> str:
    reason, detail = refusal
    if reason == "too large":
        return _("This value is larger than a check can hold ({detail} at the most).").format(detail=detail)
    if reason == "too deep":
        return _("This value is nested too deeply (more than {detail} levels).").format(detail=detail)
    if reason == "too long":
        return _("This text is too long (more than {detail} characters).").format(detail=detail)
    if reason == "complex":
        return _("This is a complex number: was a root taken of something below zero?")
    if reason == "columns":
        return _("Two columns have the same name; give each its own.")
    if reason == "labels":
        return _("Two rows have the same label; make the labels different, or use reset_index().")
    return _("A value of the kind “{detail}” cannot be checked; give a number, a text, a list or a table.").format(
        detail=detail
    )


def kind_name(kind: str, _: Translate) -> str:
    """A kind, in the words of the lessons."""
    return {
        "number": _("a number"),
        "text": _("a text"),
        "truth": _("true or false"),
        "date": _("a date"),
        "days": _("a length of time"),
        "missing": _("a missing value"),
        "list": _("a list"),
        "dict": _("a dictionary"),
        "series": _("a Series (one column with labels)"),
        "table": _("a table (DataFrame)"),
    }[kind]


def _difference(form: Form, expected: Expectation, wrong: Sequence[Path], _: Translate) -> str:
    """Kind first, then shape, then labels, then where the values differ."""
    if form.kind != expected.kind:
        return _("Your answer is {given}; {wanted} is asked for.").format(
            given=kind_name(form.kind, _), wanted=kind_name(expected.kind, _)
        )
    if not form.names and form.rows is None:
        return _("This value is not right yet.")
    missing = [name for name in expected.names if name not in form.names]
    extra = [name for name in form.names if name not in expected.names]
    if missing or extra:
        return _names_differ(form.kind, missing, extra, _)
    count = expected.row_count()
    if form.rows is not None and count is not None and len(form.rows) != count:
        return _("Your answer has {given} rows; {wanted} are asked for.").format(given=len(form.rows), wanted=count)
    if form.labelled != expected.labelled:
        if expected.labelled:
            return _("The rows should carry their labels (the index), not just numbers 0, 1, 2 …")
        return _("The rows should be numbered 0, 1, 2 …: use reset_index().")
    return _leaves_differ(form, expected, wrong, _)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(f"“{name}”" for name in names[:3]) + (" …" if len(names) > 3 else "")


def _names_differ(kind: str, missing: list[str], extra: list[str], _: Translate) -> str:
    parts = []
    if missing:
        words = _("Column missing: {names}.") if kind == "table" else _("Entry missing: {names}.")
        parts.append(words.format(names=_listed(missing)))
    if extra:
        words = _("Column not asked for: {names}.") if kind == "table" else _("Entry not asked for: {names}.")
        parts.append(words.format(names=_listed(extra)))
    return " ".join(parts)


def _leaves_differ(form: Form, expected: Expectation, wrong: Sequence[Path], _: Translate) -> str:
    unknown = [path[-1] for path in wrong if expected.leaf_kind(path) is None]
    if unknown and form.kind in ("table", "series"):
        return _("Row not asked for: {names}.").format(names=_listed(dict.fromkeys(unknown)))
    for path in wrong:
        wanted, given = expected.leaf_kind(path), leaf_kind(form.leaves[path])
        if wanted is not None and wanted != given:
            return _("{place} holds {given}; {wanted} is asked for.").format(
                place=_listed([path[0]]), given=kind_name(given, _), wanted=kind_name(wanted, _)
            )
    if form.kind == "table":
        columns = list(dict.fromkeys(path[0] for path in wrong))
        if len(columns) < len(form.names):
            return _("Not right yet in column {names}; the other columns are.").format(names=_listed(columns))
    rows = list(dict.fromkeys(path[-1] if form.kind in ("table", "series") else path[0] for path in wrong))
    if form.kind == "list":
        rows = [str(int(row) + 1) for row in rows]
    everything = len(form.names) if form.kind == "dict" else len(form.rows or ())
    if len(rows) < everything:
        return _("Not right yet: {names}; the rest is.").format(names=_listed(rows))
    return _("None of the values is right yet.")
