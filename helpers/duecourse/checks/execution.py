"""Run a notebook in a fresh kernel process and collect what its checks record."""

import json
import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, from_dict
from traitlets.config import Config

from duecourse.checks.desk import RECORDING_VARIABLE
from duecourse.checks.recording import Plain
from duecourse.checks.validity import is_recording
from duecourse.datasets.catalogue import VARIANT_VARIABLE

MOST_CHANNEL_BYTES = 4 * 2**20
MOST_CELL_OUTPUT = 8 * 2**20
MOST_OUTPUT = 64 * 2**20

# plotly's renderers import nbformat, which imports jsonschema, which compiles a grammar for a kind of web address
# that no notebook here uses: 1.1 s of each run's processor time. Without the module jsonschema leaves that out.
_STARTUP = "import sys; sys.modules.setdefault('rfc3987_syntax', None); del sys\n"


@dataclass(frozen=True)
class Limits:
    """Bounds on running one notebook.

    Attributes
    ----------
    cell_seconds : float
        Wall clock of one cell; then it is interrupted and the next one runs.
    notebook_seconds : float
        Wall clock of the whole notebook; then its process is killed, whatever it does with signals.
    start_seconds : float
        Until the kernel must have answered.
    """

    cell_seconds: float = 30.0
    notebook_seconds: float = 300.0
    start_seconds: float = 60.0


@dataclass(frozen=True)
class Recorded:
    """What one call of `check` or `slip` wrote down.

    Attributes
    ----------
    name : str
        Of the check.
    cell : int
        Place of the cell that was running.
    value : plain data
        See `duecourse.checks.recording`.
    options : dict
        ``fixed``, ``ordered`` and ``within`` of a check.
    message : str or None
        Of a slip; None for a check.
    """

    name: str
    cell: int
    value: Plain
    options: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None


@dataclass(frozen=True)
class Run:
    """A notebook that has been run.

    Attributes
    ----------
    notebook : NotebookNode
        A copy, with outputs.
    recorded : list of Recorded
        In the order in which they were written.
    stopped_at : int or None
        The cell at which the kernel died; nothing after it ran.
    too_slow : tuple of int
        Cells that were interrupted.
    flooded : int or None
        The cell whose output had no end; its kernel was killed.
    """

    notebook: NotebookNode
    recorded: list[Recorded]
    stopped_at: int | None = None
    too_slow: tuple[int, ...] = ()
    flooded: int | None = None


def run(
    notebook: NotebookNode,
    folder: Path,
    *,
    variant: int | None = None,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run every code cell of a notebook, in order, going on after errors.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is.
    folder : Path
        Working directory of the kernel.
    variant : int, optional
        Seed of the fresh data that `load` gives; None for the data as shipped.
    limits : Limits, optional
    environment : mapping, optional
        Environment variables of the kernel; by default this process's own.

    Returns
    -------
    Run
    """
    limits = limits or Limits()
    notebook = from_dict(json.loads(json.dumps(notebook)))
    recorded: list[Recorded] = []
    too_slow: list[int] = []
    stopped_at: int | None = None
    with tempfile.TemporaryDirectory(prefix="duecourse-") as private:
        channel = Path(private) / "recording.jsonl"
        channel.touch()
        startup = Path(private) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-lean.py").write_text(_STARTUP)
        variables = dict(os.environ if environment is None else environment)
        variables |= {RECORDING_VARIABLE: str(channel), "MPLBACKEND": "agg", "IPYTHONDIR": private}
        variables.pop(VARIANT_VARIABLE, None)
        if variant is not None:
            variables[VARIANT_VARIABLE] = str(variant)
        client = _BoundedClient(
            notebook,
            kernel_name="python3",
            timeout=limits.cell_seconds,
            startup_timeout=limits.start_seconds,
            interrupt_on_timeout=True,
            log=_quiet(),
            allow_errors=True,
            store_widget_state=False,  # plotly's figure widgets would add 5 MB of script to the notebook
            # Sockets in the file system: nobody else on the machine can talk to the kernel.
            config=Config({"ConnectionFileMixin": {"transport": "ipc", "ip": f"{private}/kernel"}}),
        )
        with (
            client.setup_kernel(env=variables, cwd=str(folder)),
            _killed_after(client, limits.notebook_seconds),
            channel.open(encoding="utf-8", errors="replace") as lines,
        ):
            for place, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                began = time.monotonic()
                try:
                    client.execute_cell(cell, place)
                except DeadKernelError:
                    stopped_at = place
                if time.monotonic() - began >= limits.cell_seconds:
                    too_slow.append(place)
                recorded += _read(lines.read(MOST_CHANNEL_BYTES), place)
                if stopped_at is not None:
                    break
    return Run(notebook, recorded, stopped_at, tuple(too_slow), stopped_at if client.flooded else None)


class _BoundedClient(NotebookClient):
    """A client that keeps no more output than a person would read, and ends a kernel that sends without end."""

    cell_bytes = 0
    all_bytes = 0
    flooded = False

    def execute_cell(self, cell: NotebookNode, cell_index: int) -> NotebookNode:
        self.cell_bytes = 0
        return super().execute_cell(cell, cell_index)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data", "error"):
            size = sum(len(str(part)) for part in msg["content"].values())
            self.cell_bytes += size
            self.all_bytes += size
            if self.all_bytes > MOST_OUTPUT and not self.flooded:
                self.flooded = True
                _kill(self)
            if self.flooded or self.cell_bytes > MOST_CELL_OUTPUT:
                return None
        return super().process_message(msg, cell, cell_index)


def _kill(client: NotebookClient) -> None:
    """Kill the kernel and what it started in its process group."""
    with suppress(ProcessLookupError):
        os.killpg(client.km.provisioner.process.pid, signal.SIGKILL)


def _quiet() -> logging.Logger:
    """nbclient remarks on every slow cell; we say it where it belongs."""
    log = logging.getLogger("duecourse.kernel")
    log.setLevel(logging.CRITICAL)
    return log


@contextmanager
def _killed_after(client: NotebookClient, seconds: float) -> Iterator[None]:
    """Kill the kernel when its time is over."""
    timer = threading.Timer(seconds, _kill, [client])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _no_constant(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are not JSON; `record` writes neither


def _read(text: str, cell: int) -> list[Recorded]:
    """The recordings in the lines a cell has written; a line that is not one is not believed."""
    found = []
    for line in text.splitlines():
        try:
            entry = json.loads(line, parse_constant=_no_constant)
            value = entry["value"]
            if not is_recording(value):
                continue
            if "slip" in entry:
                found.append(Recorded(str(entry["slip"]), cell, value, message=str(entry["message"])))
            else:
                options = {name: entry[name] for name in ("fixed", "ordered", "within")}
                found.append(Recorded(str(entry["check"]), cell, value, options))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found
