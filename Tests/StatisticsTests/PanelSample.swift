// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Statistics
import Testing

/// Rows of a panel as tests build them.
struct PanelSample {
  var units: [Int] = []
  var times: [Int] = []
  var adopted: [Int?] = []
  var outcome: [Double] = []
  var covariate: [Double] = []

  /// The county employment panel of the reference case did-mpdta.
  static func counties() throws -> PanelSample {
    let reference = try Reference("did-mpdta")
    return PanelSample(
      units: try reference.numbers("countyreal").map { Int($0) },
      times: try reference.numbers("year").map { Int($0) },
      adopted: try reference.numbers("first_treat").map { $0 == 0 ? nil : Int($0) },
      outcome: try reference.numbers("lemp"), covariate: try reference.numbers("lpop"))
  }

  /// Units that adopt at 3, 4, 6 or never, in six periods; the effect is time since adoption + 1.
  static func simulated(units: Int = 60, seed: UInt64 = 1, noise: Double = 1) -> PanelSample {
    var random = SeededGenerator(seed)
    var sample = PanelSample()
    for unit in 0..<units {
      let date = [3, 4, 6, nil][unit % 4]
      let level = random.normal()
      let covariate = random.normal()
      for time in 1...6 {
        let since = date.map { time - $0 } ?? -1
        sample.units.append(unit)
        sample.times.append(time)
        sample.adopted.append(date)
        sample.covariate.append(covariate)
        sample.outcome.append(
          level + 0.3 * Double(time) * (1 + covariate) + (since >= 0 ? Double(since + 1) : 0)
            + noise * random.normal())
      }
    }
    return sample
  }

  func taking(_ rows: [Int]) -> PanelSample {
    PanelSample(
      units: rows.map { units[$0] }, times: rows.map { times[$0] },
      adopted: rows.map { adopted[$0] }, outcome: rows.map { outcome[$0] },
      covariate: rows.map { covariate[$0] })
  }

  func rows() throws -> AdoptionPanel {
    try AdoptionPanel(units: Grouping(units), times: times, adopted: adopted)
  }

  func balanced(
    covariate name: String? = nil, clusters: Grouping? = nil, weights: [Double]? = nil
  ) throws -> BalancedPanel {
    try BalancedPanel(
      rows(), outcome: outcome, covariates: name.map { [($0, covariate)] } ?? [],
      clusters: clusters, weights: weights)
  }
}
