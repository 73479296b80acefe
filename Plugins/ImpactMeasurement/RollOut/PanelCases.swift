// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The columns of cases that are seen over time: who, when, since when, and what goes with it.
struct PanelCases {
  /// How the cases say who was treated when.
  enum Adoption {
    /// A column with the first treated time; empty for never.
    case date(PanelTimes)
    /// A column of 0 and 1.
    case status(Measurements)
  }

  let cases: Cases
  /// Nil where other people are seen in each period.
  let unit: CaseGroups?
  let time: PanelTimes
  let adoption: Adoption
  let covariates: [Covariate]
  let cluster: CaseGroups?
  let weight: Measurements?

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(
    _ cases: Cases, unit: ColumnName?, time: ColumnName, adopted: ColumnName?,
    treatment: ColumnName?, covariates: [ColumnName], cluster: ColumnName?, weight: ColumnName?
  ) throws(StageFault) {
    self.cases = cases
    self.unit = try cases.groups(unit, at: "unit")
    self.time = try PanelTimes(cases, time, at: "time")
    if let adopted {
      adoption = .date(try PanelTimes(cases, adopted, at: "adopted"))
    } else if let treatment {
      adoption = .status(try Self.status(cases, treatment))
    } else {
      throw .user(
        "neither 'adopted' nor 'treatment' is given", at: "adopted",
        help: "name the column with the first treated period, empty for never")
    }
    let columns = try cases.covariates(covariates)
    self.covariates = columns
    self.cluster = try cases.groups(cluster, at: "cluster")
    self.weight = try weight.map { name throws(StageFault) in
      try cases.numbers(name, at: "weight")
    }
  }

  private static func status(_ cases: Cases, _ name: ColumnName) throws(StageFault) -> Measurements
  {
    let numbers = try cases.numbers(name, at: "treatment")
    for (row, value) in numbers.values.enumerated() where numbers.validity?[row] ?? true {
      guard value == 0 || value == 1 else {
        throw StageFault(
          "'\(name)' holds other numbers than 0 and 1", at: "treatment",
          help: "impact/regression takes such a column, with fixed effects of units and periods")
      }
    }
    return numbers
  }

  /// The rows that have all that an outcome's model needs.
  ///
  /// - Parameters:
  ///   - name: the outcome's column.
  ///   - fewest: rows that a unit must have to say anything; those of other units are left out.
  /// - Returns: the rows, with notes on those that were left out.
  /// - Throws: `StageFault` where no row is left, or units are spread over clusters.
  func selecting(
    outcome name: ColumnName, fewest: Int = 1
  ) throws(StageFault) -> PanelRows {
    let outcome = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("time", time.column, time.validity)
    if let unit { selection.require("unit", unit.column, unit.validity) }
    if case .status(let numbers) = adoption {
      selection.require("treatment", numbers.column, numbers.validity)
    }
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let weight { selection.require("weight", weight.column, weight.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    guard !selection.rows.isEmpty else {
      throw StageFault(
        "\(name): no case has all that the model needs", at: "outcome",
        help: "look for columns that are empty where others are filled")
    }
    if let unit, fewest > 1 {
      var sizes = [Int](repeating: 0, count: unit.labels.count)
      for row in selection.rows { sizes[Int(unit.codes[row])] += 1 }
      selection.leaveOut(
        "seen-once", where: { sizes[Int(unit.codes[$0])] < fewest },
        note: { count, total in
          "\(count) of \(total) cases are the only one of their unit, show no change, and are left "
            + "out"
        })
    }
    guard !selection.rows.isEmpty else {
      throw StageFault(
        "\(name): every unit is seen in one period only", at: "time",
        help: "check the columns 'unit' and 'time', and 'where'")
    }
    return try PanelRows(self, selection, outcome: outcome)
  }
}

/// A column of whole numbers that count periods.
struct PanelTimes {
  let column: String
  let values: [Int]
  let validity: Bitmap?

  init(_ cases: Cases, _ name: ColumnName, at parameter: String) throws(StageFault) {
    let column = try cases.column(name, at: parameter)
    guard column.type.isNumeric else {
      throw StageFault(
        "column '\(name)' is \(column.type.name), and '\(parameter)' needs whole numbers that count "
          + "periods", at: parameter,
        help: "derive such a column at intake, as in: month = day.year * 12 + day.month")
    }
    let numbers = try cases.numbers(name, at: parameter)
    self.column = name.name
    validity = numbers.validity
    var values = [Int](repeating: 0, count: numbers.values.count)
    for (row, value) in numbers.values.enumerated() where validity?[row] ?? true {
      guard let whole = Int(exactly: value) else {
        throw StageFault(
          "column '\(name)' holds numbers that are not whole, and '\(parameter)' counts periods",
          at: parameter, help: "number the periods 1, 2, 3 and so on at intake")
      }
      values[row] = whole
    }
    self.values = values
  }
}

extension PilotCard {
  /// The column that rows are clustered by, as far as the card allows it to be the unit.
  ///
  /// Where the card says that something else than the analysed cases was assigned, the unit does only if
  /// it is called what was assigned; else a cluster must be named.
  static func cluster(
    _ cluster: ColumnName?, unit: ColumnName?, card: PilotCard?
  ) -> ColumnName? {
    guard cluster == nil, let unit, let card else { return cluster ?? unit }
    let isAssigned = unit.name.lettersOnly == card.unitOfAssignment.lettersOnly
    let isSame = card.unitOfAssignment.lettersOnly == card.unitOfAnalysis.lettersOnly
    return isAssigned || isSame ? unit : nil
  }
}

extension String {
  fileprivate var lettersOnly: String { lowercased().filter(\.isLetter) }
}

extension [ColumnName] {
  /// - Throws: `StageFault` where no outcome is named, or one twice.
  func checkOutcomes() throws(StageFault) {
    for (place, column) in enumerated() where self[..<place].contains(column) {
      throw .user("'outcome' names '\(column)' twice", at: "outcome")
    }
  }
}
