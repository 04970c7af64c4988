"""Values for Hypothesis, and key files as the builder writes them."""

import json
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from duecourse.checks.form import canonical
from duecourse.checks.key import FORMAT, KEY_NAME, hashed
from duecourse.checks.recording import record

SALT = "a-lesson"

law = settings(max_examples=60, deadline=None)

text = st.text(max_size=8)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | text | st.dates() | st.timedeltas()
nested = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def key_entry(right: object, *, ordered: bool = False, within: float | None = None, slips=(), hints=()) -> dict:
    """One check of a key file, as the builder writes it."""

    def expected(value: object) -> dict:
        return hashed(canonical(record(value), ordered=ordered), SALT, within)

    return {
        "ordered": ordered,
        "expected": expected(right),
        "slips": [{"message": message, "expected": expected(wrong)} for wrong, message in slips],
        "hints": list(hints),
    }


def key_text(language: str = "en", **checks: dict) -> str:
    return json.dumps({"format": FORMAT, "lesson": "mini", "language": language, "salt": SALT, "checks": checks})


def write_key(folder: Path, language: str = "en", **checks: dict) -> Path:
    """Make `folder` a lesson's folder with these checks, and give it back."""
    (folder / KEY_NAME).write_text(key_text(language, **checks), encoding="utf-8")
    return folder
