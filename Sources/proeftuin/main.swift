// SPDX-License-Identifier: EUPL-1.2

import Commands
import Evaluation
import External
import ImpactMeasurement
import PilotIntake
import RuleChange

await Proeftuin.main(
  plugins: [
    PilotIntakePlugin.self,
    RuleChangePlugin.self,
    ImpactMeasurementPlugin.self,
    EvaluationPlugin.self,
    ExternalPlugin.self,
  ],
  finder: ExternalPluginFinder())
