# SPDX-License-Identifier: EUPL-1.2
"""The allowance by OpenFisca-Core, one formula over all households.

Usage: allowance.py FOLDER ANSWER; FOLDER holds income, wealth, rent and partners (int64) as raw bytes.
Writes the amounts in cents (int64) to ANSWER and the best time of seven to ANSWER.seconds. Inputs are
whole euros, so that the formula works in doubles and its float32 result still tells every cent.
"""

import sys
import time

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

folder, answer = sys.argv[1:3]
household = build_entity(key="household", plural="households", label="", is_person=True)


def variable(name, kind):
    members = {"value_type": kind, "entity": household, "definition_period": YEAR}
    return type(name, (Variable,), members)


class allowance(Variable):
    value_type = float
    entity = household
    definition_period = YEAR

    def formula(household, period, parameters):
        p = parameters(period)
        income = household("income", period)
        partners = household("partners", period)
        excess = np.maximum(0, income - p.threshold)
        share = np.where(partners, 0.04273, 0.01896)
        norm = share * p.threshold + 0.137 * excess
        premiums = p.premium * np.where(partners, 2, 1)
        care = np.maximum(0, premiums - norm)
        paid = np.minimum(np.maximum(household("rent", period) - p.base_rent, 0), 662)
        housing = paid * 0.65 - np.maximum(0, income - 20000) * 0.0036
        total = np.where(
            household("wealth", period) > p.wealth_limit, 0, care + 12 * np.maximum(0, housing)
        )
        # Half a cent goes up, whichever side of it the double lies.
        return np.floor(total * 100 + 0.5 + 1e-6) / 100


class System(TaxBenefitSystem):
    def __init__(self):
        super().__init__([household])
        for name, kind in [("income", int), ("wealth", int), ("rent", int), ("partners", bool)]:
            self.add_variable(variable(name, kind))
        self.add_variable(allowance)


def parameters():
    from openfisca_core.parameters import ParameterNode

    values = {"threshold": 28406, "premium": 2112, "base_rent": 217, "wealth_limit": 141896}
    data = {name: {"values": {"2025-01-01": {"value": value}}} for name, value in values.items()}
    return ParameterNode("", data=data)


system = System()
system.parameters = parameters()
inputs = {
    name: np.fromfile(f"{folder}/{name}", dtype="i8")
    for name in ("income", "wealth", "rent", "partners")
}
count = len(inputs["income"])
simulation = SimulationBuilder().build_default_simulation(system, count=count)
for name, values in inputs.items():
    simulation.set_input(name, "2025", values.astype(bool if name == "partners" else "i4"))
amounts = simulation.calculate("allowance", "2025")
np.round(amounts.astype("f8") * 100).astype("i8").tofile(answer)
times = []
for _ in range(7):
    simulation.delete_arrays("allowance", "2025")
    start = time.perf_counter()
    simulation.calculate("allowance", "2025")
    times.append(time.perf_counter() - start)
with open(answer + ".seconds", "w") as file:
    file.write(f"{min(times)}")
