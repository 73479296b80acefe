# SPDX-License-Identifier: EUPL-1.2
"""pyfixest: y on two columns with two absorbed effects, clustered by the first.

Usage: absorbed.py FOLDER map|lsmr ANSWER; FOLDER holds y, x1, x2 (float64) and f1, f2 (int32) as raw bytes.
"""

import sys
import time

import numpy as np
import pandas as pd
import pyfixest

folder, solver, answer = sys.argv[1:]
columns = {name: np.fromfile(f"{folder}/{name}", dtype="f8") for name in ("y", "x1", "x2")}
columns |= {name: np.fromfile(f"{folder}/{name}", dtype="i4") for name in ("f1", "f2")}
data = pd.DataFrame(columns)
demeaner = pyfixest.LsmrDemeaner() if solver == "lsmr" else pyfixest.MapDemeaner()


def fit():
    return pyfixest.feols(
        "y ~ x1 + x2 | f1 + f2", data, vcov={"CRV1": "f1"}, copy_data=False, store_data=False,
        lean=True, fixef_rm="none", demeaner=demeaner,
    )


times = []
for _ in range(2):
    start = time.perf_counter()
    model = fit()
    times.append(time.perf_counter() - start)
error = float(model.se()["x1"])
with open(answer, "w") as file:
    file.write(f"{min(times)}\n{error!r}\n")
