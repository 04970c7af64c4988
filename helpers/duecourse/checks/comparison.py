"""Compare an answer with what is expected of it, leaf by leaf.

The same comparison serves the trainee, whose *expectation* is a key of hashes (`key.py`), and the grader,
whose expectation is the instructor's own recording. It never sees more of the expectation than its outline and
whether a leaf is right, so no message can give an answer away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from duecourse.checks.expectation import Expectation, Slip
from duecourse.checks.form import Form, Path
from duecourse.checks.words import difference, refusal
from duecourse.language import Translate


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
    >>> from duecourse.checks.expectation import Known
    >>> from duecourse.checks.form import canonical
    >>> outcome = compare(canonical(0.27), Known(canonical(0.18)), [], str)
    >>> outcome.verdict, outcome.right, outcome.total, outcome.message
    ('not quite', 0, 1, 'This value is not right yet.')
    """
    _ = translate
    total = expected.leaf_count()
    if form.kind == "nothing":
        return Outcome("not attempted", 0, total, _("Replace the dots with your answer, run that cell, then this one."))
    if form.kind == "refused":
        return Outcome("cannot be checked", 0, total, refusal(form.names, expected.kind, _))
    form, right = _best(form, expected)
    wrong = [path for path in form.leaves if path not in right]
    total += sum(expected.leaf_kind(path) is None for path in wrong)
    if len(right) == total and _same_outline(form, expected):
        return Outcome("correct", total, total, right_paths=right)
    slips = list(slips)
    # A slip that is the whole answer comes before one that only explains what is wrong in it.
    for slip in slips:
        if any(_explains(slip.expectation, view, list(view.leaves)) for view in _views(form, slip.expectation)):
            return Outcome("not quite", len(right), total, slip.message, right)
    for slip in slips:
        if _explains(slip.expectation, form, wrong):
            return Outcome("not quite", len(right), total, slip.message, right)
    return Outcome("not quite", len(right), total, difference(form, expected, wrong, _), right)


def _views(form: Form, expected: Expectation) -> Iterator[Form]:
    """The answer as it stands and, where the rows can be understood otherwise, in the expectation's way.

    The index that pandas gives by itself is taken for labels where labels 0, 1, 2 … are expected, and the other way
    round; rows without labels are put into the expectation's order.
    """
    yield form
    if form.labelled != expected.labelled and form.other_rows:
        other = form.otherwise_labelled()
        if all(expected.leaf_kind(path) is not None for path in other.leaves):
            form = other
            yield form
    if not expected.labelled and form.ranks and len(form.ranks) == len(expected.ranks):
        yield form.in_order_of(expected.ranks)


def _best(form: Form, expected: Expectation) -> tuple[Form, frozenset[Path]]:
    """The view with the most right leaves, and these."""
    if form.kind != expected.kind:
        return form, frozenset()
    views = [
        (view, frozenset(path for path, leaf in view.leaves.items() if expected.matches(path, leaf)))
        for view in _views(form, expected)
        if view.labelled == expected.labelled
    ]
    best = max(views, key=lambda view: len(view[1]), default=(form, frozenset()))
    return best if best[1] else (form, frozenset())


def _same_outline(form: Form, expected: Expectation) -> bool:
    rows = None if form.rows is None else len(form.rows)
    return (
        form.kind == expected.kind
        and set(form.names) == set(expected.names)
        and rows == expected.row_count()
        and form.labelled == expected.labelled
    )


def _explains(slip: Expectation, form: Form, paths: Sequence[Path]) -> bool:
    """Whether every one of these leaves is as the slip has it."""
    return bool(paths) and form.kind == slip.kind and all(slip.matches(path, form.leaves[path]) for path in paths)
