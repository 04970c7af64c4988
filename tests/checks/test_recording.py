"""A recording is plain data that says what the value truly holds."""

import collections
import datetime
import decimal
import enum
import json
import resource
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from material import law, nested

from duecourse.checks.form import canonical
from duecourse.checks.recording import MOST_DEPTH, MOST_LEAVES, MOST_TEXT, label, record


def always(value):
    """A method that says `value` whatever it is asked."""
    return lambda *_asked: value


class LyingFloat(float):
    __eq__ = __lt__ = __ge__ = is_integer = always(True)
    __hash__ = float.__hash__
    __float__ = __add__ = __radd__ = always(0.5)
    __repr__ = __str__ = always("0.5")


class LyingInt(int):
    __eq__ = always(True)
    __hash__ = int.__hash__
    __int__ = __index__ = __add__ = always(99)
    __float__ = always(99.0)


class LyingText(str):
    __eq__ = always(True)
    __hash__ = str.__hash__
    __str__ = __repr__ = __format__ = always("right")
    __len__ = always(5)


class LyingList(list):
    __iter__ = always(iter(["right"]))
    __len__ = always(1)
    __getitem__ = always("right")


class LyingTuple(tuple):
    __iter__ = always(iter(["right"]))


class LyingDict(dict):
    items = keys = __iter__ = always([("right", "right")])
    __getitem__ = always("right")


class EndlessDict(dict):
    items = always(iter(always(("a", "b")), None))


class Liar:
    __eq__ = always(True)
    __hash__ = always(1)
    __float__ = always(0.5)


class Masked:
    """Says that it is an Index, and would hand over whatever it likes."""

    __class__ = pd.Index

    def tolist(self):
        return ["right"]


class Stop(BaseException):
    """What no `except Exception` holds."""


class Quitter:
    def __getattribute__(self, name):
        raise Stop(name)


class Frame(pd.DataFrame):
    @property
    def _constructor(self):
        return Frame


def with_own_astype() -> pd.Series:
    series = pd.Series([1.5])
    series.astype = lambda *_: pd.Series(["right"])
    return series


def holding_itself() -> list:
    values: list = [1]
    values += [values, values]
    return values


def array_holding_itself() -> np.ndarray:
    values = np.empty(1, dtype=object)
    values[0] = values
    return values


def deep(levels: int) -> list:
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


def endless():
    while True:
        yield 1


@law
@given(nested)
def test_a_recording_is_strict_json_and_comes_back_as_it_was(value):
    recording = record(value)
    assert json.loads(json.dumps(recording, allow_nan=False)) == recording


@law
@given(nested)
def test_a_value_has_one_recording(value):
    assert record(value) == record(value)
    assert canonical(record(value)) == canonical(record(value))


@law
@given(st.lists(st.integers(-(10**9), 10**9), max_size=6))
def test_list_tuple_and_array_of_the_same_numbers_record_alike(values):
    assert record(values) == record(tuple(values)) == record(np.array(values, dtype="int64"))


class Grade(enum.IntEnum):
    GOOD = 3


class Stage(enum.StrEnum):
    LATE = "late"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (np.True_, True),
        (np.int8(7), 7),
        (np.float32(0.25), 0.25),
        (np.longdouble(0.25), 0.25),
        (decimal.Decimal("12.34"), 12.34),
        (np.str_("late"), "late"),
        (Grade.GOOD, 3),
        (Stage.LATE, "late"),
        (float("inf"), {"number": "inf"}),
        (-np.inf, {"number": "-inf"}),
        (datetime.date(2005, 4, 30), {"date": "2005-04-30"}),
        (datetime.datetime(2005, 4, 30), {"date": "2005-04-30"}),
        (pd.Timestamp("2005-04-30"), {"date": "2005-04-30"}),
        (np.datetime64("2005-04-30", "ns"), {"date": "2005-04-30"}),
        (datetime.timedelta(days=43), {"days": 43.0}),
        (np.timedelta64(43, "D"), {"days": 43.0}),
        (pd.Period("2005-04", "M"), "2005-04"),
        (np.array(0.25), 0.25),
        (collections.OrderedDict(a=1), {"dict": [["a", 1]]}),
        (collections.Counter("aab"), {"dict": [["a", 2], ["b", 1]]}),
        ({3, 1}, {"list": [1, 3]}),
        (pd.Index(["a", "b"]), {"list": ["a", "b"]}),
        (pd.RangeIndex(3), {"list": [0, 1, 2]}),
        (np.array([[1, 2], [3, 4]]), {"list": [{"list": [1, 2]}, {"list": [3, 4]}]}),
    ],
    ids=repr,
)
def test_a_value_records_as(value, expected):
    assert record(value) == expected
    assert type(record(value)) is type(expected)


@pytest.mark.parametrize(
    "missing",
    [
        *(float("nan"), np.float32("nan"), decimal.Decimal("nan"), pd.NA, pd.NaT),
        *(np.datetime64("NaT"), np.timedelta64("NaT"), LyingFloat("nan")),
    ],
    ids=repr,
)
def test_every_way_to_be_missing_is_one(missing):
    assert record(missing) is None
    assert record([missing, None]) == {"list": [None, None]}


@pytest.mark.parametrize("unit", ["D", "s", "ms", "us", "ns"])
def test_an_array_of_dates_holds_dates_whatever_its_unit(unit):
    days = ["2005-04-30", "NaT"]
    expected = {"list": [{"date": "2005-04-30"}, None]}
    assert record(np.array(days, dtype=f"datetime64[{unit}]")) == expected
    assert record(list(np.array(days, dtype=f"datetime64[{unit}]"))) == expected


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_an_array_of_durations_holds_days_whatever_its_unit(unit):
    assert record(np.array([43], dtype="timedelta64[D]").astype(f"timedelta64[{unit}]")) == {"list": [{"days": 43.0}]}


@pytest.mark.parametrize(
    "dots",
    [None, ..., NotImplemented, [..., 1], {"a": ...}, (1, ...), pd.Series([..., 1]), pd.DataFrame({"a": [...]})],
    ids=repr,
)
def test_dots_anywhere_are_no_answer(dots):
    assert record(dots) == {"nothing": True}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (LyingFloat(0.25), 0.25),
        (LyingFloat(float("inf")), {"number": "inf"}),
        (LyingInt(7), 7),
        (LyingText("wrong"), "wrong"),
        (LyingList([1, 2]), {"list": [1, 2]}),
        (LyingTuple((1, 2)), {"list": [1, 2]}),
        (LyingDict(a=1), {"dict": [["a", 1]]}),
        (EndlessDict(a=1), {"dict": [["a", 1]]}),
        ({LyingText("wrong"): 1}, {"dict": [["wrong", 1]]}),
        (pd.Series([LyingFloat(0.25)], dtype=object), {"series": {"labels": None, "values": [0.25]}}),
        (pd.DataFrame({"a": [LyingText("wrong")]}, dtype=object).a.tolist(), {"list": ["wrong"]}),
        (with_own_astype(), {"series": {"labels": None, "values": [1.5]}}),
    ],
    ids=["float", "infinity", "int", "text", "list", "tuple", "dict", "endless", "key", "Series", "cell", "astype"],
)
def test_a_subclass_records_its_true_content(value, expected):
    recording = record(value)
    assert recording == expected
    assert json.loads(json.dumps(recording)) == expected
    assert type(recording) in (float, int, str, dict)


REFUSED = {
    "kind": [
        *(Liar(), Masked(), Quitter(), object(), Liar, len, endless(), iter([1]), range(3), b"late", memoryview(b"1")),
        *(np.ma.masked_array([1], [True]), Frame({"a": [1]}), [Liar()], {"a": Liar()}, {Liar(): 1}, np.array([Liar()])),
        *(pd.Series([Liar()]), pd.DataFrame({"a": [[1]]}), decimal.Decimal("sNaN")),
    ],
    "complex": [1 + 2j, np.complex128(1j), [(-8) ** (1 / 3)]],
    "columns": [pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame([[1, 2]], columns=[1, "1"])],
    "labels": [
        pd.Series([1, 2], index=["a", "a"]),
        pd.DataFrame({"a": [1, 2]}, index=[0, 0]),
        {1: "a", "1": "b"},
    ],
    "too large": [
        *(10**400, [10**400], {10**400: 1}, np.zeros(10**6), [0] * (MOST_LEAVES + 1), pd.RangeIndex(10**6)),
        *(pd.Series(np.zeros(10**6)), pd.DataFrame(np.zeros((10**5, 10))), set(range(MOST_LEAVES + 1))),
        *([[]] * (MOST_LEAVES + 1), np.empty((10**5, 0)), dict.fromkeys(range(MOST_LEAVES + 1))),
    ],
    "too deep": [holding_itself(), array_holding_itself(), deep(100_000), deep(MOST_DEPTH + 1)],
    "too long": ["x" * (MOST_TEXT + 1), {"x" * (MOST_TEXT + 1): 1}],
}


@pytest.mark.parametrize(
    ("reason", "place"), [(reason, place) for reason, values in REFUSED.items() for place in range(len(values))]
)
def test_what_cannot_be_checked_is_refused_in_words(reason, place):
    recording = record(REFUSED[reason][place])
    assert list(recording) == ["refused"]
    assert recording["refused"][0] == reason
    assert len(json.dumps(recording)) < 300


def test_what_is_just_small_enough_is_recorded():
    assert len(record([0] * MOST_LEAVES)["list"]) == MOST_LEAVES
    assert record("x" * MOST_TEXT) == "x" * MOST_TEXT
    assert "list" in record(deep(MOST_DEPTH))


@pytest.mark.parametrize(
    "huge",
    ["pd.RangeIndex(10**9)", "pd.Series(pd.RangeIndex(10**7))", "__import__('numpy').broadcast_to(1.0, (10**9,))"],
)
def test_a_huge_value_is_refused_before_it_is_unrolled(huge):
    code = f"import pandas as pd; from duecourse.checks.recording import record; print(record({huge})['refused'][0])"
    two_gigabytes = 2**31
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (two_gigabytes, two_gigabytes)),
        env={"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    assert found.stdout.strip() == "too large", found.stderr


def test_a_table_records_labels_and_columns():
    table = pd.DataFrame({"n": [1, 2], "share": [0.5, np.nan]}, index=["late", "on time"])
    assert record(table) == {
        "table": {"labels": ["late", "on time"], "columns": [["n", [1, 2]], ["share", [0.5, None]]]}
    }
    assert record(table.reset_index(drop=True))["table"]["labels"] is None


def test_names_of_an_index_say_nothing():
    series = pd.Series([1, 2], index=["a", "b"])
    assert record(series.rename("x").rename_axis("bucket")) == record(series)


def test_recording_leaves_the_value_alone():
    table = pd.DataFrame({"a": [2, 1]}, index=["x", "y"])
    before = table.copy()
    record(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        *((1, "1"), (1.0, "1"), (np.int64(1), "1"), ("1", "1"), (0.5, "0.5"), (True, "True")),
        *((("late", 2005), "late / 2005"), (pd.Interval(0, 30), "(0, 30]"), (pd.Period("2005-04", "M"), "2005-04")),
        *((pd.Timestamp("2005-04-30"), "2005-04-30"), (0.1 + 0.2, "0.3")),
    ],
    ids=repr,
)
def test_a_label_reads_as(key, expected):
    assert label(key) == expected


def test_a_table_without_columns_is_refused():
    assert record(pd.DataFrame(index=["a"])) == {"refused": ["no columns", ""]}
