"""`load`: the shipped tables, fresh variants of them, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from duecourse.datasets import catalogue, load, names
from duecourse.datasets.catalogue import VARIANT_VARIABLE
from duecourse.errors import DuecourseError


@pytest.fixture(autouse=True)
def no_variant(monkeypatch):
    monkeypatch.delenv(VARIANT_VARIABLE, raising=False)


def test_names_are_in_alphabetical_order_and_all_have_files():
    assert names() == sorted(set(names()))
    assert all((catalogue.folder() / f"{name}.parquet").is_file() for name in names())


@pytest.mark.parametrize("name", names())
def test_a_variant_has_the_same_columns_types_and_index_and_other_rows(name):
    shipped, fresh = load(name), load(name, variant=1)
    pd.testing.assert_series_equal(fresh.dtypes, shipped.dtypes)
    assert type(fresh.index) is type(shipped.index)
    assert not fresh.equals(shipped)
    assert not load(name, variant=2).equals(fresh)


@pytest.mark.parametrize("name", names())
def test_a_variant_is_the_same_each_time(name):
    pd.testing.assert_frame_equal(load(name, variant=7), load(name, variant=7))


@pytest.mark.parametrize("variant", [None, 1])
def test_each_caller_has_a_copy_of_its_own(variant):
    spoilt = load("taiwan-cards", variant)
    kept = load("taiwan-cards", variant)
    spoilt["late_sept"] = ~spoilt["late_sept"]
    spoilt.loc[3, "late_sept"] = not kept.loc[3, "late_sept"]
    spoilt["more"] = 1
    spoilt.drop(index=[1, 2], inplace=True)
    pd.testing.assert_frame_equal(load("taiwan-cards", variant), kept)


def test_every_card_has_one_number_in_every_variant():
    shipped, fresh = load("taiwan-cards"), load("taiwan-cards", variant=5)
    assert fresh["card_id"].is_unique
    assert set(fresh["card_id"]) == set(shipped["card_id"])


def test_the_environment_gives_the_variant_unless_the_caller_does(monkeypatch):
    monkeypatch.setenv(VARIANT_VARIABLE, "4")
    pd.testing.assert_frame_equal(load("taiwan-cards"), load("taiwan-cards", variant=4))
    assert not load("taiwan-cards", variant=0).equals(load("taiwan-cards"))
    monkeypatch.setenv(VARIANT_VARIABLE, "")
    assert int(load("taiwan-cards")["late_sept"].sum()) == 6818


@pytest.mark.parametrize("variant", [0, 10**30, np.int64(3)], ids=str)
def test_any_whole_number_from_zero_is_a_variant(variant):
    assert len(load("taiwan-cards", variant=variant)) == 30_000


@pytest.mark.parametrize("variant", [-1, 1.0, 0.5, True, "one", "²", " 3", ""], ids=repr)
def test_anything_else_is_refused_with_the_value(variant):
    with pytest.raises(DuecourseError, match="whole number from 0 upwards, not"):
        load("taiwan-cards", variant=variant)


def test_an_environment_that_is_no_number_is_refused_with_the_value(monkeypatch):
    monkeypatch.setenv(VARIANT_VARIABLE, "-3")
    with pytest.raises(DuecourseError, match="'-3'"):
        load("taiwan-cards")


@pytest.mark.parametrize("name", ["taiwan", "", "../taiwan-cards", "Taiwan-Cards"])
def test_an_unknown_name_is_refused_with_the_names_there_are(name):
    with pytest.raises(DuecourseError, match=r"There is no dataset .* there are: .*taiwan-cards"):
        load(name)


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "folder", lambda: tmp_path)
    with pytest.raises(DuecourseError, match=r"taiwan-cards\.parquet; install the package again"):
        catalogue._shipped.__wrapped__("taiwan-cards")


def test_datasets_that_are_not_installed_are_missed_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "a" / "b" / "c" / "catalogue.py"))
    with pytest.raises(DuecourseError, match="not installed"):
        catalogue.folder()
