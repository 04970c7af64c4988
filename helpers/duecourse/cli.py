"""The `duecourse` command: one function a verb, and every failure one sentence."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from duecourse.authoring.build import build as build_lessons
from duecourse.authoring.build import translate as translate_lesson
from duecourse.authoring.course import Course
from duecourse.authoring.coverage import covered, known_rows
from duecourse.errors import DuecourseError

app = typer.Typer(
    help="Lessons in collecting overdue consumer credit: build them, teach them, grade them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()

LessonNames = Annotated[list[str] | None, typer.Argument(help="Lessons; all, if none is named.")]


@app.command()
def build(
    lessons: LessonNames = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if anything differs.")] = False,
) -> None:
    """Build lessons: text to source/ and release/."""
    course = Course.find()
    paths = build_lessons(course, lessons or [], check=check)
    for path in paths:
        console.print(f"{'differs from a fresh build:' if check else 'written:'} {path}", soft_wrap=True)
    if check and paths:
        raise DuecourseError(
            f"{len(paths)} files under source/ and release/ differ from a fresh build; run “duecourse build”, and commit."
        )
    console.print("Everything is as a fresh build makes it." if not paths else f"{len(paths)} files written.")


@app.command()
def translate(lesson: str, language: Annotated[str, typer.Argument()] = "zh-CN") -> None:
    """Write a lesson's translation file anew, marking what is missing or stale."""
    missing = translate_lesson(Course.find(), lesson, language)
    console.print(f"{missing} entries to translate, marked “missing”." if missing else "Nothing is missing.")


@app.command()
def coverage() -> None:
    """Show which rows of the curriculum the lessons cover."""
    course = Course.find()
    rows, lessons = known_rows(course), covered(course)
    table = Table("row", "title", "标题", "lessons")
    for number, row in rows.items():
        table.add_row(number, row.title, row.title_zh, ", ".join(lessons[number]) or "[dim]uncovered[/dim]")
    console.print(table)
    open_rows = [number for number, names in lessons.items() if not names]
    console.print(f"{len(rows) - len(open_rows)} of {len(rows)} rows covered; uncovered: {' '.join(open_rows)}")


def main() -> None:
    """Run the command; what the user can mend is said in one sentence, with status 2."""
    try:
        app()
    except DuecourseError as error:
        Console(stderr=True, soft_wrap=True).print(f"duecourse: {error}", style="red", markup=False, highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        print("duecourse: stopped.", file=sys.stderr)
        sys.exit(130)
