// SPDX-License-Identifier: EUPL-1.2

/// What the server says of a column.
enum PostgreSQLType: Equatable {
  case boolean
  case integer
  case single
  case double
  /// `numeric(precision, scale)`, or `numeric` without limits.
  case numeric(precision: Int, scale: Int)
  case freeNumeric
  case date
  case timestamp
  case zonedTimestamp
  case text
  /// `char(n)`, which the server fills up with blanks.
  case paddedText
  case other(String)

  /// The numbers of types are part of PostgreSQL's protocol (`pg_type.dat`).
  ///
  /// - Parameters:
  ///   - number: the type's.
  ///   - modifier: what stands in its brackets; -1 where nothing does.
  ///   - names: what the server says of types of its own.
  init(_ number: UInt32, modifier: Int, names: [UInt32: (name: String, isText: Bool)]) {
    switch number {
    case 16: self = .boolean
    case 20, 21, 23: self = .integer
    case 700: self = .single
    case 701: self = .double
    case 1_700: self = Self.numeric(modifier)
    case 1_082: self = .date
    case 1_114: self = .timestamp
    case 1_184: self = .zonedTimestamp
    case 19, 25, 1_043, 2_950: self = .text
    case 1_042: self = .paddedText
    default:
      let known = names[number]
      self = known?.isText == true ? .text : .other(known?.name ?? "\(number)")
    }
  }

  /// The precision stands in the upper 16 bits, the scale in the lower 11, signed.
  private static func numeric(_ modifier: Int) -> Self {
    guard modifier >= 4 else { return .freeNumeric }
    let precision = (modifier - 4) >> 16
    let scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400
    return .numeric(precision: precision, scale: scale)
  }

  /// The type of the column; nil where every value has a say in it.
  var settled: (type: ColumnType, why: String)? {
    switch self {
    case .boolean: (.boolean, "the database says boolean")
    case .integer: (.integer, "the database says integer")
    case .single: (.number, "the database says real, whose 24 bits a number keeps")
    case .double: (.number, "the database says double precision")
    case .numeric(let precision, let scale) where precision <= 18 && (0...18).contains(scale):
      (.decimal(scale: scale), "the database says numeric with \(scale) places")
    case .date: (.date, "the database says date")
    case .timestamp: (.timestamp, "the database says timestamp without time zone")
    case .zonedTimestamp: (.timestamp, "the database says timestamp with time zone")
    case .numeric, .freeNumeric, .text, .paddedText, .other: nil
    }
  }
}
