"""Cohorts as they age: the worked figures, blanks beyond an age, and a second count in plain Python."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duecourse.kpi import early_default_rates, months_on_book, vintage_table

DATES = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
START = pd.Period("2025-11", "M")

# Some loans: month of origination, original amount, and (dpd, balance) or no row for each month up to the last.
LAST = 4
loan = st.integers(0, LAST).flatmap(
    lambda born: st.tuples(
        st.just(born),
        st.integers(1, 10**8),
        st.lists(
            st.none() | st.tuples(st.integers(0, 70), st.integers(0, 10**8)),
            min_size=LAST + 1 - born,
            max_size=LAST + 1 - born,
        ),
    )
)
books = st.lists(loan, min_size=1, max_size=8)


def tables(book):
    """Loans and panel; one loan paid off at once has a row every month, so that every month is there."""
    book = [(0, 100, [(0, 0)] * (LAST + 1)), *book]
    loans = pd.DataFrame(
        {
            "account": [f"A{n}" for n in range(len(book))],
            "originated": [START + born for born, *_ in book],
            "original_amount": [amount for _, amount, _ in book],
        }
    )
    rows = [
        (f"A{n}", START + born + mob, *seen)
        for n, (born, _, history) in enumerate(book)
        for mob, seen in enumerate(history)
        if seen is not None
    ]
    return book, loans, pd.DataFrame(rows, columns=["account", "month", "dpd", "balance"])


def by_hand(book, born, mob, ever, over, by):
    """The second way: loan by loan, month by month."""
    bad = base = 0
    for start, amount, history in book:
        if start != born:
            continue
        base += amount if by == "balance" else 1
        late = [seen[1] for seen in history[: mob + 1] if seen is not None and seen[0] > over]
        now = history[mob]
        if ever and late:
            bad += late[0] if by == "balance" else 1
        elif not ever and now is not None and now[0] > over:
            bad += now[1] if by == "balance" else 1
    return bad / base


@pytest.mark.parametrize("ever", [False, True])
@pytest.mark.parametrize("by", ["balance", "count"])
@given(books, st.sampled_from([0, 30, 60]))
def test_a_table_agrees_with_a_count_loan_by_loan_and_is_blank_beyond_each_age(ever, by, book, over):
    book, loans, panel = tables(book)
    found = vintage_table(loans, panel, over_days=over, ever=ever, by=by)
    assert found.columns.tolist() == list(range(LAST + 1))
    assert found.index.tolist() == sorted({START + born for born, *_ in book})
    for cohort in found.index:
        born = cohort.ordinal - START.ordinal
        for mob in found.columns:
            if born + mob > LAST:
                assert np.isnan(found.loc[cohort, mob])
            else:
                assert found.loc[cohort, mob] == pytest.approx(by_hand(book, born, mob, ever, over, by))


@pytest.mark.parametrize("by", ["balance", "count"])
@given(books)
def test_ever_never_falls_with_age_and_by_count_is_never_below_current(by, book):
    _, loans, panel = tables(book)
    ever = vintage_table(loans, panel, ever=True, by=by)
    current = vintage_table(loans, panel, by=by)
    assert (ever.diff(axis=1).iloc[:, 1:].stack().dropna() >= 0).all()
    assert (ever.isna() == current.isna()).all(axis=None)
    if by == "count":
        assert (ever.fillna(0) >= current.fillna(0)).all(axis=None)
        assert ever.max(axis=None) <= 1


@given(books, st.integers(0, 60), st.integers(0, 60))
def test_a_later_status_is_a_smaller_share(book, one, other):
    _, loans, panel = tables(book)
    mild = vintage_table(loans, panel, over_days=min(one, other))
    grave = vintage_table(loans, panel, over_days=max(one, other))
    assert (grave.fillna(0) <= mild.fillna(0)).all(axis=None)


@pytest.fixture
def worsening():
    """January to March 2026, 1,000 each; 9, 12 and 15 are more than 30 days late at MOB 3, as they then are in June."""
    cohorts = {pd.Period("2026-01", "M"): 9, pd.Period("2026-02", "M"): 12, pd.Period("2026-03", "M"): 15}
    loans, panel = [], []
    for cohort, bad in cohorts.items():
        for name, amount in ((f"{cohort} bad", bad), (f"{cohort} good", 1000 - bad)):
            loans.append((name, cohort, amount))
            for month in pd.period_range(cohort, "2026-06", freq="M"):
                late = name.endswith("bad") and (month - cohort).n >= 3
                panel.append((name, month, 31 if late else 30, amount))
    return (
        pd.DataFrame(loans, columns=["account", "originated", "original_amount"]),
        pd.DataFrame(panel, columns=["account", "month", "dpd", "balance"]),
    )


def test_the_worked_cohorts_worsen_at_equal_age(worsening):
    found = vintage_table(*worsening)
    assert found[3].tolist() == pytest.approx([0.009, 0.012, 0.015])
    assert str(found[3].idxmax()) == "2026-03"


def test_a_cohort_too_young_is_blank_and_one_with_nothing_late_is_zero(worsening):
    found = vintage_table(*worsening)
    assert found.loc[:, :2].eq(0).all(axis=None)
    assert found.loc["2026-03", 4:].isna().all()
    assert found.loc["2026-01"].notna().all()


def test_the_base_is_the_original_amount_also_when_the_balance_has_fallen(worsening):
    loans, panel = worsening
    halved = panel.assign(balance=panel["balance"] / 2)
    assert vintage_table(loans, halved)[3].tolist() == pytest.approx([0.0045, 0.006, 0.0075])


def test_loans_paid_off_stay_in_the_base(worsening):
    loans, panel = worsening
    left = panel[~panel["account"].str.endswith("good") | (panel["month"] == panel["month"].min())]
    assert vintage_table(loans, left)[3].tolist() == pytest.approx([0.009, 0.012, 0.015])


def test_ages_before_the_panel_began_are_blank_and_ever_is_refused(worsening):
    loans, panel = worsening
    recent = panel[panel["month"] >= pd.Period("2026-03", "M")]
    found = vintage_table(loans, recent)
    assert found.loc["2026-01", :1].isna().all()
    assert found.loc["2026-01", 3] == pytest.approx(0.009)
    with pytest.raises(ValueError, match="begins in 2026-03, but cohort 2026-01 is older"):
        vintage_table(loans, recent, ever=True)


def test_a_cohort_after_the_panel_is_a_blank_row(worsening):
    loans, panel = worsening
    found = vintage_table(
        loans, panel[panel["month"] < pd.Period("2026-03", "M")].query("not account.str.contains('-03')")
    )
    assert found.loc["2026-03"].isna().all()


def test_counting_needs_neither_amounts_nor_balances(worsening):
    loans, panel = worsening
    found = vintage_table(loans.drop(columns="original_amount"), panel.drop(columns="balance"), by="count")
    assert found[3].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("spoil_loans", "spoil_panel", "words"),
    [
        (lambda t: t.drop(columns="originated"), None, "`loans` has no column 'originated'"),
        (None, lambda t: t.drop(columns="dpd"), "`panel` has no column 'dpd'"),
        (lambda t: pd.concat([t, t]), None, "account '2026-01 bad' twice"),
        (lambda t: t.iloc[1:], None, "`panel` has account '2026-01 bad', `loans` has not"),
        (lambda t: t.assign(original_amount=0), None, "original_amount of 0 at '2026-01 bad'"),
        (lambda t: t.assign(original_amount=-1), None, "original_amount of -1 at '2026-01 bad'"),
        (lambda t: t.assign(originated=pd.Period("2026-02", "M")), None, "in 2026-01, before `loans` says"),
        (None, lambda t: t.assign(dpd=-1), "dpd of -1 at '2026-01 bad'"),
        (None, lambda t: pd.concat([t, t.iloc[[0]]]), "two rows for account '2026-01 bad' in 2026-01"),
        (lambda t: t.iloc[:0], None, "`loans` has no rows"),
    ],
)
def test_tables_that_would_falsify_a_curve_are_refused(worsening, spoil_loans, spoil_panel, words):
    loans, panel = worsening
    with pytest.raises(ValueError, match=words):
        vintage_table(spoil_loans(loans) if spoil_loans else loans, spoil_panel(panel) if spoil_panel else panel)


def test_unknown_measures_are_refused(worsening):
    with pytest.raises(ValueError, match="'balance' or by 'count'"):
        vintage_table(*worsening, by="loans")
    with pytest.raises(ValueError, match="`over_days` is -1"):
        vintage_table(*worsening, over_days=-1)


@given(DATES, st.integers(0, 400), st.integers(1, 28))
def test_months_on_book_count_months_whatever_the_day(originated, months, day):
    year, month = divmod(originated.year * 12 + originated.month - 1 + months, 12)
    as_of = datetime.date(year, month + 1, day)
    assert months_on_book(as_of, originated) == months
    assert months_on_book(as_of, pd.Series([originated, originated])).tolist() == [months, months]
    assert months_on_book(pd.Series([as_of]), originated).tolist() == [months]


def test_months_on_book_take_periods_and_keep_the_index():
    originated = pd.Series(pd.PeriodIndex(["2025-12", "2026-01"], freq="M"), index=["A1", "A2"])
    assert months_on_book(pd.Period("2026-01", "M"), originated).to_dict() == {"A1": 1, "A2": 0}


def test_looking_before_origination_is_refused_by_account():
    with pytest.raises(ValueError, match="-1 at 'A2': `as_of` lies before"):
        months_on_book("2026-01-31", pd.Series(["2026-01-01", "2026-02-01"], index=["A1", "A2"]))
    with pytest.raises(ValueError, match="differ in their index"):
        months_on_book(pd.Series(["2026-01-01"]), pd.Series(["2026-01-01"], index=["A1"]))
    with pytest.raises(TypeError, match="`originated` holds int64"):
        months_on_book("2026-01-31", 202601)


def instalments_of(missed, loans, young=0):
    """`loans` of some age, of which `missed` = (first, second, third) fall out, and `young` ones."""
    first = np.repeat([1, 2, 3, 99], [*missed, loans - sum(missed)])
    account = np.repeat(np.arange(loans), 3)
    number = np.tile([1, 2, 3], loans)
    due = pd.Series(pd.to_datetime(["2026-01-10", "2026-02-10", "2026-03-10"])).take(number - 1).reset_index(drop=True)
    old = pd.DataFrame({"account": account, "instalment": number, "due": due})
    old["paid_on"] = old["due"].where(number < first[account])
    new = pd.DataFrame({"account": np.arange(loans, loans + young), "instalment": 1, "due": pd.Timestamp("2026-05-20")})
    return pd.concat([old, new.assign(paid_on=pd.NaT)])


def test_early_defaults_are_the_worked_ones():
    found = early_default_rates(instalments_of((18, 14, 9), 1000), "2026-05-31")
    assert found["missed"].tolist() == [18, 14, 9]
    assert found["reaching"].tolist() == [1000, 982, 968]
    assert found["rate"].round(4).tolist() == [0.018, 0.0143, 0.0093]


def test_loans_too_young_to_have_missed_do_not_dilute_the_rate():
    found = early_default_rates(instalments_of((18, 14, 9), 1000, young=400), "2026-05-31")
    assert found["reaching"].tolist() == [1000, 982, 968]
    assert found.loc["FPD", "rate"] == 0.018
    assert round(18 / 1400, 4) == 0.0129  # the slip


def test_an_instalment_is_mature_on_the_day_after_the_last_on_which_it_could_be_paid_in_time():
    table = instalments_of((1, 0, 0), 2)
    assert early_default_rates(table, "2026-02-09").loc["FPD", "reaching"] == 0
    assert early_default_rates(table, "2026-02-10").loc["FPD", ["missed", "reaching"]].tolist() == [1, 2]
    assert early_default_rates(table, "2026-01-18", over_days=7).loc["FPD", "missed"] == 1


def test_a_rate_that_no_loan_has_reached_is_blank_and_visible():
    found = early_default_rates(instalments_of((1, 0, 0), 2), "2026-01-10")
    assert found.index.tolist() == ["FPD", "SPD", "TPD"]
    assert found["rate"].isna().all()


def test_paid_late_is_missed_and_paid_within_the_days_is_not():
    table = instalments_of((0, 0, 0), 2)
    table["paid_on"] = table["due"] + pd.to_timedelta([30, 30, 30, 31, 0, 0], unit="D")
    assert early_default_rates(table, "2026-05-31")["missed"].tolist() == [1, 0, 0]


schedules = st.lists(st.lists(st.none() | st.integers(-20, 60), min_size=1, max_size=5), min_size=1, max_size=10)


@given(schedules, st.integers(0, 200), st.integers(0, 40), st.randoms(use_true_random=False))
def test_early_defaults_agree_with_a_count_loan_by_loan_and_share_no_loan(book, day, over, chance):
    start, today = datetime.date(2026, 1, 1), datetime.date(2026, 1, 1) + datetime.timedelta(days=day)
    rows, counts = [], {number: [0, 0] for number in (1, 2, 3)}
    for account, payments in enumerate(book):
        clean = True
        for number, delay in enumerate(payments, start=1):
            due = start + datetime.timedelta(days=30 * number)
            rows.append((account, number, due, None if delay is None else due + datetime.timedelta(days=delay)))
            if clean and number <= 3 and (today - due).days > over:
                counts[number][1] += 1
                clean = delay is not None and delay <= over
                counts[number][0] += not clean
    chance.shuffle(rows)
    table = pd.DataFrame(rows, columns=["account", "instalment", "due", "paid_on"])
    found = early_default_rates(table, today, over_days=over)
    assert found[["missed", "reaching"]].to_numpy().tolist() == list(counts.values())
    assert found["rate"].dropna().between(0, 1).all()
    assert found["missed"].sum() <= len(book)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda t: t.drop(columns="due"), "no column 'due'"),
        (lambda t: t.assign(due=None), "no due date for instalment 1 of account 0"),
        (lambda t: t[t["instalment"] != 2], "instalment 3 of account 0 where another is next"),
        (lambda t: pd.concat([t, t]), "instalment 1 of account 0 where another is next"),
        (lambda t: t.assign(due=pd.Timestamp("2026-01-10")), "instalment 2 of account 0 due no later"),
    ],
)
def test_a_schedule_with_holes_is_refused(spoil, words):
    with pytest.raises(ValueError, match=words):
        early_default_rates(spoil(instalments_of((1, 0, 0), 2)), "2026-05-31")


def test_the_day_of_looking_is_needed():
    with pytest.raises(ValueError, match="`as_of` is"):
        early_default_rates(instalments_of((1, 0, 0), 2), pd.NaT)
