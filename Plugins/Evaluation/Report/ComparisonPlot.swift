// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Effects of several experiments, or studies, that stand on one axis.
struct ComparisonPlot {
  struct Line {
    let label: String
    let format: EffectFormat
    let estimate: Double?
    let low: Double?
    let high: Double?
    let level: Double?
    var weight: Double?
    /// Why it is not in the pooled effect.
    let reason: String?
  }

  /// The stages that the lines come from.
  var sources: [String]
  /// Nil for studies, which all measure what they were pooled for.
  let outcome: String?
  var lines: [Line]

  /// How the figures are shown; nil where none is published.
  var format: EffectFormat? { lines.first { $0.estimate != nil }?.format }

  /// Whether a line belongs on the same axis.
  func takes(_ line: Line) -> Bool {
    format == nil || line.estimate == nil || format == line.format
  }

  func takes(_ pooled: PooledLine) -> Bool {
    guard let outcome else { return true }
    return pooled.format == format && (pooled.outcome.map { $0 == outcome } ?? true)
  }
}

extension ComparisonPlot.Line {
  /// A row of the table `comparison`.
  init(comparison rows: TableRows, _ row: Int) {
    let details = [rows.text("contrast", row), rows.text("subgroup", row)].compactMap(\.self)
    let name = rows.text("label", row) ?? ""
    self.init(
      label: ([name] + details).joined(separator: ", "),
      format: EffectFormat(scale: rows.text("scale", row), unit: rows.text("unit", row)),
      estimate: rows.number("estimate", row), low: rows.number("conf_low", row),
      high: rows.number("conf_high", row), level: rows.number("level", row),
      weight: rows.number("weight", row), reason: rows.text("not_pooled", row))
  }

  /// A row of the table `studies`, which stands on the scale of what it was pooled into.
  init(study rows: TableRows, _ row: Int, format: EffectFormat) {
    self.init(
      label: rows.text("label", row) ?? "", format: format,
      estimate: rows.number("estimate", row), low: rows.number("conf_low", row),
      high: rows.number("conf_high", row), level: nil, weight: rows.number("weight", row),
      reason: rows.text("left_out", row))
  }

  func isSameStudy(as other: Self) -> Bool {
    label.isExactly(other.label) && estimate == other.estimate && low == other.low
      && high == other.high
  }
}

/// A row of the table `pooled`, and where it comes from.
struct PooledLine {
  let source: String
  let outcome: String?
  let contrast: String?
  let format: EffectFormat
  let estimate: Double?
  let low: Double?
  let high: Double?
  let predictionLow: Double?
  let predictionHigh: Double?
  let level: Double?
  let count: Int?
  let iSquared: Double?
  let note: String?

  /// The contrast, with the subgroup and the time where it is told of these only.
  private static func contrast(_ rows: TableRows, _ row: Int) -> String? {
    guard let contrast = rows.text("contrast", row) else { return nil }
    let parts = [contrast, rows.text("subgroup", row), rows.text("time", row)]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  static func lines(of item: Labeled<Table>) -> [PooledLine] {
    let rows = TableRows(item.value)
    return rows.indices.map { row in
      PooledLine(
        source: item.label, outcome: rows.text("outcome", row),
        contrast: Self.contrast(rows, row),
        format: EffectFormat(scale: rows.text("scale", row), unit: rows.text("unit", row)),
        estimate: rows.number("estimate", row), low: rows.number("conf_low", row),
        high: rows.number("conf_high", row), predictionLow: rows.number("prediction_low", row),
        predictionHigh: rows.number("prediction_high", row), level: rows.number("level", row),
        count: rows.number("k", row).map { Int($0) }, iSquared: rows.number("i2", row),
        note: rows.text("note", row))
    }
  }

  /// What tells the line from others: outcome and contrast, else the stage that pooled.
  var name: String {
    let parts = [outcome, contrast].compactMap(\.self)
    return parts.isEmpty ? source : parts.joined(separator: ", ")
  }
}
