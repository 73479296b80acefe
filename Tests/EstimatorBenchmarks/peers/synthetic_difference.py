# SPDX-License-Identifier: EUPL-1.2
"""Python synthdid's estimate, and again for donors drawn in the treated unit's place: FILE DRAWS ANSWER.

Its preparation of the data fails with pandas 3, so that this is done here, as are the draws; the
estimator is its own.
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
import synthdid.synthdid as package

warnings.simplefilter("ignore")
path, draws, answer = sys.argv[1], int(sys.argv[2]), sys.argv[3]
cases = pd.read_csv(path)[["unit", "time", "treated", "y"]]
cases["unit"] = cases.unit.str[1:].astype(int)
random = np.random.default_rng(1)


def prepare(data, unit, time, treatment, outcome, covariates=None):
    """Who is treated and from when, as the package's own function gives it."""
    frame = data.rename(columns={treatment: "treatment", outcome: "outcome"})
    frame = frame[["unit", "time", "outcome", "treatment"]].copy()
    frame["treated"] = frame.groupby("unit").treatment.transform("max")
    frame["ty"] = frame.time.where(frame.treatment == 1)
    frame["tyear"] = frame.groupby("unit").ty.transform("min")
    periods = np.unique(frame.tyear.dropna())
    return frame.fillna(0).sort_values(["treated", "time", "unit"]), periods


package.panel_matrices = prepare


def effect(frame):
    fit = package.Synthdid(frame, "unit", "time", "treated", "y").fit()
    return float(fit.att)


start = time.perf_counter()
estimate = effect(cases)
treated = cases.loc[cases.treated == 1, "unit"].unique()
first = cases.loc[cases.treated == 1, "time"].min()
donors = cases[~cases.unit.isin(treated)]
units = donors.unit.unique()
placebos = []
for _ in range(draws):
    drawn = random.choice(units, size=len(treated), replace=False)
    placebo = donors.copy()
    placebo["treated"] = (placebo.unit.isin(drawn) & (placebo.time >= first)).astype(int)
    placebos.append(effect(placebo))
seconds = time.perf_counter() - start
print(estimate, np.std(placebos), file=sys.stderr)
with open(answer, "w") as out:
    out.write(f"{seconds}\n{estimate}\n")
