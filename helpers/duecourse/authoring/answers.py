"""Run the instructor's notebook and make the lesson's key from what it recorded."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from duecourse.authoring.lesson import Cell, Lesson, text_hash
from duecourse.authoring.translation import Translation
from duecourse.checks.comparison import compare
from duecourse.checks.execution import Limits, Run, run
from duecourse.checks.expectation import Known
from duecourse.checks.form import Form, canonical
from duecourse.checks.key import FORMAT, hashed
from duecourse.errors import DuecourseError

TRIAL_VARIANT = 1
"""A fresh variant on which the builder tries every lesson."""

INSTRUCTOR_LIMITS = Limits(cell_seconds=300, notebook_seconds=1200)


@dataclass(frozen=True)
class Answer:
    """The instructor's recording of one check.

    Attributes
    ----------
    name : str
    form : Form
    fixed, ordered : bool
    within : float or None
    slips : tuple of (Form, str)
        Typical wrong answers with their messages, in the author's order.
    """

    name: str
    form: Form
    fixed: bool
    ordered: bool
    within: float | None
    slips: tuple[tuple[Form, str], ...]

    @property
    def known(self) -> Known:
        return Known(self.form, self.within)


def answers_of(result: Run) -> dict[str, Answer]:
    """The answers in an instructor's run, by name of the check; only what a check's own cell recorded counts."""
    answers, recorded = {}, result.recorded
    for entry in recorded:
        if entry.message is not None or result.notebook.cells[entry.cell].id != entry.name:
            continue
        ordered = bool(entry.options["ordered"])
        slips = tuple(
            (canonical(slip.value, ordered=ordered), slip.message)
            for slip in recorded
            if slip.message is not None and slip.name == entry.name
        )
        answers[entry.name] = Answer(
            entry.name,
            canonical(entry.value, ordered=ordered),
            bool(entry.options["fixed"]),
            ordered,
            entry.options["within"],
            slips,
        )
    return answers


def instructor_run(notebook: NotebookNode, variant: int | None, blame: Callable[[str, str], DuecourseError]) -> Run:
    """Run the instructor's notebook.

    Parameters
    ----------
    notebook : NotebookNode
    variant : int or None
        Seed of fresh data.
    blame : callable
        From the id of the cell that failed, and what happened, to the error that is raised.
    """
    with tempfile.TemporaryDirectory(prefix="duecourse-instructor-") as folder:
        result = run(notebook, Path(folder), variant=variant, limits=INSTRUCTOR_LIMITS)
    on = "the shipped data" if variant is None else f"variant {variant}"
    for node in result.notebook.cells:
        for output in node.get("outputs", []):
            if output.output_type == "error":
                what = f"{output.ename}: {output.evalue}".splitlines()[0][:200]
                raise blame(node.id, f"the instructor's notebook fails here on {on}: {what}")
    if result.stopped_at is not None:
        raise blame(result.notebook.cells[result.stopped_at].id, f"Python ended here on {on}.")
    return result


def lesson_answers(lesson: Lesson, notebook: NotebookNode) -> dict[str, Answer]:
    """Run the instructor's notebook on shipped and on fresh data, and check the lesson's checks.

    Raises
    ------
    LessonError
        If a cell fails, a check records nothing, does not change with the data though it is not fixed, or a
        slip belongs to no check or is right.
    """
    by_id = {cell.cell_id: cell for cell in lesson.cells}

    def blame(cell_id: str, why: str) -> DuecourseError:
        return lesson.error(by_id[cell_id], why)

    shipped = answers_of(instructor_run(notebook, None, blame))
    fresh_run = instructor_run(notebook, TRIAL_VARIANT, blame)
    fresh = answers_of(fresh_run)
    for cell in lesson.of_kind("check"):
        _try(lesson, cell, shipped, fresh)
    for entry in fresh_run.recorded:
        if entry.message is not None and entry.name not in shipped:
            raise lesson.error(None, f"a slip belongs to the check “{entry.name}”, which this lesson does not have.")
    return shipped


def _try(lesson: Lesson, cell: Cell, shipped: dict[str, Answer], fresh: dict[str, Answer]) -> None:
    answer, other = shipped.get(cell.name), fresh.get(cell.name)
    if answer is None or other is None or answer.form.kind == "nothing":
        raise lesson.error(cell, "it records nothing; give check() the answer that the cell above computes.")
    if answer.form.kind == "refused":
        raise lesson.error(cell, f"its value cannot be recorded: {': '.join(answer.form.names)}.")
    if answer.within is not None and not answer.within > 0:
        raise lesson.error(cell, f"within must be above zero, not {answer.within}.")
    if not answer.fixed and answer.form == other.form:
        raise lesson.error(cell, "its value is the same on fresh data; compute it from load(), or mark it fixed=True.")
    for form, message in answer.slips:
        if compare(form, answer.known, [], str).verdict == "correct":
            raise lesson.error(cell, f"this slip is a right answer: “{message[:60]}”.")


def key_bytes(lesson: Lesson, answers: dict[str, Answer], translation: Translation | None) -> bytes:
    """The key file of a lesson in its language.

    Parameters
    ----------
    lesson : Lesson
        In the language of the key: its hints go in.
    answers : dict
        From `lesson_answers`.
    translation : Translation or None
        For the messages of slips; None for English.
    """
    salt = text_hash(lesson.name)  # the same in each build; it only keeps one table from serving all lessons
    checks = {}
    for cell in lesson.of_kind("check"):
        answer = answers[cell.name]
        checks[cell.name] = {
            "ordered": answer.ordered,
            "expected": hashed(answer.form, salt, answer.within),
            "slips": [
                {
                    "message": message_in(lesson, cell, message, translation),
                    "expected": hashed(form, salt, answer.within),
                }
                for form, message in answer.slips
            ],
            "hints": [hint.text for hint in lesson.of_kind("hint") if hint.name == cell.name],
        }
    plain: dict[str, Any] = {
        "format": FORMAT,
        "lesson": lesson.name,
        "language": lesson.language,
        "salt": salt,
        "checks": checks,
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def message_in(lesson: Lesson, cell: Cell, message: str, translation: Translation | None) -> str:
    """A slip's message in the language of `translation`; an error that names the check if it is missing."""
    if translation is None:
        return message
    text = translation.of(message)
    if text is None:
        raise lesson.error(
            cell,
            f"the {translation.language} text of its slip is missing or stale (hash {text_hash(message)}): "
            f"“{message[:60]}”. “duecourse translate {lesson.name}” marks the place.",
        )
    return text
