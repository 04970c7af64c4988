"""nbgrader looks for `alembic` on the PATH: the tests give it that of this Python, as an activated environment does."""

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def tools_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield
