// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// How keys and plain values are taken from a block.
extension SchemeReader {
  /// Reports every key that a block does not have.
  mutating func allow(_ keys: [String], in block: LocatedNode, _ what: String) {
    for entry in block.node.entries ?? [] where !keys.contains(entry.name) {
      faults.report(
        .schemeKey, "\(what) has no key '\(entry.name)'", at: block.with(entry.key),
        help: Suggestion.question(for: entry.name, among: keys),
        notes: ["keys: " + keys.joined(separator: ", ")])
    }
  }

  mutating func required(_ key: String, of block: LocatedNode, _ help: String) -> LocatedNode? {
    if let value = block[key], !value.node.isNull { return value }
    faults.report(.schemeMissing, "'\(key)' is missing", at: block.opening, help: help)
    return nil
  }

  /// A text in its source spelling; nil where there is none.
  mutating func text(_ key: String, of block: LocatedNode) -> String? {
    guard let value = block[key], !value.node.isNull else { return nil }
    guard let text = value.node.text else {
      faults.reportWrongType("'\(key)'", takes: "text", at: value)
      return nil
    }
    return text
  }

  mutating func requiredText(_ key: String, of block: LocatedNode, _ help: String) -> String? {
    required(key, of: block, help) == nil ? nil : text(key, of: block)
  }

  /// The names and values of a map, in order; reports anything else.
  mutating func entries(
    _ key: String, of block: LocatedNode
  ) -> [(name: LocatedNode, block: LocatedNode)] {
    guard let value = block[key], !value.node.isNull else { return [] }
    guard let entries = value.node.entries else {
      faults.reportWrongType("'\(key)'", takes: "a map from names to blocks", at: value)
      return []
    }
    return entries.map { (block.with($0.key), block.with($0.value)) }
  }

  mutating func checkIdentifier(_ id: String, of place: LocatedNode) {
    let fits = id.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard !id.isEmpty, !fits || id.hasPrefix("-") else { return }
    faults.report(
      .schemeName, "'\(id)' cannot be an id", at: place,
      help: "use small letters, digits and hyphens, as in 'income-supplement'")
  }

  /// A day written as 2025-01-01.
  mutating func date(_ place: LocatedNode, _ what: String) -> CalendarDate? {
    if let date = place.node.text.flatMap({ CalendarDate($0) }) { return date }
    faults.report(
      .schemeValue, "\(what) takes a date", at: place, help: "write it as 2025-01-01")
    return nil
  }

  /// A plain value: number, truth value, date or text, each as it is written.
  mutating func value(_ place: LocatedNode, _ what: String) -> FEELValue? {
    guard let scalar = place.node.scalar else {
      faults.reportWrongType(what, takes: "a single value", at: place)
      return nil
    }
    switch scalar.value {
    case .null: return .null
    case .boolean(let flag): return .boolean(flag)
    case .integer(let whole): return .number(Decimal128(scalar.text) ?? Decimal128(whole))
    case .number(let number):
      if let exact = Decimal128(scalar.text) { return .number(exact) }
      let value = FEELValue.double(number)
      if value.isNull { faults.report(.schemeValue, "\(what) takes a finite number", at: place) }
      return value.isNull ? nil : value
    case .text:
      let day = scalar.style == .plain ? CalendarDate(scalar.text) : nil
      return day.flatMap { FEELValue(day: $0) } ?? .text(scalar.text)
    }
  }

  /// An expression; `${…}` in it is a fault, so that no value of a pipeline can become code.
  mutating func expression(_ place: LocatedNode, _ what: String) -> RuleExpression? {
    guard let source = expressionText(place, what) else { return nil }
    do {
      return RuleExpression(
        feel: try FEELExpression(parsing: source, functions: functions), origin: place)
    } catch {
      faults.report(error, in: place)
      return nil
    }
  }

  /// The text of an expression or of a table's cell.
  mutating func expressionText(_ place: LocatedNode, _ what: String) -> String? {
    guard let scalar = place.node.scalar, !scalar.isOmitted else {
      let isRange = place.node.isFlow && place.node.items != nil
      faults.report(
        .wrongType, "\(what) takes an expression, not \(place.node.kindName)", at: place,
        help: isRange ? "put a range in quotes: \"[120..124]\"" : nil)
      return nil
    }
    guard !place.sourceText.contains("${") else {
      faults.report(
        .interpolationInExpression, "\(what) is an expression: no ${ } inside", at: place,
        help: "declare a parameter of the scheme and name it")
      return nil
    }
    if case .boolean(let flag) = scalar.value { return flag ? "true" : "false" }
    return scalar.text
  }
}

extension LocatedNode {
  /// The place where a block begins, for what is missing in it.
  var opening: LocatedNode {
    var node = node
    if let first = node.entries?.first { node.span = first.key.span }
    return with(node)
  }
}
