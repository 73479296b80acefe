# SPDX-License-Identifier: EUPL-1.2
"""Reference values of ScaleTests.swift, made with OpenFisca-Core 46.0.1 (pip install openfisca-core)."""

import numpy
from openfisca_core import taxscales

BASES = numpy.array(
    [-100, 0, 0.01, 9999.99, 10000, 10000.01, 25000, 38441, 38441.5, 76817, 76817.01, 120000.55]
)
RATES = [(0, 0.0932), (10000, 0.3693), (38441, 0.3748), (76817, 0.495)]
AMOUNTS = [(0, 10), (10000, 25.5), (38441, 100)]
AVERAGES = [(0, 0), (10000, 0.10), (38441, 0.25), (76817, 0.25)]

for scale, brackets in [
    (taxscales.MarginalRateTaxScale(), RATES),
    (taxscales.MarginalAmountTaxScale(), AMOUNTS),
    (taxscales.SingleAmountTaxScale(), AMOUNTS),
    (taxscales.LinearAverageRateTaxScale(), AVERAGES),
]:
    for threshold, value in brackets:
        scale.add_bracket(threshold, value)
    print(type(scale).__name__, [round(float(tax), 4) for tax in scale.calc(BASES)])
