"""`check`, `hint` and `slip`: what a lesson's notebook calls.

One desk serves one running notebook. In a trainee's notebook it compares with the lesson's key and shows a
card. While a notebook is examined (`DUECOURSE_RECORDING` names a file) it only writes recordings down, shows
nothing, and knows no answer.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import NoReturn

from duecourse.checks.comparison import Outcome, compare
from duecourse.checks.form import canonical
from duecourse.checks.key import KEY_NAME, Key, read_key
from duecourse.checks.recording import record
from duecourse.checks.verdict import Card, CheckFailed, card_of, title
from duecourse.errors import DuecourseError
from duecourse.language import SOURCE_LANGUAGE, translator

RECORDING_VARIABLE = "DUECOURSE_RECORDING"
_FOLDER = Path.cwd()  # the notebook's own: kept from its first line, whatever folder it goes to later


class Desk:
    """Checks and hints for the lesson in one folder.

    Parameters
    ----------
    folder : Path
        Where the notebook and its key lie.
    channel : Path, optional
        File to which recordings are appended, one JSON line each; then nothing is compared.

    Raises
    ------
    DuecourseError
        If the folder's key is damaged.
    """

    def __init__(self, folder: Path, channel: Path | None = None) -> None:
        self.channel = channel
        path = folder / KEY_NAME
        self.key = read_key(path) if channel is None and path.is_file() else None
        self.language = self.key.language if self.key else SOURCE_LANGUAGE
        self.hints_shown: dict[str, int] = {}

    def check(self, name: str, value: object, *, fixed: bool, ordered: bool, within: float | None) -> Outcome | None:
        """Record a value, or compare it; see `duecourse.checks.check`."""
        if self.channel is not None:
            self._write({"check": name, "value": record(value), "fixed": fixed, "ordered": ordered, "within": within})
            return None
        return self._compare(self._known(name), name, value)

    def _compare(self, key: Key, name: str, value: object) -> Outcome:
        entry = key.checks[name]
        form = canonical(record(value), ordered=entry.ordered)
        return compare(form, entry.expectation, entry.slips, translator(self.language))

    def _known(self, name: str) -> Key:
        _ = translator(self.language)
        if self.key is None:
            raise DuecourseError(
                _("There is no {file} in this notebook's folder, so nothing can be checked here.").format(file=KEY_NAME)
            )
        if name not in self.key.checks:
            raise DuecourseError(
                _("This lesson has no check “{name}”; it has: {names}.").format(
                    name=name, names=", ".join(self.key.checks)
                )
            )
        return self.key

    def next_hint(self, name: str) -> Card | None:
        """The next hint of a check; the last one again when there are no more."""
        if self.channel is not None:
            return None
        hints = self._known(name).checks[name].hints
        _ = translator(self.language)
        if not hints:
            return Card(name, "hint", (_("There is no hint for this one."),), self.language)
        number = min(self.hints_shown.get(name, 0) + 1, len(hints))
        self.hints_shown[name] = number
        count = _("Hint {number} of {count}.").format(number=number, count=len(hints))
        return Card(name, "hint", (hints[number - 1], count), self.language)

    def slip(self, name: str, value: object, message: str) -> None:
        """Record a typical wrong answer; see `duecourse.checks.slip`."""
        if self.channel is not None:
            self._write({"slip": name, "value": record(value), "message": message})

    def _write(self, entry: dict[str, object]) -> None:
        assert self.channel is not None
        with self.channel.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


@cache
def desk() -> Desk:
    """The desk of this process: the folder is the one the notebook started in."""
    channel = os.environ.get(RECORDING_VARIABLE)
    return Desk(_FOLDER, Path(channel) if channel else None)


def _show(card: Card) -> None:
    from IPython.display import display

    display(card.bundle(), raw=True)


def check(name: str, value: object, fixed: bool = False, *, ordered: bool = False, within: float | None = None) -> None:
    """Check an answer and say at once what is right.

    Parameters
    ----------
    name : str
        The check's name in the lesson.
    value : object
        The answer: number, text, date, list, dictionary, Series, DataFrame, array.
    fixed : bool
        For authors: the answer does not depend on the data, so grading compares it on the shipped data only.
    ordered : bool
        For authors: the order of rows matters.
    within : float, optional
        For authors: numbers may differ by this much (0.01 for money in yuan).

    Raises
    ------
    CheckFailed
        If the answer is not correct, after showing why: one line, and nbgrader counts the cell as failed.

    Examples
    --------
    Without a key there is nothing to compare with:

    >>> check("late-share", 0.1)
    Traceback (most recent call last):
    ...
    duecourse.checks.verdict.CheckFailed: late-share: Cannot be checked
    """
    try:
        desk_ = desk()
        outcome = desk_.check(name, value, fixed=fixed, ordered=ordered, within=within)
    except DuecourseError as error:
        _show_and_fail(Card(name, "cannot be checked", (str(error),), _language()))
    if outcome is None:
        return
    entry = desk_.key.checks.get(name) if desk_.key else None
    card = card_of(name, outcome, desk_.language, hints=bool(entry and entry.hints))
    if outcome.verdict == "correct":
        _show(card)
    else:
        _show_and_fail(card)


def _show_and_fail(card: Card) -> NoReturn:
    _show(card)
    # Without its cause: the card has said it all, and the line below it is all that is to follow.
    raise CheckFailed(f"{card.name}: {title(card.verdict, translator(card.language))}") from None


def _language() -> str:
    try:
        return desk().language
    except DuecourseError:  # its key cannot be read
        return SOURCE_LANGUAGE


def hint(name: str) -> None:
    """Show the next hint for a check; each call gives one more.

    Parameters
    ----------
    name : str
        The check's name, as its card gives it.
    """
    try:
        card = desk().next_hint(name)
    except DuecourseError as error:
        card = Card(name, "cannot be checked", (str(error),), _language())
    if card is not None:
        _show(card)


def slip(name: str, value: object, message: str) -> None:
    """For authors, in instructor-only cells: a typical wrong answer to a check.

    Parameters
    ----------
    name : str
        Of the check.
    value : object
        The wrong answer, computed.
    message : str
        What to say to a trainee who gives it.
    """
    desk().slip(name, value, message)
