"""The languages of the course, and the messages of checks and commands in each of them.

Messages are gettext catalogues kept as text (`locale/<language>/messages.po`) and read as they are: there
is no compiled file that could lag behind its source.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from duecourse.errors import DuecourseError

SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "zh-CN")

Translate = Callable[[str], str]


def catalogue_path(language: str) -> Path:
    """Where the messages of `language` are kept."""
    return Path(__file__).parent / "locale" / language / "messages.po"


@cache
def _catalogue(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # imported late: English needs none of it

    with catalogue_path(language).open("rb") as file:
        entries = read_po(file)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}


def translator(language: str) -> Translate:
    """The function that turns an English message into `language`.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    callable
        Text to text; a message that the catalogue lacks stays English.

    Raises
    ------
    DuecourseError
        If the course is not written in that language.

    Examples
    --------
    >>> translator("zh-CN")("Correct")
    '正确'
    """
    if language not in LANGUAGES:
        raise DuecourseError(f"The course has no language {language!r}; it is written in {', '.join(LANGUAGES)}.")
    if language == SOURCE_LANGUAGE:
        return str
    catalogue = _catalogue(language)
    return lambda message: catalogue.get(message, message)
