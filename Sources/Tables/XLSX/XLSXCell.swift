// SPDX-License-Identifier: EUPL-1.2

/// A cell that is not empty, in 16 bytes: sheets have many.
struct XLSXCell {
  enum Kind: UInt8, CaseIterable {
    case number
    case boolean
    /// A text of the workbook, by number.
    case sharedText
    /// A text of the cell's own, by number.
    case ownText
    /// A day, or a day with a time, in microseconds since 1970.
    case instant
    /// A time of day, or hours that run on, in milliseconds.
    case time
    /// A number under a date format that is no day of the calendar.
    case impossibleDate
    /// An error such as a division by zero.
    case error
  }

  /// Counted from 0 among the rows that have a value.
  let row: Int32
  let kind: Kind
  private let bits: UInt64

  init(row: Int, kind: Kind, number: Double) {
    self.init(row: row, kind: kind, bits: number.bitPattern)
  }

  init(row: Int, kind: Kind, count: Int64) {
    self.init(row: row, kind: kind, bits: UInt64(bitPattern: count))
  }

  private init(row: Int, kind: Kind, bits: UInt64) {
    self.row = Int32(row)
    self.kind = kind
    self.bits = bits
  }

  /// The value of `number` and `impossibleDate`.
  var number: Double { Double(bitPattern: bits) }
  /// The value of all other kinds.
  var count: Int64 { Int64(bitPattern: bits) }
  /// Whether an `instant` is the beginning of a day.
  var isWholeDay: Bool { count % Timestamp.microsecondsPerDay == 0 }
}
