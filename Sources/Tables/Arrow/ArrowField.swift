// SPDX-License-Identifier: EUPL-1.2

/// A column as a foreign file declares it.
struct ArrowField {
  /// The types that can be read.
  enum Physical: Equatable {
    case null
    case boolean
    case integer(bits: Int32, signed: Bool)
    case number(bits: Int)
    case utf8
    case largeUtf8
    case utf8View
    case decimal(scale: Int)
    case dateInDays
    case dateInMilliseconds
    case timestamp(TimeUnit)
  }

  enum TimeUnit: Int16 {
    case second
    case millisecond
    case microsecond
    case nanosecond
  }

  /// Which dictionary holds a column's texts, and how wide the positions in it are.
  struct Dictionary {
    let id: Int64
    let indexBits: Int32
    let indexSigned: Bool
  }

  let name: String
  let physical: Physical
  let dictionary: Dictionary?

  /// What the column becomes here.
  var type: ColumnType {
    if dictionary != nil { return .category }
    return switch physical {
    case .null, .utf8, .largeUtf8, .utf8View: .text
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal(let scale): .decimal(scale: scale)
    case .dateInDays, .dateInMilliseconds: .date
    case .timestamp: .timestamp
    }
  }

  init(_ table: FlatBufferTable) throws(ArrowFault) {
    name = try table.text(0) ?? ""
    physical = try Self.physical(of: table, named: name)
    dictionary = try table.table(4).map { (encoding) throws(ArrowFault) in
      try Dictionary(encoding)
    }
    if let dictionary {
      guard dictionary.indexBits.isArrowWidth else {
        throw .damaged("column '\(name)' has codes of \(dictionary.indexBits) bits")
      }
      guard [.utf8, .largeUtf8, .utf8View].contains(physical) else {
        throw .unsupportedType(column: name, type: "dictionary of values that are not text")
      }
    }
  }
}

extension ArrowField.Dictionary {
  fileprivate init(_ encoding: FlatBufferTable) throws(ArrowFault) {
    id = try encoding.number(0, default: 0)
    let index = try encoding.table(1)
    indexBits = try index?.number(0, default: 0) ?? 32
    indexSigned = try index?.flag(1) ?? true
  }
}

extension Int32 {
  /// Whether integers of that many bits exist.
  fileprivate var isArrowWidth: Bool { [8, 16, 32, 64].contains(self) }
}

extension ArrowField {
  private static func physical(
    of field: FlatBufferTable, named name: String
  ) throws(ArrowFault) -> Physical {
    let code = try field.number(2, default: UInt8(0))
    guard let type = try field.table(3) else {
      throw .damaged("column '\(name)' is declared without a type")
    }
    switch code {
    case ArrowMetadata.TypeCode.null: return .null
    case ArrowMetadata.TypeCode.bool: return .boolean
    case ArrowMetadata.TypeCode.utf8: return .utf8
    case ArrowMetadata.TypeCode.largeUtf8: return .largeUtf8
    case ArrowMetadata.TypeCode.utf8View: return .utf8View
    case ArrowMetadata.TypeCode.int:
      let bits = try type.number(0, default: Int32(0))
      guard bits.isArrowWidth else {
        throw .damaged("column '\(name)' is declared as \(bits)-bit integers")
      }
      return .integer(bits: bits, signed: try type.flag(1))
    case ArrowMetadata.TypeCode.floatingPoint:
      switch try type.number(0, default: Int16(0)) {
      case 0: return .number(bits: 16)
      case 1: return .number(bits: 32)
      case 2: return .number(bits: 64)
      case let other:
        throw .damaged("column '\(name)' is declared in an unknown precision \(other)")
      }
    case ArrowMetadata.TypeCode.decimal:
      return try decimal(type, named: name)
    case ArrowMetadata.TypeCode.date:
      return try type.number(0, default: Int16(1)) == 0 ? .dateInDays : .dateInMilliseconds
    case ArrowMetadata.TypeCode.timestamp:
      guard let unit = TimeUnit(rawValue: try type.number(0, default: 0)) else {
        throw .damaged("column '\(name)' is declared in an unknown unit of time")
      }
      return .timestamp(unit)
    default:
      throw .unsupportedType(column: name, type: ArrowMetadata.TypeCode.name(code))
    }
  }

  private static func decimal(
    _ type: FlatBufferTable, named name: String
  ) throws(ArrowFault) -> Physical {
    let bits = try type.number(2, default: Int32(128))
    guard bits == 128 else { throw .unsupportedType(column: name, type: "\(bits)-bit decimal") }
    let scale = try type.number(1, default: Int32(0))
    guard (0...18).contains(scale) else {
      throw .unsupportedType(column: name, type: "decimal with \(scale) decimal places")
    }
    return .decimal(scale: Int(scale))
  }
}
