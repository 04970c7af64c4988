"""`duecourse grade` goes by the course's own nbgrader_config.py, as nbgrader does."""

import re

import pytest

from duecourse.errors import DuecourseError
from duecourse.grading.grade import is_name
from duecourse.grading.settings import HANDED_IN, grading_config

OURS = "from duecourse.grading.settings import configure\nc = get_config()\nconfigure(c)\n"


def test_what_the_courses_file_adds_is_in_force(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(f'{OURS}c.CourseDirectory.db_url = "sqlite:////elsewhere/grades.db"\n')
    config = grading_config(tmp_path)
    assert config.CourseDirectory.db_url == "sqlite:////elsewhere/grades.db"
    assert config.Autograde.sanitize_preprocessors == ["duecourse.grading.preprocessors.Intake"]


def test_a_file_that_cannot_be_run_is_named(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = 1 / 0\n")
    with pytest.raises(DuecourseError, match=r"nbgrader_config\.py cannot be run: ZeroDivisionError"):
        grading_config(tmp_path)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("li+20261123T091500+first-roll.ipynb", ("li", "20261123T091500", "first-roll")),
        ("李 雷+first-roll.ipynb", ("李 雷", None, "first-roll")),
    ],
)
def test_a_file_from_a_learning_platform_is_understood(name, parts):
    found = re.match(HANDED_IN, f"/downloaded/first-roll/extracted/{name}")
    assert found and found.group("student_id", "timestamp", "file_id") == parts


@pytest.mark.parametrize("name", ["李雷", "li", "van der Berg"])
def test_a_students_name_can_be_written_down(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["a+b", " li", "\udcff", "a\x1b[2J"])
def test_a_folder_that_is_no_name_is_known_for_it(name):
    assert not is_name(name)
