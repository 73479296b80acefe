// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// Who bears a burden: the three are never added up, because their hours are valued differently.
enum BurdenGroup: String, ParameterChoice {
  case citizens
  case businesses
  case professionals
}
