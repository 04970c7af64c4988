"""The canonical form of a recording: its outline, and every leaf under its path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from duecourse.checks.leaf import NOISE, is_leaf, leaf_kind
from duecourse.checks.recording import Plain

Path = tuple[str | None, ...]
"""Where a leaf stands. None stands for the kind of a value inside a value, which no name of a trainee's can be."""


@dataclass(frozen=True)
class Form:
    """A recording in canonical form.

    Attributes
    ----------
    kind : str
        ``number``, ``text``, ``truth``, ``date``, ``days``, ``missing``, ``list``, ``dict``, ``series``,
        ``table``, ``nothing`` or ``refused``.
    names : tuple of str
        Columns of a table, keys of a dictionary; for what is refused, the reason.
    rows : tuple of str or None
        Row labels; positions from 1 where rows have no labels. None for what has no rows.
    labelled : bool
        Whether rows have labels.
    ranks : tuple of int
        Where rows have no labels, or only 0, 1, 2 …, and their order does not matter: the place of each among
        the rows sorted by content. Otherwise empty.
    other_rows : tuple of str
        What the rows are called if their positions are taken for labels, or their labels 0, 1, 2 … for
        positions: the index that pandas gives by itself can be meant either way, and the expectation decides.
    leaves : dict of path to leaf
        Every leaf: ``()``, ``(key,)``, ``(row,)``, ``(column, row)`` or deeper.
    """

    kind: str
    names: tuple[str, ...] = ()
    rows: tuple[str, ...] | None = None
    labelled: bool = False
    ranks: tuple[int, ...] = ()
    other_rows: tuple[str, ...] = ()
    leaves: Mapping[Path, Plain] = field(default_factory=dict)

    def in_order_of(self, ranks: Sequence[int]) -> "Form":
        """The same rows, each where the row of its rank stands in an expectation with these `ranks`."""
        place = {rank: str(number + 1) for number, rank in enumerate(ranks)}
        return self._called([place[rank] for rank in self.ranks])

    def otherwise_labelled(self) -> "Form":
        """The same rows with positions for labels, or labels for positions; see `other_rows`."""
        return replace(self._called(self.other_rows), rows=self.other_rows, labelled=not self.labelled)

    def _called(self, rows: Sequence[str]) -> "Form":
        new = dict(zip(self.rows or (), rows, strict=True))
        return replace(self, leaves={(*path[:-1], new[str(path[-1])]): leaf for path, leaf in self.leaves.items()})


def canonical(recording: Plain, *, ordered: bool = False) -> Form:
    """The canonical form of a recording.

    Parameters
    ----------
    recording : plain data
        From `record`.
    ordered : bool
        Whether the order of rows matters.

    Examples
    --------
    >>> form = canonical({"dict": [["late", 0.6], ["on time", 0.2]]})
    >>> form.kind, form.names, form.leaves[("late",)]
    ('dict', ('late', 'on time'), 0.6)
    >>> canonical({"series": {"labels": None, "values": [3, 1, 2]}}).ranks
    (2, 0, 1)
    """
    if is_leaf(recording):
        return Form(leaf_kind(recording), leaves={(): recording})
    kind, body = next(iter(recording.items()))
    if kind in ("nothing", "refused"):
        return Form(kind, names=tuple(body) if kind == "refused" else ())
    if kind == "dict":
        leaves = {path: leaf for key, item in body for path, leaf in _inside((key,), item, ordered)}
        return Form(kind, names=tuple(key for key, _ in body), leaves=leaves)
    if kind == "list":
        rows = tuple(str(place + 1) for place in range(len(body)))
        leaves = {
            path: leaf for row, item in zip(rows, body, strict=True) for path, leaf in _inside((row,), item, ordered)
        }
        return Form(kind, rows=rows, leaves=leaves)
    return _rows_form(kind, body, ordered)


def _rows_form(kind: str, body: Mapping[str, Plain], ordered: bool) -> Form:
    """The form of a Series or a table."""
    columns = [(None, body["values"])] if kind == "series" else [(name, values) for name, values in body["columns"]]
    labels, count = body["labels"], len(columns[0][1])
    if labels is None:
        rows = tuple(str(place + 1) for place in range(count))
    else:
        # Where order matters, a label in another place is another row.
        rows = tuple(f"{place + 1}: {label}" if ordered else label for place, label in enumerate(labels))
    leaves: dict[Path, Plain] = {}
    for name, values in columns:
        prefix = () if name is None else (name,)
        leaves |= {(*prefix, row): leaf for row, leaf in zip(rows, values, strict=True)}
    names = tuple(name for name, _ in columns if name is not None)
    other: tuple[str, ...] = ()
    if labels is None:
        other = tuple(f"{place + 1}: {place}" if ordered else str(place) for place in range(count))
    elif set(labels) == set(map(str, range(count))):
        other = tuple(str(place + 1 if ordered else int(label) + 1) for place, label in enumerate(labels))
    ranks = () if ordered or not other else _ranks([values for _, values in sorted(columns, key=str)], count)
    return Form(kind, names, rows, labels is not None, ranks, other, leaves)


def _ranks(columns: Sequence[Sequence[Plain]], count: int) -> tuple[int, ...]:
    """Each row's place among the rows sorted by content.

    Text before numbers: a wrong number should not part a row from its partner.
    """
    texts = [values for values in columns if not any(_is_number(leaf) for leaf in values)]
    numbers = [_steps(values) for values in columns if any(_is_number(leaf) for leaf in values)]
    keys = [
        ([repr(values[place]) for values in texts], [values[place] for values in numbers]) for place in range(count)
    ]
    ranks = [0] * count
    for rank, place in enumerate(sorted(range(count), key=keys.__getitem__)):
        ranks[place] = rank
    return tuple(ranks)


def _is_number(leaf: Plain) -> bool:
    return isinstance(leaf, int | float) and not isinstance(leaf, bool)


def _steps(values: Sequence[Plain]) -> list[tuple[int, str]]:
    """Numbers as steps on a ladder on which noise makes no step, so that noise cannot reorder rows."""
    step, before, steps = 0, -float("inf"), {}
    for number in sorted(leaf for leaf in values if _is_number(leaf)):
        step += number - before > abs(number) * NOISE
        before = steps[number] = max(number, before)
        steps[number] = step
    return [(steps[leaf], "") if _is_number(leaf) else (-1, repr(leaf)) for leaf in values]


def _inside(path: Path, plain: Plain, ordered: bool) -> Iterator[tuple[Path, Plain]]:
    """The leaves of a value inside a value."""
    if is_leaf(plain):
        yield path, plain
        return
    form = canonical(plain, ordered=ordered)
    if form.ranks:
        form = form.in_order_of(range(len(form.ranks)))
    # Its kind and size are a leaf too: what is missing inside is then wrong at a place that has a name.
    yield (*path, None), f"{form.kind} of {len(form.leaves)}"
    for inner, leaf in form.leaves.items():
        yield (*path, *inner), leaf
