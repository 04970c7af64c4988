"""A trainee's copy of a lesson, filled in rightly or wrongly."""

import json

import pytest

from duecourse.authoring.release import read_notebook
from duecourse.demo.paper import Paper
from duecourse.errors import DuecourseError


@pytest.fixture
def paper(golden) -> Paper:
    files = (golden / "release" / "en" / "mini" / "mini.ipynb", golden / "source" / "mini" / "mini.ipynb")
    return Paper(*(read_notebook(path.read_bytes()) for path in files))


def ids(paper: Paper) -> list[str]:
    return [cell["id"] for cell in paper.cells]


def test_a_paper_knows_its_checks_and_their_answers(paper):
    assert paper.checks == ["late-cards", "rates", "choice"]
    assert [paper.answers_before(check) for check in paper.checks] == [[f"{check}-answer"] for check in paper.checks]
    with pytest.raises(DuecourseError, match="nope"):
        paper.answers_before("nope")


def test_filling_in_writes_the_instructors_answers_where_asked(paper):
    paper.fill("rates")
    assert "groupby" in paper.cell("rates-answer")["source"]
    assert "sum()" not in paper.cell("late-cards-answer")["source"]
    paper.fill()
    assert "sum()" in paper.cell("late-cards-answer")["source"]


def test_writing_fills_the_essays_alone(paper):
    before = {cell_id: paper.cell(cell_id)["source"] for cell_id in ids(paper)}
    paper.write("My answer.")
    after = {cell_id: paper.cell(cell_id)["source"] for cell_id in ids(paper)}
    assert after == before | {"explain": "My answer."}


def test_own_cells_go_where_they_are_put_and_have_ids_of_their_own(paper):
    paper.add("top").add("before", before="rates").add("after", after="rates")
    place = ids(paper).index("rates")
    assert paper.cells[0]["source"] == "top"
    assert [cell["source"] for cell in paper.cells[place - 1 : place + 2 : 2]] == ["before", "after"]
    assert len(set(ids(paper))) == len(paper.cells)


@pytest.mark.parametrize(("check", "name"), [("late-cards", "late_cards"), ("rates", "rates"), ("choice", "choice")])
def test_a_check_names_the_variable_or_function_it_asks_for(paper, check, name):
    assert paper.answered_with(check) == name


def test_a_check_of_anything_else_is_refused_by_name(paper):
    paper.cell("choice")["source"] = 'check("choice", 1 + 1)'
    with pytest.raises(DuecourseError, match="'choice'"):
        paper.answered_with("choice")


@pytest.mark.parametrize(("check", "asked"), [("choice", "choice"), ("rates", "rates(5)")])
def test_a_given_value_is_seen_by_the_check_alone(paper, check, asked):
    """The right answer is back after it: later cells may rest on it."""
    paper.give(check, "value", preparation="value = 'wrong'")
    place = ids(paper).index(check)
    space = {"choice": "right", "rates": lambda _: "right"}
    exec(paper.cells[place - 1]["source"], space)
    assert eval(asked, space) == "wrong"
    exec(paper.cells[place + 1]["source"], space)
    assert eval(asked, space) == "right"


def test_what_is_handed_in_is_a_notebook_and_the_release_stays_as_it_was(paper):
    before = json.dumps(paper.release)
    handed = json.loads(paper.fill().add("1").notebook())
    assert handed["metadata"] == paper.release.metadata
    assert len(handed["cells"]) == len(paper.release.cells) + 1
    assert json.dumps(paper.release) == before
