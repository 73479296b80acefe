// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effects of experiments under each other, at one confidence level.
enum ComparisonTable {
  static func table(
    _ compared: ComparedExperiments, level: Double
  ) throws(TableFault) -> Table {
    var maker = TableMaker(
      compared.lines.map { line in
        Row(
          label: compared.experiments[line.experiment].name, line: line,
          effect: line.effect.restated(at: level))
      })
    maker.text("label", \.label)
    maker.text("experiment", \.effect.experiment)
    maker.text("outcome", \.effect.outcome)
    maker.text("metric", \.effect.metric)
    maker.text("contrast") { $0.effect.contrast.isEmpty ? nil : $0.effect.contrast }
    maker.text("subgroup", \.effect.subgroup)
    maker.number("estimate", \.effect.estimate)
    maker.number("std_error", \.effect.standardError)
    maker.number("conf_low", \.effect.confidenceLow)
    maker.number("conf_high", \.effect.confidenceHigh)
    maker.number("level", \.effect.level)
    maker.text("scale", \.effect.scale?.rawValue)
    maker.text("unit", \.effect.unit)
    maker.integer("n", \.effect.count)
    maker.text("design", \.effect.design)
    maker.text("method", \.effect.method)
    maker.text("variance", \.effect.variance)
    maker.integer("sms_level", \.effect.smsLevel)
    maker.text("role") { $0.effect.role.rawValue }
    maker.text("flags") { row in
      row.effect.flags.isEmpty ? nil : row.effect.flags.joined(separator: ";")
    }
    maker.number("weight", \.line.weight)
    maker.text("not_pooled", \.line.notPooled)
    return try maker.table()
  }

  private struct Row {
    let label: String
    let line: ComparedEffect
    let effect: Effect
  }

  static let promises: [ColumnPromise] =
    texts("label", "experiment", "outcome", "metric", "contrast", "subgroup")
    + numbers("estimate", "std_error", "conf_low", "conf_high", "level")
    + texts("scale", "unit") + [ColumnPromise("n", .integer)]
    + texts("design", "method", "variance") + [ColumnPromise("sms_level", .integer)]
    + texts("role", "flags") + numbers("weight") + texts("not_pooled")

  private static func texts(_ names: String...) -> [ColumnPromise] {
    names.map { ColumnPromise($0, .text) }
  }

  private static func numbers(_ names: String...) -> [ColumnPromise] {
    names.map { ColumnPromise($0, .number) }
  }
}

extension Effect {
  /// The effect with its interval at another level, from its standard error; else as it was published.
  func restated(at level: Double) -> Effect {
    guard self.level != level, let estimate, let standardError,
      let result = try? Estimate(
        of: outcome, value: estimate, standardError: standardError,
        degreesOfFreedom: degreesOfFreedom ?? .infinity, level: level)
    else { return self }
    var effect = self
    effect.level = level
    effect.confidenceLow = result.interval.lower
    effect.confidenceHigh = result.interval.upper
    return effect
  }
}
