# SPDX-License-Identifier: EUPL-1.2
"""10,000 draws of a stratified assignment (20 strata, half treated) in vectorised numpy.

Arguments: outcomes as raw doubles, stratum after stratum; answer. The figure is the standard deviation
of the difference over draws.
"""
import sys
import time

import numpy as np

y = np.fromfile(sys.argv[1]).reshape(20, -1)
draws, size = 10_000, y.shape[1]
half = size // 2


def by_indices(random):
    total = np.zeros(draws)
    for outcomes in y:
        keys = random.random((draws, size), dtype=np.float32)
        picked = np.argpartition(keys, half, axis=1)[:, :half]
        treated = outcomes[picked].sum(axis=1)
        total += (2 * treated - outcomes.sum()) / half / len(y)
    return total


def by_threshold(random):
    total = np.zeros(draws)
    for outcomes in y:
        keys = random.random((draws, size), dtype=np.float32)
        cut = np.partition(keys, half - 1, axis=1)[:, half - 1 : half]
        treated = (keys <= cut) @ outcomes
        total += (2 * treated - outcomes.sum()) / half / len(y)
    return total


best = float("inf")
for way in (by_indices, by_threshold, by_indices, by_threshold):
    start = time.perf_counter()
    statistic = way(np.random.default_rng(1))
    best = min(best, time.perf_counter() - start)
with open(sys.argv[-1], "w") as answer:
    answer.write(f"{best}\n{np.sqrt(np.mean(statistic**2))}\n")
