// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The cases as a balanced panel: one outcome for each unit and period, and who got the change when.
struct SyntheticPanel {
  let panel: TreatedPanel
  /// Predictors × units; nil where none are asked for.
  let predictors: Matrix?
  let predictorNames: [String]
  /// How many periods earlier a false change is set: a third of the past.
  let earlier: Int
  /// The predictors as they were known then; nil where some unit lacks one.
  let earlierPredictors: Matrix?
  let notes: [String]
  let flags: [String]

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: SyntheticControl, _ cases: Cases, outcome name: ColumnName) throws {
    let rows = try PanelTable(stage, cases, outcome: name)
    let adoption = try rows.adoption(stage, cases)
    var notes = rows.notes
    var flags = rows.flags
    let first = adoption.compactMap(\.self).min() ?? rows.times.count
    let columns = try rows.predictors(stage, cases, before: first)
    // A unit takes part with an outcome in every period and all predictors, or not at all.
    var kept: [Int] = []
    var left = (incomplete: (treated: 0, donors: 0), predictor: 0)
    for unit in rows.units.indices {
      if rows.outcome(unit).contains(where: { $0 == nil }) {
        if adoption[unit] == nil {
          left.incomplete.donors += 1
        } else {
          left.incomplete.treated += 1
        }
      } else if columns.contains(where: { $0.values[unit] == nil }) {
        left.predictor += 1
      } else {
        kept.append(unit)
      }
    }
    let total = rows.units.count
    for (count, kind, flag) in [
      (left.incomplete.donors, "donors", "donor-incomplete"),
      (left.incomplete.treated, "treated units", "treated-incomplete"),
    ] where count > 0 {
      notes.append(
        "\(count) of \(total) units have no '\(name)' in some period and are left out (\(kind))")
      flags.append(flag)
    }
    if left.predictor > 0 {
      notes.append("\(left.predictor) of \(total) units lack a predictor and are left out")
      flags.append("predictor-missing")
    }
    if adoption.contains(where: { $0 != nil }), kept.allSatisfy({ adoption[$0] == nil }) {
      throw StageFault(
        "every treated unit misses '\(name)' in some period", at: "outcome",
        help: "keep periods with 'where' in which the treated units were measured")
    }
    do throws(EstimationFault) {
      panel = try TreatedPanel(
        units: kept.map { rows.units[$0] }, times: rows.times,
        outcomes: Matrix(
          rows: rows.times.count, columns: kept.count,
          values: kept.flatMap { rows.outcome($0).map { $0 ?? 0 } }),
        adoption: kept.map { adoption[$0] })
    } catch {
      throw StageFault(error, synthetic: stage, of: name.name)
    }
    predictorNames = columns.map(\.name)
    predictors = Self.matrix(columns, of: kept)
    earlier = max(1, first / 3)
    earlierPredictors = Self.matrix(
      try rows.predictors(stage, cases, before: first, earlier: earlier), of: kept)
    self.notes = notes
    self.flags = flags
  }

  private static func matrix(
    _ columns: [(name: String, values: [Double?])], of units: [Int]
  ) -> Matrix? {
    let values = units.flatMap { unit in columns.compactMap { $0.values[unit] } }
    guard !columns.isEmpty, values.count == units.count * columns.count else { return nil }
    return Matrix(rows: columns.count, columns: units.count, values: values)
  }
}

/// Where each row of the cases stands in the panel.
private struct PanelTable {
  let units: [String]
  let times: [String]
  private(set) var notes: [String]
  private(set) var flags: [String]
  private let unit: CaseGroups
  private let timeNumbers: [Double]?
  /// The row of each unit and period, −1 where there is none.
  private let cells: [Int]
  private let values: Measurements

  init(_ stage: SyntheticControl, _ cases: Cases, outcome name: ColumnName) throws(StageFault) {
    let unit = try cases.groups(stage.unit, at: "unit")
    let timeColumn = try cases.groups(stage.time, at: "time")
    values = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("unit", unit.column, unit.validity)
    selection.require("time", timeColumn.column, timeColumn.validity)
    let rows = selection.rows
    self.unit = unit
    notes = selection.notes
    flags = selection.flags
    let numbers = try cases.column(stage.time, at: "time").doubles()
    let order = Self.order(timeColumn, numbers?.values, rows)
    var places = [Int](repeating: -1, count: timeColumn.labels.count)
    for (place, code) in order.codes.enumerated() { places[code] = place }
    times = order.codes.map { timeColumn.labels[$0] }
    timeNumbers = order.numbers
    // Units in the order of their labels, so that the order of rows does not matter.
    let present = Set(rows.map { Int(unit.codes[$0]) })
    let unitOrder = present.sorted { unit.labels[$0].isExactlyBefore(unit.labels[$1]) }
    units = unitOrder.map { unit.labels[$0] }
    var unitPlaces = [Int](repeating: -1, count: unit.labels.count)
    for (place, code) in unitOrder.enumerated() { unitPlaces[code] = place }
    var cells = [Int](repeating: -1, count: units.count * times.count)
    for row in rows {
      let cell = unitPlaces[Int(unit.codes[row])] * times.count + places[Int(timeColumn.codes[row])]
      guard cells[cell] < 0 else {
        throw StageFault(
          "a unit of '\(stage.unit)' has several cases in one period of '\(stage.time)'",
          at: "unit",
          help: "sum cases up to one row for each unit and period first, or keep some with 'where'")
      }
      cells[cell] = row
    }
    self.cells = cells
  }

  private static func order(
    _ column: CaseGroups, _ numbers: [Double]?, _ rows: [Int]
  ) -> (codes: [Int], numbers: [Double]?) {
    var first: [Int: Int] = [:]
    for row in rows where first[Int(column.codes[row])] == nil {
      first[Int(column.codes[row])] = row
    }
    guard let numbers else {
      // Dates and timestamps read in ISO 8601 are in order by their bytes.
      let codes = first.keys.sorted { column.labels[$0].isExactlyBefore(column.labels[$1]) }
      return (codes, nil)
    }
    let codes = first.keys.sorted { numbers[first[$0] ?? 0] < numbers[first[$1] ?? 0] }
    return (codes, codes.map { numbers[first[$0] ?? 0] })
  }

  private func rows(of place: Int) -> [Int] {
    Array(cells[(place * times.count)..<((place + 1) * times.count)])
  }

  /// The outcome of a unit in each period.
  func outcome(_ place: Int) -> [Double?] {
    rows(of: place).map { row in
      row >= 0 && values.validity?[row] ?? true ? values.values[row] : nil
    }
  }

  /// The first period with the change of each unit; nil for a donor.
  func adoption(_ stage: SyntheticControl, _ cases: Cases) throws(StageFault) -> [Int?] {
    if let treatment = stage.treatment { return try adoption(of: treatment, cases) }
    guard let adopted = stage.adopted else { throw SyntheticControl.noAdoption }
    let column = try cases.column(adopted, at: "adopted")
    let numbers = column.doubles()?.values
    guard (numbers == nil) == (timeNumbers == nil) else {
      throw StageFault(
        "'\(adopted)' and '\(stage.time)' are not of one kind, so no period follows from one",
        at: "adopted", help: "give both as dates, or both as numbers")
    }
    let texts = numbers == nil ? column.texts() : []
    var adoption: [Int?] = []
    for place in units.indices {
      let rows = rows(of: place).filter { $0 >= 0 }
      let filled = rows.filter { !column.isMissing(at: $0) }
      guard let first = filled.first else {
        adoption.append(nil)
        continue
      }
      let isOne = filled.allSatisfy { row in
        numbers.map { $0[row] == $0[first] } ?? (texts[row] == texts[first])
      }
      guard isOne, filled.count == rows.count else {
        throw StageFault(
          "a unit of '\(stage.unit)' has different values of '\(adopted)' in different periods",
          at: "adopted", help: "give the first period with the change in every row of a unit")
      }
      if let numbers, let timeNumbers {
        adoption.append(timeNumbers.firstIndex { $0 >= numbers[first] })
      } else {
        let text = texts[first] ?? ""
        adoption.append(times.firstIndex { !$0.isExactlyBefore(text) })
      }
    }
    return adoption
  }

  private func adoption(of treatment: ColumnName, _ cases: Cases) throws(StageFault) -> [Int?] {
    let status = try cases.numbers(treatment, at: "treatment")
    var adoption: [Int?] = []
    for place in units.indices {
      var from: Int?
      for (time, row) in rows(of: place).enumerated() where row >= 0 {
        guard status.validity?[row] ?? true else {
          throw StageFault(
            "'\(treatment)' is missing in some case, so nobody knows whether the unit was treated",
            at: "treatment", help: "fill it in, or leave the unit out with 'where'")
        }
        guard status.values[row] == 0 || status.values[row] == 1 else {
          throw StageFault(
            "'\(treatment)' holds other numbers than 0 and 1", at: "treatment",
            help: "derive a column that is 1 in the periods in which a unit had the change")
        }
        if status.values[row] == 1 {
          from = from ?? time
        } else if from != nil {
          throw StageFault(
            "a unit of '\(unit.column)' lost the change again, and this stage takes it as kept",
            at: "treatment", help: "keep periods up to then with 'where'")
        }
      }
      adoption.append(from)
    }
    return adoption
  }

  /// The mean of each covariate over the periods before anybody got the change, and the outcome in the
  /// periods that were named, for each unit; with `earlier` what was known so many periods earlier.
  func predictors(
    _ stage: SyntheticControl, _ cases: Cases, before first: Int, earlier: Int = 0
  ) throws(StageFault) -> [(name: String, values: [Double?])] {
    let known = first - earlier
    var columns: [(name: String, values: [Double?])] = []
    for name in stage.covariates {
      let numbers = try cases.numbers(name, at: "covariates")
      columns.append((name.name, units.indices.map { mean(of: numbers, $0, before: known) }))
    }
    for time in stage.outcomeTimes {
      guard let place = times.firstIndex(where: { $0.isExactly(time) }), place < first else {
        throw StageFault(
          "'\(time)' is no period before the change", at: "outcome_times",
          help: "periods: " + times[..<first].joined(separator: ", "))
      }
      guard place < known else { continue }
      columns.append(
        ("\(values.column) \(time)", units.indices.map { outcome($0)[place] }))
    }
    return columns
  }

  private func mean(of numbers: Measurements, _ unit: Int, before first: Int) -> Double? {
    let known = rows(of: unit)[..<first].filter { row in
      row >= 0 && numbers.validity?[row] ?? true
    }
    guard !known.isEmpty else { return nil }
    return known.reduce(0) { $0 + numbers.values[$1] } / Double(known.count)
  }
}
