// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The rows that an outcome's model uses, as estimators take them.
struct PanelRows {
  private(set) var rows: [Int]
  let outcome: [Double]
  /// Nil where other people are seen in each period.
  let units: Statistics.Grouping?
  let times: [Int]
  /// First treated time of each row's unit; nil for never, and in cross-sections by `treatment`.
  let adopted: [Int?]
  let isTreated: [Bool]
  /// Whether some unit was treated and then no longer.
  let endsAgain: Bool
  let covariates: [(name: String, values: [Double])]
  /// What rows are grouped by for the variance; nil where each row stands for itself.
  let clusters: Statistics.Grouping?
  /// The column that the clusters come from.
  let clusterColumn: String?
  let weights: [Double]?
  private(set) var notes: [String]
  private(set) var flags: [String]

  init(
    _ cases: PanelCases, _ selection: CaseSelection, outcome: Measurements
  ) throws(StageFault) {
    let rows = selection.rows
    self.rows = rows
    self.outcome = rows.map { outcome.values[$0] }
    let units = cases.unit?.grouping(rows)
    self.units = units
    let times = rows.map { cases.time.values[$0] }
    self.times = times
    let history = History(cases.adoption, rows: rows, units: units, times: times)
    adopted = history.adopted
    isTreated = history.isTreated
    endsAgain = history.endsAgain
    let columns = cases.covariates.map { CovariateColumns($0, rows: rows) }
    covariates = columns.flatMap(\.columns)
    clusters = cases.cluster?.grouping(rows) ?? units
    clusterColumn = cases.cluster?.column ?? cases.unit?.column
    weights = cases.weight.map { weight in rows.map { weight.values[$0] } }
    notes = selection.notes
    flags = selection.flags
    let references = columns.compactMap { column in
      column.reference.map { "\(column.column).\($0)" }
    }
    if !references.isEmpty {
      notes.append("reference levels: " + references.joined(separator: ", "))
    }
    noteUnevenPeriods()
    if let units, let cluster = cases.cluster { try Self.checkNested(units, cluster, rows) }
  }

  /// - Throws: `StageFault` where the rows are no panel.
  func panel() throws(EstimationFault) -> AdoptionPanel {
    try AdoptionPanel(
      units: units ?? Statistics.Grouping(Array(outcome.indices)), times: times, adopted: adopted)
  }

  /// The dates at which units adopt within the panel.
  var dates: [Int] {
    let last = times.max() ?? 0
    return Set(adopted.compactMap(\.self)).filter { $0 <= last }.sorted()
  }

  /// Codes such as 202312 and 202401 are not one period apart.
  private mutating func noteUnevenPeriods() {
    let periods = Set(times).sorted()
    let steps = Set(zip(periods, periods.dropFirst()).map { $1 - $0 })
    guard steps.count > 1 else { return }
    flags.append("uneven-periods")
    notes.append(
      "periods are not evenly spaced, and time since adoption is counted as they are numbered: number "
        + "them 1, 2, 3 if they are codes such as 202312")
  }

  /// Unit effects are within clusters only if units are.
  private static func checkNested(
    _ units: Statistics.Grouping, _ cluster: CaseGroups, _ rows: [Int]
  ) throws(StageFault) {
    var known = [Int32](repeating: -1, count: units.count)
    var split: Set<Int32> = []
    for (place, unit) in units.codes.enumerated() {
      let code = cluster.codes[rows[place]]
      if known[Int(unit)] >= 0, known[Int(unit)] != code { split.insert(unit) }
      known[Int(unit)] = code
    }
    guard split.isEmpty else {
      throw StageFault(
        "\(split.count) \(split.count == 1 ? "unit lies" : "units lie") in more than one cluster of "
          + "'\(cluster.column)'", at: "cluster",
        help:
          "name a column that is the same in all rows of a unit, such as the office it belongs to")
    }
  }
}

/// Who was treated when, read from dates or from a status.
private struct History {
  var adopted: [Int?]
  var isTreated: [Bool]
  var endsAgain = false

  init(
    _ adoption: PanelCases.Adoption, rows: [Int], units: Statistics.Grouping?, times: [Int]
  ) {
    switch adoption {
    case .date(let dates):
      let adopted = rows.map { row in dates.validity?[row] ?? true ? dates.values[row] : nil }
      self.adopted = adopted
      isTreated = adopted.indices.map { place in adopted[place].map { $0 <= times[place] } ?? false
      }
    case .status(let numbers):
      let status = rows.map { numbers.values[$0] == 1 }
      isTreated = status
      adopted = Array(repeating: nil, count: rows.count)
      guard let units else { return }
      var first = [Int?](repeating: nil, count: units.count)
      for (place, unit) in units.codes.enumerated() where status[place] {
        first[Int(unit)] = min(first[Int(unit)] ?? .max, times[place])
      }
      for (place, unit) in units.codes.enumerated() {
        adopted[place] = first[Int(unit)]
        if !status[place], let date = first[Int(unit)], date <= times[place] { endsAgain = true }
      }
    }
  }
}
