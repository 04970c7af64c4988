"""Build lessons: text to source to release. The only writer of `source/` and `release/`."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from duecourse.authoring.answers import Answer, key_bytes, lesson_answers
from duecourse.authoring.course import Course
from duecourse.authoring.coverage import known_rows
from duecourse.authoring.lesson import Lesson, read_lesson
from duecourse.authoring.notebook import instructor_notebook, notebook_bytes
from duecourse.authoring.release import read_notebook, refuse_leaks, released_files
from duecourse.authoring.translation import (
    Translation,
    read_translation,
    translated,
    translation_path,
    worksheet,
)
from duecourse.checks.key import KEY_NAME
from duecourse.errors import DuecourseError
from duecourse.language import LANGUAGES, SOURCE_LANGUAGE

Files = dict[Path, bytes]
"""Paths relative to the course's root, and what they hold."""


def read_valid(course: Course, name: str) -> Lesson:
    """Read a lesson and check its `covers` against the curriculum."""
    lesson = read_lesson(course.texts / name / "lesson.md")
    rows = known_rows(course)
    for row in lesson.covers:
        if row not in rows:
            raise lesson.error(None, f"it covers {row!r}, which is no row of course/curriculum.toml (S01 to S88).")
    return lesson


def lesson_files(course: Course, name: str) -> Files:
    """Everything that is built from one lesson's text.

    Raises
    ------
    LessonError
        See the modules of this package for what is refused.
    """
    lesson = read_valid(course, name)
    source = instructor_notebook(lesson)
    # Translations are read first: they fail in a moment, running the notebook takes seconds.
    versions = {SOURCE_LANGUAGE: (lesson, None)} | {
        language: _version(course, lesson, language) for language in LANGUAGES if language != SOURCE_LANGUAGE
    }
    answers = lesson_answers(lesson, source)
    files: Files = {}
    for language, (version, translation) in versions.items():
        made = _source_files(version, answers, translation)
        if language == SOURCE_LANGUAGE:
            files |= {Path("source", name, file): content for file, content in made.items()}
        released = released_files(version, made)
        notebook = read_notebook(released[f"{name}.ipynb"])
        messages = [message for answer in answers.values() for _form, message in answer.slips]
        said = messages if translation is None else [translation.of(message) or "" for message in messages]
        refuse_leaks(version, lesson, notebook, said)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                _refuse_broken(version, cell.id, cell.source)
        files |= {Path("release", language, name, file): content for file, content in released.items()}
    return files


def _version(course: Course, lesson: Lesson, language: str) -> tuple[Lesson, Translation]:
    translation = read_translation(course.texts / lesson.name / "lesson.md", language)
    return translated(lesson, translation), translation


def _source_files(version: Lesson, answers: dict[str, Answer], translation: Translation | None) -> dict[str, bytes]:
    files = {f"{version.name}.ipynb": notebook_bytes(instructor_notebook(version))}
    if not version.exam:
        files[KEY_NAME] = key_bytes(version, answers, translation)
    return files


def _refuse_broken(lesson: Lesson, cell_id: str, code: str) -> None:
    try:
        ast.parse(code)
    except SyntaxError:
        raise lesson.error(
            None,
            f"cell {cell_id} is not Python once its solution is taken out; give a function its docstring, "
            "or a variable its “...”, outside the solution region.",
        ) from None


def stale_files(course: Course, files: Mapping[Path, bytes], names: Iterable[str]) -> list[Path]:
    """Committed files that differ from a fresh build, are missing, or should not be there.

    Parameters
    ----------
    course : Course
    files : mapping
        From `lesson_files`, for all of `names`.
    names : iterable of str
        The lessons that were built.
    """
    stale = {path for path, content in files.items() if _content(course.root / path) != content}
    return sorted(stale | (_belonging(course, set(names)) - files.keys()))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _belonging(course: Course, names: set[str]) -> set[Path]:
    """The files under `source/` and `release/` that belong to these lessons, or to no lesson and language at all."""
    known, found = set(course.lesson_names()), set()
    for parent in (course.source, course.root / "release"):
        for path in parent.rglob("*"):
            relative = path.relative_to(course.root)
            place = relative.parts[1:] if parent == course.source else relative.parts[2:]
            ours = parent == course.source or relative.parts[1] in LANGUAGES
            other = ours and len(place) > 1 and place[0] in known - names
            if path.is_file() and not other and ".ipynb_checkpoints" not in relative.parts:
                found.add(relative)
    return found


def write_files(course: Course, files: Mapping[Path, bytes], names: Iterable[str]) -> list[Path]:
    """Bring `source/` and `release/` up to date; returns what changed. Each file is whole at every moment."""
    changed = stale_files(course, files, names)
    for relative in changed:
        path = course.root / relative
        if relative not in files:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        draft.write_bytes(files[relative])
        draft.replace(path)
    for relative in changed:
        folder = (course.root / relative).parent
        while folder.is_dir() and not any(folder.iterdir()) and folder.parent != course.root:
            folder.rmdir()
            folder = folder.parent
    return changed


def build(course: Course, names: Iterable[str], *, check: bool = False) -> list[Path]:
    """Build lessons.

    Parameters
    ----------
    course : Course
    names : iterable of str
        Lessons; none means all.
    check : bool
        Write nothing.

    Returns
    -------
    list of Path
        Files that were changed, or with `check` those that differ from a fresh build.
    """
    names = [course.require(name) for name in names] or course.lesson_names()
    files: Files = {}
    for name in names:
        files |= lesson_files(course, name)
    return stale_files(course, files, names) if check else write_files(course, files, names)


def translate(course: Course, name: str, language: str) -> int:
    """Write a lesson's translation file anew, marking what is missing; returns how many entries that is."""
    if language not in LANGUAGES or language == SOURCE_LANGUAGE:
        raise DuecourseError(f"Lessons are translated into {', '.join(LANGUAGES[1:])}, not {language!r}.")
    lesson = read_valid(course, course.require(name))
    path = course.texts / name / "lesson.md"
    old = read_translation(path, language) if translation_path(path, language).is_file() else None
    answers = lesson_answers(lesson, instructor_notebook(lesson))
    messages = [message for answer in answers.values() for _form, message in answer.slips]
    text = worksheet(lesson, messages, old)
    translation_path(path, language).write_text(text, encoding="utf-8")
    return text.count('"missing": true')
