"""Where an answer differs, in words: first its kind, then its shape, its labels, and last its values.

Nothing here knows an expected value; names of columns and entries are in the question anyway.
"""

from collections.abc import Iterable, Sequence

from duecourse.checks.expectation import Expectation
from duecourse.checks.form import Form, Path
from duecourse.checks.leaf import LEAF_KINDS, leaf_kind
from duecourse.language import Translate

_UNRUN = ("function", "method", "builtin_function_or_method")


def refusal(why: Sequence[str], wanted: str, _: Translate) -> str:
    """Why a value cannot be checked; `wanted` is the kind that is asked for."""
    reason, detail = why
    if reason == "too large" and wanted in LEAF_KINDS:
        words = _("This is a whole column or table; {wanted} is asked for. Is something missing, such as .sum()?")
        return words.format(wanted=kind_name(wanted, _))
    if reason == "kind" and detail in _UNRUN:
        return _("This is a command that has not been run: put brackets () behind it.")
    if reason == "too large":
        return _("This value is larger than a check can hold ({detail} at the most).").format(detail=detail)
    if reason == "too deep":
        return _("This value is nested too deeply (more than {detail} levels).").format(detail=detail)
    if reason == "too long":
        return _("This text is too long (more than {detail} characters).").format(detail=detail)
    if reason == "complex":
        return _("This is a complex number: was a root taken of something below zero?")
    if reason == "no columns":
        return _("This table has no columns.")
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


def difference(form: Form, expected: Expectation, wrong: Sequence[Path], _: Translate) -> str:
    """What is not as expected.

    Parameters
    ----------
    form : Form
        The answer.
    expected : Expectation
    wrong : sequence of path
        Leaves of the answer that are not right.
    """
    if form.kind != expected.kind:
        return _("Your answer is {given}; {wanted} is asked for.").format(
            given=kind_name(form.kind, _), wanted=kind_name(expected.kind, _)
        )
    if form.kind not in ("list", "dict", "series", "table"):
        return _("This value is not right yet.")
    missing = [name for name in expected.names if name not in form.names]
    extra = [name for name in form.names if name not in expected.names]
    if missing or extra:
        return _names_differ(form.kind, missing, extra, _)
    given, wanted = len(form.rows or ()), expected.row_count() or 0
    if given != wanted:
        return _("Rows in your answer: {given}; asked for: {wanted}.").format(given=given, wanted=wanted)
    if form.labelled != expected.labelled:
        if expected.labelled:
            return _("The rows should carry their labels (the index), not just numbers 0, 1, 2 …")
        return _("The rows should be numbered 0, 1, 2 …: use reset_index().")
    return _leaves_differ(form, expected, wrong, _)


def _listed(names: Iterable[str | None]) -> str:
    names = list(dict.fromkeys(names))
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
    if not wrong:
        return _("Some values are missing.")
    by_row = form.kind in ("table", "series")
    unknown = [path[-1] for path in wrong if by_row and expected.leaf_kind(path) is None]
    if unknown:
        return _("Row not asked for: {names}.").format(names=_listed(unknown))
    for path in wrong:
        wanted, given = expected.leaf_kind(path), leaf_kind(form.leaves[path])
        if path and path[-1] is not None and wanted is not None and wanted != given:
            return _("{place} holds {given}; {wanted} is asked for.").format(
                place=_listed([path[0]]), given=kind_name(given, _), wanted=kind_name(wanted, _)
            )
    if form.kind == "table":
        columns = list(dict.fromkeys(path[0] for path in wrong))
        if len(columns) < len(form.names):
            return _("Not right yet in column {names}; the other columns are.").format(names=_listed(columns))
    rows = list(dict.fromkeys(path[-1] if by_row else path[0] for path in wrong))
    if len(rows) < (len(form.names) if form.kind == "dict" else len(form.rows or ())):
        return _("Not right yet: {names}; the rest is.").format(names=_listed(rows))
    return _("None of the values is right yet.")
