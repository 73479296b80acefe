# SPDX-License-Identifier: EUPL-1.2
# rdrobust on 10^6 cases that the Swift figure makes, too: fractions of k·a. Writes the best time and the
# robust standard error of the effect.
import contextlib
import io
import sys
import time

import numpy as np
from rdrobust import rdrobust


def fractions(count, step):
    return (np.arange(1, count + 1) * step) % 1.0


count = int(sys.argv[1])
u = fractions(count, 0.6180339887498949)
x = 2 * u - 1 + 0.5 * u * u
y = 1 + 0.8 * x - 0.6 * x * x + 0.7 * (x >= 0.1) + fractions(count, 0.41421356237309503)
best = None
with contextlib.redirect_stdout(io.StringIO()):
    rdrobust(y[:1000], x[:1000], c=0.1)
    for _ in range(2):
        start = time.perf_counter()
        fit = rdrobust(y, x, c=0.1)
        seconds = time.perf_counter() - start
        best = seconds if best is None else min(best, seconds)
with open(sys.argv[-1], "w") as answer:
    answer.write(f"{best}\n{fit.se.values[2, 0]!r}\n".replace("np.float64(", "").replace(")", ""))
