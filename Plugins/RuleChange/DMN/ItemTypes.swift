// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The types that a decision model defines, and what it means to fit one.
struct ItemTypes: Sendable {
  struct Definition: Sendable {
    let type: String?
    let isCollection: Bool
    let components: [(name: String, definition: Definition)]
    let allowed: UnaryTests?
    /// Whether the allowed values are meant of a collection as a whole.
    let constrainsWhole: Bool
  }

  private(set) var definitions: [String: Definition] = [:]

  init(_ root: MarkupElement) {
    for element in root.children("itemDefinition") {
      definitions[element["name"] ?? ""] = Self.definition(element)
    }
  }

  /// Takes in the types of an imported model under the name of the import.
  mutating func add(_ other: ItemTypes, under name: String) {
    for (key, definition) in other.definitions {
      definitions[name.isEmpty ? key : "\(name).\(key)"] = definition
    }
  }

  private static func definition(_ element: MarkupElement) -> Definition {
    let constraint = element.child("typeConstraint")
    let allowed = (element.child("allowedValues") ?? constraint).flatMap {
      try? UnaryTests(parsing: $0.source, names: [], mode: .feel)
    }
    return Definition(
      type: (element.child("typeRef")?.text ?? element["typeRef"]).map(Self.plain),
      isCollection: element["isCollection"] == "true",
      components: element.children("itemComponent").map { ($0["name"] ?? "", definition($0)) },
      allowed: allowed, constrainsWhole: constraint != nil)
  }

  /// A type's name without the prefix or the blanks that some producers write.
  private static func plain(_ name: String) -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return name.hasPrefix("feel:") ? String(name.dropFirst(5)) : name
  }
}

extension ItemTypes {
  /// The value as the type wants it, null where it cannot be had.
  ///
  /// A list of one stands for its element, an element for a list of one, and a date for its midnight.
  func coerced(_ value: FEELValue, to type: String?) -> FEELValue {
    guard let type, !value.isNull else { return value }
    let name = Self.plain(type)
    if fits(value, name) { return value }
    if let list = value.list, list.count == 1, fits(list[0], name) { return list[0] }
    if value.list == nil, fits(.list([value]), name) { return .list([value]) }
    if name == "date and time", case .date(let date) = value,
      let midnight = FEELTime(nanosecond: 0, offset: 0)
    {
      return .dateTime(FEELDateTime(date: date, time: midnight))
    }
    return .null
  }

  private func fits(_ value: FEELValue, _ type: String) -> Bool {
    guard let definition = definitions[type] else { return Self.fitsOwn(value, type) }
    return fits(value, definition)
  }

  private func fits(_ value: FEELValue, _ definition: Definition) -> Bool {
    guard definition.isCollection else { return fitsOne(value, definition) }
    guard let list = value.list else { return false }
    let elements = definition.constrainsWhole ? definition.withoutTests : definition
    guard list.allSatisfy({ $0.isNull || fitsOne($0, elements) }) else { return false }
    return !definition.constrainsWhole || passes(value, definition)
  }

  private func fitsOne(_ value: FEELValue, _ definition: Definition) -> Bool {
    if !definition.components.isEmpty {
      guard let context = value.context else { return false }
      for (name, part) in definition.components {
        if let member = context[name], !member.isNull, !fits(member, part) { return false }
      }
    } else if let type = definition.type, !fits(value, type) {
      return false
    }
    return passes(value, definition)
  }

  private func passes(_ value: FEELValue, _ definition: Definition) -> Bool {
    guard let allowed = definition.allowed else { return true }
    return (try? allowed.evaluate(input: value, in: FEELScope(mode: .feel))) == true
  }

  /// The language's own types; one that nobody defines takes everything.
  private static func fitsOwn(_ value: FEELValue, _ type: String) -> Bool {
    switch type {
    case "string": value.kind == "text"
    case "dateTime": value.kind == "date and time"
    case "dayTimeDuration": value.kind == "days and time duration"
    case "yearMonthDuration": value.kind == "years and months duration"
    case "number", "boolean", "date", "time", "date and time", "days and time duration",
      "years and months duration", "list", "context", "range", "function":
      value.kind == type
    default: true
    }
  }
}

extension ItemTypes.Definition {
  fileprivate var withoutTests: Self {
    Self(
      type: type, isCollection: isCollection, components: components, allowed: nil,
      constrainsWhole: false)
  }
}
