"""A lesson's folder with a real key in it."""

from pathlib import Path

import pytest
from material import key_text

from duecourse.checks.key import KEY_NAME


@pytest.fixture
def lesson_folder(tmp_path):
    """Writes a key file into a folder of its own and gives the folder."""

    def write(language: str = "en", **checks: dict) -> Path:
        (tmp_path / KEY_NAME).write_text(key_text(language, **checks), encoding="utf-8")
        return tmp_path

    return write
