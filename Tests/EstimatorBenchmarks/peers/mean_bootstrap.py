# SPDX-License-Identifier: EUPL-1.2
"""2,000 bootstrap draws of the difference in means of two arms of 50,000 in numpy.

Arguments: outcomes as raw doubles, control first; answer. The figure is the standard error.
"""
import sys
import time

import numpy as np

control, treated = np.fromfile(sys.argv[1]).reshape(2, -1)
size = len(control)
best = float("inf")
for _ in range(3):
    random = np.random.default_rng(1)
    draws = np.empty(2_000)
    start = time.perf_counter()
    for draw in range(len(draws)):
        first = random.integers(0, size, size, dtype=np.uint32)
        second = random.integers(0, size, size, dtype=np.uint32)
        draws[draw] = treated[first].mean() - control[second].mean()
    best = min(best, time.perf_counter() - start)
with open(sys.argv[-1], "w") as answer:
    answer.write(f"{best}\n{draws.std(ddof=1)}\n")
