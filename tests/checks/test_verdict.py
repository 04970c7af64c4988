"""The card: words as well as colour, safe as HTML, in both languages."""

import re
from html.parser import HTMLParser

import pytest

from duecourse.checks.comparison import Outcome
from duecourse.checks.verdict import Card, CheckFailed, card_of, title
from duecourse.language import LANGUAGES, translator

VERDICTS = ("correct", "not quite", "not attempted", "cannot be checked", "hint")


class _Reader(HTMLParser):
    """What a screen reader comes across, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.open, self.hidden, self.words = [], [], 0, []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append((tag, "aria-hidden" in dict(attrs)))
        self.hidden += "aria-hidden" in dict(attrs)

    def handle_endtag(self, tag):
        opened, hidden = self.open.pop()
        assert opened == tag
        self.hidden -= hidden

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def read(card: Card) -> _Reader:
    reader = _Reader()
    reader.feed(card.html)
    reader.close()
    assert not reader.open
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_card_says_its_verdict_in_words_and_announces_itself(verdict, language):
    card = Card("late-share", verdict, ("One line.",), language)
    reader = read(card)
    tag, attributes = reader.tags[0]
    assert (tag, attributes["role"], attributes["lang"]) == ("div", "status", language)
    said = " ".join(reader.words)
    for words in (title(verdict, translator(language)), "late-share", "One line."):
        assert words in said
        assert words in card.text


def test_verdicts_differ_in_words_and_in_sign():
    cards = [Card("x", verdict, (), "en") for verdict in VERDICTS]
    assert len({title(verdict, str) for verdict in VERDICTS}) == len(VERDICTS)
    assert len({card.text[0] for card in cards}) == len(VERDICTS)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_card_takes_its_colours_from_the_theme_and_none_for_its_text(verdict):
    html = Card("x", verdict, ("line",), "en").html
    colours = re.findall(r"(?<![-\w])(?:color|background|border-left):([^;\"]+)", html)
    assert colours
    assert all("var(--jp-" in colour for colour in colours)
    assert "background" not in html


NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&`<b>`"


def test_names_and_messages_are_escaped():
    reader = read(Card(NASTY, "not quite", (NASTY, NASTY), "en"))
    assert {tag for tag, _ in reader.tags} <= {"div", "strong", "span", "code"}
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert "".join(reader.words).count("<script>alert(1)</script>") == 3


def test_a_bundle_has_html_and_text():
    card = Card("x", "correct", (), "en")
    assert card.bundle() == {"text/html": card.html, "text/plain": card.text}
    assert card.text == "✓ Correct · x"


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (Outcome("correct", 3, 3), ()),
        (Outcome("not quite", 2, 3, "Look."), ("2 of 3 values are right.", "Look.")),
        (Outcome("not quite", 0, 3, "Look."), ("Look.",)),
        (Outcome("not attempted", 0, 3, "Begin."), ("Begin.",)),
        (Outcome("cannot be checked", 0, 3, "Why."), ("Why.",)),
    ],
    ids=lambda value: getattr(value, "verdict", ""),
)
def test_a_card_tells_how_much_is_right(outcome, lines):
    assert card_of("x", outcome, "en").lines == lines


@pytest.mark.parametrize("verdict", VERDICTS[:4])
def test_only_a_wrong_answer_is_offered_a_hint(verdict):
    lines = card_of("late-share", Outcome(verdict, 0, 1), "en", hints=True).lines
    assert any('hint("late-share")' in line for line in lines) is (verdict == "not quite")


def test_the_error_is_a_failed_assertion_of_one_line():
    error = CheckFailed("late-share: Not quite")
    assert isinstance(error, AssertionError)
    assert error._render_traceback_() == ["late-share: Not quite"]
