"""Our intake, examiner and record as nbgrader's preprocessors: for `nbgrader autograde` and formgrader's button."""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Float

from duecourse.authoring.course import Course
from duecourse.checks.execution import Limits
from duecourse.grading.examine import examine
from duecourse.grading.intake import handed, rebuilt
from duecourse.grading.judge import judge
from duecourse.grading.marked import marked
from duecourse.grading.record import essay_scores
from duecourse.grading.standard import Standard, make_standard

Resources = dict[str, Any]


def _standard(resources: Resources) -> Standard:
    # nbgrader's converters work in the course's root.
    course, lesson = Course.find(Path.cwd()), resources["nbgrader"]["assignment"]
    notebook = course.source / lesson / f"{lesson}.ipynb"
    return _made(course, lesson, notebook.stat().st_mtime_ns if notebook.is_file() else 0)


@lru_cache(maxsize=4)
def _made(course: Course, lesson: str, version: int) -> Standard:  # noqa: ARG001 (a new version is a new entry)
    return make_standard(course, lesson, secrets.randbelow(2**31))


class Intake(NbGraderPreprocessor):
    """In place of nbgrader's sanitising: the release with the trainee's text in it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        given = handed(nb)
        return rebuilt(given, _standard(resources).releases[given.language]), resources


class Examine(NbGraderPreprocessor):
    """In place of nbgrader's `Execute`: run on shipped and fresh data, judge outside, show verdicts."""

    cell_seconds = Float(Limits.cell_seconds, help="Wall clock of one cell, in seconds.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        standard = _standard(resources)
        language = handed(nb).language
        limits = Limits(cell_seconds=self.cell_seconds)
        shipped = examine(nb, None, limits, standard.files[language])
        fresh = examine(nb, standard.variant, limits, standard.files[language])
        judgements = judge(standard, language, shipped, fresh)
        resources["duecourse"] = {name: entry.score for name, entry in judgements.items()} | essay_scores(nb)
        return marked(shipped.notebook, judgements, language), resources


class Record(SaveAutoGrades):
    """In place of nbgrader's own: scores come from the judgement, never from a cell's output."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        name = cell.metadata.nbgrader.grade_id
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = resources["duecourse"].get(name, 0.0)
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        self.gradebook.db.commit()
