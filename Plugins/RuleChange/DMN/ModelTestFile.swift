// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The test cases of a decision model, as the standard's conformance suite writes them.
struct ModelTestFile: Sendable {
  struct Case: Sendable {
    let id: String
    let invocable: String?
    let inputs: [(name: String, namespace: String?, value: FEELValue)]
    let results: [Result]
  }

  struct Result: Sendable {
    let name: String
    let namespace: String?
    /// Nil where the test asks for nothing.
    let expected: FEELValue?
  }

  let modelName: String?
  let cases: [Case]
  /// The values that are not what their type says; they count as null.
  let unreadableValues: [MarkupElement]

  /// Nil where the document holds no test cases.
  init?(_ root: MarkupElement) {
    guard root.name == "testCases" else { return nil }
    modelName = root.child("modelName")?.text
    var unreadable: [MarkupElement] = []
    root.walk { if $0.name == "value", $0.isUnreadable { unreadable.append($0) } }
    unreadableValues = unreadable
    cases = root.children("testCase").map { element in
      Case(
        id: element["id"] ?? "", invocable: element["invocableName"],
        inputs: element.children("inputNode").map { ($0["name"] ?? "", $0["namespace"], $0.value) },
        results: element.children("resultNode").map { Result($0) })
    }
  }
}

extension ModelTestFile.Result {
  fileprivate init(_ element: MarkupElement) {
    // An error is null.
    let isError = element["errorResult"] == "true"
    self.init(
      name: element["name"] ?? "", namespace: element["namespace"],
      expected: isError ? .null : element.child("expected")?.value)
  }
}

extension MarkupElement {
  /// A value, a list or the components of a context.
  fileprivate var value: FEELValue {
    if self["nil"] == "true" { return .null }
    if let list = child("list") {
      return list["nil"] == "true" ? .null : .list(list.children("item").map(\.value))
    }
    let components = children("component")
    if !components.isEmpty {
      return .context(FEELContext(components.map { (key: $0["name"] ?? "", value: $0.value) }))
    }
    guard let value = child("value"), value["nil"] != "true" else { return .null }
    return Self.value(value.text, value["type"].map(Self.plain) ?? "string")
  }

  /// Whether a value of a declared type has none.
  fileprivate var isUnreadable: Bool {
    guard self["nil"] != "true", let type = self["type"] else { return false }
    return Self.value(text, Self.plain(type)).isNull
  }

  private static func plain(_ type: String) -> String {
    type.split(separator: ":").last.map { String($0) } ?? "string"
  }

  private static func value(_ text: String, _ type: String) -> FEELValue {
    let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    switch type {
    case "boolean": return .boolean(trimmed == "true" || trimmed == "1")
    case "decimal", "double", "float", "integer", "int", "long", "short":
      return Decimal128(trimmed).map { .number($0) } ?? .null
    case "date", "time", "dateTime", "duration", "dayTimeDuration", "yearMonthDuration":
      let function =
        type == "dateTime"
        ? "date and time"
        : type.lowercased().hasSuffix("duration")
          ? "duration" : type
      let expression = try? FEELExpression(
        parsing: "\(function)(text)", names: ["text"], mode: .feel)
      let scope = FEELScope(constants: ["text": .text(trimmed)], mode: .feel)
      return (try? expression?.evaluate(in: scope)) ?? .null
    default: return .text(text)
    }
  }
}
