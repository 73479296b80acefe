// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Declares a parameter of a stage: `@Parameter("Confidence level.", in: 0.5...0.999) var level = 0.95`.
///
/// Without an initial value the parameter is required; an optional one may be left away. The name that
/// people write is the property's in snake_case.
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
  private var value: Value?
  private let initial: Value?
  private let help: String
  private let limits: ParameterLimits<Value>

  public var wrappedValue: Value {
    get {
      guard let value else { preconditionFailure("a required parameter is read before it is set") }
      return value
    }
    set { value = newValue }
  }

  private init(_ initial: Value?, _ help: String, _ limits: ParameterLimits<Value> = .none) {
    value = initial
    self.initial = initial
    self.help = help
    self.limits = limits
  }

  private init(_ declared: Self, set value: Value) {
    self.value = value
    initial = declared.initial
    help = declared.help
    limits = declared.limits
  }

  /// A required parameter.
  public init(_ help: String) { self.init(nil, help) }

  /// An optional parameter, absent unless given.
  public init(_ help: String) where Value: ExpressibleByNilLiteral {
    self.init(.some(nil), help)
  }

  /// A parameter with a default.
  public init(wrappedValue: Value, _ help: String) { self.init(wrappedValue, help) }

  /// A required parameter within limits.
  public init(_ help: String, in range: ClosedRange<Value>) where Value: LimitedValue {
    self.init(nil, help, .closed(range))
  }

  /// A parameter with a default, within limits.
  public init(wrappedValue: Value, _ help: String, in range: ClosedRange<Value>)
  where Value: LimitedValue {
    self.init(wrappedValue, help, .closed(range))
  }

  /// A parameter with a default and a least value.
  public init(wrappedValue: Value, _ help: String, in range: PartialRangeFrom<Value>)
  where Value: LimitedValue {
    self.init(wrappedValue, help, .from(range))
  }

  /// An optional parameter within limits.
  public init<Wrapped: LimitedValue>(_ help: String, in range: ClosedRange<Wrapped>)
  where Value == Wrapped? {
    self.init(.some(nil), help, .optional(.closed(range)))
  }

  /// An optional parameter with a least value.
  public init<Wrapped: LimitedValue>(_ help: String, in range: PartialRangeFrom<Wrapped>)
  where Value == Wrapped? {
    self.init(.some(nil), help, .optional(.from(range)))
  }
}

/// Stages are `Decodable` so that the compiler writes the initialiser through which the loader hands
/// over whole wrappers; nothing is ever decoded here.
extension Parameter: Decodable {
  public init(from decoder: any Decoder) throws {
    throw StageFault("parameters are set by the loader only", kind: .bug)
  }
}

/// A number that a range can bound.
public protocol LimitedValue: ParameterValue, Comparable {
  static func bounded(minimum: Self?, maximum: Self?) -> ParameterSchema
}

extension Int: LimitedValue {
  public static func bounded(minimum: Int?, maximum: Int?) -> ParameterSchema {
    .integer(minimum: minimum.map { Int64($0) }, maximum: maximum.map { Int64($0) })
  }
}

extension Double: LimitedValue {
  public static func bounded(minimum: Double?, maximum: Double?) -> ParameterSchema {
    .number(minimum: minimum, maximum: maximum)
  }
}

/// What a declaration says of the values it takes, with the type forgotten.
struct ParameterLimits<Value>: Sendable {
  let schema: ParameterSchema?
  let contain: @Sendable (Value) -> Bool

  static var none: Self { Self(schema: nil) { _ in true } }
}

extension ParameterLimits where Value: LimitedValue {
  static func closed(_ range: ClosedRange<Value>) -> Self {
    Self(schema: Value.bounded(minimum: range.lowerBound, maximum: range.upperBound)) {
      range.lowerBound <= $0 && $0 <= range.upperBound
    }
  }

  static func from(_ range: PartialRangeFrom<Value>) -> Self {
    Self(schema: Value.bounded(minimum: range.lowerBound, maximum: nil)) {
      range.lowerBound <= $0
    }
  }
}

extension ParameterLimits {
  static func optional<Wrapped>(_ limits: ParameterLimits<Wrapped>) -> Self
  where Value == Wrapped? {
    Self(schema: limits.schema) { $0.map(limits.contain) ?? true }
  }
}

/// A parameter as the loader sees it, with its type forgotten.
protocol DeclaredParameter: Sendable {
  func declaration(named name: String) -> ParameterDeclaration
  /// The wrapper with its value, or nil after reporting a fault.
  func reading(_ node: Node, in reading: inout ParameterReading) -> (any DeclaredParameter)?
  /// The JSON form of the value; nil where none is set.
  var json: JSONValue? { get }
  /// The secret that the value points at, if it does.
  var secret: Secret? { get }
}

extension Parameter: DeclaredParameter {
  func declaration(named name: String) -> ParameterDeclaration {
    let json = initial?.json
    return ParameterDeclaration(
      name: name, help: help, schema: limits.schema ?? Value.schema,
      isRequired: initial == nil, initial: json?.isNull == true ? Optional.none : json)
  }

  func reading(
    _ node: Node, in reading: inout ParameterReading
  ) -> (any DeclaredParameter)? {
    guard let value = Value.read(node, in: &reading) else { return nil }
    guard limits.contain(value) else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is out of range", at: node,
        help: limits.schema.map { "it takes \($0.phrase)" })
      return nil
    }
    return Parameter(self, set: value)
  }

  var json: JSONValue? { value?.json }

  var secret: Secret? { value as? Secret }
}
