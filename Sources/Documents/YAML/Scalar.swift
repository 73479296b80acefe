// SPDX-License-Identifier: EUPL-1.2

/// A single value of a YAML document: its text, how it was written, and what that means.
///
/// A parameter that wants text takes `text`, so that `3.10` and `0123` arrive as they were written.
public struct Scalar: Sendable {
  /// The decoded text: without quotes, escapes and indentation.
  public let text: String
  public let style: Style
  public let value: Value

  /// A scalar whose value follows from its text and style.
  public init(text: String, style: Style) {
    self.init(
      text: text, style: style, value: style == .plain ? CoreSchema.value(of: text) : .text)
  }

  /// A scalar whose value a tag such as `!!str` has settled.
  init(text: String, style: Style, value: Value) {
    self.text = text
    self.style = style
    self.value = value
  }

  /// Whether nothing was written at all; `""` is something.
  public var isOmitted: Bool { style == .plain && text.isEmpty }

  public enum Style: Sendable, Hashable {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
    case folded
  }

  /// What a scalar means by the YAML 1.2 core schema; only plain scalars are anything but text.
  public enum Value: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text
  }
}

extension Scalar: Hashable {
  public static func == (a: Scalar, b: Scalar) -> Bool {
    a.style == b.style && a.value == b.value && a.text.utf8.elementsEqual(b.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(style)
  }
}

extension Scalar {
  /// The whole number, where the scalar is one.
  public var integer: Int64? {
    if case .integer(let value) = value { value } else { nil }
  }

  /// The number, whole or not.
  public var number: Double? {
    switch value {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .boolean, .text: nil
    }
  }

  /// The truth value, where the scalar is one.
  public var boolean: Bool? {
    if case .boolean(let value) = value { value } else { nil }
  }
}

extension Scalar.Value {
  /// What kind of value this is, in words for a message.
  public var kindName: String {
    switch self {
    case .null: "nothing"
    case .boolean: "true or false"
    case .integer, .number: "a number"
    case .text: "text"
    }
  }
}
