// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The studies in a table, whatever its columns are called.
struct StudyColumns {
  /// What 2×2 counts are turned into.
  enum Measure: String, ParameterChoice {
    case logRiskRatio = "log_risk_ratio"
    case logOddsRatio = "log_odds_ratio"
    case difference
  }

  struct Study {
    let label: String
    var estimate: Double?
    var standardError: Double?
    var interval: ConfidenceInterval?
    var weight: Double?
    /// Why the study does not count.
    var leftOut: String?
  }

  let outcome: String?
  let contrast: String?
  let scale: String?
  let unit: String?
  private let stage: PoolStudies
  private let table: Table

  /// - Throws: `StageFault` where the rows are of several outcomes or scales.
  init(_ stage: PoolStudies, _ table: Table) throws(StageFault) {
    self.stage = stage
    if let wanted = stage.outcome {
      guard let column = table["outcome"] else {
        throw .user("the table has no column 'outcome' to choose by", at: "outcome")
      }
      let texts = column.texts()
      self.table = table.taking(
        rows: texts.indices.filter { texts[$0].map { $0.isExactly(wanted) } ?? false })
      guard self.table.rowCount > 0 else {
        throw .user(
          "no study has the outcome '\(wanted)'", at: "outcome",
          help: "outcomes: \(Self.different(texts).joined(separator: ", "))")
      }
    } else {
      self.table = table
    }
    let scales = Self.different(self.table["scale"]?.texts() ?? [])
    let units = Self.different(self.table["unit"]?.texts() ?? [])
    let outcomes = Self.different(self.table["outcome"]?.texts() ?? [])
    let contrasts = Self.different(self.table["contrast"]?.texts() ?? [])
    if stage.treatedEvents == nil {
      for (name, found) in [("outcomes", outcomes), ("scales", scales), ("units", units)]
      where found.count > 1 {
        throw .user(
          "the studies are of several \(name): \(found.joined(separator: ", "))", at: "outcome",
          help: "choose one outcome, and measure it alike in every study")
      }
      if scales == ["ratio"] {
        throw .user(
          "ratios are averaged as logarithms, and these are plain ratios", at: "estimate",
          help: "give their logarithms, with the standard errors of those")
      }
      scale = scales.first
      unit = units.first
    } else {
      scale = stage.measure.rawValue
      unit = stage.measure == .difference ? "share" : nil
    }
    outcome = stage.outcome ?? (outcomes.count == 1 ? outcomes.first : nil)
    contrast = contrasts.count == 1 ? contrasts.first : nil
  }

  func studies(level: Double) throws(StageFault) -> [Study] {
    let labels = try labels()
    var studies: [Study] = []
    if stage.treatedEvents == nil {
      let estimates = try numbers(stage.estimate, at: "estimate")
      let errors = try numbers(stage.stdError, at: "std_error")
      for row in labels.indices {
        studies.append(
          Self.study(labels[row], estimates[row], errors[row], level: level))
      }
      return studies
    }
    let counts = try counts()
    for row in labels.indices {
      let cells = counts.map { $0[row] }
      studies.append(try study(labels[row], cells, level: level))
    }
    return studies
  }

  static func table(_ studies: [Study]) throws(TableFault) -> Table {
    var maker = TableMaker(studies)
    maker.text("label", \.label)
    maker.number("estimate", \.estimate)
    maker.number("std_error", \.standardError)
    maker.number("conf_low") { $0.interval?.lower }
    maker.number("conf_high") { $0.interval?.upper }
    maker.number("weight", \.weight)
    maker.text("left_out", \.leftOut)
    return try maker.table()
  }

  static let promises =
    [ColumnPromise("label", .text)]
    + ["estimate", "std_error", "conf_low", "conf_high", "weight"].map {
      ColumnPromise($0, .number)
    } + [ColumnPromise("left_out", .text)]
}

extension StudyColumns {
  private static func different(_ texts: [String?]) -> [String] {
    var seen: Set<ExactText> = []
    return texts.compactMap(\.self).filter { seen.insert(ExactText($0)).inserted }
  }

  private func labels() throws(StageFault) -> [String] {
    let name = stage.label?.name ?? (table.contains("experiment") ? "experiment" : nil)
    guard let name else { return (0..<table.rowCount).map { "study \($0 + 1)" } }
    return try column(name, at: "label").texts().enumerated().map { $1 ?? "study \($0 + 1)" }
  }

  private func column(_ name: String, at parameter: String) throws(StageFault) -> Column {
    guard let column = table[name] else {
      throw .user(
        "there is no column '\(name)'", at: parameter,
        help: "columns: \(table.names.joined(separator: ", "))")
    }
    return column
  }

  private func numbers(_ name: ColumnName, at parameter: String) throws(StageFault) -> [Double?] {
    guard let (values, validity) = try column(name.name, at: parameter).doubles() else {
      throw .user("column '\(name)' holds no numbers", at: parameter)
    }
    return values.indices.map { validity?[$0] ?? true ? values[$0] : nil }
  }

  private func counts() throws(StageFault) -> [[Double?]] {
    let columns = [
      (stage.treatedEvents, "treated_events"), (stage.treatedN, "treated_n"),
      (stage.controlEvents, "control_events"), (stage.controlN, "control_n"),
    ]
    var counts: [[Double?]] = []
    for case (let name?, let parameter) in columns {
      let values = try numbers(name, at: parameter)
      let isWhole = values.allSatisfy { value in
        value.map { $0 >= 0 && $0 == $0.rounded() && $0 < 9e15 } ?? true
      }
      guard isWhole else {
        throw .user(
          "column '\(name)' holds something else than counts", at: parameter,
          help: "counts are whole numbers from 0")
      }
      counts.append(values)
    }
    return counts
  }

  private static func study(
    _ label: String, _ estimate: Double?, _ error: Double?, level: Double
  ) -> Study {
    var study = Study(label: label, estimate: estimate, standardError: error)
    if !(estimate?.isFinite ?? false) {
      study.leftOut = "no estimate"
    } else if let estimate, let error,
      let result = try? Estimate(of: label, value: estimate, standardError: error, level: level)
    {
      study.interval = result.interval
    } else {
      study.leftOut = error == nil ? "no standard error" : "no positive standard error"
    }
    return study
  }

  private func study(
    _ label: String, _ cells: [Double?], level: Double
  ) throws(StageFault) -> Study {
    let known = cells.compactMap(\.self).map { Int($0) }
    guard known.count == 4 else {
      var study = Study(label: label)
      study.leftOut = "a count is missing"
      return study
    }
    do throws(EstimationFault) {
      let arms = TwoProportions(
        treated: try Proportion(known[0], of: known[1]),
        control: try Proportion(known[2], of: known[3]))
      let result =
        switch stage.measure {
        case .logRiskRatio: try arms.logRiskRatio(level: level)
        case .logOddsRatio: try arms.logOddsRatio(level: level)
        case .difference: try arms.difference(level: level)
        }
      var study = Study(label: label, estimate: result.value, standardError: result.standardError)
      study.interval = result.interval
      return study
    } catch {
      if case .zeroVariance = error {
        var study = Study(label: label)
        study.leftOut = "the outcome does not vary"
        return study
      }
      throw StageFault("\(label): \(error.message)", at: "treated_events", help: error.help)
    }
  }
}
