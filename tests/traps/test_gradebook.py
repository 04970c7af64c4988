"""Traps of nbgrader's gradebook and export (facts.md, "nbgrader's screens")."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

NBGRADER = Path(sys.executable).with_name("nbgrader")


def nbgrader(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([NBGRADER, *arguments], cwd=folder, env=os.environ, capture_output=True, text=True)


STUDENTS = {
    "li": ("欧阳", "丽, 娜", "li@example.org"),
    "comma": ("O'Neil, Jr.", 'Pat "P"', "pat@example.org"),
    "sum": ("=1+2", "@cmd", "+a@example.org"),
    "minus": ("-2+3", "\ttab", None),
    "=2+5": (None, "line\nbreak", "x@example.org"),
}


@pytest.fixture(scope="module")
def class_(repository, tmp_path_factory):
    """A course folder with our settings and a gradebook made through nbgrader's API."""
    tmp_path = tmp_path_factory.mktemp("class")
    shutil.copy(repository / "nbgrader_config.py", tmp_path)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        for lesson in ("mini", "maxi"):
            gradebook.add_assignment(lesson, duedate="2026-11-30 18:00:00")
            gradebook.add_notebook("n", lesson)
            gradebook.add_grade_cell("g", "n", lesson, max_score=3, cell_type="code")
        for name, (last, first, email) in STUDENTS.items():
            gradebook.add_student(name, last_name=last, first_name=first, email=email)
        gradebook.add_submission("mini", "li", timestamp="2026-11-30 17:00:00")
        gradebook.find_grade("g", "n", "mini", "li").auto_score = 2.5
        gradebook.db.commit()
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in found), "columns have moved"
    return found


@pytest.mark.slow
def test_an_export_quotes_what_needs_it(class_):
    """nbgrader's export does not quote commas; ours does, and disarms what a spreadsheet takes for a formula."""
    ran = nbgrader(class_, "export")
    assert ran.returncode == 0, ran.stderr
    found = rows(class_ / "grades.csv")
    assert len(found) == 2 * len(STUDENTS)
    mini = {row["student_id"].lstrip("'"): row for row in found if row["assignment"] == "mini"}
    assert mini.keys() == STUDENTS.keys()
    assert (mini["li"]["last_name"], mini["li"]["first_name"]) == ("欧阳", "丽, 娜")
    assert (mini["comma"]["last_name"], mini["comma"]["first_name"]) == ("O'Neil, Jr.", 'Pat "P"')
    assert (mini["=2+5"]["last_name"], mini["=2+5"]["first_name"]) == ("", "line\nbreak")
    for row in found:
        for cell in row.values():
            assert cell[:1] not in ("=", "+", "@", "\t", "\r")
            assert not cell.startswith("-") or cell.replace(".", "").lstrip("-").isdecimal()
    assert mini["sum"]["last_name"] == "'=1+2"
    assert (class_ / "grades.csv").read_bytes().startswith("\ufeff".encode())  # or Excel garbles Chinese


@pytest.mark.slow
def test_an_export_has_nbgraders_columns_and_scores(class_):
    ran = nbgrader(class_, "export")
    assert ran.returncode == 0, ran.stderr
    ours = rows(class_ / "grades.csv")
    ran = nbgrader(class_, "export", "--exporter=nbgrader.plugins.CsvExportPlugin", "--to=stock.csv")
    assert ran.returncode == 0, ran.stderr
    header = (class_ / "stock.csv").read_text(encoding="utf-8").splitlines()[0]
    assert list(ours[0]) == [*header.split(","), "needs_manual_grade"]
    (li,) = (row for row in ours if row["student_id"] == "li" and row["assignment"] == "mini")
    assert (float(li["score"]), float(li["max_score"])) == (2.5, 3.0)
    assert {float(row["score"]) for row in ours if row is not li} == {0.0}


@pytest.mark.slow
def test_an_export_can_be_narrowed_down(class_):
    ran = nbgrader(class_, "export", '--student=["li", "comma"]', '--assignment=["mini"]', "--to=few.csv")
    assert ran.returncode == 0, ran.stderr
    found = rows(class_ / "few.csv")
    assert sorted((row["assignment"], row["student_id"]) for row in found) == [("mini", "comma"), ("mini", "li")]


@pytest.mark.slow
def test_a_new_gradebook_is_usable_though_upgrading_an_empty_one_fails(repository, tmp_path):
    """On an empty database, `nbgrader db upgrade` fails; run any gradebook command first."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "gradebook.db").touch()
    assert nbgrader(empty, "db", "upgrade").returncode != 0

    shutil.copy(repository / "nbgrader_config.py", tmp_path)
    (tmp_path / "gradebook.db").touch()
    ran = nbgrader(tmp_path, "db", "student", "add", "li", "--last-name=欧阳")
    assert ran.returncode == 0, ran.stderr
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        assert gradebook.find_student("li").last_name == "欧阳"
    upgraded = nbgrader(tmp_path, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
