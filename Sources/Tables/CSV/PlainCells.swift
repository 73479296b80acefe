// SPDX-License-Identifier: EUPL-1.2

/// Reads cells that are what most cells of their column are, and leaves all others to the parser.
///
/// A constant of its own, apart from what changes from row to row: otherwise the compiler copies the
/// whole parser for each call that it does not inline.
struct PlainCells {
  let layout: CSVLayout
  let reading: CellReading

  /// Reads a field to its end and stores its value; nil where it is not plain.
  @inline(__always)
  func read(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, at row: Int,
    in view: CSVView
  ) -> UnsafePointer<UInt8>? {
    let first = field.pointee
    if first == UInt8(ascii: "\"") { return nil }
    if layout.ends(first) {
      guard layout.emptyIsMissing else { return nil }
      sink.pointee.storeMissing(at: row)
      return field
    }
    switch sink.pointee.kind {
    case .integer: return readInteger(field, sink, row)
    case .number: return readNumber(field, sink, row)
    case .text: return readText(field, sink, row)
    case .category: return readLabel(field, sink, row, view)
    case .date: return readDate(field, sink, row)
    case .skip: return layout.unquotedEnd(field)
    case .undetermined, .boolean, .decimal, .timestamp: return nil
    }
  }
}

extension PlainCells {
  @inline(__always)
  private func readInteger(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, _ row: Int
  ) -> UnsafePointer<UInt8>? {
    let isNegative = field.pointee == UInt8(ascii: "-")
    let start = isNegative ? field + 1 : field
    var place = start
    var value: UInt64 = 0
    place.readDigits(&value)
    let count = start.distance(to: place)
    guard count > 0, count <= 18, layout.ends(place.pointee) else { return nil }
    if start.pointee == UInt8(ascii: "0"), count > 1 || isNegative { return nil }
    if layout.missingIsTyped, layout.isMissing(field, field.distance(to: place)) {
      sink.pointee.storeMissing(at: row)
      return place
    }
    sink.pointee.store(isNegative ? -Int64(value) : Int64(value), at: row)
    return place
  }

  @inline(__always)
  private func readNumber(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, _ row: Int
  ) -> UnsafePointer<UInt8>? {
    let isNegative = field.pointee == UInt8(ascii: "-")
    let start = isNegative ? field + 1 : field
    var place = start
    var digits: UInt64 = 0
    place.readDigits(&digits)
    let whole = start.distance(to: place)
    guard whole > 0 else { return nil }
    if whole > 1, start.pointee == UInt8(ascii: "0") { return nil }
    var places = 0
    if place.pointee == reading.mark {
      place += 1
      let fraction = place
      place.readDigits(&digits)
      places = fraction.distance(to: place)
      guard places > 0 else { return nil }
    }
    guard whole + places <= 19, layout.ends(place.pointee),
      let value = reading.powers.double(digits, exponent: -places)
    else { return nil }
    if !sink.pointee.isDeclared, digits >= 1_000_000_000_000_000 {
      guard places > 0, reading.isKept(digits, places: places, value) else { return nil }
    }
    if layout.missingIsTyped, layout.isMissing(field, field.distance(to: place)) {
      sink.pointee.storeMissing(at: row)
      return place
    }
    sink.pointee.store(isNegative && digits != 0 ? -value : value, at: row)
    return place
  }

  @inline(__always)
  private func readText(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, _ row: Int
  ) -> UnsafePointer<UInt8>? {
    let next = layout.unquotedEnd(field)
    let count = field.distance(to: next)
    if layout.isMissing(field, count) {
      sink.pointee.storeMissing(at: row)
      return next
    }
    guard count <= CSVWindow.fieldLimit, sink.pointee.storeText(field, count, at: row) else {
      return nil
    }
    return next
  }

  @inline(__always)
  private func readLabel(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, _ row: Int,
    _ view: CSVView
  ) -> UnsafePointer<UInt8>? {
    let next = layout.unquotedEnd(field)
    let count = field.distance(to: next)
    // Half a label must not become one.
    guard next < view.end || view.isLast, !layout.isMissing(field, count),
      count <= CSVWindow.fieldLimit
    else { return nil }
    let code = sink.pointee.labels.code(of: field, count)
    guard code < CSVParser.labelLimit || sink.pointee.isDeclared else { return nil }
    sink.pointee.store(code, at: row)
    return next
  }

  @inline(__always)
  private func readDate(
    _ field: UnsafePointer<UInt8>, _ sink: UnsafeMutablePointer<ColumnSink>, _ row: Int
  ) -> UnsafePointer<UInt8>? {
    guard layout.ends(field[10]), !layout.missingIsTyped,
      let days = reading.date(UnsafeBufferPointer(start: field, count: 10))
    else { return nil }
    sink.pointee.store(days, at: row)
    return field + 10
  }
}

extension UnsafePointer where Pointee == UInt8 {
  /// Reads digits and moves behind them; more than 19 in all overflow, which the caller sees by count.
  ///
  /// Eight bytes at a time: a byte that is no digit gets its high bit set, the digits before it are
  /// shifted up so that zeros take their place, and three multiplications add up the eight.
  @inline(__always)
  mutating func readDigits(_ value: inout UInt64) {
    while true {
      let digits = word ^ 0x3030_3030_3030_3030
      let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
      if others == 0 {
        value = value &* 100_000_000 &+ digits.eightDigits
        self += 8
        continue
      }
      let count = others.trailingZeroBitCount >> 3
      if count == 0 { return }
      let shifted = digits << UInt64(64 - 8 * count)
      value = value &* Self.scale(count) &+ shifted.eightDigits
      self += count
      return
    }
  }

  /// 10 to the power of 1 to 7.
  @inline(__always)
  private static func scale(_ count: Int) -> UInt64 {
    switch count {
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    default: 10_000_000
    }
  }
}

extension UInt64 {
  /// The number that eight bytes of digits form, the first of them lowest.
  @inline(__always)
  fileprivate var eightDigits: UInt64 {
    var sum = self &* 10 &+ (self >> 8)
    sum = (sum & 0x00FF_00FF_00FF_00FF) &* 100 &+ ((sum >> 16) & 0x00FF_00FF_00FF_00FF)
    return (sum & 0xFFFF) &* 10_000 &+ ((sum >> 32) & 0xFFFF)
  }
}
