// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics

/// Whether clusters kept to the order in which they were to start.
struct WedgeChecks {
  let checks: [TrustCheck]

  init(_ rows: PanelRows, outcome: String) {
    checks = [Self.staying(rows, outcome), Self.whole(rows, outcome)]
  }

  private static func staying(_ rows: PanelRows, _ outcome: String) -> TrustCheck {
    var check = TrustCheck(
      "wedge-order", subject: outcome, passed: !rows.endsAgain, severity: .warning,
      message: rows.endsAgain
        ? "some cluster had the change and then no longer"
        : "every cluster that started went on")
    check.flag = check.passed ? nil : "wedge-reversed"
    return check
  }

  /// Periods in which a cluster had the change for some of its cases only.
  private static func whole(_ rows: PanelRows, _ outcome: String) -> TrustCheck {
    var seen: [Cell: UInt8] = [:]
    for (place, cluster) in (rows.units?.codes ?? []).enumerated() {
      seen[Cell(cluster: cluster, time: rows.times[place]), default: 0] |=
        rows.isTreated[place] ? 1 : 2
    }
    let mixed = seen.values.count { $0 == 3 }
    var check = TrustCheck(
      "wedge-cells", subject: outcome, passed: mixed == 0, severity: .warning,
      message: mixed == 0
        ? "in each period a cluster had the change for all of its cases or for none"
        : "in \(mixed) of \(seen.count) periods of clusters only some cases had the change")
    check.value = seen.isEmpty ? 0 : Double(mixed) / Double(seen.count)
    check.threshold = 0
    check.flag = check.passed ? nil : "mixed-cells"
    return check
  }

  private struct Cell: Hashable {
    let cluster: Int32
    let time: Int
  }
}
