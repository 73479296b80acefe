// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

// The terms of single columns.
extension ContractReader {
  mutating func columns(_ node: Node) -> [ColumnTerms] {
    guard let pairs = node.entries else {
      reading.reportWrongType(node, wanted: "a map from columns to their terms")
      return []
    }
    let outer = reading.parameter
    defer { reading.parameter = outer }
    return pairs.map { pair in
      reading.parameter = Self.path(outer, pair.name)
      use(pair.name, at: pair.key.span)
      return terms(pair)
    }
  }

  /// Terms in a map, or a type alone; a column that is only named has to be there.
  private mutating func terms(_ pair: Node.Entry) -> ColumnTerms {
    var terms = ColumnTerms(pair.name)
    let node = pair.value
    if node.isNull { return terms }
    guard node.scalar == nil else {
      terms.type = DeclaredType.read(node, in: &reading)
      return terms
    }
    let outer = reading.parameter
    for entry in entries(of: node, keys: ColumnTerms.keys) {
      reading.parameter = Self.path(outer, entry.name)
      read(entry, into: &terms)
    }
    reading.parameter = outer
    checkRange(terms, node)
    checkValues(terms, node)
    // Texts are matched as they are written; a postcode of digits would lose its zeros otherwise.
    if terms.type == nil, terms.pattern != nil { terms.type = .text }
    return terms
  }

  private mutating func read(_ entry: Node.Entry, into terms: inout ColumnTerms) {
    let value = entry.value
    switch entry.name {
    case "type": terms.type = DeclaredType.read(value, in: &reading)
    case "required": terms.required = Bool.read(value, in: &reading) ?? false
    case "unique": terms.unique = Bool.read(value, in: &reading) ?? false
    case "minimum": terms.minimum = rangeEnd(value)
    case "maximum": terms.maximum = rangeEnd(value)
    case "allowed": terms.allowed = allowed(value)
    case "pattern": terms.pattern = pattern(value)
    case "refers_to": terms.refersTo = reference(value)
    case "severity": terms.severity = severity(value)
    default: break
    }
  }
}

extension ContractReader {
  private mutating func rangeEnd(_ node: Node) -> RangeEnd? {
    guard let text = node.scalar?.text, let end = RangeEnd(text) else {
      reading.reportWrongType(
        node, wanted: "a number, a date or a time", help: "as 16, 0.5 or 2026-03-31")
      return nil
    }
    return end
  }

  private mutating func allowed(_ node: Node) -> [String]? {
    guard let values = [String].read(node, in: &reading) else { return nil }
    if values.isEmpty {
      reading.report(.contradictoryTerms, "no value is allowed", at: node)
    }
    return values
  }

  private mutating func pattern(_ node: Node) -> TextPattern? {
    guard let source = String.read(node, in: &reading) else { return nil }
    do throws(PatternFault) {
      return try TextPattern(source)
    } catch {
      reading.report(
        .badPattern, error.description, at: node.span(inScalar: error.range, of: reading.file),
        help: error.help)
      return nil
    }
  }

  private mutating func checkRange(_ terms: ColumnTerms, _ node: Node) {
    for (key, end) in [("minimum", terms.minimum), ("maximum", terms.maximum)] {
      guard let end, let type = terms.type, let place = node[key], !end.suits(type.columnType)
      else { continue }
      reading.report(
        .contradictoryTerms, "'\(terms.name)' is \(type.rawValue), which this is no end of",
        at: place,
        help: type.columnType.isNumeric
          ? "write a number" : "ranges are for numbers, dates and times")
    }
    guard let low = terms.minimum, let high = terms.maximum, let place = node["maximum"] else {
      return
    }
    switch low.isAbove(high) {
    case false?: break
    case true?:
      reading.report(.contradictoryTerms, "the maximum is below the minimum", at: place)
    case nil:
      reading.report(
        .contradictoryTerms, "minimum and maximum are of different kinds", at: place)
    }
  }

  private mutating func checkValues(_ terms: ColumnTerms, _ node: Node) {
    if let type = terms.type, terms.pattern != nil, let place = node["pattern"],
      !type.columnType.isTextual
    {
      reading.report(
        .contradictoryTerms, "'\(terms.name)' is \(type.rawValue), and a pattern is for texts",
        at: place, help: "say type: text, or take the pattern away")
    }
    guard let type = terms.type, let allowed = terms.allowed, let list = node["allowed"] else {
      return
    }
    for (value, item) in zip(allowed, list.items ?? [list])
    where type.columnType.shown(value) == nil {
      reading.report(
        .contradictoryTerms, "'\(terms.name)' is \(type.rawValue), which this value is not",
        at: item)
    }
  }
}

extension ColumnType {
  /// A value of this type as columns show it: `1.50` for `1.5` of a decimal; nil where it is none.
  func shown(_ text: String) -> String? {
    switch self {
    case .text, .category: text
    case .boolean: ["true", "false"].contains(text) ? text : nil
    case .integer: Int64(text).map { String($0) }
    case .number: Double(text).flatMap { $0.isFinite ? NumberText.print($0) : nil }
    case .decimal(let scale):
      DecimalText.parse(text, scale: scale).map { DecimalText.print($0, scale: scale) }
    case .date: CalendarDate(text)?.description
    case .timestamp: Timestamp(text)?.description
    }
  }
}
