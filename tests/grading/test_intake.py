"""Intake: what a submission may change, and that nothing in it can do harm."""

import copy
import json

import nbformat
import pytest
from classroom import cell_of, file_of, filled, own_code, plain, release, right_answers
from hypothesis import given, settings
from hypothesis import strategies as st

from duecourse.grading import intake
from duecourse.grading.intake import Unreadable, handed, read_handed, rebuilt
from duecourse.language import LANGUAGES, translator

RELEASED = [cell.id for cell in release().cells]
WRITABLE = {"example-eda556b5", "late-cards-answer", "rates-answer", "choice-answer", "explain"}


def taken_in(notebook):
    """A notebook object as it comes out of intake."""
    given_ = handed(plain(notebook) if isinstance(notebook, nbformat.NotebookNode) else notebook)
    return rebuilt(given_, release(given_.language))


def assert_is_the_release_with_texts(made, language="en"):
    """Nothing but the text of writable cells and cells of the trainee's own may differ from the release."""
    nbformat.validate(made)
    wanted = release(language)
    assert made.metadata == wanted.metadata
    released = [cell for cell in made.cells if cell.id in RELEASED or not cell.id.startswith("own-")]
    assert [cell.id for cell in released] == [cell.id for cell in wanted.cells]
    for cell, original in zip(released, wanted.cells, strict=True):
        if cell.id in WRITABLE:
            cell, original = {**cell, "source": ""}, {**original, "source": ""}
        assert cell == original
    for cell in made.cells:
        if cell not in released:
            assert not cell.metadata


def ids(notebook) -> list[str]:
    return [cell.id for cell in notebook.cells]


# What trainees change, meaning well or not.


def test_an_honest_submission_keeps_its_answers():
    made = taken_in(filled())
    assert_is_the_release_with_texts(made)
    assert {cell_id: cell_of(made, cell_id).source for cell_id in right_answers()} == right_answers()


def test_deleted_cells_come_back():
    notebook = filled()
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("late-cards-answer", "choice-answer")]
    made = taken_in(notebook)
    assert_is_the_release_with_texts(made)
    assert cell_of(made, "choice-answer").source == right_answers()["choice-answer"]
    assert cell_of(made, "rates-answer").source == cell_of(release(), "rates-answer").source


def test_moved_cells_return_to_their_places():
    notebook = filled()
    notebook.cells.reverse()
    assert taken_in(notebook) == taken_in(filled())


def test_edits_of_locked_cells_and_of_prose_are_ignored():
    notebook = filled()
    for cell in notebook.cells:
        if cell.id not in WRITABLE:
            cell.source = "check = print"
    assert taken_in(notebook) == taken_in(filled())


def test_a_doubled_locked_cell_is_a_cell_of_the_trainees_own():
    notebook, place = plain(filled()), RELEASED.index("late-cards")
    notebook["cells"].insert(place + 1, notebook["cells"][place])
    made = taken_in(notebook)
    assert_is_the_release_with_texts(made)
    assert ids(made)[place : place + 2] == ["late-cards", "own-1"]
    assert not made.cells[place + 1].metadata


@pytest.mark.parametrize("change", ["points", "grade", "locked", "solution", "schema_version", "checksum", "task"])
def test_nbgraders_metadata_are_those_of_the_release(change):
    notebook = filled()
    for cell in notebook.cells:
        cell.metadata.setdefault("nbgrader", {})[change] = 1000
    notebook.metadata.kernelspec = {"name": "evil", "display_name": "Evil"}
    assert taken_in(notebook) == taken_in(filled())


def test_changed_cell_types_are_turned_back():
    notebook = plain(filled())
    for cell in notebook["cells"]:
        cell["cell_type"] = "markdown" if cell["cell_type"] == "code" else "code"
    assert taken_in(notebook) == taken_in(filled())


def test_new_cell_ids_do_not_matter_where_grade_ids_are_kept():
    notebook = filled()
    notebook.cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"new-{number}"
    assert taken_in(notebook) == taken_in(filled())


def test_a_notebook_without_cell_ids_repeats_no_prose_and_no_example():
    """Format 4.4, as older tools save it: there are no ids at all."""
    notebook = plain(filled())
    for cell in notebook["cells"]:
        del cell["id"]
    assert ids(taken_in(notebook)) == RELEASED


def test_grade_ids_do_not_matter_where_cell_ids_are_kept():
    notebook = filled()
    for cell in notebook.cells:
        cell.metadata.nbgrader = {"grade_id": "choice-answer"}
    assert taken_in(notebook) == taken_in(filled())


@pytest.mark.parametrize("where", [0, 1], ids=["before", "after"])
def test_of_a_copied_answer_the_original_keeps_its_place(where):
    notebook = filled(choice_answer='choice = "B"')
    place = ids(notebook).index("choice-answer")
    twin = copy.deepcopy(notebook.cells[place])
    twin.id, twin.source = "a-copy", 'choice = "C"'
    notebook.cells.insert(place + where, twin)
    made = taken_in(notebook)
    assert_is_the_release_with_texts(made)
    assert cell_of(made, "choice-answer").source == 'choice = "B"'
    assert [cell.source for cell in made.cells[place : place + 2]][where] == 'choice = "C"'


def test_own_cells_stay_in_order_after_their_anchors():
    notebook = filled()
    for anchor in ("", "setup", "late-cards", "explain"):
        place = ids(notebook).index(anchor) + 1 if anchor else 0
        notebook.cells[place:place] = [own_code(f"{anchor!r}, {number}", f"{anchor}-{number}") for number in (1, 2)]
    made = taken_in(notebook)
    assert_is_the_release_with_texts(made)
    assert [cell.source for cell in made.cells] == [cell.source for cell in notebook.cells]


def test_an_edited_example_is_kept_and_a_deleted_one_restored():
    notebook = filled(example_eda556b5="cards.head()")
    assert cell_of(taken_in(notebook), "example-eda556b5").source == "cards.head()"
    notebook.cells = [cell for cell in notebook.cells if cell.id != "example-eda556b5"]
    assert cell_of(taken_in(notebook), "example-eda556b5").source == cell_of(release(), "example-eda556b5").source


def test_empty_and_raw_cells_are_left_out():
    notebook = plain(filled())
    raw = {"cell_type": "raw", "id": "raw", "metadata": {}, "source": "x"}
    notebook["cells"] += [raw, {**own_code("  \n", "blank")}]
    assert taken_in(notebook) == taken_in(filled())


def test_the_release_itself_is_not_changed_by_rebuilding():
    original = release()
    made = rebuilt(handed(plain(filled())), original)
    made.metadata.kernelspec.name = "changed"
    made.cells[0].source = made.cells[1].source = "changed"
    assert original == release()


def test_chinese_is_recognised_and_a_forged_language_is_english():
    made = taken_in(filled("zh-CN"))
    assert_is_the_release_with_texts(made, "zh-CN")
    for forged in ("fr", "../en", 5, None, ["zh-CN"], {"zh-CN": 1}):
        notebook = plain(filled("zh-CN"))
        notebook["metadata"]["duecourse"]["language"] = forged
        assert_is_the_release_with_texts(taken_in(notebook), "en")


# Files.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("essay", ["好", "余额不同。", "一个是月初余额，一个是月末余额。"])
@pytest.mark.parametrize("end", ["", " "], ids=["one-length", "the-other-length"])
def test_encodings_that_editors_write_are_read(tmp_path, encoding, essay, end):
    """The bytes of GB 18030 may pass for UTF-16 where they come in pairs."""
    content = json.dumps(plain(filled(explain=essay)), ensure_ascii=False, indent=1) + end
    (tmp_path / "mini.ipynb").write_bytes(content.encode(encoding))
    made = rebuilt(read_handed(tmp_path / "mini.ipynb"), release())
    assert cell_of(made, "explain").source == essay


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a notebook"),
        (b"\x00\xff\xfe\x80" * 9, "not a notebook"),
        (b"[" * 200_000, "not a notebook"),
        (b'{"cells":' * 100_000, "not a notebook"),
        (b'{"cells": ' + b"9" * 5_000 + b"}", "not a notebook"),
        (b'{"cells": 5}', "not a notebook"),
        (b"null", "not a notebook"),
        (b'"cells"', "not a notebook"),
        (b'[{"cells": []}]', "not a notebook"),
        (file_of(filled())[:900], "not a notebook"),
        (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "old format"),
    ],
    ids=lambda value: str(value[:12]) if isinstance(value, bytes) else value,
)
def test_a_file_that_is_no_notebook_is_named_so(tmp_path, content, reason):
    (tmp_path / "mini.ipynb").write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        read_handed(tmp_path / "mini.ipynb")
    assert refused.value.reason == reason


def test_what_is_not_a_file_is_not_followed(tmp_path):
    with pytest.raises(Unreadable, match="absent"):
        read_handed(tmp_path / "mini.ipynb")
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unreadable, match="not a file"):
        read_handed(tmp_path / "folder")
    (tmp_path / "real.ipynb").write_bytes(file_of(filled()))
    for name, target in {"link": "real.ipynb", "dangling": "nowhere", "loop": "loop"}.items():
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(Unreadable, match="not a file"):
            read_handed(tmp_path / name)


def test_a_huge_file_is_refused_by_its_size(tmp_path):
    path = tmp_path / "mini.ipynb"
    path.write_bytes(file_of(filled()))
    with path.open("ab") as file:
        file.truncate(intake.MOST_BYTES + 1)
    with pytest.raises(Unreadable, match="too large"):
        read_handed(path)


def test_more_cells_or_text_than_anyone_writes_are_refused():
    cell = {"cell_type": "code", "source": "1"}
    assert len(handed({"cells": [cell] * intake.MOST_CELLS}).cells) == intake.MOST_CELLS
    for cells in ([cell] * (intake.MOST_CELLS + 1), [{**cell, "source": "x" * (intake.MOST_TEXT + 1)}]):
        with pytest.raises(Unreadable, match="too large"):
            handed({"cells": cells})


def test_a_source_may_be_a_list_of_lines():
    made = taken_in({"cells": [{"cell_type": "code", "id": "choice-answer", "source": ["choice = \\\n", '"B"']}]})
    assert cell_of(made, "choice-answer").source == 'choice = \\\n"B"'


def test_what_utf_8_cannot_hold_is_replaced():
    made = taken_in(json.loads(r'{"cells": [{"cell_type": "code", "source": "x = \"\ud800\"", "id": "\udfff"}]}'))
    assert made.cells[0].source == 'x = "?"'
    assert_is_the_release_with_texts(made)


WRONG = [None, True, 5, float("nan"), "text", [], [5], {}, {"nbgrader": 5}, {"nbgrader": {"grade_id": ["x"]}}]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize("key", ["cell_type", "id", "metadata", "source", "outputs", "execution_count"])
def test_cells_of_wrong_types_leave_the_others_alone(key, wrong):
    notebook = plain(filled())
    notebook["cells"].insert(2, {"cell_type": "code", "id": "odd", "metadata": {}, "source": "1", "outputs": []})
    notebook["cells"][2][key] = wrong
    notebook["cells"].insert(0, wrong)
    made = taken_in(notebook)
    assert_is_the_release_with_texts(made)
    assert cell_of(made, "rates-answer").source == right_answers()["rates-answer"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language):
    for reason in ("absent", "not a file", "too large", "not a notebook", "old format"):
        said = intake.why_unreadable(reason, translator(language))
        assert said.endswith((".", "。"))
        assert language == "en" or said != intake.why_unreadable(reason, str)


# Anything that JSON can hold.

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
texts = st.text(st.characters(), max_size=20) | st.lists(st.text(st.characters(), max_size=5), max_size=3)
names = st.sampled_from([*RELEASED, "own-1", "own-2", "", "mine"]) | st.text(st.characters(), max_size=6)
json_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]) | json_values, "source": texts | json_values},
    optional={
        "id": names | json_values,
        "metadata": st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": names})}) | json_values,
        "outputs": json_values,
    },
)
metadata = st.fixed_dictionaries({"duecourse": st.fixed_dictionaries({"language": st.sampled_from(LANGUAGES)})})
notebooks = json_values | st.fixed_dictionaries(
    {"cells": st.lists(json_cells | json_values, max_size=12) | json_values},
    optional={"metadata": metadata | json_values},
)


@given(notebooks)
@settings(max_examples=300, deadline=None)
def test_anything_handed_in_is_refused_or_becomes_the_release_with_texts(notebook):
    try:
        given_ = handed(notebook)
    except Unreadable:
        return
    made = rebuilt(given_, release(given_.language))
    assert_is_the_release_with_texts(made, given_.language)
    file_of(made)
