"""Key figures of a collections desk, as formulas on numbers, Series and DataFrames.

Amounts may be integer cents or floats, in any one currency; days are whole calendar days; rates are floats, 0.45 for
45 %. A base of zero has no rate: a single one is an error that names it, an empty row of a table is NaN and stays.
"""

from duecourse.kpi.dpd import BUCKETS, RISK_CLASSES, bucket, days_past_due, risk_class
from duecourse.kpi.flows import (
    ENDS,
    coincident_rate,
    cure_rate,
    entry_rate,
    flow_reconciliation,
    gross_roll,
    inflow_from_elsewhere,
    lagged_rate,
    net_flow,
    transition_matrix,
)
from duecourse.kpi.vintages import early_default_rates, months_on_book, vintage_table

__all__ = [
    "BUCKETS",
    "ENDS",
    "RISK_CLASSES",
    "bucket",
    "coincident_rate",
    "cure_rate",
    "days_past_due",
    "early_default_rates",
    "entry_rate",
    "flow_reconciliation",
    "gross_roll",
    "inflow_from_elsewhere",
    "lagged_rate",
    "months_on_book",
    "net_flow",
    "risk_class",
    "transition_matrix",
    "vintage_table",
]
