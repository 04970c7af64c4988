"""Running a notebook: what its checks record, whatever its cells do. Each fixture starts a kernel once."""

import copy
import json
import os
import signal
import time

import nbformat
import pytest

from duecourse.checks.desk import RECORDING_VARIABLE
from duecourse.checks.execution import Limits, _read, run
from duecourse.checks.form import canonical
from duecourse.datasets.catalogue import VARIANT_VARIABLE, load

LINE = {"check": "x", "value": 1, "fixed": False, "ordered": False, "within": None}
GARBAGE = [
    *("", "{", "null", "5", '"check"', "[]", "{}", '{"check": "x"}', '{"value": 1}', "[" * 100_000, "\x00\x1b"),
    *('{"check": "x", "value": 1}', '{"slip": "x", "value": 1}', '{"check": "x", "value": ' + "9" * 5000 + "}"),
]
FORGED = [
    *("NaN", "Infinity", "1e999", "1" + "0" * 400, "[]", "[1, 2]", "{}", '{"list": 5}', '{"list": [NaN]}'),
    *('{"list": [{}]}', '{"table": {}}', '{"odd": 1}', '{"dict": [["a"]]}', '{"refused": []}', '{"days": "long"}'),
    *('{"series": {"labels": null, "values": [{}]}}', '{"series": {"labels": ["a"], "values": []}}', '{"number": 5}'),
]


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_a_line_that_is_no_recording_is_ignored(line):
    good = json.dumps(LINE)
    assert [entry.name for entry in _read(f"{good}\n{line}\n{good}\n", 3)] == ["x", "x"]


@pytest.mark.parametrize("value", FORGED, ids=lambda value: value[:16])
def test_a_line_with_a_value_that_no_check_writes_is_ignored(value):
    """Or whoever compares it must expect anything at all."""
    forged = json.dumps(LINE).replace('"value": 1', f'"value": {value}')
    assert _read(forged, 3) == []


def notebook(*cells: str):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.cells.insert(1, nbformat.v4.new_markdown_cell("Some prose."))
    return made


def named(result) -> list[tuple[str, int]]:
    return [(entry.name, entry.cell) for entry in result.recorded]


ORDINARY = notebook(
    "from duecourse import check, load\nfrom duecourse.checks import slip",
    # 1 is prose
    'check("first", 0.5)\ncheck("second", "late", True, ordered=True, within=0.01)',
    'slip("first", 0.7, "You divided by the closing balance.")',
    "1 / 0",
    'check("after an error", 1)',
    "   \n",
    "raise SystemExit",
    'check("after an exit", 1)',
    'check("late", int(load("taiwan-cards")["late_sept"].sum()))',
    "import plotly.express as px\npx.bar(x=['M1', 'M2'], y=[1, 2])",
    "import plotly.graph_objects as go\ngo.FigureWidget(go.Bar(x=[1], y=[2]))",
    f"import os, json\nwith open(os.environ['{RECORDING_VARIABLE}'], 'ab') as file:\n"
    "    file.write(b'\\xff\\xfe garbage\\n{\\n[1]\\n')",
    'check("after garbage", 1)',
    "import pathlib\ncheck('place', [str(pathlib.Path.cwd()), sorted(os.environ)])",
    "def check(*_): pass\ncheck('patched away', 1)",
    'import duecourse\nduecourse.check("found again", 1)',
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lesson")


@pytest.fixture(scope="module")
def ordinary(folder):
    environment = dict(os.environ) | {"LC_ALL": "C.UTF-8", VARIANT_VARIABLE: "77"}
    before = copy.deepcopy(ORDINARY)
    result = run(ORDINARY, folder, environment=environment)
    assert before == ORDINARY, "the notebook that was handed in is left as it is"
    return result


@pytest.fixture(scope="module")
def value_of(ordinary):
    return lambda name: next(entry.value for entry in ordinary.recorded if entry.name == name and not entry.message)


slow = pytest.mark.slow


@slow
def test_recordings_carry_name_place_and_options(ordinary):
    first, second, wrong = ordinary.recorded[:3]
    assert (first.name, first.cell, first.value, first.message) == ("first", 2, 0.5, None)
    assert second.options == {"fixed": True, "ordered": True, "within": 0.01}
    assert (second.cell, second.value) == (2, "late")
    assert (wrong.name, wrong.cell, wrong.value) == ("first", 3, 0.7)
    assert wrong.message == "You divided by the closing balance."


@slow
def test_an_error_or_an_exit_does_not_stop_later_cells(ordinary):
    assert ("after an error", 5) in named(ordinary)
    assert ("after an exit", 8) in named(ordinary)
    assert (ordinary.stopped_at, ordinary.too_slow) == (None, ())
    assert ordinary.notebook.cells[4].outputs[0].ename == "ZeroDivisionError"


@slow
def test_garbage_in_the_recording_file_harms_nothing(ordinary):
    assert ("after garbage", 13) in named(ordinary)
    assert not [entry for entry in ordinary.recorded if entry.cell == 12]


@slow
def test_a_redefined_check_records_nothing(ordinary):
    assert [name for name, cell in named(ordinary) if cell > 14] == ["found again"]


@slow
def test_without_a_variant_the_data_are_as_shipped(value_of):
    """Though the caller's own environment asks for one."""
    assert value_of("late") == 6818


@slow
def test_the_kernel_runs_in_the_folder(value_of, folder):
    place, variables = (item for item in value_of("place")["list"])
    assert place == str(folder)
    assert VARIANT_VARIABLE not in variables["list"]


@slow
def test_a_check_shows_nothing_while_it_records(ordinary):
    cells = ordinary.notebook.cells
    assert all(cells[place].outputs == [] for place in (0, 2, 3, 5, 8, 13))


@slow
def test_a_figure_is_kept_as_plotly_data_alone(ordinary):
    (figure,) = ordinary.notebook.cells[10].outputs
    assert set(figure.data) == {"application/vnd.plotly.v1+json"}
    assert len(json.dumps(ordinary.notebook)) < 100_000


@slow
def test_the_state_of_widgets_is_not_kept(ordinary):
    assert "widgets" not in ordinary.notebook.metadata
    assert ordinary.notebook.cells[11].outputs


@slow
def test_all_that_is_recorded_can_be_compared(ordinary):
    assert all(canonical(entry.value) for entry in ordinary.recorded)


@slow
def test_a_variant_reaches_load_and_a_missing_environment_does_not_matter(folder):
    cell = 'from duecourse import check, load\ncheck("late", int(load("taiwan-cards")["late_sept"].sum()))'
    result = run(notebook(cell), folder, variant=3)
    assert result.recorded[0].value == int(load("taiwan-cards", variant=3)["late_sept"].sum()) != 6818


@pytest.fixture(scope="module")
def slow_cells(folder):
    cells = (
        "from duecourse import check",
        'check("before", 1)\nwhile True: pass',
        'check("after", 1)',
        "import time\ntime.sleep(60)",
        'check("at last", 1)',
    )
    return run(notebook(*cells), folder, limits=Limits(cell_seconds=4))


@slow
def test_an_endless_cell_is_interrupted_and_the_next_one_runs(slow_cells):
    assert named(slow_cells) == [("before", 2), ("after", 3), ("at last", 5)]
    assert slow_cells.stopped_at is None


@slow
def test_cells_that_were_interrupted_are_named_once(slow_cells):
    assert slow_cells.too_slow == (2, 4)


STUBBORN = """
import time
while True:
    try:
        time.sleep(0.1)
    except BaseException:
        pass
"""


@slow
@pytest.mark.parametrize(
    "cell",
    [
        "import os\nos._exit(0)",
        f"import os\nos.kill(os.getpid(), {signal.SIGKILL:d})",
        "import ctypes\nctypes.string_at(0)",
        STUBBORN,
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    ],
    ids=["_exit", "SIGKILL", "segfault", "stubborn", "deaf"],
)
def test_a_kernel_that_dies_or_will_not_stop_ends_the_run_there(folder, cell):
    began = time.monotonic()
    cells = ('from duecourse import check\ncheck("before", 1)', f'check("same cell", 1)\n{cell}', 'check("after", 1)')
    result = run(notebook(*cells), folder, limits=Limits(cell_seconds=4, notebook_seconds=8))
    assert named(result) == [("before", 0), ("same cell", 2)]
    assert result.stopped_at == 2
    assert time.monotonic() - began < 25


@slow
def test_quitting_python_ends_the_run_without_an_error(folder):
    cells = ('from duecourse import check\ncheck("before", 1)', "quit()", "import time\ntime.sleep(1)", "1")
    result = run(notebook(*cells), folder, limits=Limits(cell_seconds=5, notebook_seconds=20))
    assert named(result) == [("before", 0)]
    assert result.stopped_at in (2, 3, 4)
