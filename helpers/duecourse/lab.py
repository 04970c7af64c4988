"""Open JupyterLab on a trainee's own copy of the lessons."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from duecourse.authoring.course import Course
from duecourse.errors import DuecourseError
from duecourse.language import LANGUAGES


def trainee_folder(course: Course, language: str, folder: Path | None = None) -> Path:
    """A folder with every lesson in it; what is there already is somebody's work, and stays as it is.

    Parameters
    ----------
    course : Course
    language : str
    folder : Path, optional
        By default `.lab/<language>` in the course.

    Raises
    ------
    DuecourseError
        If the course has no such language, or the folder cannot be written.
    """
    if language not in LANGUAGES:
        raise DuecourseError(f"The lessons are in {' and '.join(LANGUAGES)}; there are none in {language!r}.")
    folder = folder or course.root / ".lab" / language
    try:
        for lesson in course.lesson_names():
            if not (folder / lesson).exists():
                draft = folder / f".{lesson}.part"
                shutil.rmtree(draft, ignore_errors=True)
                shutil.copytree(course.release(language) / lesson, draft)
                draft.rename(folder / lesson)
    except OSError as error:
        raise DuecourseError(f"The lessons cannot be copied to {folder}: {error.strerror or error}.") from None
    return folder


def jupyterlab(folder: Path, lesson: str, arguments: list[str]) -> list[str]:
    """The command that opens JupyterLab in `folder`, on a lesson.

    Examples
    --------
    >>> jupyterlab(Path("lessons"), "first-roll", ["--no-browser"])[3:]
    ['--ServerApp.root_dir=lessons', '--LabApp.default_url=/lab/tree/first-roll/first-roll.ipynb', '--no-browser']
    """
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{lesson}/{lesson}.ipynb",
        *arguments,
    ]


def open_lab(course: Course, language: str, folder: Path | None, arguments: list[str]) -> None:
    """Replace this process by JupyterLab on the lessons."""
    where = trainee_folder(course, language, folder).resolve()
    scripts = sysconfig.get_path("scripts")
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    # Our JupyterLab settings: nothing is fetched from the network, so no questions about news.
    settings = str(Path(__file__).parent / "jupyter")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [settings, os.environ.get("JUPYTER_CONFIG_PATH")]))
    command = jupyterlab(where, course.lesson_names()[0], arguments)
    os.execv(command[0], command)
