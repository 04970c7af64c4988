"""Places and one option that all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# Several folders have a conftest.py; --doctest-modules would import each under the one name `conftest`, and fail.
collect_ignore_glob = ["*/conftest.py"]


def pytest_addoption(parser):
    parser.addoption("--refresh-golden", action="store_true", help="Write the golden lessons anew from a fresh build.")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout: `source/`, `release/` and `nbgrader_config.py` as they are committed."""
    return TESTS.parent


@pytest.fixture(scope="session")
def golden() -> Path:
    """A course of one small lesson with what it builds into: `course/`, `source/`, `release/`."""
    return TESTS / "authoring" / "golden"


def release_folders() -> list[Path]:
    """Every built `release/en/<lesson>`: the golden one and those of the course itself."""
    roots = (TESTS / "authoring" / "golden", TESTS.parent)
    return sorted(folder for root in roots for folder in (root / "release" / "en").glob("*") if folder.is_dir())


def pytest_generate_tests(metafunc):
    # A test that asks for `released` runs on each lesson there is.
    if "released" in metafunc.fixturenames:
        metafunc.parametrize("released", release_folders(), ids=lambda folder: folder.name)
