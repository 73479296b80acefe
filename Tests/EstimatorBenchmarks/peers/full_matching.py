# SPDX-License-Identifier: EUPL-1.2
"""The least total distance of full matching by SciPy's assignment solver: FILE ANSWER."""

import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

path, answer = sys.argv[1:3]
table = np.loadtxt(path, delimiter=",")
treated, control = table[table[:, 1] == 1, 0], table[table[:, 1] == 0, 0]
start = time.perf_counter()
distance = np.abs(treated[:, None] - control[None, :])
rows, columns = distance.min(axis=1), distance.min(axis=0)
gain = np.minimum(0, distance - rows[:, None] - columns[None, :])
first, second = linear_sum_assignment(gain)
total = rows.sum() + columns.sum() + gain[first, second].sum()
seconds = time.perf_counter() - start
with open(answer, "w") as out:
    out.write(f"{seconds}\n{total}\n")
