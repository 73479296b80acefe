# SPDX-License-Identifier: EUPL-1.2
"""pysyncon's Synth for the first unit and for every other in its place: FILE even|chosen ANSWER.

With even importances its solver is told to stop late, since what it gives is held against an exact one.
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from pysyncon import Synth

warnings.simplefilter("ignore")
path, mode, answer = sys.argv[1:4]
cases = pd.read_csv(path)
outcomes = cases.pivot(index="time", columns="unit", values="y").iloc[:19]
names = [f"x{i}" for i in range(7)]
predictors = cases.groupby("unit")[names].first().T
donors = [u for u in outcomes.columns if u != "u0"]
start = time.perf_counter()
loss = 0.0
for unit in ["u0"] + donors:
    pool = [u for u in donors if u != unit]
    if mode == "even":
        scale = predictors[pool + [unit]].std(axis=1)
        weights, _ = Synth.w_optimize(
            np.eye(7) / 7,
            predictors[pool].div(scale, axis=0).to_numpy(),
            (predictors[unit] / scale).to_numpy(),
            qp_options={"maxiter": 2000, "ftol": 1e-14},
        )
    else:
        fit = Synth()
        fit.fit(X0=predictors[pool], X1=predictors[unit], Z0=outcomes[pool], Z1=outcomes[unit])
        weights = fit.W
    gap = outcomes[unit] - outcomes[pool] @ weights
    loss += (gap**2).mean()
seconds = time.perf_counter() - start
with open(answer, "w") as out:
    out.write(f"{seconds}\n{loss}\n")
