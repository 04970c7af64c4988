"""Laws of a bootstrap resample."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from duecourse.datasets.resample import bootstrap, taiwan_cards

tables = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["late", "on time"])), max_size=12).map(
    lambda rows: pd.DataFrame(rows, columns=["n", "stage"], index=range(5, 5 + len(rows))).astype(
        {"n": "int8", "stage": "category"}
    )
)
seeds = st.integers(0, 2**64)
law = settings(max_examples=40, deadline=None)


@law
@given(tables, seeds)
def test_a_resample_is_whole_rows_of_the_table_as_many_as_it_has(table, seed):
    before = table.copy()
    drawn = bootstrap(table, seed)
    assert len(drawn) == len(table)
    assert set(drawn.itertuples(index=False, name=None)) <= set(table.itertuples(index=False, name=None))
    pd.testing.assert_index_equal(drawn.index, pd.RangeIndex(len(table)), exact=True)
    pd.testing.assert_series_equal(drawn.dtypes, table.dtypes)
    pd.testing.assert_frame_equal(table, before)


@law
@given(tables, seeds)
def test_the_same_seed_draws_the_same_rows(table, seed):
    pd.testing.assert_frame_equal(bootstrap(table, seed), bootstrap(table, seed))


def test_about_two_thirds_of_the_rows_are_drawn():
    """1 − 1/e of them: with replacement, and from the whole table."""
    table = pd.DataFrame({"row": range(20_000)})
    drawn = bootstrap(table, seed=1)["row"]
    assert abs(drawn.nunique() / len(table) - 0.632) < 0.01
    assert drawn.min() < 10 and drawn.max() > 19_989


def test_every_row_is_as_likely():
    table = pd.DataFrame({"row": range(10)})
    counts = pd.concat(bootstrap(table, seed)["row"] for seed in range(1000)).value_counts()
    assert counts.between(880, 1120).all()


@law
@given(st.lists(st.integers(0, 99), min_size=1, max_size=9, unique=True), seeds)
def test_cards_keep_their_numbers_and_change_what_is_known_of_them(numbers, seed):
    cards = pd.DataFrame({"card_id": numbers, "limit": [number * 10 for number in numbers]})
    fresh = taiwan_cards(cards, seed)
    assert fresh["card_id"].tolist() == numbers
    assert set(fresh["limit"]) <= set(cards["limit"])
    assert list(fresh.columns) == ["card_id", "limit"]
