# SPDX-License-Identifier: EUPL-1.2
"""numpy (a bare solution of the normal equations) or pyfixest (CR1) on y and x1 … x9.

Usage: least_squares.py numpy|pyfixest FOLDER ANSWER; FOLDER holds y, x1 … x9 (float64) and cluster
(int32) as raw bytes.
"""

import sys
import time

import numpy as np

kind, folder, answer = sys.argv[1:]
names = [f"x{place}" for place in range(1, 10)]
columns = {name: np.fromfile(f"{folder}/{name}", dtype="f8") for name in ["y", *names]}
cluster = np.fromfile(f"{folder}/cluster", dtype="i4")

if kind == "numpy":
    design = np.column_stack([np.ones(len(cluster))] + [columns[name] for name in names])
    outcome = columns["y"]

    def fit():
        return float(np.linalg.solve(design.T @ design, design.T @ outcome)[1])

else:
    import pandas as pd
    import pyfixest

    data = pd.DataFrame(columns | {"cluster": cluster})
    formula = "y ~ " + " + ".join(names)

    def fit():
        model = pyfixest.feols(
            formula, data, vcov={"CRV1": "cluster"}, copy_data=False, store_data=False, lean=True
        )
        return float(model.se()["x1"])


times = []
for _ in range(3):
    start = time.perf_counter()
    figure = fit()
    times.append(time.perf_counter() - start)
with open(answer, "w") as file:
    file.write(f"{min(times)}\n{figure!r}\n")
