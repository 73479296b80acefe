# SPDX-License-Identifier: EUPL-1.2
"""Household income that can be compared between households, and how far it lies below a line."""

import pandas

from proeftuin import Context, DataFault, UserFault, main, stage


@stage
def equivalise(cases: pandas.DataFrame, *, adult: float = 0.5, child: float = 0.3) -> pandas.DataFrame:
    """Divides each household's income by its number of equivalent adults.

    The first adult counts as 1. The defaults are those of the modified OECD scale: Hagenaars, de Vos and Zaidi
    (1994), Poverty Statistics in the Late 1980s, Eurostat.

    cases: One row per household, with income a month, adults and children.
    adult: What each further adult counts for.
    child: What each child counts for.
    """
    if (cases["adults"] < 1).any():
        first = int((cases["adults"] < 1).to_numpy().argmax()) + 1
        raise DataFault(f"column 'adults' has a household without adults, in row {first}",
                        hint="leave such households out, or correct them, before this stage")
    equivalents = 1 + adult * (cases["adults"] - 1) + child * cases["children"]
    return cases.assign(equivalised=cases["income"] / equivalents)


@stage
def poverty_gap(cases: pandas.DataFrame, *, line: float, by: str = None, context: Context) -> pandas.DataFrame:
    """Measures how many households live below a line, and how far below it.

    With q_i = max(0, (line - income_i) / line): headcount = share of q_i > 0, gap = mean of q_i,
    severity = mean of q_i squared. Households without a known income are left out and counted.

    cases: One row per household, with its equivalised income.
    line: The poverty line, in the unit of the income.
    by: Column whose groups are measured one by one.
    """
    if line <= 0:
        raise UserFault("the poverty line has to be above 0", parameter="line")
    known = cases[cases["equivalised"].notna()]
    context.metric("left out", len(cases) - len(known), unit="households", n=len(cases))
    short = ((line - known["equivalised"]) / line).clip(lower=0)
    measured = pandas.DataFrame({
        "group": known[by].astype("str") if by else "all",
        "headcount": (short > 0).astype(float), "gap": short, "severity": short**2})
    groups = measured.groupby("group", sort=True)
    return groups.mean().assign(households=groups.size()).reset_index()


if __name__ == "__main__":
    main()
