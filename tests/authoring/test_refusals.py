"""What is refused, lesson file by lesson file: one sentence that names the lesson and the place."""

import re

import pytest

from duecourse.authoring.build import build
from duecourse.authoring.lesson import LessonError, text_hash
from duecourse.authoring.translation import read_translation
from duecourse.datasets import load
from duecourse.errors import DuecourseError

HINT = '+++ {"tags": ["hint"], "check": "late-cards"}'
ESSAY = '+++ {"tags": ["essay"], "name": "explain", "points": 2}'
LATE_CHECK = '\n:points: 1\n\ncheck("late-cards"'
LATE_ANSWER = 'late_cards = cards["late_april"].sum()'
RUBRIC = "Rubric · 评分标准: 1 point for the base, 1 point for the wording."
EXAMPLE = 'cards["bill_april"].gt(0).sum()'
DOCSTRING = '    """Share late in September, by how the card stood in April."""\n'
PROSE, TASK = "The *late* cards. An example first.", "Explain it to your team leader."
MESSAGE = "You counted September; April is asked for."
SLIP = 'slip("rates", 100 * rates(cards), "These are per cent; give shares between 0 and 1.")'
CHOICE_CHECK = 'check("choice", choice, fixed=True)'
MARKS = "### BEGIN SOLUTION", "### END SOLUTION"
NESTED = "```{code-cell}\nx = 1\n```{code-cell}\ny = 2\n```\n\n```{code-cell}\n:tags: [setup]"


def fenced(code: str) -> str:
    return f"```python\n{code}\n```"


# What is edited: the old text, the new text, and words of the sentence that follows; `line @` is a line of that cell.
TEXT = {
    "no title": ('title: "A small lesson"\n', "", ["title"]),
    "a title that is a list": ('title: "A small lesson"', "title: [A, lesson]", ["title"]),
    "no covers": ("covers: [S18]\n", "", ["covers", "S18"]),
    "covers nothing": ("covers: [S18]", "covers: []", ["covers"]),
    "covers an unknown row": ("covers: [S18]", "covers: [S18, S99]", ["S99", "curriculum.toml"]),
    "covers a number": ("covers: [S18]", "covers: 18", ["covers"]),
    "front matter is not YAML": ("covers: [S18]", "covers: [S18", ["MyST"]),
    "front matter is a list": ('title: "A small lesson"\ncovers: [S18]\ndatasets: [taiwan-cards]', "- S18", []),
    "unknown tag": (":tags: [setup]", ":tags: [sutup]", ["line @", "sutup", "answer"]),
    "two tags": (":tags: [setup]", ":tags: [setup, answer]", ["line @", "one tag"]),
    "a tag that is a number": (":tags: [setup]", ":tags: 5", ["line"]),
    "a code tag on prose": (HINT, '+++ {"tags": ["answer"]}', ["line @", "answer", "hint, essay"]),
    "a tag line above a code cell": (
        "```{code-cell}\ncards",
        '+++ {"tags": ["instructor"]}\n\n```{code-cell}\ncards',
        ["line @"],
    ),
    "metadata are not JSON": (HINT, '+++ {"tags": ["hint"', ["MyST"]),
    "options are not YAML": (":tags: [setup]", ":tags: [setup", ["MyST"]),
    "text after +++": ("+++\n\nThe *late*", "+++ The *late*", ["line @", "+++", "next line"]),
    "indented text after +++": ("+++\n\nThe *late*", " +++ The *late*", ["line @"]),
    "nested code cell": ("```{code-cell}\n:tags: [setup]", NESTED, ["line @", "close the outer"]),
    "code cell nested in a list": (
        EXAMPLE + "\n```",
        EXAMPLE + "\n```\n\n- so:\n\n  ```{code-cell}\n  1\n  ```",
        ["code cell", "inside"],
    ),
    "raw cell": ("```{code-cell}\ncards", "```{raw-cell}\ncards", ["line @", "raw"]),
    "no points": (LATE_CHECK, '\n\ncheck("late-cards"', ["late-cards", "line @", "no points"]),
    "zero points": (LATE_CHECK, LATE_CHECK.replace("1", "0"), ["late-cards", "no points"]),
    "points in words": (LATE_CHECK, LATE_CHECK.replace("1", "one"), ["line @", "'one'", "number"]),
    "points below zero": (LATE_CHECK, LATE_CHECK.replace("1", "-1"), ["line @", "-1", "number"]),
    "points yes": (LATE_CHECK, LATE_CHECK.replace("1", "yes"), ["line @", "True"]),
    "points not a number": (LATE_CHECK, LATE_CHECK.replace("1", ".nan"), ["line @", "nan"]),
    "essay without points": (ESSAY, ESSAY.replace(', "points": 2', ""), ["explain", "no points"]),
    "essay without a name": (ESSAY, ESSAY.replace('"name": "explain", ', ""), ["essay", "name"]),
    "name in capitals": (LATE_CHECK, LATE_CHECK.replace("late-cards", "Late cards"), ["Late cards", "hyphens"]),
    "name too long for a cell id": ('check("rates"', f'check("{"rates-" * 11}all"', ["line @", "rates-rates"]),
    "name too long for its answer": ('check("rates"', f'check("{"rates-" * 10}all"', ["line @", "rates-rates"]),
    "two checks of one name": ('check("rates"', 'check("late-cards"', ["line @", "late-cards", "twice"]),
    "an essay named as a check": (ESSAY, ESSAY.replace("explain", "rates"), ["essay", "rates", "twice"]),
    "a name that is the builder's": ('check("rates"', 'check("late-cards-answer"', ["late-cards-answer", "builder"]),
    "check not called": ('check("late-cards", late_cards)', "late_cards", ["line @", "exactly once"]),
    "check called twice": (
        'check("late-cards", late_cards)',
        'check("late-cards", 1)\ncheck("b", 2)',
        ["line @", "once"],
    ),
    "check's name computed": ('check("late-cards", late_cards)', 'check("late" + "-cards", 1)', ["written out"]),
    "check not Python": ('check("late-cards", late_cards)', 'check("late-cards", late_cards', ["line @", "not Python"]),
    "example not Python": (EXAMPLE, "cards bill", ["line @", "example", "not Python"]),
    "answer not Python": (LATE_ANSWER, "late_cards = ", ["line @", "answer", "not Python"]),
    "instructor cell not Python": ("from duecourse.checks import slip", "import from", ["instructor", "not Python"]),
    "hint for no check": (HINT, HINT.replace("late-cards", "late-card"), ["hint", "late-card", "does not have"]),
    "hint that names no check": (HINT, '+++ {"tags": ["hint"]}', ["hint", "line"]),
    "hint without text": ("True counts as one.\n", "", ["line @"]),
    "no solution region": (f"### BEGIN SOLUTION\n{LATE_ANSWER}\n### END SOLUTION\n", "", ["line @", "solution region"]),
    "empty solution region": (LATE_ANSWER, "", ["line @", "solution region"]),
    "solution region left open": (f"{LATE_ANSWER}\n### END SOLUTION", LATE_ANSWER, ["line @", "solution region"]),
    "solution region the wrong way": (
        f"### BEGIN SOLUTION\n{LATE_ANSWER}",
        f"### END SOLUTION\n{LATE_ANSWER}",
        ["line @"],
    ),
    "essay without a region": (
        f"### BEGIN SOLUTION\n{RUBRIC}\n### END SOLUTION",
        RUBRIC,
        ["essay", "explain", "region"],
    ),
    "essay without text": (f"### BEGIN SOLUTION\n{RUBRIC}\n### END SOLUTION\n", "", ["explain"]),
}

ZH = {
    "no front matter": ('title: "一节小课"\n', "", ["title", "zh-CN"]),
    "no title": ('title: "一节小课"\n', 'title: ""\n', ["title", "zh-CN"]),
    "an entry without its hash": ('+++ {"of": "426efdea"}', "+++", ["lesson.zh-CN.md", "line", "of"]),
    "a code cell": ("True 算作 1。", "```{code-cell}\n1\n```", ["lesson.zh-CN.md", "line", "entry"]),
    "text after +++": ('+++ {"of": "859251fa"}', "+++ 讲", ["lesson.zh-CN.md", "line", "+++"]),
    "stale prose": ('{"of": "859251fa"}', '{"of": "859251fb"}', ["prose cell", "stale", "859251fa", "Explain it"]),
    "stale hint": ('{"of": "ca265e92"}', '{"of": "ca265e93"}', ["hint cell", "late-cards", "stale", "True counts"]),
    "marked missing": ('{"of": "859251fa"}', '{"of": "859251fa", "missing": true}', ["prose cell", "missing"]),
    "a number as hash": ('{"of": "859251fa"}', '{"of": 859251}', ["prose cell", "missing"]),
}

RUN = {
    "a cell that raises": (EXAMPLE, "1 / 0", ["line @", "example", "shipped", "ZeroDivisionError: division by zero"]),
    "raises on fresh data only": (
        EXAMPLE,
        f"assert {LATE_ANSWER.split(' = ')[1]} == FOUND",
        ["line @", "variant 1", "AssertionError"],
    ),
    "records nothing": (LATE_ANSWER, "late_cards = None  # nothing", ["check cell", "late-cards", "records nothing"]),
    "never runs": (
        'check("late-cards", late_cards)',
        'if not cards.size:\n    check("late-cards", 1)',
        ["late-cards", "nothing"],
    ),
    "cannot be recorded": (LATE_ANSWER, "late_cards = object()", ["late-cards", "cannot be recorded", "object"]),
    "no tolerance": (
        'check("late-cards", late_cards)',
        'check("late-cards", late_cards, within=0)',
        ["late-cards", "within"],
    ),
    "does not vary": (LATE_ANSWER, "late_cards = 1234", ["late-cards", "fresh data", "fixed=True"]),
    "a slip that is right": (
        'cards["late_sept"].sum()',
        'cards["late_april"].sum()',
        ["late-cards", "right answer", "September"],
    ),
    "a slip of no check": ('slip("rates"', 'slip("rate"', ["slip", "rate", "does not have"]),
    "a slip untranslated": ("These are per cent;", "Per cent;", ["rates", "zh-CN", "stale", "Per cent;"]),
    "stub that is not Python": (DOCSTRING, "", ["rates-answer", "not Python", "docstring"]),
}


# Secrets that prose or a hint shows: the old text and the new.
LEAKS = {
    "answer in prose, as code": (PROSE, fenced(LATE_ANSWER)),
    "answer in prose, in a sentence": (PROSE, f"So: `{LATE_ANSWER}`."),
    "answer in a hint": ("True counts as one.", f"Write `{LATE_ANSWER}`."),
    "rubric in prose": (TASK, f"Explain it.\n{RUBRIC}"),
    "instructor's line in prose": (TASK, fenced(SLIP)),
}

LEAKS_OF_CODE = {
    "answer in an example": (EXAMPLE, LATE_ANSWER, ["late_april", "solution"]),
    "answer in another answer's stub": (
        "choice = ...",
        f"choice = ...\n{LATE_ANSWER}",
        ["choice-answer", "late_april"],
    ),
    "answer as a part of a line": (
        EXAMPLE,
        'print(cards["late_april"].sum())',
        ["example", "would show what a solution computes", "late_april"],
    ),
    "answer in a slip's message": (MESSAGE, f"Write `{RUBRIC}`.", ["would show a line"]),
    "solution mark in an example": (EXAMPLE, f"{MARKS[0]}\n{EXAMPLE}\n{MARKS[1]}", ["line @", "example"]),
    "solution mark in a check": (CHOICE_CHECK, f"{MARKS[0]}\nx = 1\n{MARKS[1]}\n{CHOICE_CHECK}", ["line @", "choice"]),
    "solution mark in prose": (PROSE, f"{MARKS[0]}\nThe *late*.\n{MARKS[1]}", ["line @", "prose"]),
}


def refusal(course, words, place=range(0)):
    with pytest.raises(LessonError) as caught:
        build(course, [])
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "mini" in sentence
    for word in words:
        if word == "line @":
            named = re.search(r"line (\d+)", sentence)
            assert named and int(named[1]) in place, (sentence, place)
        else:
            assert word in sentence, sentence
    assert not course.source.exists(), "something was written"


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("old", "new", "words"), TEXT.values(), ids=TEXT)
def test_a_text_is_refused(course, edit, old, new, words):
    place = edit(old, new)
    refusal(course, words, place)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("old", "new", "words"), ZH.values(), ids=ZH)
def test_a_translation_is_refused(course, edit, old, new, words):
    place = edit(old, new, "lesson.zh-CN.md")
    refusal(course, words, place)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("old", "new", "words"), RUN.values(), ids=RUN)
def test_what_the_instructors_run_shows_is_refused(course, edit, old, new, words):
    place = edit(old, new.replace("FOUND", str(load("taiwan-cards")["late_april"].sum())))
    refusal(course, words, place)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("old", "new"), LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_leak_is_refused(course, edit, language, old, new):
    if language == "zh-CN":
        edit(read_translation(course.texts / "mini" / "lesson.md", "zh-CN").of(old), new, "lesson.zh-CN.md")
    else:
        edit(old, new)
        edit(text_hash(old), text_hash(new), "lesson.zh-CN.md")
    refusal(course, ["would show a line", "line"])


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("old", "new", "words"), LEAKS_OF_CODE.values(), ids=LEAKS_OF_CODE)
def test_a_leak_through_code_is_refused(course, edit, old, new, words):
    place = edit(old, new)
    if old in (PROSE, MESSAGE):
        edit(text_hash(old), text_hash(new), "lesson.zh-CN.md")
    refusal(course, words, place)


def test_a_missing_translation_is_refused(course):
    (course.texts / "mini" / "lesson.zh-CN.md").unlink()
    refusal(course, ["lesson.zh-CN.md", "missing", "duecourse translate mini"])


def test_a_lesson_that_is_not_utf_8_is_refused(course):
    path = course.texts / "mini" / "lesson.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    refusal(course, ["lesson.md", "cannot be read"])


def test_a_translation_that_is_not_utf_8_is_refused(course):
    path = course.texts / "mini" / "lesson.zh-CN.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    refusal(course, ["lesson.zh-CN.md", "cannot be read"])


@pytest.mark.usefixtures("no_kernel")
def test_a_check_counts_only_in_its_own_cell(course, golden, edit):
    """Called again elsewhere, it is refused, or at least leaves the key alone."""
    edit(SLIP, f'check("late-cards", cards["bill_april"].sum())\n{SLIP}')
    try:
        build(course, [])
    except LessonError as error:
        assert "late-cards" in str(error)
    else:
        key = "release/en/mini/key.json"
        assert (course.root / key).read_bytes() == (golden / key).read_bytes()


OUTLINES = {
    "a lesson that is not there": ("course.toml", '["mini"]', '["mini", "maxi"]', ["maxi", "missing"]),
    "a lesson in no part": ("course.toml", '["mini"]', "[]", ["mini", "course.toml"]),
    "not TOML": ("course.toml", '["mini"]', '["mini"', ["course.toml", "cannot be read"]),
    "lessons that are a number": ("course.toml", '["mini"]', "5", ["course.toml"]),
    "curriculum not TOML": ("curriculum.toml", "[[row]]", "[[row]", ["curriculum.toml", "cannot be read"]),
    "curriculum row without a title": ("curriculum.toml", "en = ", "eng = ", ["curriculum.toml", "S18"]),
}


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("file", "old", "new", "words"), OUTLINES.values(), ids=OUTLINES)
def test_an_outline_is_refused(course, file, old, new, words):
    path = course.root / "course" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DuecourseError) as caught:
        build(course, [])
    assert all(word in str(caught.value) for word in words), caught.value


KERNEL = {
    "a cell that raises": (EXAMPLE, "1 / 0", ["line @", "shipped", "ZeroDivisionError"]),
    "Python that ends": (EXAMPLE, "import os; os._exit(1)", ["line @", "ended"]),
    "records nothing": (LATE_ANSWER, "late_cards = None  # nothing", ["late-cards", "records nothing"]),
}


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "words"), KERNEL.values(), ids=KERNEL)
def test_what_a_real_kernel_shows_is_refused(course, edit, old, new, words):
    place = edit(old, new)
    refusal(course, words, place)
