"""Which rows of the curriculum the lessons cover: counted from the lessons, never claimed."""

from dataclasses import dataclass

from duecourse.authoring.course import Course, read_toml
from duecourse.authoring.lesson import read_lesson
from duecourse.errors import DuecourseError


@dataclass(frozen=True)
class Row:
    """One row of the curriculum: an outline, plan, exam, case or figure of the training systems behind the course."""

    row: str
    title: str
    title_zh: str
    exercise: str


def known_rows(course: Course) -> dict[str, Row]:
    """The curriculum, by row number."""
    table = read_toml(course.root / "course" / "curriculum.toml")
    rows = {}
    entries = table.get("row", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DuecourseError("course/curriculum.toml: rows are written as [[row]], one after the other.")
    for number, entry in enumerate(entries, 1):
        lacking = [key for key in ("id", "en", "zh", "exercise") if not isinstance(entry.get(key), str)]
        if lacking:
            which = entry.get("id", f"number {number}")
            raise DuecourseError(f"course/curriculum.toml: row {which} lacks {' and '.join(lacking)}.")
        rows[entry["id"]] = Row(entry["id"], entry["en"], entry["zh"], entry["exercise"])
    return rows


def covered(course: Course) -> dict[str, list[str]]:
    """The lessons that cover each row; rows that nothing covers have an empty list."""
    lessons: dict[str, list[str]] = {row: [] for row in known_rows(course)}
    for name in course.lesson_names():
        for row in read_lesson(course.texts / name / "lesson.md").covers:
            lessons.setdefault(row, []).append(name)
    return lessons
