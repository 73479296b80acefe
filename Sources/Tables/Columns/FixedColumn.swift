// SPDX-License-Identifier: EUPL-1.2

/// Values of one fixed width beside each other, with a bitmap where some are missing.
///
/// Canonical: a missing row holds zero, and a bitmap without gaps is left away, so that columns with
/// equal values are equal byte for byte. NaN is not a value: it is stored as missing. Negative zero is
/// stored as zero.
public struct FixedColumn<Value: ColumnScalar>: Sendable, Hashable {
  public let values: ColumnBuffer<Value>
  public let validity: Bitmap?

  @inlinable
  public init(_ values: [Value], validity: Bitmap? = nil) {
    precondition(validity.map { $0.count == values.count } ?? true, "a bitmap of another length")
    var values = values
    var validity = validity.flatMap { $0.allSet ? nil : $0 }
    if Value.hasOtherForms {
      var bits = validity ?? Bitmap(repeating: true, count: 0)
      let given = validity != nil
      for row in values.indices {
        let value = values[row]
        if !value.isColumnValue {
          if bits.count == 0 { bits = Bitmap(repeating: true, count: values.count) }
          bits.set(row, to: false)
        } else if !value.isCanonical {
          values[row] = .zero
        }
      }
      validity = given || bits.count > 0 ? bits : nil
    }
    if let validity {
      for row in values.indices where !validity[row] { values[row] = .zero }
    }
    self.values = ColumnBuffer(values)
    self.validity = validity
  }

  /// The values of another column with other gaps.
  public init(_ values: ColumnBuffer<Value>, validity: Bitmap?) {
    self.init(values.array, validity: validity)
  }

  /// Takes over values that are canonical already.
  package init(canonical values: [Value], validity: Bitmap?) {
    self.init(canonical: ColumnBuffer(values), validity: validity)
  }

  package init(canonical values: ColumnBuffer<Value>, validity: Bitmap?) {
    self.values = values
    self.validity = validity.flatMap { $0.allSet ? nil : $0 }
  }

  /// Values that are shared as they lie; nil where they are not canonical and must be copied.
  init?(sharing values: ColumnBuffer<Value>, validity: Bitmap?) {
    let isCanonical = values.withUnsafeBufferPointer { values in
      if Value.hasOtherForms {
        for value in values where !value.isColumnValue || !value.isCanonical { return false }
      }
      guard let validity else { return true }
      for row in values.indices where values[row] != .zero && !validity[row] { return false }
      return true
    }
    guard isCanonical else { return nil }
    self.init(canonical: values, validity: validity)
  }

  @inlinable
  public init(_ optionals: some Sequence<Value?>) {
    var values: [Value] = []
    var validity = Bitmap(repeating: false, count: 0)
    values.reserveCapacity(optionals.underestimatedCount)
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
  /// Whether there are bit patterns that are no value, or that equal another one.
  static var hasOtherForms: Bool { get }
  /// False for a bit pattern that stands for no value (NaN).
  var isColumnValue: Bool { get }
  /// False for a zero that is stored as another zero.
  var isCanonical: Bool { get }
}

extension ColumnScalar {
  @inlinable public static var hasOtherForms: Bool { false }
  @inlinable public var isColumnValue: Bool { true }
  @inlinable public var isCanonical: Bool { true }
}

extension Int64: ColumnScalar {}
extension Int32: ColumnScalar {}
extension Double: ColumnScalar {
  @inlinable public static var hasOtherForms: Bool { true }
  @inlinable public var isColumnValue: Bool { !isNaN }
  @inlinable public var isCanonical: Bool { bitPattern != 0x8000_0000_0000_0000 }
}
