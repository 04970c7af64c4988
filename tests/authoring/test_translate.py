"""`duecourse translate`: the translator's worksheet of a lesson."""

import pytest

from duecourse.authoring.build import build, translate
from duecourse.authoring.lesson import LessonError, text_hash
from duecourse.authoring.translation import read_translation
from duecourse.errors import DuecourseError

pytestmark = pytest.mark.usefixtures("no_kernel")


def chinese(course):
    return read_translation(course.texts / "mini" / "lesson.md", "zh-CN")


def test_a_complete_translation_stays_as_it_is(course):
    before = chinese(course)
    assert translate(course, "mini", "zh-CN") == 0
    assert chinese(course) == before


def test_what_changed_is_marked_and_the_rest_is_kept(course, edit):
    edit("Explain it to your team leader.", "Explain it to a colleague.")
    edit("You counted September;", "September was counted;")
    before = chinese(course)
    assert translate(course, "mini", "zh-CN") == 2

    after = chinese(course)
    assert after.title == before.title
    assert after.texts.items() < before.texts.items()
    assert len(after.texts) == len(before.texts) - 2
    sheet = (course.texts / "mini" / "lesson.zh-CN.md").read_text(encoding="utf-8")
    missing = text_hash("Explain it to a colleague.")
    assert f'+++ {{"of": "{missing}", "missing": true}}\n\nExplain it to a colleague.' in sheet
    with pytest.raises(LessonError, match=missing):
        build(course, [])


def test_a_first_worksheet_has_everything_marked(course):
    (course.texts / "mini" / "lesson.zh-CN.md").unlink()
    assert translate(course, "mini", "zh-CN") == 6
    assert translate(course, "mini", "zh-CN") == 6
    assert chinese(course).texts == {}


def test_a_worksheet_filled_in_builds(course):
    path = course.texts / "mini" / "lesson.zh-CN.md"
    path.unlink()
    translate(course, "mini", "zh-CN")
    path.write_text(path.read_text(encoding="utf-8").replace(', "missing": true', ""), encoding="utf-8")
    build(course, [])
    assert (course.release("zh-CN") / "mini" / "mini.ipynb").is_file()


@pytest.mark.parametrize("language", ["en", "fr", ""])
def test_a_language_that_the_course_lacks_is_refused(course, language):
    with pytest.raises(DuecourseError, match="zh-CN"):
        translate(course, "mini", language)
