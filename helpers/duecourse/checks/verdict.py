"""The small card on which a trainee reads a verdict or a hint, and the error that goes with a wrong answer."""

import html
import re
from dataclasses import dataclass

from duecourse.checks.comparison import Outcome
from duecourse.language import Translate, translator

# Sign, and colours that stay apart for the colour-blind; the words always say it too.
_LOOK = {
    "correct": ("✓", "var(--jp-success-color1, #2e7d32)"),
    "not quite": ("✗", "var(--jp-error-color1, #c62828)"),
    "not attempted": ("○", "var(--jp-info-color1, #0277bd)"),
    "cannot be checked": ("?", "var(--jp-warn-color1, #b26a00)"),
    "hint": ("☞", "var(--jp-info-color1, #0277bd)"),
}


def title(verdict: str, _: Translate) -> str:
    """A verdict in the trainee's language.

    Examples
    --------
    >>> title("not quite", str)
    'Not quite'
    """
    return {
        "correct": _("Correct"),
        "not quite": _("Not quite"),
        "not attempted": _("Not attempted yet"),
        "cannot be checked": _("Cannot be checked"),
        "hint": _("Hint"),
    }[verdict]


@dataclass(frozen=True)
class Card:
    """A verdict or a hint, ready to be shown.

    Attributes
    ----------
    name : str
        Of the check.
    verdict : str
        See `Outcome`, or ``hint``.
    lines : tuple of str
        What there is to say, in `language`.
    language : str
    """

    name: str
    verdict: str
    lines: tuple[str, ...]
    language: str

    @property
    def text(self) -> str:
        """The card for a reader of plain text."""
        sign, _colour = _LOOK[self.verdict]
        head = f"{sign} {title(self.verdict, translator(self.language))} · {self.name}"
        return "\n".join([head, *(f"  {line}" for line in self.lines)])

    @property
    def html(self) -> str:
        """The card for a browser; its colours follow JupyterLab's theme, and it reads without colour too."""
        sign, colour = _LOOK[self.verdict]
        heading = html.escape(title(self.verdict, translator(self.language)))
        body = "".join(f'<div style="margin-top:2px">{_with_code(line)}</div>' for line in self.lines)
        return (
            f'<div role="status" lang="{self.language}" style="border-left:5px solid {colour};padding:6px 12px;'
            'margin:4px 0;max-width:44em;line-height:1.5;font-family:sans-serif">'
            f'<strong><span aria-hidden="true" style="color:{colour}">{sign}</span> {heading}</strong>'
            f' <span style="opacity:.7">· {html.escape(self.name)}</span>{body}</div>'
        )

    def bundle(self) -> dict[str, str]:
        """The card as Jupyter's display data."""
        return {"text/html": self.html, "text/plain": self.text}


def _with_code(line: str) -> str:
    """A line as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))


class CheckFailed(AssertionError):
    """Raised by a check that is not correct: one line, so that the card above it is what the eye meets."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks the exception itself for its traceback, and prints these lines instead.
        return [str(self)]


def card_of(name: str, outcome: Outcome, language: str, *, hints: bool = False) -> Card:
    """The card for an outcome; `hints` says whether there is still a hint to ask for."""
    _ = translator(language)
    lines = [outcome.message] if outcome.message else []
    if outcome.verdict == "not quite" and outcome.right:
        share = _("{right} of {total} values are right.")
        lines.insert(0, share.format(right=outcome.right, total=outcome.total))
    if hints and outcome.verdict == "not quite":
        lines.append(_('Stuck? Run hint("{name}") in an empty cell.').format(name=name))
    return Card(name, outcome.verdict, tuple(lines), language)
