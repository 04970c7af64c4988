"""Fresh variants of real tables: bootstrap resamples, another draw of rows from the same world."""

import numpy as np
import pandas as pd


def bootstrap(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """As many rows as `table` has, drawn from it with replacement.

    Parameters
    ----------
    table : DataFrame
        One row an independent case.
    seed : int
        The same seed gives the same rows.

    Returns
    -------
    DataFrame
        A new table with index 0, 1, 2 …

    Notes
    -----
    Source: Efron (1979), Bootstrap methods: another look at the jackknife.

    Examples
    --------
    >>> bootstrap(pd.DataFrame({"x": [1, 2, 3]}), seed=7)["x"].tolist()
    [3, 2, 3]
    """
    rows = np.random.default_rng(seed).integers(0, len(table), size=len(table))
    return table.take(rows).reset_index(drop=True)


def taiwan_cards(cards: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A bootstrap resample of the Taiwan cards, with card numbers of its own.

    Examples
    --------
    >>> from duecourse.datasets import load
    >>> taiwan_cards(load("taiwan-cards"), seed=1)["card_id"].is_unique
    True
    """
    return bootstrap(cards, seed).assign(card_id=cards["card_id"].to_numpy())
