"""Fixtures of the grading tests; what they are made of stands in classroom.py."""

import classroom
import pytest

from duecourse.grading import grade as grading
from duecourse.grading.record import open_gradebook


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory) -> bytes:
    """A gradebook with nothing in it: nbgrader starts a process of its own to make one."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    open_gradebook(f"sqlite:///{path}").close()
    return path.read_bytes()


@pytest.fixture
def course(tmp_path, empty_gradebook):
    """A built course of the mini lesson."""
    (tmp_path / "gradebook.db").write_bytes(empty_gradebook)
    return classroom.open_course(tmp_path)


@pytest.fixture
def no_kernel(monkeypatch):
    """Grade without starting kernels; tests/class grades with real ones."""
    monkeypatch.setattr(grading, "make_standard", lambda *_: classroom.standard())
    monkeypatch.setattr(grading, "examine", classroom.examined)
