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
from duecourse.language import translator

MOST_OUTPUTS = 50
MOST_TEXT = 20_000
MOST_FIGURE = 5_000_000
# Figures stay visible; whatever could carry a script does not.
_KEPT = ("image/png", "image/jpeg", "application/vnd.plotly.v1+json")
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
    for cell in copy.cells:
        judgement = judgements.get(cell.id)
        if cell.cell_type == "code":
            cell.outputs = [_card_output(judgement, language)] if judgement else _kept(cell.outputs)
            cell.metadata.pop("execution", None)
        elif is_marked(cell, "solution") or cell.id.startswith("own-"):
            cell.source = bleach.clean(cell.source, tags=set())
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


def _kept(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs that a human may see: bounded, and without scripts."""
    kept, room = [], MOST_TEXT
    for output in outputs[:MOST_OUTPUTS]:
        safe, used = _safe(output, room)
        room -= used
        if safe is not None:
            kept.append(from_dict(safe))
    if len(outputs) > MOST_OUTPUTS or room <= 0:
        kept.append(from_dict({"output_type": "stream", "name": "stdout", "text": "[…]\n"}))
    return kept


def _safe(output: NotebookNode, room: int) -> tuple[dict[str, Any] | None, int]:
    kind = output.output_type
    if room <= 0:
        return None, 0
    if kind == "stream":
        text = str(output.text)[:room]
        return {"output_type": "stream", "name": output.name, "text": text}, len(text)
    if kind == "error":
        traceback = [str(line) for line in output.traceback][-20:]
        text = "\n".join(traceback)[-min(room, 4_000) :]
        return {
            "output_type": "error",
            "ename": output.ename,
            "evalue": output.evalue[:500],
            "traceback": [text],
        }, len(text)
    if kind not in ("display_data", "execute_result"):
        return None, 0
    data: dict[str, Any] = {}
    for name, content in output.data.items():
        if name in _KEPT and len(json.dumps(content)) <= MOST_FIGURE:
            data[name] = content
        elif name == "text/plain":
            data[name] = str(content)[:room]
        elif name == "text/html":
            data[name] = table_only(str(content)[:room])
    if not data:
        return None, 0
    if data.keys() <= set(_KEPT):
        data["text/plain"] = "[figure]"  # for readers that cannot draw it, nbgrader's feedback among them
    used = sum(len(content) for content in data.values() if isinstance(content, str))
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
