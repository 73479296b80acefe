// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import FEEL
import StageKit

/// Collects everything that is wrong with scheme and reform files, each fault at its place.
struct SchemeFaults: Sendable {
  private(set) var diagnostics: [Diagnostic] = []
  /// The articles that what is being looked at rests on: faults name them.
  var legal: [LegalReference] = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func add(_ faults: [Diagnostic]) { diagnostics += faults }

  mutating func report(
    _ code: DiagnosticCode, severity: Diagnostic.Severity = .error, _ message: String,
    at place: LocatedNode, help: String? = nil, notes: [String] = []
  ) {
    diagnostics.append(
      Diagnostic(
        code, severity: severity, message + legal.inBrackets, help: help,
        notes: notes + place.cellNote, file: place.file.name, span: place.node.span))
  }

  /// Tells what people should know, and what stops nothing.
  mutating func warn(
    _ code: DiagnosticCode, _ message: String, at place: LocatedNode, help: String? = nil
  ) {
    report(code, severity: .warning, message, at: place, help: help)
  }

  /// Reports what is wrong with an expression, underlined inside its text.
  mutating func report(_ fault: FEELFault, in place: LocatedNode) {
    report(.badExpression, fault.message, at: place.part(fault.range), help: fault.help)
  }

  mutating func reportWrongType(_ what: String, takes wanted: String, at place: LocatedNode) {
    report(.wrongType, "\(what) takes \(wanted), not \(place.node.kindName)", at: place)
  }
}

extension LocatedNode {
  fileprivate var cellNote: [String] { cell.map { ["cell \($0)"] } ?? [] }

  /// A part of an expression's text, counted in code points; the whole where the part is not known.
  func part(_ range: Range<Int>?) -> LocatedNode {
    guard let range else { return self }
    var part = node
    part.span = node.span(inScalar: range, of: file)
    return LocatedNode(node: part, file: file, cell: cell)
  }
}

extension [LegalReference] {
  /// ` (article 2(1), BWBR0018451)`, as it follows what is wrong; nothing where no article is known.
  var inBrackets: String { isEmpty ? "" : " (\(description(in: .english)))" }
}

extension DiagnosticCode {
  static let schemeKey: DiagnosticCode = "scheme-key"
  static let schemeMissing: DiagnosticCode = "scheme-missing"
  static let schemeName: DiagnosticCode = "scheme-name"
  static let schemeValue: DiagnosticCode = "scheme-value"
  static let schemeEntity: DiagnosticCode = "scheme-entity"
  static let schemeLoop: DiagnosticCode = "scheme-loop"
  static let decisionTable: DiagnosticCode = "decision-table"
  static let tableFile: DiagnosticCode = "table-file"
  static let tableCell: DiagnosticCode = "table-cell"
  static let reformMismatch: DiagnosticCode = "reform-mismatch"
}
