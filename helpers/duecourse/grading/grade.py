"""Grade a class: everything in `submitted/` for one lesson, examined side by side, recorded by one writer."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from traitlets.config import Config

from duecourse.authoring.course import Course
from duecourse.checks.execution import Limits
from duecourse.errors import DuecourseError
from duecourse.grading.examine import examine
from duecourse.grading.intake import Unreadable, read_handed, rebuilt, why_unreadable
from duecourse.grading.judge import Judgement, in_words, judge
from duecourse.grading.marked import marked, unreadable
from duecourse.grading.plain_text import plain_text
from duecourse.grading.record import GradeRecord, Grades, essay_scores, is_blank, unanswered
from duecourse.grading.settings import grading_config
from duecourse.grading.standard import Standard, make_standard
from duecourse.language import SOURCE_LANGUAGE, translator


@dataclass(frozen=True)
class Graded:
    """What grading one submission came to.

    Attributes
    ----------
    student : str
    score, points : float
        After any penalty for lateness; `points` counts written answers too.
    reason : str
        One line for the trainer.
    waits : bool
        Whether a human has still to grade something.
    late : float
        Seconds.
    failed : bool
        Whether it was not graded for a reason that is not the trainee's; nothing is recorded then.
    """

    student: str
    score: float
    points: float
    reason: str
    waits: bool = False
    late: float = 0.0
    failed: bool = False


@dataclass(frozen=True)
class Marked:
    """One examined submission, before it is recorded."""

    notebook: NotebookNode
    scores: dict[str, float | None]
    comments: dict[str, str]
    reason: str


def grade_one(standard: Standard, path: Path, limits: Limits) -> Marked:
    """Take in, examine and judge one notebook file. Never raises for what a trainee can have done.

    Parameters
    ----------
    standard : Standard
    path : Path
        The notebook that was handed in.
    limits : Limits
    """
    try:
        given = read_handed(path)
    except (Unreadable, OSError) as error:
        reason = error.reason if isinstance(error, Unreadable) else "not a file"
        return _not_graded(standard, reason)
    notebook = rebuilt(given, standard.releases[given.language])
    files = standard.files[given.language]
    shipped = examine(notebook, None, limits, files)
    fresh = examine(notebook, standard.variant, limits, files)
    judgements = judge(standard, given.language, shipped, fresh)
    # A trainer reads the table in English; the trainee reads the cards in the language of the lesson.
    plain = judgements if given.language == SOURCE_LANGUAGE else judge(standard, SOURCE_LANGUAGE, shipped, fresh)
    return Marked(
        marked(shipped.notebook, judgements, given.language),
        _scores(judgements) | essay_scores(notebook),
        unanswered(notebook),
        in_words(list(plain.values()), shipped, translator(SOURCE_LANGUAGE), blank=is_blank(notebook)),
    )


def _scores(judgements: dict[str, Judgement]) -> dict[str, float | None]:
    return {name: judgement.score for name, judgement in judgements.items()}


def _not_graded(standard: Standard, reason: str) -> Marked:
    release = standard.releases[SOURCE_LANGUAGE]
    words = [
        why_unreadable(reason, translator(language)).format(file=f"{standard.lesson}.ipynb")
        for language in standard.releases
    ]
    # Nothing in the file tells the trainee's language: say it in each.
    return Marked(
        unreadable(release, " ".join(words), SOURCE_LANGUAGE),
        dict.fromkeys(standard.points, 0.0),
        {
            cell.metadata.nbgrader.grade_id: words[0]
            for cell in release.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        },
        words[0],
    )


@dataclass(frozen=True)
class Submission:
    """One folder under `submitted/`."""

    student: str
    folder: Path
    timestamp: datetime | None


def submissions(course: Course, lesson: str) -> list[Submission]:
    """What was handed in for a lesson, by student.

    Raises
    ------
    DuecourseError
        If nothing was.
    """
    found = [
        Submission(folder.parent.name, folder, _timestamp(folder))
        for folder in sorted(course.root.glob(f"submitted/*/{lesson}"))
    ]
    if not found:
        raise DuecourseError(
            f"Nothing was handed in for {lesson}: {course.root / 'submitted'} holds no */{lesson}; collect first, "
            f"for instance with “nbgrader collect {lesson}” or “nbgrader zip_collect {lesson}”."
        )
    return found


def is_name(student: str) -> bool:
    """Whether nbgrader can know a student by this name."""
    return student == student.strip() and "+" not in student and student == plain_text(student)


def _timestamp(folder: Path) -> datetime | None:
    try:
        text = (folder / "timestamp.txt").read_text(encoding="utf-8")[:100].strip()
        moment = parse_utc(text) if text else None
    except (OSError, ValueError, OverflowError):
        return None
    return moment


def is_done(course: Course, lesson: str, submission: Submission) -> bool:
    """Whether this submission was graded already, as nbgrader reckons it: there, and not older."""
    folder = course.root / "autograded" / submission.student / lesson
    if not (folder / f"{lesson}.ipynb").is_file():
        return False
    before = _timestamp(folder)
    return submission.timestamp is None or (before is not None and before >= submission.timestamp)


def write_marked(course: Course, lesson: str, submission: Submission, notebook: NotebookNode) -> None:
    """Put the marked notebook where nbgrader's formgrader and feedback look for it; whole or not at all."""
    folder = course.root / "autograded" / submission.student / lesson
    draft = folder.with_name(f".{lesson}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / f"{lesson}.ipynb").write_text(nbformat.writes(notebook, version=nbformat.NO_CONVERT), encoding="utf-8")
    if submission.timestamp:
        (draft / "timestamp.txt").write_text(f"{submission.timestamp} UTC", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def grade(
    course: Course,
    lesson: str,
    *,
    variant: int,
    limits: Limits | None = None,
    force: bool = False,
    workers: int | None = None,
    db_url: str | None = None,
    config: Config | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Graded]:
    """Grade what was handed in for a lesson, and record it.

    Parameters
    ----------
    course : Course
    lesson : str
    variant : int
        Seed of the fresh data.
    limits : Limits, optional
    force : bool
        Grade again what was graded already.
    workers : int, optional
        How many submissions are examined side by side; by default one a core.
    db_url : str, optional
        The gradebook; by default nbgrader's, `gradebook.db` in the course.
    config : Config, optional
        nbgrader's, for instance for penalties for lateness.
    progress : callable
        Told after each submission how many are done, and of how many.

    Yields
    ------
    Graded
        One a submission, as they are recorded.

    Raises
    ------
    DuecourseError
        If nothing can be graded at all. A broken submission is a `Graded` with a reason.
    """
    course.require(lesson)
    found = submissions(course, lesson)
    for entry in found:
        if not is_name(entry.student):
            why = "a student's name has no “+”, no space at its ends, and is written in UTF-8; rename the folder"
            yield Graded(plain_text(entry.student), 0.0, 0.0, why, failed=True)
    found = [entry for entry in found if is_name(entry.student)]
    todo = [entry for entry in found if force or not is_done(course, lesson, entry)]
    if not todo:
        return
    limits = limits or Limits()
    config = config or grading_config(course.root)
    standard = make_standard(course, lesson, variant)
    db_url = db_url or CourseDirectory(config=config).db_url
    with GradeRecord(db_url, lesson, standard.releases[SOURCE_LANGUAGE], config) as record:
        done = 0
        for submission, outcome in _examined(standard, todo, limits, workers or os.cpu_count() or 1):
            done += 1
            if progress:
                progress(done, len(todo))
            if isinstance(outcome, Exception):
                # Ours to mend, not the trainee's: nothing is recorded, and the next run tries again.
                what = f"{type(outcome).__name__}: {outcome}".splitlines()[0]
                yield Graded(submission.student, 0.0, 0.0, f"the examiner failed: {what}", failed=True)
                continue
            record.write(Grades(submission.student, lesson, submission.timestamp, outcome.scores, outcome.comments))
            try:
                write_marked(course, lesson, submission, outcome.notebook)
            except OSError as error:
                raise DuecourseError(
                    f"{submission.student}'s grades are recorded, but the marked notebook cannot be written under "
                    f"{course.root / 'autograded'} ({error.strerror or error}); mend that and grade again."
                ) from None
            score, points, waits, late = record.score_of(submission.student)
            yield Graded(submission.student, score, points, outcome.reason, waits, late)


def _examined(
    standard: Standard, todo: list[Submission], limits: Limits, workers: int
) -> Iterator[tuple[Submission, Marked | Exception]]:
    """Examine side by side; no more results wait for the writer than there are workers."""
    pool = ThreadPoolExecutor(workers)
    waiting = iter(todo)
    running: dict[Future[Marked], Submission] = {}
    try:
        while True:
            while len(running) < workers + 1 and (entry := next(waiting, None)) is not None:
                path = entry.folder / f"{standard.lesson}.ipynb"
                running[pool.submit(grade_one, standard, path, limits)] = entry
            if not running:
                return
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                error = future.exception()
                if error is not None and not isinstance(error, Exception):
                    raise error
                yield running.pop(future), error or future.result()
    finally:
        pool.shutdown(cancel_futures=True)
