// SPDX-License-Identifier: EUPL-1.2

/// Values of one fixed width beside each other, with a bitmap where some are missing.
///
/// Canonical: a missing row holds zero, and a bitmap without gaps is left away, so that columns with
/// equal values are equal byte for byte. NaN is not a value: it is stored as missing.
public struct FixedColumn<Value: ColumnScalar>: Sendable, Hashable {
  public let values: [Value]
  public let validity: Bitmap?

  @inlinable
  public init(_ values: [Value], validity: Bitmap? = nil) {
    var values = values
    var validity = validity
    precondition(validity.map { $0.count == values.count } ?? true, "a bitmap of another length")
    if Value.self == Double.self {
      for row in values.indices where !values[row].isColumnValue {
        var bits = validity ?? Bitmap(repeating: true, count: values.count)
        validity = nil
        bits.set(row, to: false)
        validity = bits
      }
    }
    if let bits = validity {
      if bits.allSet {
        validity = nil
      } else {
        for row in values.indices where !bits[row] { values[row] = .zero }
      }
    }
    self.values = values
    self.validity = validity
  }

  @inlinable
  public init(_ optionals: some Sequence<Value?>) {
    var values: [Value] = []
    var validity = Bitmap(repeating: false, count: 0)
    for value in optionals {
      values.append(value ?? .zero)
      validity.append(value != nil)
    }
    self.init(values, validity: validity)
  }

  @inlinable public var count: Int { values.count }

  @inlinable public subscript(row: Int) -> Value? {
    if let validity, !validity[row] { return nil }
    return values[row]
  }
}

/// What a fixed-width column may hold.
public protocol ColumnScalar: BitwiseCopyable, Sendable, Hashable {
  static var zero: Self { get }
  /// False for a bit pattern that stands for no value (NaN).
  var isColumnValue: Bool { get }
}

extension Int64: ColumnScalar { @inlinable public var isColumnValue: Bool { true } }
extension Int32: ColumnScalar { @inlinable public var isColumnValue: Bool { true } }
extension Double: ColumnScalar { @inlinable public var isColumnValue: Bool { !isNaN } }
