// SPDX-License-Identifier: EUPL-1.2

extension Column {
  /// The rows of all columns under each other; dictionaries of categories are merged.
  ///
  /// The columns, at least one, have one type, save that text and category together become text.
  /// - Throws: `TableFault` where types differ or the text grows over 2 GiB.
  public static func concatenating(
    _ columns: [Column], named name: String
  ) throws(TableFault) -> Column {
    precondition(!columns.isEmpty, "there is no column to take the type from")
    let first = columns[0]
    if columns.count == 1 { return first }
    let mixed = columns.contains { $0.type != first.type }
    if mixed, columns.allSatisfy(\.type.isTextual) {
      guard columns.reduce(0, { $0 + $1.textByteCount }) <= TextColumn.byteLimit else {
        throw .tooMuchText(column: name)
      }
      return .text(try TextColumn.concatenating(columns.map { $0.asText() }, named: name))
    }
    for column in columns where column.type != first.type {
      throw .differentTypes(column: name, expected: first.type, found: column.type)
    }
    let validity = joinedValidity(columns)
    switch first {
    case .boolean:
      var values = Bitmap(repeating: false, count: 0)
      for case .boolean(let part) in columns { values.append(contentsOf: part.values) }
      return .boolean(BooleanColumn(values, validity: validity))
    case .integer:
      return .integer(FixedColumn(columns.flatMap(\.integers), validity: validity))
    case .decimal(_, let scale):
      return .decimal(
        FixedColumn(columns.flatMap(\.integers), validity: validity), scale: scale)
    case .timestamp:
      return .timestamp(FixedColumn(columns.flatMap(\.integers), validity: validity))
    case .number:
      var values: [Double] = []
      for case .number(let part) in columns { values += part.values }
      return .number(FixedColumn(values, validity: validity))
    case .date:
      var values: [Int32] = []
      for case .date(let part) in columns { values += part.values }
      return .date(FixedColumn(values, validity: validity))
    case .text:
      return .text(try TextColumn.concatenating(columns.map { $0.asText() }, named: name))
    case .category:
      return .category(mergedCategories(columns, validity: validity))
    }
  }
}

extension Column {
  private var integers: ColumnBuffer<Int64> {
    switch self {
    case .integer(let column), .decimal(let column, _), .timestamp(let column): column.values
    case .boolean, .number, .text, .category, .date: ColumnBuffer([])
    }
  }

  private static func joinedValidity(_ columns: [Column]) -> Bitmap? {
    guard columns.contains(where: { $0.validity != nil }) else { return nil }
    var joined = Bitmap(repeating: true, count: 0)
    joined.reserveCapacity(columns.reduce(0) { $0 + $1.count })
    for column in columns {
      if let validity = column.validity {
        joined.append(contentsOf: validity)
      } else {
        joined.append(repeating: true, count: column.count)
      }
    }
    return joined
  }

  /// Shifts each part's codes behind the dictionaries before it; the initialiser merges equal texts.
  private static func mergedCategories(_ columns: [Column], validity: Bitmap?) -> CategoryColumn {
    var dictionary: [String] = []
    var codes: [Int32] = []
    for case .category(let part) in columns {
      let shift = Int32(dictionary.count)
      codes += part.codes.map { $0 + shift }
      dictionary += part.dictionary
    }
    return CategoryColumn(codes: codes, dictionary: dictionary, validity: validity)
  }

  /// How many bytes the texts of a textual column take when each is written out.
  private var textByteCount: Int {
    switch self {
    case .text(let column): return column.byteRange.count
    case .category(let column):
      let sizes = column.dictionary.map(\.utf8.count)
      var total = 0
      for row in column.codes.indices where column.validity.map({ $0[row] }) ?? true {
        total += sizes[Int(column.codes[row])]
      }
      return total
    case .boolean, .integer, .number, .decimal, .date, .timestamp: return 0
    }
  }

  /// The buffers of a textual column as text.
  private func asText() -> TextColumn {
    switch self {
    case .text(let column): return column
    case .category(let column): return column.expanded()
    case .boolean, .integer, .number, .decimal, .date, .timestamp:
      preconditionFailure("only textual columns are joined as text")
    }
  }
}

extension CategoryColumn {
  /// The same texts, each written out.
  public func expanded() -> TextColumn {
    let labels = dictionary.map { Array($0.utf8) }
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(count + 1)
    var bytes: [UInt8] = []
    for row in codes.indices {
      if validity.map({ $0[row] }) ?? true { bytes += labels[Int(codes[row])] }
      precondition(bytes.count <= TextColumn.byteLimit, "more text than a column can hold")
      offsets.append(Int32(bytes.count))
    }
    return TextColumn(offsets: offsets, bytes: bytes, validity: validity)
  }
}

extension TextColumn {
  fileprivate static func concatenating(
    _ parts: [TextColumn], named name: String
  ) throws(TableFault) -> TextColumn {
    let total = parts.reduce(0) { $0 + $1.byteRange.count }
    guard total <= byteLimit else { throw .tooMuchText(column: name) }
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(parts.reduce(1) { $0 + $1.count })
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    var validity = Bitmap(repeating: true, count: 0)
    for part in parts {
      let shift = Int32(bytes.count) - part.offsets[0]
      offsets += part.offsets.dropFirst().map { $0 + shift }
      bytes += part.bytes.slice(part.byteRange)
      if let bits = part.validity {
        validity.append(contentsOf: bits)
      } else {
        validity.append(repeating: true, count: part.count)
      }
    }
    return TextColumn(offsets: offsets, bytes: bytes, validity: validity)
  }
}
