"""The index that pandas gives by itself is a position; any other holds labels, numbers too."""

import pandas as pd
import pytest
from material import SALT

from duecourse.checks.comparison import compare
from duecourse.checks.expectation import Known
from duecourse.checks.form import canonical
from duecourse.checks.key import expectation, hashed
from duecourse.checks.recording import record

BY_BUCKET = pd.Series([0.1, 0.2, 0.6], index=pd.Index([0, 1, 2], name="bucket"))


def verdict(given, right, *, ordered=False):
    form = canonical(record(right), ordered=ordered)
    answer = canonical(record(given), ordered=ordered)
    verdicts = {
        compare(answer, expected, [], str).verdict for expected in (Known(form), expectation(hashed(form, SALT), SALT))
    }
    assert len(verdicts) == 1, "the key and the recording disagree"
    return verdicts.pop()


@pytest.mark.parametrize("ordered", [False, True])
def test_values_swapped_between_labels_that_are_numbers_are_wrong(ordered):
    swapped = pd.Series([0.2, 0.1, 0.6], index=BY_BUCKET.index)
    assert verdict(swapped, BY_BUCKET, ordered=ordered) == "not quite"
    assert verdict(swapped.to_frame("rate"), BY_BUCKET.to_frame("rate"), ordered=ordered) == "not quite"


def test_labels_that_are_numbers_may_stand_in_any_order():
    assert verdict(BY_BUCKET.iloc[[2, 0, 1]], BY_BUCKET) == "correct"
    assert verdict(BY_BUCKET.iloc[[2, 0, 1]], BY_BUCKET, ordered=True) == "not quite"


def test_the_index_that_pandas_gives_is_good_for_labels_from_zero():
    plain = BY_BUCKET.reset_index(drop=True)
    assert verdict(plain, BY_BUCKET) == "correct"
    assert verdict(plain, BY_BUCKET, ordered=True) == "correct"
    assert verdict(plain.iloc[::-1].reset_index(drop=True), BY_BUCKET) == "not quite"


def test_a_table_sorted_but_not_renumbered_is_good_for_one_without_labels():
    right = pd.DataFrame({"card": [7, 8, 9], "bill": [1.5, 2.5, 0.5]})
    assert verdict(right.sort_values("bill"), right) == "correct"
    assert verdict(right.sort_values("bill").assign(bill=1.0), right) == "not quite"
