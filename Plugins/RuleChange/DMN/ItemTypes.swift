// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// The types that a decision model defines, and what it means to fit one.
struct ItemTypes: Sendable {
  struct Definition: Sendable {
    let type: String?
    let isCollection: Bool
    let components: [(name: String, definition: Definition)]
    /// The types of a function's parameters and of its result; nil for a type of other things.
    let function: (parameters: [String?], result: String?)?
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
  ///
  /// What they refer to in their own model is found under that name too.
  mutating func add(_ other: ItemTypes, under name: String) {
    func renamed(_ type: String) -> String {
      name.isEmpty || other.definitions[type] == nil ? type : "\(name).\(type)"
    }
    for (key, definition) in other.definitions {
      definitions[renamed(key)] = definition.mapTypes(renamed)
    }
  }

  /// A definition; its tests may name the components beside it.
  private static func definition(
    _ element: MarkupElement, siblings: [String] = []
  ) -> Definition {
    let constraint = element.child("typeConstraint")
    let allowed = (element.child("allowedValues") ?? constraint).flatMap {
      try? UnaryTests(parsing: $0.source, names: siblings, mode: .feel)
    }
    let parts = element.children("itemComponent")
    let names = parts.map { $0["name"] ?? "" }
    let function = element.child("functionItem").map { item in
      (
        parameters: item.children("parameters").map { $0["typeRef"].map(Self.plain) },
        result: item["outputTypeRef"].map(Self.plain)
      )
    }
    return Definition(
      type: (element.child("typeRef")?.text ?? element["typeRef"]).map(Self.plain),
      isCollection: element["isCollection"] == "true",
      components: zip(names, parts).map { ($0, definition($1, siblings: names)) },
      function: function, allowed: allowed, constrainsWhole: constraint != nil)
  }

  /// A type's name without the prefix or the blanks that some producers write.
  private static func plain(_ name: String) -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return name.hasPrefix("feel:") ? String(name.dropFirst(5)) : name
  }
}

extension ItemTypes {
  /// The value as the type wants it, and who hears of errors told where that is null.
  func coerced(
    _ value: FEELValue, to type: String?, telling onError: (@Sendable (FEELFault) -> Void)?
  ) -> FEELValue {
    let coerced = coerced(value, to: type)
    if let onError, let type, coerced.isNull, !value.isNull {
      onError(FEELFault(.typeMismatch, "a \(value.kind) does not fit the type '\(type)'"))
    }
    return coerced
  }

  /// The value as the type wants it, null where it cannot be had.
  ///
  /// A list of one stands for its element, an element for a list of one, and a date for its midnight.
  func coerced(_ value: FEELValue, to type: String?) -> FEELValue {
    guard let type, !value.isNull else { return value }
    let name = Self.plain(type)
    if isOf(value, name) { return value }
    if let list = value.list, list.count == 1, isOf(list[0], name) { return list[0] }
    if value.list == nil, isOf(.list([value]), name) { return .list([value]) }
    if case .date(let date) = value, let midnight = FEELDateTime(midnightOf: date),
      isOf(.dateTime(midnight), name)
    {
      return .dateTime(midnight)
    }
    return .null
  }

  /// The depth counts types that stand for types, which may do so in a circle.
  private func isOf(_ value: FEELValue, _ type: String, depth: Int = 0) -> Bool {
    guard let definition = definitions[type] else { return Self.fitsOwn(value, type) }
    return depth < 50 && fits(value, definition, depth: depth + 1)
  }

  private func fits(
    _ value: FEELValue, _ definition: Definition, beside siblings: FEELContext? = nil, depth: Int
  ) -> Bool {
    guard definition.isCollection else {
      return fitsOne(value, definition, beside: siblings, depth: depth)
    }
    guard let list = value.list else { return false }
    let elements = definition.constrainsWhole ? definition.withoutTests : definition
    let fit = list.allSatisfy {
      $0.isNull || fitsOne($0, elements, beside: siblings, depth: depth)
    }
    return fit && (!definition.constrainsWhole || passes(value, definition, beside: siblings))
  }

  private func fitsOne(
    _ value: FEELValue, _ definition: Definition, beside siblings: FEELContext?, depth: Int
  ) -> Bool {
    if !definition.components.isEmpty {
      guard let context = value.context else { return false }
      for (name, part) in definition.components {
        // A context conforms to a type with fewer entries, not to one with more.
        guard let member = context[name] else { return false }
        if !member.isNull, !fits(member, part, beside: context, depth: 0) { return false }
      }
    } else if let function = definition.function {
      guard case .function(let value) = value else { return false }
      return value.parameters.count == function.parameters.count
    } else if let type = definition.type, !isOf(value, type, depth: depth) {
      return false
    }
    return passes(value, definition, beside: siblings)
  }

  private func passes(
    _ value: FEELValue, _ definition: Definition, beside siblings: FEELContext?
  ) -> Bool {
    guard let allowed = definition.allowed else { return true }
    var scope = FEELScope(mode: .feel)
    for (name, value) in siblings?.entries ?? [] { scope.constants[name] = value }
    return (try? allowed.evaluate(input: value, in: scope)) == true
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
      type: type, isCollection: isCollection, components: components, function: function,
      allowed: nil, constrainsWhole: false)
  }

  /// The definition with the types that it refers to under other names.
  fileprivate func mapTypes(_ rename: (String) -> String) -> Self {
    Self(
      type: type.map(rename), isCollection: isCollection,
      components: components.map { ($0.name, $0.definition.mapTypes(rename)) },
      function: function.map { (parameters: $0.map { $0.map(rename) }, result: $1.map(rename)) },
      allowed: allowed, constrainsWhole: constrainsWhole)
  }
}

// As expressions and tables ask for them
extension ItemTypes: FEELTypes {
  var names: [String] { definitions.keys.sorted() }

  func fits(_ value: FEELValue, _ name: String) -> Bool? {
    definitions[name] == nil ? nil : isOf(value, name)
  }

  /// The type of a function's result, where a type is one of functions; else the type itself.
  func result(of type: String?) -> String? {
    guard let type, let function = definitions[Self.plain(type)]?.function else { return type }
    return function.result
  }

  /// The values that a type allows, in the order in which they are written; empty where it names none.
  func allowedValues(of type: String?, component: String? = nil) -> [FEELValue] {
    var definition = type.flatMap { definitions[Self.plain($0)] }
    if let component {
      definition = definition?.components.first { $0.name == component }?.definition
    }
    var steps = 0
    while let found = definition, found.allowed == nil, steps < 50 {
      definition = found.type.flatMap { definitions[$0] }
      steps += 1
    }
    return definition?.allowed.map { BoxedTable.values($0.source) } ?? []
  }
}
