"""The Chinese catalogue says all that the code says, with the same places to fill in."""

import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import duecourse
from duecourse.errors import DuecourseError
from duecourse.language import LANGUAGES, SOURCE_LANGUAGE, catalogue_path, translator

PACKAGE = Path(duecourse.__file__).parent
MESSAGES = sorted({message for _, _, message, *_ in extract_from_dir(PACKAGE, keywords={"_": None})})
TRANSLATIONS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


def places(message: str) -> Counter:
    return Counter((name, form) for _, name, form, _ in string.Formatter().parse(message) if name is not None)


@pytest.fixture(params=TRANSLATIONS)
def language(request):
    return request.param


@pytest.fixture
def entries(language):
    with catalogue_path(language).open("rb") as file:
        return [entry for entry in read_po(file) if entry.id]


def test_there_are_messages_to_translate():
    assert len(MESSAGES) > 40
    assert "Not quite" in MESSAGES


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_is_translated_with_the_same_places(message, language):
    translated = translator(language)(message)
    assert translated != message, "missing from the catalogue"
    assert places(translated) == places(message)
    assert re.search(r"[\u4e00-\u9fff]|^Series", translated)
    assert translated.strip() == translated
    assert translated.count("`") == message.count("`")


def test_the_catalogue_has_no_message_that_the_code_no_longer_uses(entries):
    assert sorted(str(entry.id) for entry in entries if entry.id not in MESSAGES) == []


def test_the_catalogue_is_finished(entries):
    assert [entry.id for entry in entries if entry.fuzzy or not entry.string or not isinstance(entry.id, str)] == []


def test_each_message_stands_in_the_catalogue_once(language):
    text = catalogue_path(language).read_text(encoding="utf-8")
    twice = [line for line, count in Counter(re.findall(r"^msgid .+$", text, flags=re.M)).items() if count > 1]
    assert twice == []


def test_english_is_the_message_itself():
    assert translator(SOURCE_LANGUAGE)("Not quite") == "Not quite"


def test_an_unknown_message_stays_as_it_is(language):
    assert translator(language)("no such message {x}") == "no such message {x}"


@pytest.mark.parametrize("unknown", ["fr", "", "zh", "zh_CN", "../zh-CN", "EN"])
def test_a_language_that_the_course_lacks_is_refused_with_those_there_are(unknown):
    with pytest.raises(DuecourseError, match="it is written in en, zh-CN"):
        translator(unknown)
