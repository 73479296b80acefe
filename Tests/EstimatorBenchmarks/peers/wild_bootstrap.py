# SPDX-License-Identifier: EUPL-1.2
"""The wild cluster bootstrap of wildboottest: 9,999 draws, n = 5,000, 500 clusters.

Arguments: raw doubles, column after column: cluster, treated, covariate, outcome; answer. The figure is
the p-value.
"""
import contextlib
import io
import sys
import time

import numpy as np
import pandas as pd
import statsmodels.api as sm
from wildboottest.wildboottest import wildboottest

cluster, treated, covariate, outcome = np.fromfile(sys.argv[1]).reshape(4, -1)
design = pd.DataFrame({"constant": 1.0, "treated": treated, "covariate": covariate})
model = sm.OLS(outcome, design)
best = float("inf")
for run in range(3):
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.perf_counter()
        result = wildboottest(
            model, param="treated", cluster=cluster.astype(int), B=9_999, bootstrap_type="11", seed=1
        )
        # The first run compiles.
        if run > 0:
            best = min(best, time.perf_counter() - start)
with open(sys.argv[-1], "w") as answer:
    answer.write(f"{best}\n{float(result['p-value'].iloc[0])}\n")
