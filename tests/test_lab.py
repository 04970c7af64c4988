"""JupyterLab on a trainee's own copy of the lessons."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from duecourse import lab
from duecourse.authoring.course import Course
from duecourse.errors import DuecourseError
from duecourse.lab import open_lab, trainee_folder


@pytest.fixture
def course(golden, tmp_path) -> Course:
    for part in ("course", "release"):
        shutil.copytree(golden / part, tmp_path / part)
    return Course(tmp_path)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_language_has_a_folder_with_every_lesson(course, language):
    folder = trainee_folder(course, language)
    assert folder == course.root / ".lab" / language
    for name in ("mini.ipynb", "key.json"):
        assert (folder / "mini" / name).read_bytes() == (course.release(language) / "mini" / name).read_bytes()


def test_work_is_never_overwritten(course, tmp_path):
    folder = trainee_folder(course, "en", tmp_path / "work")
    (folder / "mini" / "mini.ipynb").write_text("my answers")
    (folder / "notes.txt").write_text("mine")
    (course.release("en") / "mini" / "mini.ipynb").write_text("a newer lesson")
    assert trainee_folder(course, "en", tmp_path / "work") == folder
    assert (folder / "mini" / "mini.ipynb").read_text() == "my answers"
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_new_lesson_joins_the_ones_that_are_there(course):
    folder = trainee_folder(course, "en")
    (folder / "mini" / "mini.ipynb").write_text("my answers")
    for place in (course.texts, course.release("en")):
        shutil.copytree(place / "mini", place / "maxi")
    outline = course.root / "course" / "course.toml"
    outline.write_text(outline.read_text().replace('["mini"]', '["mini", "maxi"]'))
    trainee_folder(course, "en")
    assert (folder / "maxi").is_dir()
    assert (folder / "mini" / "mini.ipynb").read_text() == "my answers"


def test_a_copy_that_broke_off_is_made_whole_the_next_time(course, monkeypatch):
    """Or the trainee has a lesson without its notebook for ever."""

    def breaks_off(_source, target):
        Path(target).mkdir(parents=True)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(DuecourseError, match="No space left"):
        patch.setattr(lab.shutil, "copytree", breaks_off)
        trainee_folder(course, "en")
    assert (trainee_folder(course, "en") / "mini" / "mini.ipynb").is_file()


def test_an_unknown_language_is_refused(course):
    with pytest.raises(DuecourseError, match=r"en and zh-CN; there are none in 'fr'\.$"):
        trainee_folder(course, "fr")
    assert not (course.root / ".lab").exists()


def test_a_folder_that_cannot_be_written_is_named(course, tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DuecourseError, match=r"Not a directory|File exists") as error:
            trainee_folder(course, "en", place)
        assert str(place) in str(error.value) and "\n" not in str(error.value)


def test_a_copy_that_fails_in_one_file_says_why(course):
    """`shutil` gathers such errors into one without a reason of its own."""
    notebook = course.release("en") / "mini" / "mini.ipynb"
    notebook.unlink()
    notebook.symlink_to(course.root / "nowhere")
    with pytest.raises(DuecourseError) as error:
        trainee_folder(course, "en")
    assert "None" not in str(error.value) and "\n" not in str(error.value)


def test_a_course_without_lessons_is_said_in_one_sentence(course, monkeypatch):
    (course.root / "course" / "course.toml").write_text("")
    shutil.rmtree(course.texts)
    monkeypatch.setattr(lab.os, "execv", lambda *_: None)
    with pytest.raises(DuecourseError):
        open_lab(course, "en", None, [])


def served(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read()


@pytest.mark.slow
def test_jupyterlab_starts_on_the_folder_and_serves_the_notebook(course):
    """The real command, on any free port; it is stopped as Ctrl-C does."""
    words = ["lab", "--language", "zh-CN", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    words += ["--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1"]
    log = course.root / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("duecourse"), *words],
            cwd=course.root,
            env=os.environ | {"JUPYTER_RUNTIME_DIR": str(course.root / "runtime")},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = None
            for _ in range(120):
                time.sleep(0.5)
                assert server.poll() is None, log.read_text()
                address = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
                if address:
                    break
            assert address, log.read_text()
            model = json.loads(served(f"{address[0]}/api/contents/mini/mini.ipynb"))
            assert model["content"]["metadata"]["duecourse"] == {"language": "zh-CN", "lesson": "mini"}
            assert b"jupyter-config-data" in served(f"{address[0]}/lab/tree/mini/mini.ipynb")
            assert "/lab/tree/mini/mini.ipynb" in log.read_text()
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)
