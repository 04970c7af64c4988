"""Where things lie in a course."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duecourse.errors import DuecourseError


@dataclass(frozen=True)
class Course:
    """A checkout of the course.

    Attributes
    ----------
    root : Path
        The folder that holds `course/`, `source/` and `release/`.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Course":
        """The course that `start` (by default the working directory) lies in.

        Raises
        ------
        DuecourseError
            If there is none there or above.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "course" / "course.toml").is_file():
                return cls(folder)
        raise DuecourseError(
            f"There is no course in {start} or above it; go to the folder that holds course/course.toml."
        )

    @property
    def texts(self) -> Path:
        """Folder of the lessons' texts."""
        return self.root / "course" / "lessons"

    @property
    def source(self) -> Path:
        """Folder of the instructor's notebooks."""
        return self.root / "source"

    def release(self, language: str) -> Path:
        """Folder of what trainees get, in one language."""
        return self.root / "release" / language

    def outline(self) -> dict[str, Any]:
        """`course.toml`, read."""
        return read_toml(self.root / "course" / "course.toml")

    def lesson_names(self) -> list[str]:
        """The lessons in the order in which they are taught.

        Raises
        ------
        DuecourseError
            If `course.toml` and the folders under `course/lessons` disagree.
        """
        try:
            listed = [str(name) for part in self.outline()["part"] for name in part["lessons"]]
        except (KeyError, TypeError):
            raise DuecourseError('course.toml must hold parts ([[part]]), each with lessons = ["name", …].') from None
        found = {path.parent.name for path in self.texts.glob("*/lesson.md")}
        for name in listed:
            if name not in found:
                raise DuecourseError(
                    f"course.toml lists lesson {name!r}, but course/lessons/{name}/lesson.md is missing."
                )
        for name in sorted(found - set(listed)):
            raise DuecourseError(f"Lesson {name!r} is in no part of course.toml; add it where it is to be taught.")
        return listed

    def require(self, name: str) -> str:
        """`name`, if it is a lesson of this course; an error that lists the lessons if not."""
        known = self.lesson_names()
        if name not in known:
            raise DuecourseError(f"There is no lesson {name!r}; the lessons are: {', '.join(known)}.")
        return name


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file, read; a sentence that names the file and the place if it is missing or damaged."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DuecourseError(f"{path} is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DuecourseError(f"{path} cannot be read: {error}.") from None
