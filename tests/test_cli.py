"""The command line: every failure is one sentence without a traceback, and exit code 2."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from duecourse import cli
from duecourse.errors import DuecourseError
from duecourse.grading.grade import Graded


@pytest.fixture
def here(golden, tmp_path, monkeypatch):
    """In a course of the mini lesson, built; its files are only read."""
    for part in ("course", "source", "release"):
        (tmp_path / part).symlink_to(golden / part)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@pytest.fixture
def command(monkeypatch, capfd):
    """Gives a command; returns its exit code, its output and its errors."""

    def give(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["duecourse", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as stopped:
            code = stopped.code or 0
        return code, *capfd.readouterr()

    return give


def hand_in(here: Path, student: str) -> None:
    (here / "submitted" / student / "mini").mkdir(parents=True)


MISTAKES = {
    "an unknown lesson": (["grade", "nope"], "There is no lesson 'nope'; the lessons are: mini."),
    "a path for a lesson": (["grade", "../mini"], "There is no lesson '../mini'"),
    "nothing handed in": (["grade", "mini"], "Nothing was handed in for mini"),
    "an unknown lesson to build": (["build", "nope"], "There is no lesson 'nope'"),
    "an unknown lesson to translate": (["translate", "nope"], "There is no lesson 'nope'"),
    "a language that is not translated into": (["translate", "mini", "fr"], "'fr'"),
    "an unknown lesson for the demo": (["demo", "--lesson", "nope"], "There is no lesson 'nope'"),
    "a demo in a folder with something in it": (["demo", "--lesson", "mini", "--out", "."], "is not empty"),
    "an unknown language for the lab": (["lab", "--language", "fr"], "'fr'"),
}


@pytest.mark.parametrize(("words", "said"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.usefixtures("here")
def test_a_mistake_is_said_in_one_sentence(command, words, said):
    code, _output, errors = command(*words)
    assert code == 2
    assert errors.startswith("duecourse: ") and errors.count("\n") == 1, errors
    assert said in errors and errors.endswith(".\n")


def test_outside_a_course_every_command_says_where_to_go(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (["build"], ["translate", "mini"], ["coverage"], ["grade", "mini"], ["lab"], ["demo"]):
        code, output, errors = command(*words)
        assert (code, output) == (2, ""), words
        assert errors.startswith("duecourse: There is no course in") and errors.count("\n") == 1, errors


@pytest.mark.parametrize(
    "words",
    [
        ["grade"],
        ["grade", "mini", "--variant-seed", "-1"],
        ["grade", "mini", "--variant-seed", "seven"],
        ["grade", "mini", "--variant-seed", "1.5"],
        ["grade", "mini", "--workers", "0"],
        ["grade", "mini", "--cell-seconds", "0"],
        ["grade", "mini", "--cell-seconds", "nan"],
        ["grade", "mini", "--unknown"],
        ["grade", "mini", "mini"],
        ["demo", "--variant-seed", "x"],
        ["mark", "mini"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("here")
def test_a_wrong_option_is_named_without_a_traceback(command, words):
    code, _output, errors = command(*words)
    assert code == 2
    assert errors and "Traceback" not in errors


@pytest.mark.parametrize("url", ["nonsense", "nonsense://x", "sqlite:////no/such/folder/x.db", "postgresql://x/y"])
def test_a_gradebook_that_cannot_be_opened_is_said_in_one_sentence(command, here, monkeypatch, url):
    from duecourse.authoring.release import read_notebook
    from duecourse.grading import grade as grading

    release = read_notebook((here / "release" / "en" / "mini" / "mini.ipynb").read_bytes())
    standard = type("Standard", (), {"releases": {"en": release}, "lesson": "mini"})
    monkeypatch.setattr(grading, "make_standard", lambda *_: standard)
    hand_in(here, "li")
    code, _output, errors = command("grade", "mini", "--db", url)
    assert code == 2
    assert errors.count("\n") == 1 and errors.startswith("duecourse: ") and "Traceback" not in errors


@pytest.fixture
def grading(monkeypatch):
    """Grading gives these rows."""

    def gives(*rows: Graded, error: BaseException | None = None):
        def grade(*_, progress, **__):
            for number, row in enumerate(rows, 1):
                progress(number, len(rows))
                yield row
            if error:
                raise error

        monkeypatch.setattr(cli, "grade_lesson", grade)

    return gives


@pytest.mark.usefixtures("here")
def test_the_table_has_everybody_by_name_and_the_seed(command, grading):
    late = Graded("wang", 3.5, 6.0, "choice: This value is not right yet.", late=7200.0)
    grading(late, Graded("li [b]x[/b] 丽", 4.0, 6.0, "[red]Every[/] check is right.", waits=True))
    code, output, errors = command("grade", "mini", "--variant-seed", "7")
    assert (code, errors) == (0, "")
    assert output.index("li [b]x[/b] 丽") < output.index("wang")
    for words in ("seed 7", "4 +?", "3.5", "2.0 h", "[red]Every[/] check is right.", "2 graded", "grading mini", "2/2"):
        assert words in output, words


@pytest.mark.usefixtures("here")
def test_a_class_that_is_graded_already_says_so(command, grading):
    grading()
    code, output, _errors = command("grade", "mini")
    assert code == 0
    assert "--force" in output


@pytest.mark.usefixtures("here")
def test_who_could_not_be_graded_is_named_and_the_command_fails(command, grading):
    grading(Graded("li", 4.0, 6.0, "Every check is right."), Graded("wang", 0.0, 0.0, "OSError: disk", failed=True))
    code, output, errors = command("grade", "mini")
    assert code == 2
    assert "NOT GRADED: OSError: disk" in output and "Every check is right." in output
    assert errors == "duecourse: 1 of 2 were not graded, the others were; see the reasons above.\n"


@pytest.mark.usefixtures("here")
def test_what_stops_grading_half_way_is_said_after_what_was_graded(command, grading):
    """A trainer must see who was graded before the disk was full."""
    grading(Graded("li", 4.0, 6.0, "Every check is right."), error=DuecourseError("The disk is full."))
    code, output, errors = command("grade", "mini")
    assert (code, errors) == (2, "duecourse: The disk is full.\n")
    assert "Every check is right." in output


@pytest.mark.usefixtures("here")
def test_ctrl_c_stops_without_a_traceback(command, grading):
    grading(Graded("li", 4.0, 6.0, "Every check is right."), error=KeyboardInterrupt())
    code, _output, errors = command("grade", "mini")
    assert code == 130
    assert errors == "duecourse: stopped.\n"


@pytest.mark.usefixtures("here")
def test_what_a_trainee_wrote_cannot_act_on_the_terminal(command, grading):
    grading(Graded("li", 0.0, 6.0, "E: \x1b]0;owned\x07"))
    code, output, _errors = command("grade", "mini")
    assert code == 0
    assert not re.search(r"\x1b\]|\x07", output)


def test_the_installed_command_is_the_same(tmp_path):
    ran = subprocess.run(
        [Path(sys.executable).with_name("duecourse"), "grade", "mini"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith("duecourse: There is no course in")


def test_help_names_every_command(command):
    code, output, _errors = command("--help")
    assert code == 0
    for verb in ("build", "translate", "coverage", "grade", "lab", "demo"):
        assert re.search(rf"\b{verb}\b", output)
