// SPDX-License-Identifier: EUPL-1.2

extension [ArrowArray] {
  /// The values of all batches end to end, taken over as they are.
  func copied<Value: BitwiseCopyable>(_ type: Value.Type, rows: Int) -> [Value] {
    [Value](unsafeUninitializedCapacity: rows) { values, count in
      let target = UnsafeMutableRawBufferPointer(values)
      var end = 0
      for array in self {
        let length = array.rows * MemoryLayout<Value>.stride
        guard length > 0 else { continue }
        let part = UnsafeMutableRawBufferPointer(rebasing: target[end..<(end + length)])
        part.copyMemory(from: UnsafeRawBufferPointer(rebasing: array.buffers[0].buffer[..<length]))
        end += length
      }
      count = rows
    }
  }

  /// The values of all batches end to end, each one converted.
  ///
  /// - Returns: nil where a row that has a value cannot be converted.
  func converted<Source: BitwiseCopyable, Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    from type: Source.Type, rows: Int, validity: Bitmap?, _ convert: (Source) -> Value?
  ) -> [Value]? {
    var fits = true
    let values = [Value](unsafeUninitializedCapacity: rows) { values, count in
      count = 0
      for array in self where array.rows > 0 {
        let source = array.buffers[0].buffer
        for row in 0..<array.rows {
          let offset = row * MemoryLayout<Source>.stride
          let value = convert(source.loadUnaligned(fromByteOffset: offset, as: Source.self))
          if value == nil, validity?[count] ?? true { fits = false }
          values.initializeElement(at: count, to: value ?? 0)
          count += 1
        }
      }
    }
    return fits ? values : nil
  }

  /// Integers of any width and sign as `Target`.
  func integers<Target: FixedWidthInteger & BitwiseCopyable>(
    _ target: Target.Type, bits: Int32, signed: Bool, rows: Int, validity: Bitmap?
  ) -> [Target]? {
    func widened<Source: FixedWidthInteger & BitwiseCopyable>(_ source: Source.Type) -> [Target]? {
      converted(from: source, rows: rows, validity: validity) {
        Target(exactly: Source(littleEndian: $0))
      }
    }
    if Int(bits) == Target.bitWidth, signed == Target.isSigned {
      return copied(target, rows: rows)
    }
    return switch (bits, signed) {
    case (8, true): widened(Int8.self)
    case (16, true): widened(Int16.self)
    case (32, true): widened(Int32.self)
    case (64, true): widened(Int64.self)
    case (8, false): widened(UInt8.self)
    case (16, false): widened(UInt16.self)
    case (32, false): widened(UInt32.self)
    default: widened(UInt64.self)
    }
  }

  /// 128-bit numbers that fit 64 bits.
  func decimals(rows: Int, validity: Bitmap?) -> [Int64]? {
    converted(from: SIMD2<Int64>.self, rows: rows, validity: validity) { halves in
      halves[1] == halves[0] >> 63 ? halves[0] : nil
    }
  }

  /// Days since 1970 from milliseconds; a time of day, which the format forbids, is dropped.
  func days(rows: Int, validity: Bitmap?) -> [Int32]? {
    converted(from: Int64.self, rows: rows, validity: validity) {
      Int32(exactly: $0.flooredQuotient(by: 86_400_000))
    }
  }

  /// Microseconds since 1970; nanoseconds are rounded down to them.
  func microseconds(_ unit: ArrowField.TimeUnit, rows: Int, validity: Bitmap?) -> [Int64]? {
    switch unit {
    case .microsecond: return copied(Int64.self, rows: rows)
    case .nanosecond:
      return converted(from: Int64.self, rows: rows, validity: validity) {
        $0.flooredQuotient(by: 1000)
      }
    case .second, .millisecond:
      let factor: Int64 = unit == .second ? 1_000_000 : 1000
      return converted(from: Int64.self, rows: rows, validity: validity) {
        let (product, overflow) = $0.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
      }
    }
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension Double {
  /// The number that IEEE 754 binary16 has for these bits; not every platform has a type for them.
  fileprivate init(halfPrecisionMagnitude bits: UInt16) {
    let fraction = Double(bits & 0x3FF)
    switch bits >> 10 & 0x1F {
    case 0: self = fraction * 0x1p-24
    case 0x1F: self = fraction == 0 ? .infinity : .nan
    case let exponent:
      self = Double(sign: .plus, exponent: Int(exponent) - 25, significand: 1_024 + fraction)
    }
  }

  init(halfPrecision bits: UInt16) {
    let magnitude = Double(halfPrecisionMagnitude: bits)
    self = bits >> 15 == 1 ? -magnitude : magnitude
  }
}
