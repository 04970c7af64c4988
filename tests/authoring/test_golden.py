"""What a build writes, byte for byte, and how `--check` watches over it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from duecourse.authoring.build import build

DUECOURSE = Path(sys.executable).with_name("duecourse")


def tree(root: Path) -> dict[str, bytes]:
    """Every file under `source/` and `release/`."""
    files = [path for part in ("source", "release") for path in (root / part).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_build_gives_the_golden_lesson(course, golden, request):
    build(course, [])
    if request.config.getoption("--refresh-golden"):
        for part in ("source", "release"):
            shutil.rmtree(golden / part, ignore_errors=True)
            shutil.copytree(course.root / part, golden / part)
    made, expected = tree(course.root), tree(golden)
    assert made.keys() == expected.keys()
    for name in expected:
        assert made[name] == expected[name], f"{name} is not as it was; pytest --refresh-golden, if that is meant"


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(course, golden, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(golden / "course", other / "course")
    for root, chance in ((course.root, {"PYTHONHASHSEED": "1"}), (other, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"})):
        subprocess.run([DUECOURSE, "build"], cwd=root, env=os.environ | chance, check=True, capture_output=True)
    assert tree(course.root) == tree(other)


@pytest.mark.usefixtures("no_kernel")
def test_a_build_without_a_kernel_gives_the_same_bytes(course, golden):
    build(course, [])
    assert tree(course.root) == tree(golden)


@pytest.mark.usefixtures("no_kernel")
def test_check_is_content_after_a_build(built):
    assert build(built, [], check=True) == []


def change(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-2] + b" " + content[-2:])


def add(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


DAMAGES = {
    "a changed byte in a source": ("source/mini/mini.ipynb", change),
    "a changed byte in a key": ("release/zh-CN/mini/key.json", change),
    "a missing file": ("release/en/mini/mini.ipynb", Path.unlink),
    "an extra file": ("source/mini/notes.txt", add),
    "an extra file in a subfolder": ("release/en/mini/data/accounts.csv", add),
    "a leftover lesson": ("source/gone/gone.ipynb", add),
    "a leftover release": ("release/zh-CN/gone/gone.ipynb", add),
    "a loose file beside the lessons": ("source/gone.ipynb", add),
    "a loose file beside the releases": ("release/en/gone.ipynb", add),
    "a release in a language that is none": ("release/fr/mini/mini.ipynb", add),
}


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_check_names_the_file_and_build_repairs_it(built, golden, name, damage):
    damage(built.root / name)
    damaged = tree(built.root)

    assert [path.as_posix() for path in build(built, [], check=True)] == [name]
    assert tree(built.root) == damaged, "--check wrote something"

    assert [path.as_posix() for path in build(built, [])] == [name]
    assert tree(built.root) == tree(golden)


@pytest.mark.usefixtures("no_kernel")
def test_untouched_files_are_not_rewritten(built):
    change(built.root / "release/en/mini/key.json")
    states = {path: path.stat() for path in built.root.rglob("*.*") if path.name != "key.json" or "zh-CN" in path.parts}
    build(built, ["mini"])
    for path, before in states.items():
        now = path.stat()
        assert (now.st_mtime_ns, now.st_ino) == (before.st_mtime_ns, before.st_ino), path


@pytest.mark.usefixtures("no_kernel")
def test_nothing_half_written_is_left(built):
    """A build that was cut off leaves a draft; the next one takes it away."""
    add(built.root / "source/mini/.mini.ipynb.part")
    build(built, [])
    assert not list(built.root.rglob("*.part"))


@pytest.mark.usefixtures("no_kernel")
def test_no_empty_folder_of_a_former_lesson_stays(built):
    add(built.root / "source/gone/deep/gone.ipynb")
    build(built, [])
    assert not (built.root / "source/gone").exists()


@pytest.mark.usefixtures("no_kernel")
def test_an_exam_ships_no_key(built, edit):
    edit("datasets: [taiwan-cards]", "datasets: [taiwan-cards]\nexam: true")
    build(built, [])
    assert tree(built.root).keys() == {f"{part}/mini/mini.ipynb" for part in ("source", "release/en", "release/zh-CN")}


@pytest.mark.slow
def test_the_command_names_the_file_and_fails(built):
    change(built.root / "release/en/mini/mini.ipynb")
    ran = subprocess.run([DUECOURSE, "build", "--check"], cwd=built.root, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "release/en/mini/mini.ipynb" in ran.stdout
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr
