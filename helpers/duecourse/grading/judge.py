"""Turn what a submission recorded into scores and words. Works on plain data only, outside any sandbox."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from duecourse.authoring.answers import Answer
from duecourse.checks.comparison import Outcome, compare
from duecourse.checks.execution import Run
from duecourse.checks.expectation import Known as KnownForm
from duecourse.checks.expectation import Slip
from duecourse.checks.form import canonical
from duecourse.checks.recording import Plain
from duecourse.grading.plain_text import plain_text
from duecourse.grading.standard import Standard, constant_leaves
from duecourse.language import Translate, translator

MOST_MESSAGE = 200


@dataclass(frozen=True)
class Judgement:
    """The result of one check.

    Attributes
    ----------
    name : str
    score, points : float
    outcome : Outcome
        Verdict and message for the trainee, in their language.
    """

    name: str
    score: float
    points: float
    outcome: Outcome


def judge(standard: Standard, language: str, shipped: Run, fresh: Run) -> dict[str, Judgement]:
    """Judge every check of a submission.

    Parameters
    ----------
    standard : Standard
    language : str
        Of the trainee.
    shipped, fresh : Run
        The submission on the shipped and on the fresh data.
    """
    return {
        name: _judge_one(standard, language, name, shipped, fresh)
        for name in standard.shipped
        if name in standard.points
    }


def _judge_one(standard: Standard, language: str, name: str, shipped: Run, fresh: Run) -> Judgement:
    _ = translator(language)
    points = standard.points[name]
    answer, other = standard.shipped[name], standard.fresh[name]
    seen = _compared(answer, _given(shipped, name), _slips(standard, language, name), _)
    if seen is None:
        return Judgement(name, 0.0, points, Outcome("not quite", 0, 1, _why_nothing(shipped, name, _)))
    if answer.fixed:
        return Judgement(name, _score(points, _share(seen)), points, seen)
    unseen = _compared(other, _given(fresh, name), [], _)
    if unseen is None:
        message = _("Right on the practice data; on fresh data it stopped: {why}").format(
            why=_why_nothing(fresh, name, _)
        )
        outcome = Outcome("not quite", 0, 1, message) if seen.verdict == "correct" else seen
        return Judgement(name, 0.0, points, outcome)
    share = min(_share(seen), _fresh_share(unseen, answer, other))
    if seen.verdict == "correct" and unseen.verdict != "correct":
        message = _("Right on the practice data, not on fresh data: was a number typed in?")
        seen = Outcome("not quite", unseen.right, unseen.total, message)
    return Judgement(name, _score(points, share), points, seen)


def _score(points: float, share: float) -> float:
    # A built-in float: nbgrader gives full marks for a partial score of any other type.
    return float(round(points * share, 2))


def _given(run: Run, name: str) -> Plain | None:
    """What the check's own cell recorded last; None if it recorded nothing."""
    own = [entry for entry in run.recorded if entry.name == name and run.notebook.cells[entry.cell].id == name]
    return own[-1].value if own else None


def _compared(answer: Answer, given: Plain | None, slips: Sequence[Slip], _: Translate) -> Outcome | None:
    if given is None:
        return None
    outcome = compare(canonical(given, ordered=answer.ordered), answer.known, slips, _)
    # A message may quote the trainee's names of columns and rows.
    return replace(outcome, message=plain_text(outcome.message))


def _slips(standard: Standard, language: str, name: str) -> list[Slip]:
    answer = standard.shipped[name]
    messages = standard.slip_messages.get(language, {}).get(name) or [message for _form, message in answer.slips]
    return [
        Slip(message, KnownForm(form, answer.within))
        for (form, _english), message in zip(answer.slips, messages, strict=True)
    ]


def _share(outcome: Outcome) -> float:
    if outcome.verdict == "correct":
        return 1.0  # an empty answer can be right, too
    return outcome.right / outcome.total if outcome.total else 0.0


def _fresh_share(outcome: Outcome, shipped: Answer, fresh: Answer) -> float:
    """The share of right leaves, of those that could not be known beforehand.

    A leaf that is the same on every data (a count of all rows, a label) earns nothing by being right, or typing
    in the shipped answer would earn it; being wrong it counts like any other.
    """
    constant = constant_leaves(shipped, fresh)
    if len(constant) == len(fresh.form.leaves):
        return _share(outcome)  # nothing could be told apart; `make_standard` sees to it that this does not happen
    constant &= outcome.right_paths
    total = outcome.total - len(constant)
    return (outcome.right - len(constant)) / total if total else 0.0


def _why_nothing(run: Run, name: str, _: Translate) -> str:
    """Why a check recorded nothing, as far as the run tells."""
    place = next(place for place, cell in enumerate(run.notebook.cells) if cell.id == name)
    error = _first_error(run.notebook.cells[place])
    slow = [number for number in run.too_slow if number <= place]
    if slow:
        return _("Cell [{number}] ran for too long and was stopped. Does its loop ever end?").format(
            number=_number(run, slow[-1])
        )
    if run.flooded is not None and run.flooded <= place:
        return _flooded(run, run.flooded, _)
    if run.stopped_at is not None and run.stopped_at <= place:
        return _("Python was shut down by cell [{number}]; nothing after it could run.").format(
            number=_number(run, run.stopped_at)
        )
    if error is None:
        return _("The check recorded nothing.")
    return _("The cell stopped with an error: {error}").format(error=error)


def _flooded(run: Run, place: int, _: Translate) -> str:
    return _("Cell [{number}] printed without end and was stopped.").format(number=_number(run, place))


def _number(run: Run, place: int) -> int:
    """The number that Jupyter shows beside a cell when a notebook is run from top to bottom."""
    return sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in run.notebook.cells[: place + 1])


def _first_error(cell: NotebookNode) -> str | None:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            error = plain_text(f"{output.ename}: {output.evalue}")[:MOST_MESSAGE].splitlines()[0]
            return re.sub(r" \(\d+\.py, line (\d+)\)$", r" (line \1)", error)  # IPython's name for a cell
    return None


def in_words(judgements: Sequence[Judgement], run: Run, _: Translate, *, blank: bool) -> str:
    """One line on a whole submission, what a trainer wants to know first; `blank` if it is as it was released."""
    if run.flooded is not None:
        return _flooded(run, run.flooded, _)
    if run.too_slow:
        return _("Cell [{number}] ran for too long and was stopped. Does its loop ever end?").format(
            number=_number(run, run.too_slow[0])
        )
    if run.stopped_at is not None:
        return _("Python was shut down by cell [{number}]; nothing after it could run.").format(
            number=_number(run, run.stopped_at)
        )
    if blank:
        return _("Nothing attempted.")
    right = [entry for entry in judgements if entry.score == entry.points]
    if len(right) == len(judgements):
        return _("Every check is right.")
    for place, cell in enumerate(run.notebook.cells):
        error = _first_error(cell)
        if error is not None:
            return _("Cell [{number}]: {error}").format(number=_number(run, place), error=error)
    wrong = [entry for entry in judgements if entry.score < entry.points]
    messages = {entry.outcome.message for entry in wrong}
    if len(wrong) == 1 or (len(messages) == 1 and all(entry.outcome.verdict == "not quite" for entry in wrong)):
        return f"{wrong[0].name}: {wrong[0].outcome.message}" if len(wrong) == 1 else wrong[0].outcome.message
    return _("{right} of {total} checks are right.").format(right=len(right), total=len(judgements))
