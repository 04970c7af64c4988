"""Grades as CSV, through nbgrader's `export`."""

import csv
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "needs_manual_grade",
)


class GradesCsv(ExportPlugin):
    """nbgrader's CSV export with its columns, but quoted: a comma in a name moves nothing.

    A cell that a spreadsheet would take for a formula (`=`, `+`, `-`, `@` at its start) gets a `'` in front.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades; the destination is `--to`, or grades.csv."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        # With a byte order mark, or Excel takes Chinese names for something else.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for assignment in gradebook.assignments:
                for student in gradebook.students:
                    if self._wanted(assignment.name, student.id):
                        writer.writerow(_row(gradebook, assignment, student))

    def _wanted(self, assignment: str, student: str) -> bool:
        students, assignments = map(str, self.student), map(str, self.assignment)
        return student in (list(students) or [student]) and assignment in (list(assignments) or [assignment])


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": _inert(student.id),
        "last_name": _inert(student.last_name),
        "first_name": _inert(student.first_name),
        "email": _inert(student.email),
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row | {
            "raw_score": 0.0,
            "late_submission_penalty": 0.0,
            "score": 0.0,
            "needs_manual_grade": False,
        }
    penalty = submission.late_submission_penalty or 0.0
    return row | {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
        "needs_manual_grade": submission.needs_manual_grade,
    }


def _inert(text: str | None) -> str:
    text = text or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
