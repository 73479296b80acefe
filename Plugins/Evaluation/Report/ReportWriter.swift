// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit
import Tables

/// Puts the parts of a report in their order.
struct ReportWriter {
  let input: WriteReport.Input
  let effects: [Effect]
  let checks: [TrustCheck]
  let wording: EvaluationWording
  private let title: String?
  private let experiment: String

  /// - Throws: `StageFault` for a table that is not what its port takes.
  init(
    _ input: WriteReport.Input, title: String?, experiment: String, wording: EvaluationWording
  ) throws(StageFault) {
    self.input = input
    self.title = title
    self.experiment = experiment
    self.wording = wording
    effects = try input.effects.effects().map(\.effect)
    checks = try input.checks.checks()
  }

  var cards: [PilotCard] {
    var seen: Set<ExactText> = []
    return input.pilots.map(\.value).filter { seen.insert(ExactText($0.id)).inserted }
  }

  func document() -> ReportDocument {
    let names = cards.map(\.organisation.name)
    var report = ReportDocument(
      title: title ?? (cards.count == 1 ? cards.first?.title : nil)
        ?? wording.reportTitle(experiment),
      subtitle: names.isEmpty || names.count > 3 ? nil : wording.list(unique(names)),
      language: wording.language)
    report.blocks = VerdictSection(verdicts: input.verdicts.map(\.value), wording: wording).blocks
    if isOnExperiment { report.blocks += experimentBlocks }
    report.blocks += ComparisonSection(input: input, wording: wording).blocks
    if isOnExperiment, isEmpty || !effects.isEmpty || !checks.isEmpty {
      report.blocks +=
        TrustSection(checks: checks, balances: input.balances, wording: wording).blocks
    }
    report.blocks +=
      TriadSection(verdicts: input.verdicts.map(\.value), wording: wording).blocks
      + ReformSection(input: input, wording: wording).blocks + otherBlocks
      + MethodSection(
        effects: effects, checks: isOnOneExperiment ? checks : [], pooled: input.pooled,
        wording: wording
      ).blocks
    report.provenance = [
      KeyFact(wording.madeWithLabel, "Proeftuin"),
      KeyFact(wording.stageLabel, "\(code: "evaluation/report") \(WriteReport.info.version)"),
      KeyFact(wording.experimentLabel, InlineText(cards.first?.id ?? experiment)),
    ]
    return report
  }

  /// What was tried, who took part, what was found.
  private var experimentBlocks: [ReportBlock] {
    let pilots = PilotSection(cards: cards, wording: wording).blocks
    let lessons = LessonSection(lessons: input.lessons.map(\.value), wording: wording).blocks
    // A flow counts rows, and rows of coded cases are no cases: the lessons say how many these are.
    if effects.isEmpty, !lessons.isEmpty { return pilots + lessons }
    return pilots
      + FlowSection(
        flows: input.flows, effects: effects, checks: checks, cards: cards, wording: wording
      ).blocks + FindingsSection(effects: effects, cards: cards, wording: wording).blocks + lessons
  }

  /// Whether an experiment is told of; a reform or the studies of others have no groups and no flow.
  private var isOnExperiment: Bool {
    isEmpty || !input.pilots.isEmpty || !effects.isEmpty || !checks.isEmpty
      || !input.verdicts.isEmpty || !input.lessons.isEmpty
  }

  /// Whether it is clear whose trust checks these are.
  private var isOnOneExperiment: Bool { Set(effects.map { ExactText($0.experiment) }).count < 2 }

  private var isEmpty: Bool {
    let tables = [
      input.flows, input.effects, input.checks, input.balances, input.comparisons,
      input.comparability, input.pooled, input.studies, input.truths, input.tables,
    ]
    return input.pilots.isEmpty && input.verdicts.isEmpty && input.lessons.isEmpty
      && tables.allSatisfy(\.isEmpty)
      && ReformSection(input: input, wording: wording).blocks.isEmpty
  }

  private var otherBlocks: [ReportBlock] {
    let blocks =
      DataTable.blocks(input.truths, named: wording.truthCaption, wording)
      + DataTable.blocks(input.tables, named: nil, wording)
    return blocks.isEmpty ? [] : [.heading(wording.otherHeading)] + blocks
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<ExactText> = []
    return texts.filter { seen.insert(ExactText($0)).inserted }
  }
}

extension Column {
  /// The numbers that are there.
  fileprivate var presentDoubles: [Double] {
    guard let (values, validity) = doubles() else { return [] }
    return values.indices.filter { validity?[$0] ?? true }.map { values[$0] }
  }
}

/// A table shown as it is, cut where it is long.
struct DataTable {
  private let label: String
  private let table: Table
  private let name: String?
  private let wording: EvaluationWording

  static let rowLimit = 60

  /// The tables that have rows.
  static func blocks(
    _ items: [Labeled<Table>], named name: String?, _ wording: EvaluationWording
  ) -> [ReportBlock] {
    items.filter { $0.value.rowCount > 0 }.map { DataTable($0, named: name, wording).block }
  }

  private init(_ item: Labeled<Table>, named name: String?, _ wording: EvaluationWording) {
    label = item.label
    table = item.value
    self.name = name
    self.wording = wording
  }

  private var block: ReportBlock {
    let shown = table.prefix(Self.rowLimit)
    let columns = zip(shown.names, shown.columns).map { name, column in
      ReportTable.Column(name, format: format(of: column, named: name))
    }
    let numbers = shown.columns.map { $0.type.isNumeric ? $0.doubles() : nil }
    let rows = (0..<shown.rowCount).map { row in
      ReportTable.Row(
        shown.columns.indices.map { place in
          if let (values, validity) = numbers[place] {
            return validity?[row] ?? true ? .number(values[row]) : .empty
          }
          return shown.columns[place].display(at: row).map { .text(InlineText($0)) } ?? .empty
        })
    }
    return .table(
      ReportTable(
        name.map { "\($0) (\(label))" } ?? label, columns: columns, rows: rows,
        note: table.rowCount > Self.rowLimit
          ? InlineText(wording.firstRows(Self.rowLimit, of: table.rowCount)) : nil))
  }

  private func format(of column: Column, named name: String) -> NumberFormat? {
    guard column.type.isNumeric else { return nil }
    if column.type == .integer { return .count }
    if Self.probabilities.contains(name) { return .pValue }
    if case .decimal(_, let scale) = column { return .number(decimals: scale) }
    // Amounts and weighted counts keep their cents and units, however large they are.
    let values = column.presentDoubles
    guard values.contains(where: { $0.magnitude >= 10 }) else { return .significant(4) }
    return values.allSatisfy { $0 == $0.rounded() } ? .count : .number(decimals: 2)
  }

  /// Columns that stages name alike, and that have as many zeros as they like.
  private static let probabilities: Set<String> = ["p_value", "p_adjusted"]
}
