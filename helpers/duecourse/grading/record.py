"""Write a submission's grades into nbgrader's gradebook, by nbgrader's own API. Only the parent does this."""

import logging
import os
import re
import sysconfig
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, app_log
from nbgrader.preprocessors import AssignLatePenalties, SaveCells
from nbgrader.utils import compute_checksum
from sqlalchemy import event
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config

from duecourse.errors import DuecourseError
from duecourse.grading.intake import is_marked

# nbgrader 0.9.6 makes its rows before it adds them; SQLAlchemy 2 remarks on that at each new submission.
warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.api")


@dataclass(frozen=True)
class Grades:
    """What goes into the gradebook for one submission.

    Attributes
    ----------
    student, lesson : str
    timestamp : datetime or None
        When it was collected, UTC.
    scores : dict of grade id to float or None
        None where a human grades.
    comments : dict of grade id of an answer to text
    """

    student: str
    lesson: str
    timestamp: datetime | None
    scores: Mapping[str, float | None]
    comments: Mapping[str, str]


def essay_scores(notebook: NotebookNode) -> dict[str, float | None]:
    """Written answers: zero where nothing was written, else left to a human."""
    return {
        cell.metadata.nbgrader.grade_id: 0.0 if _untouched(cell) else None
        for cell in notebook.cells
        if is_marked(cell, "grade") and is_marked(cell, "solution")
    }


def unanswered(notebook: NotebookNode) -> dict[str, str]:
    """nbgrader's comment on answers that were left as released."""
    answers = (cell for cell in notebook.cells if is_marked(cell, "solution"))
    return {cell.metadata.nbgrader.grade_id: "No response." for cell in answers if _untouched(cell)}


def is_blank(notebook: NotebookNode) -> bool:
    """Whether every answer is as it was released."""
    return all(_untouched(cell) for cell in notebook.cells if is_marked(cell, "solution"))


def _untouched(cell: NotebookNode) -> bool:
    return not cell.source.strip() or cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)


def open_gradebook(db_url: str) -> Gradebook:
    """nbgrader's gradebook, made if it is not there yet: `nbgrader db upgrade` fails on an empty database."""
    _put_scripts_on_path()
    app_log.setLevel(logging.CRITICAL)  # nbgrader logs what it then raises, with a traceback
    try:
        return Gradebook(db_url)
    except (SQLAlchemyError, InvalidEntry) as error:
        raise DuecourseError(f"The gradebook {db_url} cannot be used: {_short(error)}.") from None
    except ModuleNotFoundError as error:
        raise DuecourseError(f"The gradebook {db_url} needs the package {error.name}; install it.") from None


class GradeRecord:
    """The gradebook of a course, open for grading one lesson.

    Parameters
    ----------
    db_url : str
        For instance ``sqlite:///gradebook.db``.
    lesson : str
    release : NotebookNode
        The English release: it defines the gradebook's cells for all languages.
    config : Config
        nbgrader's, for what is done about late submissions.

    Raises
    ------
    DuecourseError
        If the gradebook cannot be opened, or holds grades for another version of the lesson.
    """

    def __init__(self, db_url: str, lesson: str, release: NotebookNode, config: Config) -> None:
        self.db_url, self.lesson, self.config = db_url, lesson, config
        self.resources = {"nbgrader": {"notebook": lesson, "assignment": lesson, "db_url": db_url}}
        try:
            self.gradebook = open_gradebook(db_url)
            self.gradebook.update_or_create_assignment(lesson)
            SaveCells(config=config).preprocess(release, self.resources)
            _begin_in_earnest(self.gradebook)
        except (SQLAlchemyError, InvalidEntry) as error:
            raise DuecourseError(f"The gradebook {db_url} cannot be used: {_short(error)}.") from None
        except RuntimeError:
            raise DuecourseError(
                f"Lesson {lesson} has other cells now than when it was graded first; grade with the version that "
                "was released, or remove its submissions from the gradebook."
            ) from None

    def __enter__(self) -> "GradeRecord":
        return self

    def __exit__(self, *exception: object) -> None:
        self.gradebook.close()

    def write(self, grades: Grades) -> None:
        """Record one submission: all of it or nothing; a human's scores and comments stay.

        Raises
        ------
        DuecourseError
            If the gradebook cannot be written.
        """
        try:
            with _one_transaction(self.gradebook):
                self._write(grades)
        except (SQLAlchemyError, InvalidEntry) as error:
            raise DuecourseError(
                f"The gradebook could not be written for {grades.student} ({_short(error)}); what was recorded "
                "before stays. Mend that and grade again."
            ) from None

    def _write(self, grades: Grades) -> None:
        book = self.gradebook
        book.update_or_create_student(grades.student)
        moment = {"timestamp": grades.timestamp} if grades.timestamp else {}
        submission = book.update_or_create_submission(self.lesson, grades.student, **moment)
        notebook = book.find_submission_notebook(self.lesson, self.lesson, grades.student)
        for grade in notebook.grades:
            grade.auto_score = grades.scores.get(grade.name, 0.0)
            # As nbgrader's own SaveAutoGrades has it: a manual score is kept, and shown for review.
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in notebook.comments:
            comment.auto_comment = grades.comments.get(comment.name)
        book.db.flush()
        notebook.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            book.db.refresh(notebook)
            penalties = AssignLatePenalties(config=self.config, log=_quiet())
            penalties.init_plugin()
            score, late = float(notebook.score), submission.total_seconds_late
            penalty = penalties.plugin_inst.late_submission_penalty(grades.student, score, late)
            if penalty is not None:
                notebook.late_submission_penalty = min(max(float(penalty), 0.0), score)
        book.db.flush()

    def score_of(self, student: str) -> tuple[float, float, bool, float]:
        """Score after any penalty, points, whether a human has still to grade, and seconds late."""
        try:
            submission = self.gradebook.find_submission(self.lesson, student)
            score = float(submission.score) - float(submission.late_submission_penalty or 0)
            waits, late = bool(submission.needs_manual_grade), float(submission.total_seconds_late)
            return score, float(submission.max_score), waits, late
        except MissingEntry:
            raise DuecourseError(f"{student} has no submission of {self.lesson} in the gradebook.") from None
        finally:
            self.gradebook.db.remove()  # an open reader would keep others from writing


def _put_scripts_on_path() -> None:
    """nbgrader starts `alembic` by its bare name, which fails where the environment is not activated."""
    scripts, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])


@contextmanager
def _one_transaction(book: Gradebook) -> Iterator[None]:
    """Make one transaction of what nbgrader's API would commit in several.

    SQLAlchemy's recipe for joining a session into an external transaction: what the API commits is a savepoint.
    """
    book.db.remove()
    with book.engine.connect() as connection, connection.begin():
        book.db.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
            book.db.commit()
        finally:
            book.db.remove()
            book.db.configure(bind=book.engine, join_transaction_mode="conditional_savepoint")


def _begin_in_earnest(book: Gradebook) -> None:
    """Python's SQLite driver begins a transaction too late for savepoints; SQLAlchemy's documentation says how to."""
    if book.engine.dialect.name != "sqlite":
        return

    @event.listens_for(book.engine, "connect")
    def leave_it_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(book.engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    book.engine.dispose()


def _short(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).splitlines()[0][:160]
    return re.sub(r"^\(\S+\) ", "", text)


def _quiet() -> logging.Logger:
    log = logging.getLogger("duecourse.nbgrader")
    log.setLevel(logging.ERROR)
    return log
