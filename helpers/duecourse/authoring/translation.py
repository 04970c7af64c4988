"""A lesson in another language: whole prose cells, each known by the hash of its English text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from duecourse.authoring.lesson import Lesson, LessonError, read_myst, text_hash


@dataclass(frozen=True)
class Translation:
    """What one `lesson.<language>.md` holds.

    Attributes
    ----------
    language, title : str
    texts : dict of str to str
        Hash of the English text to the translated text.
    """

    language: str
    title: str
    texts: dict[str, str]

    def of(self, english: str) -> str | None:
        """The translation of an English text; None if it is missing or stale."""
        return self.texts.get(text_hash(english))


def translation_path(lesson_text: Path, language: str) -> Path:
    """Where the translation of a `lesson.md` lies."""
    return lesson_text.with_name(f"lesson.{language}.md")


def read_translation(lesson_text: Path, language: str) -> Translation:
    """Read a translation.

    Raises
    ------
    LessonError
        If it is missing, unreadable, or an entry lacks its hash.
    """
    path = translation_path(lesson_text, language)
    name = lesson_text.parent.name
    if not path.is_file():
        raise LessonError(f"Lesson {name}: {path.name} is missing; “duecourse translate {name}” starts one.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LessonError(
            f"Lesson {name}: {path.name} cannot be read: it is not UTF-8 ({error.reason} at byte {error.start})."
        ) from None
    front, cells = read_myst(text, f"{name} ({path.name})")
    texts = {}
    for metadata, is_code, text, line in cells:
        if is_code or "of" not in metadata:
            raise LessonError(f'Lesson {name}, {path.name} line {line}: an entry starts with +++ {{"of": "<hash>"}}.')
        if not metadata.get("missing"):
            texts[str(metadata["of"])] = text
    return Translation(language, str(front.get("title") or ""), texts)


def translated(lesson: Lesson, translation: Translation) -> Lesson:
    """The lesson with its prose and hints in another language; code, names, points and cell ids stay.

    Raises
    ------
    LessonError
        Naming the first cell whose translation is missing or stale.
    """
    if not translation.title:
        raise lesson.error(None, f"lesson.{translation.language}.md has no title in its front matter.")
    cells = []
    for cell in lesson.cells:
        if cell.kind not in ("prose", "hint"):
            cells.append(cell)
            continue
        text = translation.of(cell.text)
        if text is None:
            raise lesson.error(
                cell,
                f"its {translation.language} translation is missing or stale (hash {text_hash(cell.text)}): "
                f"“{cell.text.splitlines()[0][:60]}”. “duecourse translate {lesson.name}” marks the place.",
            )
        cells.append(replace(cell, text=text))
    return replace(lesson, title=translation.title, cells=tuple(cells), language=translation.language)


def worksheet(lesson: Lesson, slip_messages: Iterable[str], translation: Translation | None) -> str:
    """The text of a translation file: every entry in the lesson's order, what is missing marked and in English.

    Entries whose English text is gone are dropped; nothing else of the translation is lost.
    """
    texts = translation.texts if translation else {}
    title = translation.title if translation and translation.title else lesson.title
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", "---"]
    english = [cell.text for cell in lesson.of_kind("prose", "hint")] + list(slip_messages)
    for text in dict.fromkeys(english):
        key = text_hash(text)
        mark = "" if key in texts else ', "missing": true'
        lines += ["", f'+++ {{"of": "{key}"{mark}}}', "", texts.get(key, text)]
    return "\n".join(lines) + "\n"
