"""The `duecourse` command: one function a verb, and every failure one sentence."""

import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from duecourse.authoring.build import build as build_lessons
from duecourse.authoring.build import translate as translate_lesson
from duecourse.authoring.course import Course
from duecourse.authoring.coverage import covered, known_rows
from duecourse.checks.execution import Limits
from duecourse.demo.run import play
from duecourse.errors import DuecourseError
from duecourse.grading.grade import Graded
from duecourse.grading.grade import grade as grade_lesson
from duecourse.grading.plain_text import plain_text
from duecourse.lab import open_lab
from duecourse.language import SOURCE_LANGUAGE

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
            f"{len(paths)} files in source/ and release/ differ from a fresh build; run “duecourse build”, and commit."
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


@app.command()
def grade(
    lesson: str,
    force: Annotated[bool, typer.Option("--force", help="Grade again what was graded already.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Submissions side by side.")] = None,
    variant_seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the fresh data; name it again to repeat a grading.")
    ] = None,
    cell_seconds: Annotated[float, typer.Option(min=0.1, help="Wall clock of one cell.")] = Limits.cell_seconds,
    db: Annotated[str | None, typer.Option(help="URL of the gradebook; gradebook.db, if not named.")] = None,
) -> None:
    """Grade what was handed in for a lesson, and record it in nbgrader's gradebook."""
    course = Course.find()
    seed = secrets.randbelow(2**31) if variant_seed is None else variant_seed
    rows: list[Graded] = []
    try:
        with Progress(
            TextColumn(f"grading {lesson}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
        ) as bar:
            task = bar.add_task(lesson, total=None)
            for graded in grade_lesson(
                course,
                lesson,
                variant=seed,
                limits=Limits(cell_seconds=cell_seconds),
                force=force,
                workers=workers,
                db_url=db,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            ):
                rows.append(graded)
    finally:
        # Whatever stopped the grading: the trainer sees who has been graded.
        if rows:
            _print_graded(lesson, rows, seed)
    failed = sum(row.failed for row in rows)
    if failed:
        raise DuecourseError(f"{failed} of {len(rows)} were not graded, the others were; see the reasons above.")
    if not rows:
        console.print(f"Everything handed in for {lesson} is graded already; --force grades it again.")


def _print_graded(lesson: str, rows: list[Graded], seed: int) -> None:
    table = Table("student", "score", "of", "late", "reason", title=f"{lesson}, fresh data of seed {seed}")
    for row in sorted(rows, key=lambda row: row.student):
        waits = " +?" if row.waits else ""
        late = f"{row.late / 3600:.1f} h" if row.late else ""
        score, points = ("", "") if row.failed else (f"{row.score:g}{waits}", f"{row.points:g}")
        reason = f"NOT GRADED: {row.reason}" if row.failed else row.reason
        words = (row.student, score, points, late, reason)
        table.add_row(*(escape(plain_text(word)) for word in words), style="red" if row.failed else "")
    console.print(table)
    console.print(f"{sum(not row.failed for row in rows)} graded. “+?”: a written answer waits for you in formgrader.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    language: Annotated[str, typer.Option(help="en or zh-CN.")] = SOURCE_LANGUAGE,
    folder: Annotated[Path | None, typer.Option(help="Where the trainee works; .lab/<language>, if not named.")] = None,
) -> None:
    """Open JupyterLab on a copy of the lessons; further options go to JupyterLab."""
    open_lab(Course.find(), language, folder, context.args)


@app.command()
def demo(
    lesson: Annotated[str, typer.Option(help="The lesson that the class takes.")] = "first-roll",
    out: Annotated[Path | None, typer.Option(help="Keep the class in this new folder.")] = None,
    variant_seed: Annotated[int | None, typer.Option(min=0, help="Seed of the fresh data.")] = None,
) -> None:
    """Teach and grade a class that never was: every slip, every trick, every mishap; exit 0 if all is as it must be."""
    course = Course.find()
    seed = secrets.randbelow(2**31) if variant_seed is None else variant_seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="duecourse-demo-") as temporary:
        folder = out or Path(temporary, "class")
        lines = list(play(course, lesson, folder, seed, console.print))
    table = Table("trainee", "what they do", "expected", "score", "reason", title=f"The class of {lesson}")
    for line in lines:
        reason = line.graded.reason if line.graded else "never graded"
        late = " (late)" if line.graded and line.graded.late else ""
        style = "bold red" if line.amiss else ""
        words = f"{line.amiss.upper()}: {reason}" if line.amiss else reason + late
        trainee = line.trainee
        table.add_row(
            trainee.name, trainee.does, f"{trainee.expected:g}", f"{line.score:g}", escape(words), style=style
        )
    console.print(table)
    if out:
        console.print(f"The class is kept in {out}: feedback/ holds what each trainee reads, grades.csv the export.")
    amiss = sum(bool(line.amiss) for line in lines)
    seconds = time.monotonic() - began
    if amiss:
        raise typer.Exit(1)
    console.print(f"All {len(lines)} trainees got what they must get, in {seconds:.0f} s.")


def main() -> None:
    """Run the command; what the user can mend is said in one sentence, with status 2."""
    try:
        status = app(standalone_mode=False) or 0
        if status == _INTERRUPTED:
            _say_and_leave("stopped.", status)
        sys.exit(status)
    except DuecourseError as error:
        _say_and_leave(str(error))
    except _UsageError as error:
        if len(sys.argv) == 1:
            app(["--help"])
        _say_and_leave(f"{error.format_message()} “duecourse --help” shows how.")  # type: ignore[attr-defined]
    except (KeyboardInterrupt, typer.Abort):
        _say_and_leave("stopped.", _INTERRUPTED)


_INTERRUPTED = 130
# Typer gives this class no name of its own.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _say_and_leave(sentence: str, status: int = 2) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(f"duecourse: {sentence}", style="red", markup=False, highlight=False)
    sys.exit(status)
