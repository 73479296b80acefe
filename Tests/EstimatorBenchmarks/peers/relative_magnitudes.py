# SPDX-License-Identifier: EUPL-1.2
"""The default relative-magnitude sensitivity of honestdid on an event study given as a CSV file.

The first row of the file holds the estimates, the others their covariance. The figure is the upper end for
1 by the conditional test, which draws nothing, on a fine grid around the end given as the third argument.
"""
import sys
import time
import warnings

import honestdid
import numpy

warnings.simplefilter("ignore")
numbers = numpy.loadtxt(sys.argv[1], delimiter=",")
estimates, covariance, before = numbers[0], numbers[1:], int(sys.argv[2])
after = len(estimates) - before
start = time.perf_counter()
honestdid.createSensitivityResults_relativeMagnitudes(estimates, covariance, before, after)
seconds = time.perf_counter() - start
near = float(sys.argv[3])
grid = honestdid.computeConditionalCS_DeltaRM(
    estimates, covariance, before, after, Mbar=1, hybrid_flag="ARP", gridPoints=41,
    grid_lb=near * 0.99, grid_ub=near * 1.01,
)
with open(sys.argv[4], "w") as answer:
    answer.write(f"{seconds}\n{float(grid[grid.accept == 1].grid.max())!r}\n")
