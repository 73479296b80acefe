// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// What is wrong with one answer of a form, and where it stands in it.
public struct FieldFault: Error, Hashable, Sendable {
  /// One step from a form into an answer.
  public enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  public enum Kind: Hashable, Sendable {
    case missing
    case unknownKey
    case wrongValue
  }

  public let kind: Kind
  public let path: [Step]
  public let message: String
  public let help: String?

  public init(_ kind: Kind, _ path: [Step], _ message: String, help: String? = nil) {
    self.kind = kind
    self.path = path
    self.message = message
    self.help = help
  }
}

/// Reads the answers of a form from JSON and collects every fault, not just the first.
struct FieldReader {
  private(set) var faults: [FieldFault] = []

  /// Text of a required answer; empty after a fault.
  mutating func text(_ key: String, of form: Form, hint: String) -> String {
    guard let value = form.value[key], value != .null else {
      faults.append(
        FieldFault(.missing, form.path, "'\(form.name(key))' is missing", help: "say \(hint)"))
      return ""
    }
    return text(value, at: form.path + [.key(key)], named: form.name(key)) ?? ""
  }

  mutating func optionalText(_ key: String, of form: Form) -> String? {
    guard let value = form.value[key], value != .null else { return nil }
    return text(value, at: form.path + [.key(key)], named: form.name(key))
  }

  mutating func choice<Choice: CaseIterable & RawRepresentable>(
    _ key: String, of form: Form, hint: String
  ) -> Choice? where Choice.RawValue == String {
    let text = text(key, of: form, hint: hint)
    return text.isEmpty ? nil : choice(text, key, of: form)
  }

  mutating func optionalChoice<Choice: CaseIterable & RawRepresentable>(
    _ key: String, of form: Form
  ) -> Choice? where Choice.RawValue == String {
    optionalText(key, of: form).flatMap { choice($0, key, of: form) }
  }

  /// A number; a text such as "not published" stands for none.
  mutating func optionalNumber(_ key: String, of form: Form) -> Double? {
    switch form.value[key] {
    case nil, .null: return nil
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case .string(let text) where Self.unknown.contains(text.lowercased()): return nil
    default:
      fault(
        key, form, "'\(form.name(key))' takes a number",
        help: "where there is none, write: not published")
      return nil
    }
  }

  mutating func optionalDate(_ key: String, of form: Form) -> String? {
    guard let text = optionalText(key, of: form) else { return nil }
    if CalendarDate(text) != nil || Self.unknown.contains(text.lowercased()) { return text }
    fault(key, form, "'\(form.name(key))' takes a date such as 2026-03-31")
    return nil
  }

  mutating func flag(_ key: String, of form: Form) -> Bool {
    switch form.value[key] {
    case nil, .null: return false
    case .boolean(let value): return value
    default:
      fault(key, form, "'\(form.name(key))' takes true or false")
      return false
    }
  }

  mutating func texts(_ key: String, of form: Form) -> [String] {
    switch form.value[key] {
    case nil, .null: return []
    case .array(let items):
      return items.enumerated().compactMap { index, item in
        text(item, at: form.path + [.key(key), .index(index)], named: form.name(key))
      }
    case let single?:
      return text(single, at: form.path + [.key(key)], named: form.name(key)).map { [$0] } ?? []
    }
  }

  /// The block under a key; nil where it is absent or no block.
  mutating func block(_ key: String, of form: Form) -> Form? {
    guard let value = form.value[key], value != .null else { return nil }
    guard case .object = value else {
      fault(key, form, "'\(form.name(key))' takes a block of answers")
      return nil
    }
    return Form(value, path: form.path + [.key(key)], prefix: form.name(key) + ".")
  }

  /// The block under a key that may also hold a bare text; nil where it does not hold a block.
  func blockOrText(_ key: String, of form: Form) -> Form? {
    guard let value = form.value[key], case .object = value else { return nil }
    return Form(value, path: form.path + [.key(key)], prefix: form.name(key) + ".")
  }

  mutating func blocks(_ key: String, of form: Form) -> [Form] {
    guard let value = form.value[key], value != .null else { return [] }
    guard case .array(let items) = value else {
      fault(key, form, "'\(form.name(key))' takes a list")
      return []
    }
    return items.enumerated().map { index, item in
      Form(
        item, path: form.path + [.key(key), .index(index)],
        prefix: "\(form.name(key))[\(index + 1)].")
    }
  }

  /// Reports every key that the form does not have.
  mutating func allow(_ keys: [String], in form: Form) {
    for (key, _) in form.value.members where !keys.contains(key) {
      faults.append(
        FieldFault(
          .unknownKey, form.path + [.key(key)], "there is no '\(form.name(key))'",
          help: Suggestion.question(for: key, among: keys)
            ?? "known here: " + keys.joined(separator: ", ")))
    }
  }

  mutating func fault(_ key: String, _ form: Form, _ message: String, help: String? = nil) {
    let path = form.value[key] == nil ? form.path : form.path + [.key(key)]
    faults.append(FieldFault(.wrongValue, path, message, help: help))
  }

  /// Words by which people say that a figure is not known.
  private static let unknown: Set = ["not published", "not known", "unknown", "niet gepubliceerd"]

  private mutating func text(
    _ value: JSONValue, at path: [FieldFault.Step], named name: String
  ) -> String? {
    switch value {
    case .string(let text) where !text.isEmpty: return text
    case .integer(let number): return "\(number)"
    case .number(let number): return "\(number)"
    case .boolean(let flag): return "\(flag)"
    default:
      faults.append(FieldFault(.wrongValue, path, "'\(name)' takes a text"))
      return nil
    }
  }

  private mutating func choice<Choice: CaseIterable & RawRepresentable>(
    _ text: String, _ key: String, of form: Form
  ) -> Choice? where Choice.RawValue == String {
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    fault(
      key, form, "'\(form.name(key))' has no choice '\(text)'",
      help: Suggestion.question(for: text, among: names)
        ?? "choices: " + names.joined(separator: ", "))
    return nil
  }
}

/// A block of answers and where it stands.
struct Form {
  let value: JSONValue
  let path: [FieldFault.Step]
  private let prefix: String

  init(_ value: JSONValue, path: [FieldFault.Step] = [], prefix: String = "") {
    self.value = value
    self.path = path
    self.prefix = prefix
  }

  func name(_ key: String) -> String { prefix + key }
}
