"""The command line: every failure is one sentence on stderr, status 2, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from duecourse.cli import main

DUECOURSE = Path(sys.executable).with_name("duecourse")


def sentence(status: int, stderr: str, *words: str) -> None:
    assert status == 2
    assert len(stderr.strip().splitlines()) == 1, stderr
    assert "Traceback" not in stderr
    for word in words:
        assert word in stderr


FAILURES = {
    "an unknown lesson": (["build", "maxi"], ["maxi", "mini"]),
    "an unknown lesson to translate": (["translate", "maxi"], ["maxi", "mini"]),
    "an unknown language": (["translate", "mini", "fr"], ["fr", "zh-CN"]),
    "an unknown verb": (["biuld"], ["biuld"]),
    "an unknown option": (["build", "--chekc"], ["--chekc"]),
    "an argument too few": (["translate"], ["lesson"]),
    "an argument too many": (["coverage", "mini"], ["mini"]),
    "a number that is none": (["grade", "mini", "--workers", "many"], ["workers", "integer"]),
}


@pytest.mark.parametrize(("arguments", "words"), FAILURES.values(), ids=FAILURES)
def test_a_command_that_cannot_be_done(course, monkeypatch, capfd, arguments, words):
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["duecourse", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capfd.readouterr()
    sentence(ended.value.code, captured.err, *(word for word in words if word != "lesson"))
    assert captured.out == ""


@pytest.mark.parametrize("verb", [["build"], ["coverage"], ["translate", "mini"]])
def test_a_broken_lesson_is_one_sentence_everywhere(course, edit, monkeypatch, capfd, verb):
    edit(":tags: [setup]", ":tags: [sutup]")
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["duecourse", *verb])
    with pytest.raises(SystemExit) as ended:
        main()
    sentence(ended.value.code, capfd.readouterr().err, "Lesson mini", "line 12", "sutup")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([DUECOURSE, *arguments], cwd=folder, capture_output=True, text=True)


def test_the_real_command_outside_a_course(tmp_path):
    ran = run(tmp_path, "build")
    sentence(ran.returncode, ran.stderr, "no course", str(tmp_path), "course/course.toml")


def test_the_real_command_on_an_unknown_lesson(course):
    ran = run(course.texts, "build", "maxi")
    sentence(ran.returncode, ran.stderr, "maxi", "mini")


def test_the_real_command_on_a_broken_lesson(course, edit):
    edit("covers: [S18]\n", "")
    ran = run(course.root, "build", "--check")
    sentence(ran.returncode, ran.stderr, "Lesson mini", "covers")


def test_the_real_command_with_an_unknown_option(course):
    ran = run(course.root, "build", "--chekc")
    sentence(ran.returncode, ran.stderr, "--chekc")


def coverage(root: Path, monkeypatch, capfd) -> str:
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", ["duecourse", "coverage"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None)
    return capfd.readouterr().out


def test_coverage_names_covered_and_uncovered_rows(course, monkeypatch, capfd):
    path = course.root / "course" / "curriculum.toml"
    more = '\n[[row]]\nid = "S19"\ndocument = "000"\nzh = "谈判"\nen = "Negotiation"\nexercise = "offer"\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    shown = coverage(course.root, monkeypatch, capfd)
    rows = {line.split()[1]: line for line in shown.splitlines() if line.startswith("│")}
    assert "mini" in rows["S18"]
    assert "uncovered" in rows["S19"]
    assert "谈判" in rows["S19"]
    assert "1 of 2 rows covered; uncovered: S19" in shown


def test_the_courses_own_curriculum_has_all_its_rows(repository, monkeypatch, capfd):
    shown = coverage(repository, monkeypatch, capfd)
    rows = [line.split()[1] for line in shown.splitlines() if line.startswith("│ S")]
    assert rows == [f"S{number:02}" for number in range(1, 89)]
