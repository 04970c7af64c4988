"""Play the whole loop: release, hand in, collect, grade, mark by hand, give feedback, export."""

import logging
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from duecourse.authoring.course import Course
from duecourse.authoring.release import read_notebook
from duecourse.checks.execution import Limits
from duecourse.demo.trainees import Trainee, make_class
from duecourse.errors import DuecourseError
from duecourse.grading.grade import Graded, grade
from duecourse.grading.record import open_gradebook
from duecourse.grading.settings import grading_config
from duecourse.grading.standard import make_standard, run_instructor

_COPIED = ("course", "source", "release")
_LIMITS = Limits(cell_seconds=10)


@dataclass(frozen=True)
class Line:
    """One line of the demo's table.

    Attributes
    ----------
    trainee : Trainee
    graded : Graded or None
        None if it was never graded.
    score : float
        After the written answers were marked.
    amiss : str
        What is not as it must be; empty if all is well.
    """

    trainee: Trainee
    graded: Graded | None
    score: float
    amiss: str


def play(course: Course, lesson: str, folder: Path, variant: int, say: Callable[[str], None]) -> Iterator[Line]:
    """Teach and grade a class of `lesson` in a new course in `folder`.

    Parameters
    ----------
    course : Course
        Its texts, sources and releases are copied; nothing in it is changed.
    lesson : str
    folder : Path
        Empty or absent.
    variant : int
        Seed of the fresh data.
    say : callable
        Told what happens.

    Yields
    ------
    Line
        One a trainee.

    Raises
    ------
    DuecourseError
        If a step of the loop fails.
    """
    course.require(lesson)
    school = _open_school(course, folder)
    say("Release: nbgrader puts the lesson into the exchange.")
    _nbgrader(school, "release_assignment", lesson, "--force")
    say("Hand in: each trainee's file is collected from a folder of downloads.")
    standard = make_standard(school, lesson, variant)
    instructor = read_notebook((school.source / lesson / f"{lesson}.ipynb").read_bytes())
    trainees = list(make_class(standard, instructor, run_instructor(lesson, instructor, None)))
    _hand_in(school, lesson, trainees)
    say(f"Grade: {len(trainees)} submissions, on the shipped data and on fresh data of seed {variant}.")
    graded = {
        row.student: row
        for row in grade(school, lesson, variant=variant, limits=_LIMITS, config=grading_config(folder))
    }
    say("Mark by hand: every written answer gets its full points.")
    _mark_essays(school, lesson)
    say("Feedback and export.")
    _feedback(school, lesson)
    _nbgrader(school, "export", "--to", str(folder / "grades.csv"))
    exported = (folder / "grades.csv").read_text(encoding="utf-8-sig")
    with open_gradebook(_db_url(school)) as book:
        for trainee in trainees:
            yield _line(school, lesson, book, trainee, graded.get(trainee.name), exported)


def _open_school(course: Course, folder: Path) -> Course:
    if folder.exists() and any(folder.iterdir()):
        raise DuecourseError(f"{folder} is not empty; name a new folder for the demo class.")
    for name in _COPIED:
        shutil.copytree(course.root / name, folder / name)
    shutil.copy(course.root / "nbgrader_config.py", folder)
    (folder / "exchange").mkdir(mode=0o777)
    (folder / "exchange").chmod(0o777)
    return Course(folder.resolve())


def _nbgrader(school: Course, *words: str) -> None:
    """One of nbgrader's own commands, as an instructor would give it."""
    scripts = sysconfig.get_path("scripts")
    environment = os.environ | {"PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
    command = [sys.executable, "-m", "nbgrader", *words, f"--Exchange.root={school.root / 'exchange'}"]
    done = subprocess.run(command, cwd=school.root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise DuecourseError(f"“nbgrader {' '.join(words)}” failed in {school.root}: {' '.join(last)}")


def _hand_in(school: Course, lesson: str, trainees: list[Trainee]) -> None:
    """Files as a learning platform hands them over, collected by nbgrader."""
    archive = school.root / "downloaded" / lesson / "archive"
    archive.mkdir(parents=True)
    due = datetime.now(UTC).replace(microsecond=0)
    with open_gradebook(_db_url(school)) as book:
        book.update_or_create_assignment(lesson, duedate=due.replace(tzinfo=None))
    for trainee in trainees:
        moment = due + timedelta(hours=trainee.hours_late or -1)
        (archive / f"{trainee.name}+{moment:%Y%m%dT%H%M%S}+{lesson}.ipynb").write_bytes(trainee.file)
    _nbgrader(school, "zip_collect", lesson)


def _db_url(school: Course) -> str:
    return f"sqlite:///{school.root / 'gradebook.db'}"


def _mark_essays(school: Course, lesson: str) -> None:
    with open_gradebook(_db_url(school)) as book:
        for submission in book.assignment_submissions(lesson):
            for notebook in submission.notebooks:
                for mark in notebook.grades:
                    if mark.needs_manual_grade:
                        mark.manual_score = mark.max_score
                        mark.needs_manual_grade = False
        book.db.commit()


def _feedback(school: Course, lesson: str) -> None:
    config = grading_config(school.root)
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_feedback(lesson)
    if not result["success"]:
        raise DuecourseError(f"nbgrader made no feedback: {result['error'].strip().splitlines()[-1]}")


def _line(school: Course, lesson: str, book: Gradebook, trainee: Trainee, graded: Graded | None, exported: str) -> Line:
    submission = book.find_submission(lesson, trainee.name)
    score = float(submission.score)
    amiss = []
    if abs(score - trainee.expected) > 0.005:
        amiss.append("another score than expected")
    feedback = school.root / "feedback" / trainee.name / lesson / f"{lesson}.html"
    page = feedback.read_text(encoding="utf-8") if feedback.is_file() else ""
    unsaid = [words for words in trainee.must_say if _bare(words) not in _bare(page)]
    if unsaid:
        amiss.append(f"the feedback does not say “{unsaid[0][:40]}”")
    if (submission.total_seconds_late > 0) != (trainee.hours_late > 0):
        amiss.append("lateness is not as it was")
    if not re.search(rf"^{lesson},.*,{re.escape(trainee.name)},.*,{score},", exported, re.MULTILINE):
        amiss.append("the export has another score")
    return Line(trainee, graded, score, "; ".join(amiss))


def _bare(text: str) -> str:
    """Text as a page shows it, whatever its quotation marks became."""
    return re.sub(r"&\w+;|&#\d+;|\W", "", text)
