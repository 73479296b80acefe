// SPDX-License-Identifier: EUPL-1.2

import Reports
import StageKit
import Tables

/// Experiments side by side: what is comparable, their effects, and what they say together.
struct ComparisonSection {
  let input: WriteReport.Input
  let wording: EvaluationWording

  var blocks: [ReportBlock] {
    let pooled = input.pooled.flatMap { PooledLine.lines(of: $0) }
    var blocks = input.comparability.map { matrix($0.value) }
    for plot in effectPlots + studyPlots {
      let matching = pooled.filter { plot.sources.contains($0.source) && plot.takes($0) }
      if plot.format != nil {
        blocks.append(.figure(InlineText(wording.comparisonCaption), chart: chart(plot, matching)))
      }
      blocks += reasons(plot)
    }
    for line in pooled {
      let text = sentence(line)
      let whole = pooled.count > 1 ? "\(line.name): \(text)" : text
      blocks.append(.paragraph(InlineText(whole)))
    }
    return blocks.isEmpty ? [] : [.heading(wording.comparisonHeading)] + blocks
  }

  private func matrix(_ table: Table) -> ReportBlock {
    let rows = TableRows(table)
    let names = table.names.filter { !["aspect", "comparable", "note"].contains($0) }
    return .table(
      ReportTable(
        wording.matrixCaption,
        columns: [.init(wording.aspectColumn)] + names.map { .init($0) }
          + [.init(wording.comparableColumn), .init(wording.noteColumn)],
        rows: rows.indices.map { row in
          let answer = rows.flag("comparable", row).map { $0 ? wording.yes : wording.no }
          return ReportTable.Row(
            [.text(InlineText(wording.sentence(name(of: rows.text("aspect", row) ?? ""))))]
              + names.map { rows.text($0, row).map { .text(InlineText($0)) } ?? .empty }
              + [
                .text(InlineText(answer ?? wording.unknown)),
                .text(InlineText(rows.text("note", row) ?? "")),
              ])
        }))
  }

  private func name(of aspect: String) -> String {
    switch aspect {
    case "all": wording.allTogether
    case "pooling": wording.poolingRow
    default: Aspect.Code(rawValue: aspect).map { wording.name(of: $0) } ?? aspect
    }
  }

  /// One plot for each outcome and scale of a comparison.
  private var effectPlots: [ComparisonPlot] {
    var plots: [ComparisonPlot] = []
    for item in input.comparisons {
      let rows = TableRows(item.value)
      for row in rows.indices {
        let line = ComparisonPlot.Line(comparison: rows, row)
        let outcome = rows.text("outcome", row) ?? ""
        let place = plots.firstIndex {
          $0.sources == [item.label] && $0.outcome == outcome && $0.takes(line)
        }
        if let place {
          plots[place].lines.append(line)
        } else {
          plots.append(ComparisonPlot(sources: [item.label], outcome: outcome, lines: [line]))
        }
      }
    }
    return plots
  }

  /// One plot for each set of studies, however many times it was pooled.
  private var studyPlots: [ComparisonPlot] {
    var plots: [ComparisonPlot] = []
    for item in input.studies {
      let format =
        input.pooled.first { $0.label.isExactly(item.label) }
        .flatMap { PooledLine.lines(of: $0).first?.format }
        ?? EffectFormat(scale: nil, unit: nil)
      let rows = TableRows(item.value)
      let lines = rows.indices.map { ComparisonPlot.Line(study: rows, $0, format: format) }
      let place = plots.firstIndex { plot in
        plot.lines.elementsEqual(lines) { $0.isSameStudy(as: $1) }
      }
      if let place {
        plots[place].sources.append(item.label)
        // Weights of several ways to pool are not one weight.
        for line in plots[place].lines.indices { plots[place].lines[line].weight = nil }
      } else {
        plots.append(ComparisonPlot(sources: [item.label], outcome: nil, lines: lines))
      }
    }
    return plots
  }

  private func chart(_ plot: ComparisonPlot, _ pooled: [PooledLine]) -> ForestPlot {
    let format = plot.format ?? EffectFormat(scale: nil, unit: nil)
    let lines = plot.lines.map { line in
      ForestPlot.Row.estimate(
        line.label, format.shown(line.estimate), low: format.shown(line.low),
        high: format.shown(line.high), weight: line.weight)
    }
    let together = pooled.map { line in
      ForestPlot.Row.pooled(
        pooled.count > 1 ? line.name : wording.together, format.shown(line.estimate),
        low: format.shown(line.low), high: format.shown(line.high),
        predictionLow: format.shown(line.predictionLow),
        predictionHigh: format.shown(line.predictionHigh))
    }
    return ForestPlot(
      plot.outcome ?? wording.studiesTitle, rows: lines + together, format: format.number,
      level: plot.lines.compactMap(\.level).first ?? pooled.compactMap(\.level).first ?? 0.95,
      isLogarithmic: format.isRatio)
  }

  /// Why effects are not pooled, each reason once with all that it concerns.
  private func reasons(_ plot: ComparisonPlot) -> [ReportBlock] {
    var reasons: [(reason: String, labels: [String])] = []
    for line in plot.lines {
      guard let reason = line.reason else { continue }
      if let place = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[place].labels.append(line.label)
      } else {
        reasons.append((reason, [line.label]))
      }
    }
    guard !reasons.isEmpty else { return [] }
    return [
      .paragraph(InlineText(wording.notPooledTitle)),
      .list(reasons.map { InlineText("\(wording.list($0.labels)): \($0.reason).") }),
    ]
  }

  private func sentence(_ line: PooledLine) -> String {
    let format = line.format
    let language = wording.language
    let number = format.isRatio ? format.number : format.number.signed
    let interval = format.number.interval(
      format.shown(line.low), format.shown(line.high), in: language)
    var text = wording.pooledSentence(
      count: line.count ?? 0, figures: number.text(format.shown(line.estimate), in: language),
      interval: "\(language.wording.interval(level: line.level ?? 0.95)) \(interval)")
    if line.predictionLow != nil {
      let range = format.number.interval(
        format.shown(line.predictionLow), format.shown(line.predictionHigh), in: language)
      text += " " + wording.predictionSentence(range)
    }
    if let share = line.iSquared {
      let shown = NumberFormat.percentage(decimals: 0).text(share, in: language)
      text += " " + wording.heterogeneity(shown)
    }
    return line.note.map { "\(text) \($0)" } ?? text
  }
}
