// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

extension StageReader {
  private static let inputKeys = ["kind", "help", "optional", "list", "record", "columns"]
  private static let outputKeys = [
    "kind", "help", "optional", "record", "media_type", "columns", "extends",
  ]

  /// `cases: {kind: table, help: One row per case., columns: {income: number}}`.
  func port(_ entry: Node.Entry, isInput: Bool, inputs: [PortManifest]) -> PortManifest? {
    let report = plugin.report
    guard
      let fields = BlockFields(
        entry.value, keys: isInput ? Self.inputKeys : Self.outputKeys,
        what: "port '\(entry.name)'", at: entry.key.span, report)
    else { return nil }
    let help = fields.required("help", help: "say in one sentence what it carries")?.text
    guard let kind = kind(fields) else { return nil }
    let columns = columns(fields)
    for key in ["columns", "extends"] where kind != .table {
      if let node = fields[key] {
        report(.badPort, "only a table has '\(key)'", node.span)
      }
    }
    if kind != .record, let node = fields["record"] {
      report(.badPort, "only a record has 'record'", node.span)
    }
    if kind != .file, !isInput, let node = fields["media_type"] {
      report(.badPort, "only a file has 'media_type'", node.span)
    }
    let extends = isInput || kind != .table ? nil : fields.text("extends")
    if let extends,
      !inputs.contains(where: { $0.declaration.name == extends && $0.declaration.kind == .table })
    {
      report(
        .badPort, "the stage has no input table '\(extends)'", fields["extends"]?.span,
        help: Suggestion.question(for: extends, among: inputs.map(\.declaration.name)))
    }
    return PortManifest(
      declaration: PortDeclaration(
        name: entry.name, help: help ?? "", kind: kind, recordType: fields.text("record"),
        isList: fields.boolean("list") ?? false, isOptional: fields.boolean("optional") ?? false,
        columns: columns),
      place: SourcePlace(file: report.file.name, span: entry.key.span), extends: extends,
      mediaType: fields.text("media_type"))
  }

  private func kind(_ fields: BlockFields) -> ArtifactKind? {
    guard let node = fields.required("kind", help: "table, record or file") else { return nil }
    if let kind = node.text.flatMap({ ArtifactKind(rawValue: $0) }) { return kind }
    plugin.report(
      .unknownChoice, "a port carries no '\(node.text ?? node.kindName)'", node.span,
      notes: ["kinds: table, record, file"])
    return nil
  }

  private func columns(_ fields: BlockFields) -> [ColumnPromise] {
    guard let node = fields["columns"] else { return [] }
    guard let entries = node.entries else {
      let promised: [ColumnPromise]? = fields.wrong("columns", node, "a map from columns to types")
      return promised ?? []
    }
    return entries.compactMap { entry in
      let name = entry.value.text ?? ""
      if name == "any" { return ColumnPromise(entry.name) }
      if let type = ColumnType(name: name) { return ColumnPromise(entry.name, type) }
      let types = ColumnType.nameable.map(\.name) + ["any"]
      plugin.report(
        .unknownChoice, "there is no type '\(name)' for a column", entry.value.span,
        help: Suggestion.question(for: name, among: types),
        notes: ["types: " + types.joined(separator: ", ")])
      return nil
    }
  }
}
