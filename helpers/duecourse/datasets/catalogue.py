"""Which datasets there are, where their files lie, and which variant of them to give."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from duecourse.datasets import resample
from duecourse.errors import DuecourseError

VARIANT_VARIABLE = "DUECOURSE_VARIANT"
"""Environment variable by which a grader hands fresh data to a notebook that says `load(name)`."""

Vary = Callable[[pd.DataFrame, int], pd.DataFrame]

_VARIED: dict[str, Vary] = {"taiwan-cards": resample.taiwan_cards}


def names() -> list[str]:
    """Names of the datasets that `load` knows, in alphabetical order.

    Examples
    --------
    >>> "taiwan-cards" in names()
    True
    """
    return sorted(_VARIED)


def folder() -> Path:
    """The folder with the data package: inside an installed package, or `course/datasets` of a checkout."""
    here = Path(__file__).resolve().parent
    for candidate in (here / "shipped", here.parents[2] / "course" / "datasets"):
        if candidate.is_dir():
            return candidate
    raise DuecourseError(
        "The datasets of Duecourse are not installed; install the package again, or run from a checkout."
    )


@cache
def _shipped(name: str) -> pd.DataFrame:
    path = folder() / f"{name}.parquet"
    if not path.is_file():
        raise DuecourseError(f"Dataset {name!r} is missing its file {path.name}; install the package again.")
    return pd.read_parquet(path)


def _variant_in_force(variant: int | None) -> int | None:
    text = os.environ.get(VARIANT_VARIABLE, "") if variant is None else str(variant)
    if not text and variant is None:
        return None
    if not text.isdecimal():
        raise DuecourseError(f"A variant is a whole number from 0 upwards, not {text!r}.")
    return int(text)


def load(name: str, variant: int | None = None) -> pd.DataFrame:
    """One dataset of the course as a tidy table.

    Parameters
    ----------
    name : str
        One of `names()`, for instance ``"taiwan-cards"``.
    variant : int, optional
        Seed of a fresh variant: the same columns and meaning, other rows. Without it the environment
        variable ``DUECOURSE_VARIANT`` decides; without that, the table as shipped.

    Returns
    -------
    DataFrame
        A copy of its own for each caller; units stand in the data card of the dataset.

    Raises
    ------
    DuecourseError
        If there is no such dataset, or the variant is not a whole number from 0 upwards.

    Examples
    --------
    >>> cards = load("taiwan-cards")
    >>> len(cards), int(cards["late_sept"].sum())
    (30000, 6818)
    >>> fresh = load("taiwan-cards", variant=1)
    >>> len(fresh), int(fresh["late_sept"].sum()) == 6818
    (30000, False)
    """
    if name not in _VARIED:
        raise DuecourseError(f"There is no dataset {name!r}; there are: {', '.join(names())}.")
    table = _shipped(name)
    seed = _variant_in_force(variant)
    return table.copy() if seed is None else _VARIED[name](table, seed)
