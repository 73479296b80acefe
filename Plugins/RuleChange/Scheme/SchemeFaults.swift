// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

/// Collects everything that is wrong with scheme and reform files, each fault at its place.
struct SchemeFaults: Sendable {
  private(set) var diagnostics: [Diagnostic] = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func add(_ faults: [Diagnostic]) { diagnostics += faults }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at place: LocatedNode, help: String? = nil,
    notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, message, help: help, notes: notes + place.cellNote, file: place.file.name,
        span: place.node.span))
  }

  /// Tells what people should know, and what stops nothing.
  mutating func warn(
    _ code: DiagnosticCode, _ message: String, at place: LocatedNode, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: .warning, message, help: help, notes: place.cellNote,
        file: place.file.name, span: place.node.span))
  }

  /// Reports what is wrong with an expression, underlined inside its text.
  mutating func report(_ fault: FEELFault, in place: LocatedNode) {
    let span = fault.range.map { place.node.span(inScalar: $0, of: place.file) }
    diagnostics.append(
      Diagnostic(
        .badExpression, fault.message, help: fault.help, notes: place.cellNote,
        file: place.file.name,
        span: span ?? place.node.span))
  }

  mutating func reportWrongType(_ what: String, takes wanted: String, at place: LocatedNode) {
    report(.wrongType, "\(what) takes \(wanted), not \(place.node.kindName)", at: place)
  }
}

extension LocatedNode {
  fileprivate var cellNote: [String] { cell.map { ["cell \($0)"] } ?? [] }
}

extension DiagnosticCode {
  static let schemeKey: DiagnosticCode = "scheme-key"
  static let schemeMissing: DiagnosticCode = "scheme-missing"
  static let schemeName: DiagnosticCode = "scheme-name"
  static let schemeValue: DiagnosticCode = "scheme-value"
  static let schemeEntity: DiagnosticCode = "scheme-entity"
  static let decisionTable: DiagnosticCode = "decision-table"
  static let tableFile: DiagnosticCode = "table-file"
  static let tableCell: DiagnosticCode = "table-cell"
  static let reformMismatch: DiagnosticCode = "reform-mismatch"
}
