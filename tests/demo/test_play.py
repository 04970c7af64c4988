"""The demo class on the mini lesson; `make demo` plays it on the first real one."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from duecourse.authoring.build import build
from duecourse.authoring.course import Course
from duecourse.demo.run import play
from duecourse.errors import DuecourseError


@pytest.fixture(scope="module")
def course(golden, repository, tmp_path_factory) -> Course:
    root = tmp_path_factory.mktemp("course")
    for part in ("course", "source", "release"):
        shutil.copytree(golden / part, root / part)
    shutil.copy(repository / "nbgrader_config.py", root)
    return Course(root)


@pytest.fixture(scope="module")
def lines(course, tmp_path_factory):
    """The class, played once; by name of the trainee."""
    build(course, [])
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        found = list(play(course, "mini", tmp_path_factory.mktemp("class"), 7, said.append))
    assert said
    return {line.trainee.name: line for line in found}


@pytest.mark.slow
def test_every_trainee_gets_what_they_must_get(lines):
    assert {name: line.amiss for name, line in lines.items() if line.amiss} == {}


@pytest.mark.slow
def test_the_class_has_slips_and_tricks_and_mishaps(lines):
    assert {"full-marks", "full-marks-zh", "slip-01", "typist", "endless-loop", "broken-file", "late"} <= lines.keys()


def test_a_folder_with_something_in_it_is_left_alone(course, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DuecourseError, match="not empty"):
        next(play(course, "mini", tmp_path, 7, print))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
