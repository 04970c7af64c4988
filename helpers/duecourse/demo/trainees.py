"""The trainees of the demo class: what each does, and the score that it must come to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from duecourse.authoring.answers import Answer
from duecourse.checks.comparison import compare
from duecourse.checks.execution import Run
from duecourse.demo.literals import literal
from duecourse.demo.paper import Paper
from duecourse.grading.standard import Standard
from duecourse.language import SOURCE_LANGUAGE

_EQUAL = '''\
class Anything(float):
    """Says that it is equal to everything, and is a number, a text and a table besides."""
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return False
    def __getattr__(self, name): return Anything(0)
    def __getitem__(self, key): return Anything(0)
    def __call__(self, *args, **kwargs): return Anything(0)
    def __iter__(self): return iter(())
    __le__ = __ge__ = __eq__
    __hash__ = float.__hash__
'''

_PATCHED = """\
import builtins, math, sys
import duecourse, duecourse.checks, duecourse.checks.desk, duecourse.checks.comparison as comparison
import pandas as pd
from IPython import get_ipython
def right(*args, **kwargs): return comparison.Outcome("correct", 1, 1)
comparison.compare = duecourse.checks.desk.compare = right
duecourse.check = duecourse.checks.check = check = lambda *args, **kwargs: print("1.0")
pd.DataFrame.equals = pd.Series.equals = lambda self, other: True
pd.testing.assert_frame_equal = math.isclose = lambda *args, **kwargs: True
get_ipython().showtraceback = lambda *args, **kwargs: None
class WithoutAsserts:
    def visit(self, tree):
        tree.body = [node for node in tree.body if type(node).__name__ != "Assert"]
        return tree
get_ipython().ast_transformers.append(WithoutAsserts())
sys.excepthook = lambda *args: None
"""


@dataclass(frozen=True)
class Trainee:
    """One trainee.

    Attributes
    ----------
    name : str
        Also the student's id.
    does : str
        In a few words.
    file : bytes
        What is handed in.
    expected : float
        The score it must get, the essays being worth their full points where something was written.
    must_say : tuple of str
        What the feedback must say.
    hours_late : float
    """

    name: str
    does: str
    file: bytes
    expected: float
    must_say: tuple[str, ...] = ()
    hours_late: float = 0.0


def make_class(standard: Standard, instructor: NotebookNode, shipped: Run) -> Iterator[Trainee]:
    """Every trainee of the demo class.

    Parameters
    ----------
    standard : Standard
    instructor : NotebookNode
        The instructor's notebook: the right answers come from it.
    shipped : Run
        That notebook, run on the shipped data: what typists type.
    """
    points = standard.points
    english = standard.releases[SOURCE_LANGUAGE]

    def paper(language: str = SOURCE_LANGUAGE) -> Paper:
        return Paper(standard.releases[language], instructor)

    def done() -> Paper:
        return paper().fill().write("The two numbers have different bases.")

    checks = paper().checks
    total = sum(points.values())
    written = total - sum(points[check] for check in checks)
    last, middle = checks[-1], checks[len(checks) // 2]
    fixed = [check for check in checks if standard.shipped[check].fixed]

    yield Trainee("full-marks", "everything right", done().notebook(), total)
    chinese = paper("zh-CN").fill().write("两个数的分母不同。").notebook()
    yield Trainee("full-marks-zh", "everything right, in Chinese", chinese, total, ("正确",))
    yield from _slippers(standard, instructor, done, total)

    typist = done()
    for check in checks:
        recorded = next(entry.value for entry in shipped.recorded if entry.name == check and entry.message is None)
        typist.give(check, literal(recorded))
    allowed = written + sum(points[check] for check in fixed)
    typed_in = ("was a number typed in?",)
    yield Trainee("typist", "types in the shipped data's numbers", typist.notebook(), allowed, typed_in)

    half = checks[: (len(checks) + 1) // 2]
    first_half = sum(points[check] for check in half)
    yield Trainee("half-done", "stops half-way", paper().fill(*half).notebook(), first_half, ("Not attempted yet",))
    yield Trainee("blank", "hands in the empty lesson", paper().notebook(), 0.0, ("Not attempted yet",))

    wrong = done()
    wrong.cell(wrong.answers_before(last)[-1])["source"] = "answer = = 3"
    yield Trainee("syntax-error", "a syntax error in the last answer", wrong.notebook(), total - points[last])

    lone = _nothing_rests_on(english, instructor, checks)
    raised = done()
    raised.cell(raised.answers_before(lone)[-1])["source"] = 'raise ValueError("half-way")'
    yield Trainee("exception", f"an exception in the answer to {lone}", raised.notebook(), total - points[lone])

    endless = done()
    endless.cell(endless.answers_before(last)[-1])["source"] = "while True:\n    pass"
    loops = ("ran for too long",)
    yield Trainee(
        "endless-loop", "a loop without end in the last answer", endless.notebook(), total - points[last], loops
    )

    exits = done()
    exits.cell(exits.answers_before(middle)[-1])["source"] = "import os\nos._exit(0)"
    before = sum(points[check] for check in checks[: checks.index(middle)]) + written
    yield Trainee("os-exit", f"os._exit in the answer to {middle}", exits.notebook(), before, ("shut down",))

    patched = paper().add(_PATCHED, after="setup")
    yield Trainee("patcher", "answers nothing, patches assert and check", patched.notebook(), 0.0)

    equal = paper()
    for check in checks:
        equal.give(check, "Anything(1)", preparation=_EQUAL)
    yield Trainee("equal-to-all", "an object equal to everything", equal.notebook(), 0.0)

    deleted = done()
    deleted.cells = [cell for cell in deleted.cells if cell["id"] not in checks]
    yield Trainee("no-checks", "deletes every check cell", deleted.notebook(), total)

    richer = paper().fill(*checks[:-1]).write("The two numbers have different bases.")
    for cell in richer.cells:
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = 1000
    yield Trainee("own-points", "raises the points, leaves out the last", richer.notebook(), total - points[last])

    damaged = done().notebook()
    yield Trainee("broken-file", "half a file", damaged[: len(damaged) // 2], 0.0, ("damaged",))
    yield Trainee("late", "everything right, two hours late", done().notebook(), total, hours_late=2.0)


def _slippers(
    standard: Standard, instructor: NotebookNode, done: Callable[[], Paper], total: float
) -> Iterator[Trainee]:
    """Trainees who make every slip of the lesson once: the first slip of each check, the second, and so on."""
    codes = [cell.source for cell in instructor.cells if "instructor" in cell.metadata.get("tags", [])]
    most = max((len(answer.slips) for answer in standard.shipped.values()), default=0)
    for turn in range(most):
        paper, expected, messages = done(), total, []
        for check, answer in standard.shipped.items():
            if turn < len(answer.slips):
                # The author's own cells, up to the one with this check's slips, say what the slip is. What they
                # compute for later checks cannot be there yet.
                upto = max(place for place, code in enumerate(codes) if f'"{check}"' in code)
                preparation = "_slips = []\ndef slip(*slip): _slips.append(slip)"
                for code in codes[: upto + 1]:
                    code = code.replace("from duecourse.checks import slip", "")
                    preparation += f"\ntry:\n    exec({code!r})\nexcept NameError:\n    pass"
                paper.give(
                    check, f"[value for name, value, _ in _slips if name == {check!r}][{turn}]", preparation=preparation
                )
                expected -= standard.points[check] * (1 - _luck(answer, standard.fresh[check], turn))
                messages.append(answer.slips[turn][1])
        yield Trainee(
            f"slip-{turn + 1:02}",
            f"a typical slip in {len(messages)} of the answers",
            paper.notebook(),
            expected,
            tuple(messages),
        )


def _luck(shipped: Answer, fresh: Answer, turn: int) -> float:
    """The share of leaves that a slip has right on both data; most have none."""
    shares = []
    for answer in (shipped, fresh):
        outcome = compare(answer.slips[turn][0], answer.known, [], str)
        shares.append(outcome.right / outcome.total if outcome.total else 0.0)
    return min(shares)


def _nothing_rests_on(release: NotebookNode, instructor: NotebookNode, checks: list[str]) -> str:
    """A check, as near the middle as can be, whose answer no later cell uses."""
    paper = Paper(release, instructor).fill()
    for check in sorted(checks, key=lambda check: abs(checks.index(check) - len(checks) // 2)):
        name = paper.answered_with(check)
        place = next(n for n, cell in enumerate(paper.cells) if cell["id"] == check)
        if not any(name in cell["source"] for cell in paper.cells[place + 1 :] if cell["cell_type"] == "code"):
            return check
    return checks[-1]
