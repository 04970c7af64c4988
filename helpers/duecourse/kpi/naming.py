"""How an error names the value that is wrong, and where it stands."""

import numpy as np
import pandas as pd


def named(label: object) -> str:
    """A label as a reader knows it, without the machine's words for its type.

    Examples
    --------
    >>> named(np.int64(7)), named("A1"), named(pd.Period("2026-01", "M"))
    ('7', "'A1'", "'2026-01'")
    """
    if isinstance(label, np.generic):
        label = label.item()
    return f"'{label}'" if isinstance(label, (pd.Period, pd.Timestamp)) else repr(label)


def label_at(index: pd.Index, position: int) -> str:
    """The label at a position of an index, as `named` says it."""
    return named(index[[position]].tolist()[0])


def first(values: pd.Series, bad: pd.Series) -> str:
    """The first bad value and its label, as an error message names them.

    Examples
    --------
    >>> dpd = pd.Series([3, -1], index=["A1", "A2"])
    >>> first(dpd, dpd < 0)
    "-1 at 'A2'"
    """
    position = int(np.flatnonzero(bad.to_numpy())[0])
    return f"{values.iloc[position]} at {label_at(values.index, position)}"
