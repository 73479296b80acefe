# SPDX-License-Identifier: EUPL-1.2
"""Python synthdid's estimate and its placebo standard error: FILE DRAWS ANSWER."""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from synthdid.synthdid import Synthdid
from synthdid.vcov import placebo_se

warnings.simplefilter("ignore")
path, draws, answer = sys.argv[1], int(sys.argv[2]), sys.argv[3]
cases = pd.read_csv(path)[["unit", "time", "treated", "y"]]
np.random.seed(1)
start = time.perf_counter()
fit = Synthdid(cases, unit="unit", time="time", treatment="treated", outcome="y").fit()
error = placebo_se(fit.data_ref, n_reps=draws)
seconds = time.perf_counter() - start
print(fit.att, error)
with open(answer, "w") as out:
    out.write(f"{seconds}\n{fit.att}\n")
