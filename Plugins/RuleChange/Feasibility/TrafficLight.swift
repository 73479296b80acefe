// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// How a question of a test came out; what nobody answered is unknown, and never green.
enum TrafficLight: String, ParameterChoice {
  case green
  case orange
  case red
  case unknown

  /// The worst of the known ones; unknown where none is.
  static func worst(_ lights: some Sequence<TrafficLight>) -> TrafficLight {
    let known = Set(lights)
    return [.red, .orange, .green].first(where: known.contains) ?? .unknown
  }
}
