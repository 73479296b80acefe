// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

extension StageReader {
  private static let parameterKeys = [
    "type", "help", "default", "required", "minimum", "maximum", "choices", "items",
  ]

  /// `threshold: {type: number, minimum: 0, default: 0.2, help: …}`.
  func parameter(_ entry: Node.Entry) -> ParameterManifest? {
    let report = plugin.report
    guard
      let fields = BlockFields(
        entry.value, keys: Self.parameterKeys, what: "parameter '\(entry.name)'",
        at: entry.key.span, report)
    else { return nil }
    let help = fields.required("help", help: "say in one sentence what it is")?.text
    guard let type = type(fields) else { return nil }
    let initial = fields["default"]
    if let initial, let fault = fault(of: initial, as: type, named: entry.name) {
      report(
        .badParameter, "the default does not fit: \(fault.message)", fault.span ?? initial.span,
        help: fault.help)
    }
    switch type {
    case .file, .secret, .list(.file):
      if let initial {
        report(
          .badParameter, "a file or a secret has no default", initial.span,
          help: "take it away; 'required: false' makes the parameter optional")
      }
    default: break
    }
    let isRequired = fields.boolean("required") ?? (initial == nil)
    if isRequired, initial != nil {
      report(
        .badParameter, "parameter '\(entry.name)' is required and has a default", fields.span,
        help: "take one of them away")
    }
    return ParameterManifest(
      name: entry.name, type: type, help: help ?? "", isRequired: isRequired, initial: initial)
  }

  private func type(_ fields: BlockFields) -> ParameterType? {
    guard
      let node = fields.required(
        "type", help: "one of " + ParameterType.names.joined(separator: ", "))
    else { return nil }
    return type(named: node, fields, isItem: false)
  }

  private func type(named node: Node, _ fields: BlockFields, isItem: Bool) -> ParameterType? {
    let report = plugin.report
    switch node.text {
    case "text": return .text
    case "integer":
      let exact: ClosedRange<Int64> = -1 << 53...1 << 53
      return .integer(
        minimum: fields.integer("minimum", in: exact).map { Int64($0) },
        maximum: fields.integer("maximum", in: exact).map { Int64($0) })
    case "number":
      return .number(minimum: fields.number("minimum"), maximum: fields.number("maximum"))
    case "boolean": return .boolean
    case "column": return .column
    case "date": return .date
    case "file": return .file
    case "secret" where !isItem: return .secret
    case "choice":
      let choices = fields.texts("choices")
      if choices.isEmpty {
        report(
          .badParameter, "a choice needs 'choices'", node.span, help: "such as [small, large]")
      }
      return .choice(choices)
    case "list" where !isItem:
      guard let items = fields.required("items", help: "say of what: 'items: text'") else {
        return nil
      }
      return type(named: items, fields, isItem: true).map { .list($0) }
    default:
      report(
        .unknownChoice, "there is no type '\(node.text ?? node.kindName)' for a parameter",
        node.span,
        help: Suggestion.question(for: node.text ?? "", among: ParameterType.names),
        notes: ["types: " + ParameterType.names.joined(separator: ", ")])
      return nil
    }
  }

  private func fault(of node: Node, as type: ParameterType, named name: String) -> Diagnostic? {
    var reading = ParameterReading(file: plugin.report.file, folder: "", constants: [:])
    reading.parameter = name
    _ = type.read(node, in: &reading)
    return reading.diagnostics.first
  }
}
