// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Follows the columns of tables through the stages, as far as the stages can say, before anything runs.
struct ColumnKnowledge {
  /// What each instance promises for its outputs.
  private var promises: [Int: KnownColumns] = [:]

  /// Checks the columns that an instance names and notes those that it gives out.
  mutating func check(
    position: Int, loaded: LoadedStage, declaration: StageDeclaration,
    inputs: [String: [InputSource]], reading: ParameterReading, block: StageBlock
  ) -> [Diagnostic] {
    var known = KnownColumns(into: declaration)
    for (port, sources) in inputs where sources.count == 1 {
      known[port] = promises[sources[0].instance]?[sources[0].port]
    }
    promises[position] = loaded.outputColumns(known)
    var faults = needs(of: declaration, inputs, reading, block)
    guard let visible = loaded.visibleColumns(known) else { return faults }
    let names = visible.map(\.name)
    for name in ["parameters", "each"] where names.contains(name) {
      faults.append(
        fault(
          .reservedColumn, "a column may not be named '\(name)'", block.useNode.span, reading,
          help: "rename it in the source: expressions use '\(name)' for something else"))
    }
    for use in reading.columns where !names.contains(use.name) {
      faults.append(unknown(use.name, at: use.span, names, reading))
    }
    for use in reading.expressions {
      faults += check(use, visible, names, reading)
    }
    return faults
  }

  /// Columns that a port needs and that what feeds it is known to lack.
  private func needs(
    of declaration: StageDeclaration, _ inputs: [String: [InputSource]],
    _ reading: ParameterReading, _ block: StageBlock
  ) -> [Diagnostic] {
    var faults: [Diagnostic] = []
    for port in declaration.inputs where !port.columns.isEmpty {
      let binding =
        block.inputs.first { $0.port == port.name } ?? block.inputs.first { $0.port == nil }
      for source in inputs[port.name] ?? [] {
        guard let given = promises[source.instance]?[source.port] else { continue }
        for wanted in port.columns {
          let span = binding?.references.first?.node.span ?? block.useNode.span
          guard let column = given.first(where: { $0.name == wanted.name }) else {
            faults.append(
              fault(
                .missingColumn,
                "\(declaration.name) needs a column '\(wanted.name)' in its input '\(port.name)'",
                span, reading,
                help: Suggestion.question(for: wanted.name, among: given.map(\.name))
                  ?? "add it before this stage, or rename a column to it",
                notes: ["columns: " + Self.list(given.map(\.name))]))
            continue
          }
          if let needed = wanted.type, let type = column.type, !type.fits(needed) {
            faults.append(
              fault(
                .wrongColumnType,
                "\(declaration.name) needs column '\(wanted.name)' as \(needed.name), "
                  + "and it is \(type.name)", span, reading,
                help: "declare its type where it is read, or derive a column of that type"))
          }
        }
      }
    }
    return faults
  }

  private func check(
    _ use: ParameterReading.ExpressionUse, _ visible: [ColumnPromise], _ names: [String],
    _ reading: ParameterReading
  ) -> [Diagnostic] {
    let unknown = use.expression.columns.filter { reference in
      !names.contains(reference.path[0])
        && !names.contains(reference.path.joined(separator: "."))
    }
    if !unknown.isEmpty {
      return unknown.map { reference in
        self.unknown(
          reference.path[0],
          at: use.node.span(inScalar: reference.range, of: reading.file), names, reading,
          isExpression: true)
      }
    }
    let schema = visible.compactMap { column in
      column.type.map { ColumnSchema(column.name, $0) }
    }
    guard schema.count == visible.count else { return [] }
    do {
      _ = try use.expression.feel.type(over: schema, in: use.expression.scope)
      return []
    } catch {
      var reading = reading
      let before = reading.diagnostics.count
      reading.report(error, at: use.node)
      return Array(reading.diagnostics[before...])
    }
  }

  private func unknown(
    _ name: String, at span: SourceSpan, _ names: [String], _ reading: ParameterReading,
    isExpression: Bool = false
  ) -> Diagnostic {
    let close = Suggestion.question(for: name, among: names)
    let quotes = isExpression ? "if it is a text, put it in quotes: \"\(name)\"" : nil
    return fault(
      .unknownColumn, "there is no column '\(name)'", span, reading, help: close ?? quotes,
      notes: ["columns: " + Self.list(names)])
  }

  private func fault(
    _ code: DiagnosticCode, _ message: String, _ span: SourceSpan, _ reading: ParameterReading,
    help: String?, notes: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      code, severity: .error, message, help: help, notes: notes,
      file: reading.file.name, span: span)
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }
}
