"""The class of the loop is made of what the grading tests are made of."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "grading"))


@pytest.fixture(scope="session", autouse=True)
def tools_on_the_path():
    """nbgrader looks for `alembic` on the PATH: the tests give it that of this Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield
