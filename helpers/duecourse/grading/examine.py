"""Examine one submission: run it on some data and bring back what its checks recorded.

This is the one seam between grading and a trainee's code. Whatever walls stand around that code (today a process
of its own with a private folder and a bare environment) stand behind this function.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from duecourse.checks.execution import Limits, Run, run

_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


def examine(
    notebook: NotebookNode, variant: int | None, limits: Limits, files: Mapping[str, bytes] | None = None
) -> Run:
    """Run a submission in a fresh kernel process.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt by `duecourse.grading.intake`.
    variant : int or None
        Seed of the fresh data that `load` gives; None for the data as shipped.
    limits : Limits
    files : mapping of str to bytes, optional
        Files that the lesson ships beside its notebook.

    Returns
    -------
    Run
        Recordings and outputs. Nothing in them is to be believed further than a comparison goes.
    """
    with tempfile.TemporaryDirectory(prefix="duecourse-examine-", ignore_cleanup_errors=True) as private:
        folder = Path(private, "work")
        folder.mkdir()
        for name, content in (files or {}).items():
            (folder / name).write_bytes(content)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"HOME": private, "TMPDIR": private, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
        return run(notebook, folder, variant=variant, limits=limits, environment=environment)
