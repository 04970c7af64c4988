"""The marked notebook: what the human grader and the trainee's feedback show."""

import json
import re
from collections.abc import Mapping
from typing import Any

import bleach
from nbformat import NotebookNode, from_dict

from duecourse.checks.verdict import Card, card_of
from duecourse.grading.intake import is_marked
from duecourse.grading.judge import Judgement
from duecourse.grading.plain_text import plain_text
from duecourse.language import translator

MOST_OUTPUTS = 50
MOST_TEXT = 20_000
MOST_FIGURE = 5_000_000
MOST_FIGURES = 4 * MOST_FIGURE  # in a whole notebook
# Figures stay visible; whatever could carry a script does not.
_KEPT = ("image/png", "image/jpeg", "application/vnd.plotly.v1+json")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "div", "span", "p", "b", "i", "br", "sub", "sup"}


def marked(notebook: NotebookNode, judgements: Mapping[str, Judgement], language: str) -> NotebookNode:
    """A run notebook with each check's verdict in place of whatever its cell put out.

    Parameters
    ----------
    notebook : NotebookNode
        From `Run`.
    judgements : mapping
        By name of the check.
    language : str
    """
    copy = from_dict(json.loads(json.dumps(notebook)))
    room = _Room(MOST_FIGURES)
    for cell in copy.cells:
        judgement = judgements.get(cell.id)
        if cell.cell_type == "code":
            cell.outputs = [_card_output(judgement, language)] if judgement else _kept(cell.outputs, room)
            cell.metadata.pop("execution", None)
        elif is_marked(cell, "solution") or cell.id.startswith("own-"):
            cell.source = inert(cell.source)
    return copy


def unreadable(release: NotebookNode, message: str, language: str) -> NotebookNode:
    """The untouched release with a note on top: what a trainee gets whose file could not be read."""
    copy = from_dict(json.loads(json.dumps(release)))
    _ = translator(language)
    title = _("This submission could not be graded")
    note = {"cell_type": "markdown", "id": "not-graded", "metadata": {}, "source": f"**{title}.** {message}"}
    copy.cells.insert(0, from_dict(note))
    return copy


def _card_output(judgement: Judgement, language: str) -> NotebookNode:
    card = card_of(judgement.name, judgement.outcome, language)
    _ = translator(language)
    score = _("{score:g} of {points:g} points.").format(score=judgement.score, points=judgement.points)
    card = Card(card.name, card.verdict, (*card.lines, score), language)
    return from_dict({"output_type": "display_data", "data": card.bundle(), "metadata": {}})


def inert(markdown: str) -> str:
    """A trainee's own prose without HTML and links: a grader's browser shows it, and follows nothing in it.

    Examples
    --------
    >>> inert("a < b [click](javascript:x)")
    'a &lt; b &#91;click](javascript:x)'
    """
    clean: str = bleach.clean(plain_text(markdown), tags=set())
    return clean.replace("[", "&#91;")


class _Room:
    """How many bytes of figures a notebook may still show; one of them `MOST_FIGURE` at the most."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, size: int) -> bool:
        """Whether there is room for so much; if so, it is taken."""
        fits = size <= min(self.left, MOST_FIGURE)
        self.left -= size if fits else 0
        return fits


def _kept(outputs: list[NotebookNode], figures: _Room) -> list[NotebookNode]:
    """The outputs that a human may see: bounded, and without scripts."""
    kept, room = [], MOST_TEXT
    for output in outputs[:MOST_OUTPUTS]:
        safe, used = _safe(output, room, figures)
        room -= used
        if safe is not None:
            kept.append(from_dict(safe))
    if len(outputs) > MOST_OUTPUTS or room <= 0:
        kept.append(from_dict({"output_type": "stream", "name": "stdout", "text": "[…]\n"}))
    return kept


def _safe(output: NotebookNode, room: int, figures: _Room) -> tuple[dict[str, Any] | None, int]:
    """One output without what acts, and how much text it shows."""
    kind = output.output_type
    if room <= 0:
        return None, 0
    if kind == "stream":
        text = plain_text(str(output.text)[:room])
        return {"output_type": "stream", "name": output.name, "text": text}, len(text)
    if kind == "error":
        lines = [plain_text(_COLOUR.sub("", str(line))) for line in output.traceback][-20:]
        text = "\n".join(lines)[-min(room, 4_000) :]
        name, value = plain_text(output.ename), plain_text(output.evalue[:500])
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": [text]}, len(text)
    if kind not in ("display_data", "execute_result"):
        return None, 0
    data: dict[str, Any] = {}
    for name, content in output.data.items():
        if name in _KEPT and figures.take(len(json.dumps(content))):
            data[name] = content
        elif name == "text/plain":
            data[name] = plain_text(str(content)[:room])
        elif name == "text/html":
            data[name] = table_only(plain_text(str(content)[:room]))
    if not data:
        return None, 0
    if data.keys() <= set(_KEPT):
        data["text/plain"] = "[figure]"  # for readers that cannot draw it, nbgrader's feedback among them
    used = sum(len(data[name]) for name in ("text/plain", "text/html") if name in data)
    safe: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        safe["execution_count"] = output.get("execution_count")
    return safe, min(used, MOST_TEXT // 4)


def table_only(html: str) -> str:
    """HTML with nothing in it but tables and text.

    Examples
    --------
    >>> table_only('<style>b{}</style><b onclick="x()">1</b><script>steal()</script>')
    '<b>1</b>'
    """
    html = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", "", html)
    clean: str = bleach.clean(html, tags=_TABLE_TAGS, attributes={}, strip=True)
    # The attributes that a table needs to be legible where no style sheet knows it.
    return clean.replace("<table>", '<table border="1" cellpadding="4">')
