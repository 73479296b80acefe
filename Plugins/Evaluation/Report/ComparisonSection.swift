// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// Experiments side by side: what is comparable, their effects, and what they say together.
struct ComparisonSection {
  let input: WriteReport.Input
  let wording: EvaluationWording

  private struct Line {
    let label: String
    let outcome: String
    let format: EffectFormat
    let estimate: Double?
    let low: Double?
    let high: Double?
    let level: Double?
    let weight: Double?
    let reason: String?
  }

  private struct PooledLine {
    let outcome: String?
    let contrast: String?
    let format: EffectFormat
    let values: (estimate: Double?, low: Double?, high: Double?)
    let prediction: (low: Double?, high: Double?)
    let level: Double?
    let count: Int?
    let iSquared: Double?
    let note: String?
  }

  var blocks: [ReportBlock] {
    let isEmpty =
      input.comparisons.isEmpty && input.comparability.isEmpty && input.pooled.isEmpty
      && input.studies.isEmpty
    guard !isEmpty else { return [] }
    var blocks: [ReportBlock] = [.heading(wording.comparisonHeading)]
    blocks += input.comparability.map { matrix($0.value) }
    let pooled = input.pooled.flatMap { pooledLines($0.value) }
    let lines = input.comparisons.flatMap { effectLines($0.value) } + studyLines(pooled.first)
    for group in groups(of: lines) {
      guard let first = group.first else { continue }
      let title = first.outcome.isEmpty ? wording.studiesTitle : first.outcome
      let matching = pooled.filter { line in
        line.format == format(of: group)
          && (line.outcome == nil || line.outcome == first.outcome || first.outcome.isEmpty)
      }
      blocks.append(
        .figure(InlineText(wording.comparisonCaption), chart: plot(title, group, matching)))
      let reasons = group.filter { $0.reason != nil }
      if !reasons.isEmpty {
        blocks.append(.paragraph(InlineText(wording.notPooledTitle)))
        blocks.append(.list(reasons.map { InlineText("\($0.label): \($0.reason ?? "").") }))
      }
    }
    for line in pooled { blocks.append(.paragraph(InlineText(sentence(line)))) }
    return blocks
  }
}

extension ComparisonSection {
  private func matrix(_ table: Table) -> ReportBlock {
    let rows = TableRows(table)
    let fixed = ["aspect", "comparable", "note"]
    let names = table.names.filter { !fixed.contains($0) }
    return .table(
      ReportTable(
        wording.matrixCaption,
        columns: [.init(wording.aspectColumn)] + names.map { .init($0) }
          + [.init(wording.comparableColumn), .init(wording.noteColumn)],
        rows: rows.indices.map { row in
          let aspect = rows.text("aspect", row) ?? ""
          let name = Aspect.Code(rawValue: aspect).map { wording.name(of: $0) } ?? whole(aspect)
          let answer = rows.flag("comparable", row).map { $0 ? wording.yes : wording.no }
          return ReportTable.Row(
            [.text(InlineText(wording.sentence(name)))]
              + names.map { rows.text($0, row).map { .text(InlineText($0)) } ?? .empty }
              + [
                .text(InlineText(answer ?? wording.unknown)),
                .text(InlineText(rows.text("note", row) ?? "")),
              ])
        }))
  }

  private func whole(_ aspect: String) -> String {
    switch aspect {
    case "all": wording.allTogether
    case "pooling": wording.poolingRow
    default: aspect
    }
  }

  private func effectLines(_ table: Table) -> [Line] {
    let rows = TableRows(table)
    return rows.indices.map { row in
      let details = [rows.text("contrast", row), rows.text("subgroup", row)].compactMap(\.self)
      let label = rows.text("label", row) ?? ""
      return Line(
        label: details.isEmpty ? label : "\(label), \(details.joined(separator: ", "))",
        outcome: rows.text("outcome", row) ?? "",
        format: EffectFormat(scale: rows.text("scale", row), unit: rows.text("unit", row)),
        estimate: rows.number("estimate", row), low: rows.number("conf_low", row),
        high: rows.number("conf_high", row), level: rows.number("level", row),
        weight: rows.number("weight", row), reason: rows.text("not_pooled", row))
    }
  }

  /// Studies have no scale of their own: it is that of the effect they were pooled into.
  private func studyLines(_ pooled: PooledLine?) -> [Line] {
    let format = pooled?.format ?? EffectFormat(scale: nil, unit: nil)
    return input.studies.flatMap { item in
      let rows = TableRows(item.value)
      return rows.indices.map { row in
        Line(
          label: rows.text("label", row) ?? "", outcome: "", format: format,
          estimate: rows.number("estimate", row), low: rows.number("conf_low", row),
          high: rows.number("conf_high", row), level: pooled?.level,
          weight: rows.number("weight", row), reason: rows.text("left_out", row))
      }
    }
  }

  private func pooledLines(_ table: Table) -> [PooledLine] {
    let rows = TableRows(table)
    return rows.indices.map { row in
      PooledLine(
        outcome: rows.text("outcome", row), contrast: rows.text("contrast", row),
        format: EffectFormat(scale: rows.text("scale", row), unit: rows.text("unit", row)),
        values: (
          rows.number("estimate", row), rows.number("conf_low", row), rows.number("conf_high", row)
        ),
        prediction: (rows.number("prediction_low", row), rows.number("prediction_high", row)),
        level: rows.number("level", row), count: rows.number("k", row).map { Int($0) },
        iSquared: rows.number("i2", row), note: rows.text("note", row))
    }
  }

  private func groups(of lines: [Line]) -> [[Line]] {
    var groups: [[Line]] = []
    for line in lines {
      let place = groups.firstIndex { group in
        guard group[0].outcome.isExactly(line.outcome) else { return false }
        let format = format(of: group)
        return format == nil || format == line.format || line.estimate == nil
      }
      if let place { groups[place].append(line) } else { groups.append([line]) }
    }
    return groups
  }

  /// The format of what is published in the group.
  private func format(of lines: [Line]) -> EffectFormat? {
    lines.first { $0.estimate != nil }?.format
  }

  private func plot(_ title: String, _ lines: [Line], _ pooled: [PooledLine]) -> ForestPlot {
    let format = format(of: lines) ?? lines[0].format
    let rows =
      lines.map { line in
        ForestPlot.Row.estimate(
          line.label, format.shown(line.estimate), low: format.shown(line.low),
          high: format.shown(line.high), weight: line.weight)
      }
      + pooled.map { line in
        .pooled(
          pooled.count > 1 ? "\(wording.together), \(line.contrast ?? "")" : wording.together,
          format.shown(line.values.estimate),
          low: format.shown(line.values.low), high: format.shown(line.values.high),
          predictionLow: format.shown(line.prediction.low),
          predictionHigh: format.shown(line.prediction.high))
      }
    return ForestPlot(
      title, rows: rows, format: format.number,
      level: lines.compactMap(\.level).first ?? 0.95, isLogarithmic: format.isRatio)
  }

  private func sentence(_ line: PooledLine) -> String {
    let format = line.format
    let language = wording.language
    let number = format.isRatio ? format.number : format.number.signed
    let figures = number.text(format.shown(line.values.estimate), in: language)
    let interval = format.number.interval(
      format.shown(line.values.low), format.shown(line.values.high), in: language)
    var text = wording.pooledSentence(
      count: line.count ?? 0, figures: figures,
      interval: "\(language.wording.interval(level: line.level ?? 0.95)) \(interval)")
    if line.prediction.low != nil {
      text +=
        " "
        + wording.predictionSentence(
          format.number.interval(
            format.shown(line.prediction.low), format.shown(line.prediction.high), in: language))
    }
    if let share = line.iSquared {
      text +=
        " " + wording.heterogeneity(NumberFormat.percentage(decimals: 0).text(share, in: language))
    }
    return line.note.map { "\(text) \($0)" } ?? text
  }
}
