// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The types of a model's input data as inputs of a scheme declare them.
struct ModelInputTypes {
  private let definitions: [String: MarkupElement]

  init(_ root: MarkupElement) {
    definitions = Dictionary(
      root.children("itemDefinition").map { ($0["name"] ?? "", $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// `type: number, minimum: 0`; nil where a scheme has no such input.
  func form(of input: MarkupElement) -> String? {
    guard let type = input.child("variable")?["typeRef"] else { return nil }
    var tests: [String] = []
    var name = type
    // A definition may rest on another; none rests on itself.
    for _ in 0...definitions.count {
      guard let definition = definitions[name] else { break }
      guard definition["isCollection"] != "true", let base = definition.child("typeRef")?.text
      else { return nil }
      tests += ["allowedValues", "typeConstraint"].compactMap { definition.child($0)?.source }
      name = base
    }
    guard let kind = Self.kinds[name], tests.count <= 1 else { return nil }
    guard let test = tests.first else { return "type: \(kind)" }
    return Self.form(kind, test)
  }

  private static let kinds = [
    "number": "number", "string": "text", "boolean": "boolean", "date": "date",
  ]

  private static func form(_ kind: String, _ test: String) -> String? {
    if let values = values(test) {
      return "type: \(kind), values: [\(values.map(\.yaml).joined(separator: ", "))]"
    }
    var words = test.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    var kind = kind
    for start in ["\(SchemeInput.wholeNumber) and ", SchemeInput.wholeNumber]
    where words.hasPrefix(start) {
      kind = "integer"
      words = String(words.dropFirst(start.count))
      break
    }
    if words.isEmpty { return "type: \(kind)" }
    if words.hasPrefix("? in ") { words = String(words.dropFirst(5)) }
    if words.hasPrefix("? ") { words = String(words.dropFirst(2)) }
    return limits(words).map { "type: \(kind), \($0)" }
  }

  /// A closed range, or one limit.
  private static func limits(_ words: String) -> String? {
    if words.first == "[", words.last == "]" {
      let parts = words.dropFirst().dropLast().split(separator: "..", maxSplits: 1)
      let ends = parts.compactMap { value(String($0)) }
      guard parts.count == 2, ends.count == 2 else { return nil }
      return "minimum: \(ends[0].yaml), maximum: \(ends[1].yaml)"
    }
    for (sign, key) in [(">=", "minimum"), ("<=", "maximum")] where words.hasPrefix(sign) {
      return value(String(words.dropFirst(2))).map { "\(key): \($0.yaml)" }
    }
    return nil
  }

  private static func value(_ source: String) -> FEELValue? {
    let expression = try? FEELExpression(parsing: source, names: [])
    let value = try? expression?.evaluate(in: FEELScope())
    return value?.modelType == nil ? nil : value
  }

  /// The values of a list such as `"a", "b"`; nil where it is none.
  static func values(_ source: String) -> [FEELValue]? {
    let expression = try? FEELExpression(parsing: "[\(source)]", names: [])
    let values = (try? expression?.evaluate(in: FEELScope()))?.list
    guard let values, !values.isEmpty, values.allSatisfy({ $0.modelType != nil }) else {
      return nil
    }
    return values
  }
}

extension FEELValue {
  /// A single value as YAML writes it.
  var yaml: String {
    switch self {
    case .text(let text): SchemeDraft.quoted(text)
    case .date(let date): "\(date)"
    default: literal
    }
  }
}
