// SPDX-License-Identifier: EUPL-1.2

import Glibc
import Statistics

/// A stepped wedge by formula, so that R can make the same cases: 12 clusters, 5 periods, 8 cases a cell.
struct Wedge {
  let clusters: Grouping
  let periods: Grouping
  let cells: Grouping
  let treated: [Double]
  let outcome: [Double]
  /// Of yes and no.
  let binary: [Double]
  let counts: [Double]

  init() {
    var (clusters, periods, cells): ([Int], [Int], [Int]) = ([], [], [])
    var (treated, outcome, binary, counts): ([Double], [Double], [Double], [Double]) =
      ([], [], [], [])
    var row = 0.0
    for cluster in 0..<12 {
      for period in 0..<5 {
        for _ in 0..<8 {
          row += 1
          let (j, t) = (Double(cluster), Double(period))
          let isTreated = period >= cluster / 3 + 1 ? 1.0 : 0
          let shared = 2 * sin(2.3 * (j + 1)) + 1.1 * sin(12.9898 * (j + 1) + 78.233 * (t + 1))
          let slope = 1.5 * cos(3.7 * (j + 1)) * isTreated
          let noise = sin(1000 * row) * 2
          let y = 10 + 0.3 * t + 0.8 * isTreated + shared + slope + noise
          clusters.append(cluster)
          periods.append(period)
          cells.append(cluster * 5 + period)
          treated.append(isTreated)
          outcome.append(y)
          binary.append(y + 2 * cos(777 * row) > 10.6 ? 1 : 0)
          counts.append((y - 8).magnitude.rounded(.toNearestOrEven))
        }
      }
    }
    self.clusters = Grouping(clusters)
    self.periods = Grouping(periods)
    self.cells = Grouping(cells)
    (self.treated, self.outcome, self.binary, self.counts) = (treated, outcome, binary, counts)
  }

  /// The treatment and an indicator for each period but the first.
  var design: Design {
    var design = Design(rows: outcome.count)
    design.append("treated", treated)
    design.appendIndicators("period", periods)
    return design
  }
}
