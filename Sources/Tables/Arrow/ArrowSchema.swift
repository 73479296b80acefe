// SPDX-License-Identifier: EUPL-1.2

/// How columns are declared in the files that are written here.
enum ArrowSchema {
  /// The Schema table of a list of columns; a category column's dictionary is numbered by the column.
  static func node(_ columns: [ColumnSchema]) -> FlatBufferNode {
    .table([
      .short(0),  // little-endian
      .tables(columns.enumerated().map { field($1, dictionary: Int64($0)) }),
    ])
  }

  private static func field(_ column: ColumnSchema, dictionary: Int64) -> FlatBufferNode {
    let (code, type) = type(column.type)
    return .table([
      .text(column.name),
      .byte(1),  // any row may be missing: a declaration that hung on the data would not be stable
      .byte(code),
      type,
      column.type == .category
        ? .table([.long(dictionary), .table([.int(32), .byte(1)]), .byte(0)]) : .absent,
      .tables([]),
    ])
  }

  private static func type(_ type: ColumnType) -> (code: UInt8, node: FlatBufferNode) {
    typealias Code = ArrowMetadata.TypeCode
    return switch type {
    case .boolean: (Code.bool, .table([]))
    case .integer: (Code.int, .table([.int(64), .byte(1)]))
    case .number: (Code.floatingPoint, .table([.short(2)]))
    // Nineteen digits: what it takes for every Int64.
    case .decimal(let scale): (Code.decimal, .table([.int(19), .int(Int32(scale)), .int(128)]))
    case .text, .category: (Code.utf8, .table([]))
    case .date: (Code.date, .table([.short(0)]))
    case .timestamp: (Code.timestamp, .table([.short(2), .text("UTC")]))
    }
  }
}
