// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Reads one map of a manifest or policy key by key, and reports whatever does not fit.
struct BlockFields {
  let node: Node
  let span: SourceSpan
  /// What the map is, in words: "a stage".
  let what: String
  let report: FaultList

  /// The faults of one file: a class, so that all its parts report into one list.
  final class FaultList {
    let file: SourceFile
    private(set) var diagnostics: [Diagnostic] = []

    init(_ file: SourceFile) { self.file = file }

    func callAsFunction(
      _ code: DiagnosticCode, _ message: String, _ span: SourceSpan?, help: String? = nil,
      notes: [String] = [], severity: Diagnostic.Severity = .error
    ) {
      diagnostics.append(
        Diagnostic(
          code, severity: severity, message, help: help, notes: notes, file: file.name, span: span))
    }
  }

  /// The fields of a map; nil, after a fault, where the node is something else.
  init?(
    _ node: Node, keys: [String], what: String, at span: SourceSpan? = nil, _ report: FaultList
  ) {
    self.node = node
    self.span = span ?? node.span
    self.what = what
    self.report = report
    guard let entries = node.entries else {
      report(.wrongType, "\(what) is a map, not \(node.kindName)", span ?? node.span)
      return nil
    }
    for entry in entries where !keys.contains(entry.name) {
      report(
        .unknownKey, "\(what) has no key '\(entry.name)'", entry.key.span,
        help: Suggestion.question(for: entry.name, among: keys),
        notes: ["keys: " + keys.joined(separator: ", ")])
    }
  }

  subscript(key: String) -> Node? {
    guard let value = node[key], !value.isNull else { return nil }
    return value
  }

  func place(_ key: String) -> SourcePlace {
    SourcePlace(file: report.file.name, span: self[key]?.span ?? span)
  }

  func required(_ key: String, help: String) -> Node? {
    if let value = self[key] { return value }
    report(.missingKey, "\(what) has no '\(key)'", span, help: help)
    return nil
  }

  func text(_ key: String) -> String? {
    guard let value = self[key] else { return nil }
    if let text = value.text { return text }
    return wrong(key, value, "text")
  }

  func boolean(_ key: String) -> Bool? {
    guard let value = self[key] else { return nil }
    if case .boolean(let flag) = value.scalar?.value { return flag }
    return wrong(key, value, "true or false")
  }

  func number(_ key: String) -> Double? {
    guard let value = self[key] else { return nil }
    if let number = value.scalar?.number, number.isFinite { return number }
    return wrong(key, value, "a number")
  }

  func integer(_ key: String, in range: ClosedRange<Int64>) -> Int? {
    guard let value = self[key] else { return nil }
    if let number = value.scalar?.integer, range.contains(number) { return Int(number) }
    return wrong(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A list of texts; a single one stands for a list of one.
  func texts(_ key: String) -> [String] {
    guard let value = self[key] else { return [] }
    let items = value.items ?? [value]
    let texts = items.compactMap { $0.isNull ? nil : $0.text }
    guard texts.count == items.count else { return wrong(key, value, "a list of texts") ?? [] }
    return texts
  }

  /// The entries of a map, whose names are checked.
  func entries(_ key: String, names isName: (Substring) -> Bool) -> [Node.Entry] {
    guard let value = self[key] else { return [] }
    guard let entries = value.entries else { return wrong(key, value, "a map by name") ?? [] }
    for entry in entries where !isName(entry.name[...]) {
      report(
        .badName, "'\(entry.name)' is no name here", entry.key.span,
        help: "names begin with a small letter and have small letters, digits and joiners")
    }
    return entries
  }

  @discardableResult
  func wrong<Value>(_ key: String, _ value: Node, _ wanted: String, help: String? = nil) -> Value? {
    report(
      .wrongType, "'\(key)' takes \(wanted), not \(value.kindName)", value.span, help: help)
    return nil
  }
}

extension BlockFields {
  /// `limits: {memory: 2GiB, processes: 64, output: 1GiB, time: 10m}`.
  func limits(_ key: String) -> Limits {
    guard let value = self[key],
      let fields = BlockFields(
        value, keys: ["memory", "processes", "output", "time"], what: "'\(key)'", report)
    else { return Limits() }
    return Limits(
      memory: fields.size("memory"), processes: fields.integer("processes", in: 1...1_000_000),
      output: fields.size("output"), time: fields.duration("time"))
  }

  private func size(_ key: String) -> Int? {
    guard let value = self[key] else { return nil }
    if let bytes = value.text.flatMap({ ByteCount($0) }) { return bytes.value }
    return wrong(key, value, "a size", help: "such as 512MiB or 2GiB")
  }

  private func duration(_ key: String) -> Duration? {
    guard let value = self[key] else { return nil }
    if let duration = value.text.flatMap({ Duration(text: $0) }) { return duration }
    return wrong(key, value, "a duration", help: "such as 90s, 10m or 2h")
  }
}
