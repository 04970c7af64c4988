"""The key file: what it tells, what it keeps, and how it fails."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from material import SALT, key_entry, key_text, law, leaves, write_key

from duecourse.checks.expectation import Known
from duecourse.checks.form import canonical
from duecourse.checks.key import KEY_NAME, expectation, hashed, read_key
from duecourse.checks.recording import record
from duecourse.errors import DuecourseError

SHARES = pd.Series([0.183350, 0.611], index=["on time", "late"])


@law
@given(leaves, leaves, st.none() | st.sampled_from([0.01, 1.0]))
def test_key_and_recording_always_say_the_same(value, other, within):
    form = canonical({"list": [record([value])["list"][0]]}) if recordable(value) else canonical({"list": []})
    key = expectation(json.loads(json.dumps(hashed(form, SALT, within))), SALT)
    known = Known(form, within)
    given_ = record([other])
    if "list" in given_:
        leaf = given_["list"][0]
        for path in [("0",), ("1",), ()]:
            assert key.matches(path, leaf) == known.matches(path, leaf)
            assert key.leaf_kind(path) == known.leaf_kind(path)


def recordable(value) -> bool:
    return "list" in record([value])


@pytest.mark.parametrize("value", [0.5, "late", [1, 2], {"a": 1}, SHARES, SHARES.to_frame("x"), []], ids=repr)
def test_key_and_recording_have_the_same_outline(value):
    form = canonical(record(value))
    key, known = expectation(hashed(form, SALT), SALT), Known(form)
    for ask in (lambda it: it.kind, lambda it: it.names, lambda it: it.labelled):
        assert ask(key) == ask(known)
    assert key.row_count() == known.row_count()
    assert key.leaf_count() == known.leaf_count()


def test_a_key_shows_no_answer_and_no_row():
    text = json.dumps(hashed(canonical(record(SHARES)), SALT))
    assert not any(secret in text for secret in ("18335", "0.611", "6.11", "on time", "late"))


def test_the_same_answer_looks_different_in_another_place_and_another_lesson():
    entry = hashed(canonical(record([5, 5])), SALT)
    (_, _, first), (_, _, second) = entry["leaves"].values()
    assert first != second
    assert not entry["leaves"].keys() & hashed(canonical(record([5, 5])), "another")["leaves"].keys()


def test_a_key_is_the_same_in_every_build():
    one, two = (canonical(record(pd.DataFrame({"a": [1], "b": [2]})[list(names)])) for names in ("ab", "ba"))
    assert hashed(one, SALT)["leaves"] == hashed(two, SALT)["leaves"]


def test_a_key_file_gives_back_what_was_put_in(tmp_path):
    entry = key_entry(SHARES, slips=[(SHARES * 2, "Twice.")], hints=["First.", "Second."])
    key = read_key(write_key(tmp_path, "zh-CN", shares=entry) / KEY_NAME)
    assert (key.lesson, key.language, list(key.checks)) == ("mini", "zh-CN", ["shares"])
    found = key.checks["shares"]
    assert (found.hints, [slip.message for slip in found.slips]) == (["First.", "Second."], ["Twice."])
    assert found.expectation.matches(("late",), 0.611)
    assert found.slips[0].expectation.matches(("late",), 1.222)


def spoilt(*path, value) -> bytes:
    """A good key, but for one thing in it."""
    plain = json.loads(key_text(shares=key_entry(SHARES, slips=[(SHARES, "x")], hints=["y"])))
    inner = plain
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return json.dumps(plain).encode()


EXPECTED = ("checks", "shares", "expected")

DAMAGED = {
    "empty": b"",
    "cut short": key_text(shares=key_entry(SHARES)).encode()[:-20],
    "no text": b"\xff\xfe\x00\x9f",
    "nothing but brackets": b"[" * 100_000,
    **{f"only {text}": text.encode() for text in ("null", "[]", "{}", "5", '"key"')},
    "another version": spoilt("format", value=2),
    "no language of ours": spoilt("language", value="fr"),
    "salt of a number": spoilt("salt", value=5),
    "checks in a list": spoilt("checks", value=["shares"]),
    "check of nothing": spoilt("checks", "shares", value=None),
    "slips of nothing": spoilt("checks", "shares", "slips", value=None),
    "hints of nothing": spoilt("checks", "shares", "hints", value=None),
    "names of nothing": spoilt(*EXPECTED, "names", value=None),
    "unknown kind": spoilt(*EXPECTED, "kind", value="tabel"),
    "rows in words": spoilt(*EXPECTED, "rows", value="two"),
    "leaf of one part": spoilt(*EXPECTED, "leaves", value={"a": ["number"]}),
    "leaf rounded in words": spoilt(*EXPECTED, "leaves", value={"a": ["number", "roughly", "00"]}),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_key_is_refused_in_one_sentence(tmp_path, content):
    (tmp_path / KEY_NAME).write_bytes(content)
    with pytest.raises(DuecourseError) as error:
        read_key(tmp_path / KEY_NAME)
    said = str(error.value)
    assert said.startswith(KEY_NAME)
    assert "fetch the lesson again" in said
    assert "\n" not in said


def test_a_key_that_is_not_there_is_refused_like_a_damaged_one(tmp_path):
    with pytest.raises(DuecourseError, match="fetch the lesson again"):
        read_key(tmp_path / KEY_NAME)
