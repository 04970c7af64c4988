"""What a submission can pour out is bounded, in its output and in its recordings."""

import json
import resource
from pathlib import Path

import nbformat
import pytest

from duecourse.checks.execution import MOST_OUTPUT, Limits, run
from duecourse.checks.recording import MOST_LEAVES
from duecourse.checks.validity import is_recording


def notebook(*codes):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])


@pytest.mark.slow
def test_a_cell_that_prints_without_end_is_stopped_and_named(tmp_path: Path):
    endless = notebook("kept = 1", "while True: print('x' * 1_000_000)", "kept")
    result = run(endless, tmp_path, limits=Limits(cell_seconds=60))
    assert result.flooded == 1
    assert len(json.dumps(result.notebook)) < MOST_OUTPUT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 2**20  # kilobytes: 2 GB


@pytest.mark.slow
def test_a_cell_that_prints_megabytes_is_not_punished(tmp_path: Path):
    result = run(notebook("print('x' * 12_000_000)", "7 * 6"), tmp_path)
    assert result.flooded is None and result.stopped_at is None
    assert result.notebook.cells[1].outputs[0].data["text/plain"] == "42"


@pytest.mark.parametrize("value", [{"list": [0] * 10**6}, {"dict": [[str(key), 0] for key in range(10**6)]}])
def test_a_recording_larger_than_record_makes_is_not_one(value):
    assert not is_recording(value)


def test_the_largest_that_record_makes_is_one():
    assert is_recording({"list": [0] * MOST_LEAVES})
    assert is_recording({"dict": [[str(key), 0] for key in range(MOST_LEAVES // 2)]})
