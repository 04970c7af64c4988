"""What a lesson's submissions are measured against: the release, and the instructor's answers."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from nbformat import NotebookNode

from duecourse.authoring.answers import Answer, answers_of, instructor_run
from duecourse.authoring.course import Course
from duecourse.authoring.release import points_of, read_notebook
from duecourse.checks.execution import Run
from duecourse.checks.form import Path
from duecourse.checks.key import KEY_NAME, read_key
from duecourse.errors import DuecourseError
from duecourse.language import LANGUAGES, SOURCE_LANGUAGE

MOST_VARIANTS = 20


@dataclass(frozen=True)
class Standard:
    """A lesson, as grading needs it.

    Attributes
    ----------
    lesson : str
    variant : int
        Seed of the fresh data.
    releases : dict of language to NotebookNode
    files : dict of language to dict of str to bytes
        What the release holds beside the notebook, but for the key.
    points : dict of grade id to float
    shipped, fresh : dict of check to Answer
        The instructor's, on the shipped and on the fresh data.
    slip_messages : dict of language to dict of check to messages
        In the order of the slips.
    """

    lesson: str
    variant: int
    releases: Mapping[str, NotebookNode]
    files: Mapping[str, Mapping[str, bytes]]
    points: Mapping[str, float]
    shipped: Mapping[str, Answer]
    fresh: Mapping[str, Answer]
    slip_messages: Mapping[str, Mapping[str, Sequence[str]]]


def make_standard(course: Course, lesson: str, variant: int) -> Standard:
    """Run the instructor's notebook on the shipped and on fresh data, outside any sandbox, once.

    Where by chance a check comes to the same on these fresh data as on the shipped ones, the next seed is taken.

    Raises
    ------
    DuecourseError
        If the lesson is unknown or was never built, or the instructor's notebook fails.
    """
    course.require(lesson)
    releases, files, messages = {}, {}, {}
    for language in LANGUAGES:
        folder = course.release(language) / lesson
        notebook = folder / f"{lesson}.ipynb"
        if not notebook.is_file():
            raise DuecourseError(f"{notebook.relative_to(course.root)} is missing; run “duecourse build {lesson}”.")
        releases[language] = read_notebook(notebook.read_bytes())
        files[language] = {
            path.name: path.read_bytes()
            for path in folder.iterdir()
            if path.is_file() and path.name not in (notebook.name, KEY_NAME)
        }
        if (folder / KEY_NAME).is_file():
            key = read_key(folder / KEY_NAME)
            messages[language] = {name: [slip.message for slip in entry.slips] for name, entry in key.checks.items()}
    source = course.source / lesson / f"{lesson}.ipynb"
    if not source.is_file():
        raise DuecourseError(f"{source.relative_to(course.root)} is missing; run “duecourse build {lesson}”.")
    instructor = read_notebook(source.read_bytes())
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda seed: answers_of(run_instructor(lesson, instructor, seed)), (None, variant))
        shipped, fresh = runs
    for used in range(variant + 1, variant + MOST_VARIANTS):
        if all(_varies(answer, fresh[name]) for name, answer in shipped.items()):
            break
        variant, fresh = used, answers_of(run_instructor(lesson, instructor, used))
    points = points_of(releases[SOURCE_LANGUAGE].cells)
    return Standard(lesson, variant, releases, files, points, shipped, fresh, messages)


def run_instructor(lesson: str, notebook: NotebookNode, variant: int | None) -> Run:
    """Run the instructor's notebook as it was built; grading needs no lesson's text."""
    return instructor_run(notebook, variant, lambda cell, why: DuecourseError(f"Lesson {lesson}, cell {cell}: {why}"))


def _varies(shipped: Answer, fresh: Answer) -> bool:
    """Whether the fresh data can tell an answer that was worked out from one that was typed in."""
    return shipped.fixed or len(constant_leaves(shipped, fresh)) < len(fresh.form.leaves)


def constant_leaves(shipped: Answer, fresh: Answer) -> frozenset[Path]:
    """Leaves that are the same on shipped and on fresh data."""
    return frozenset(path for path, leaf in fresh.form.leaves.items() if shipped.known.matches(path, leaf))
