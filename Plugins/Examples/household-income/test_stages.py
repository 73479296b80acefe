# SPDX-License-Identifier: EUPL-1.2
"""A stage is its function: a test calls it. Run with `python3 -m pytest`."""

import pandas
import pytest

import proeftuin
from stages import equivalise, poverty_gap


def test_the_modified_oecd_scale_counts_two_adults_and_a_child_as_1_8():
    cases = pandas.DataFrame({"adults": [1, 2], "children": [0, 1], "income": [1500.0, 1800.0]})
    assert equivalise(cases)["equivalised"].tolist() == pytest.approx([1500, 1000])


def test_a_missing_income_stays_missing():
    cases = pandas.DataFrame({"adults": [1], "children": [0], "income": [float("nan")]})
    assert equivalise(cases)["equivalised"].isna().all()


def test_a_household_without_adults_is_a_fault_that_names_the_row():
    cases = pandas.DataFrame({"adults": [1, 0], "children": [0, 1], "income": [1500.0, 700.0]})
    with pytest.raises(proeftuin.DataFault, match="row 2") as fault:
        equivalise(cases)
    assert "700" not in str(fault.value)


def test_gap_and_severity_follow_their_formulas():
    cases = pandas.DataFrame({"equivalised": [500.0, 1000.0, 2000.0, None], "district": ["a", "a", "b", "b"]})
    with proeftuin.trial() as context:
        row = poverty_gap(cases, line=1000, context=context).iloc[0]
    assert (row["headcount"], row["gap"], row["severity"]) == pytest.approx((1 / 3, 0.5 / 3, 0.25 / 3))
    assert context.messages[0]["value"] == 1


def test_groups_are_measured_one_by_one():
    cases = pandas.DataFrame({"equivalised": [500.0, 2000.0], "district": ["a", "b"]})
    with proeftuin.trial() as context:
        measures = poverty_gap(cases, line=1000, by="district", context=context)
    assert measures["group"].tolist() == ["a", "b"]
    assert measures["headcount"].tolist() == [1, 0]
