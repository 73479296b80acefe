// SPDX-License-Identifier: EUPL-1.2

/// Numbers the values of columns from zero, in order of first appearance.
///
/// Columns that are added one after the other share their numbers, which is how the keys of two tables
/// are compared. They have one type, save that text and category go together.
struct ValueIndex {
  /// Per row of all columns so far the number of its value; −1 where it is missing.
  private(set) var codes: [Int32] = []
  private var keys = KeyIndex()
  private var texts = TextIndex()

  /// The numbers of one column's values.
  static func codes(of column: Column) -> ValueCodes {
    var index = ValueIndex()
    index.add(column)
    return index.finish()
  }

  mutating func add(_ column: Column) {
    codes.reserveCapacity(codes.count + column.count)
    switch column {
    case .boolean(let column): add(column)
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      add(column) { UInt64(bitPattern: $0) }
    case .number(let column): add(column) { $0.bitPattern }
    case .date(let column): add(column) { UInt64(bitPattern: Int64($0)) }
    case .text(let column): add(column)
    case .category(let column): add(column)
    }
  }

  consuming func finish() -> ValueCodes {
    ValueCodes(codes: codes, count: max(keys.count, texts.count))
  }
}

extension ValueIndex {
  private mutating func add<Value>(_ column: FixedColumn<Value>, key: (Value) -> UInt64) {
    guard let validity = column.validity else {
      for value in column.values { codes.append(keys.code(of: key(value))) }
      return
    }
    for row in column.values.indices {
      codes.append(validity[row] ? keys.code(of: key(column.values[row])) : -1)
    }
  }

  private mutating func add(_ column: BooleanColumn) {
    for row in 0..<column.count {
      if let validity = column.validity, !validity[row] {
        codes.append(-1)
      } else {
        codes.append(keys.code(of: column.values[row] ? 1 : 0))
      }
    }
  }

  private mutating func add(_ column: TextColumn) {
    column.bytes.withUnsafeBytes { bytes in
      for row in 0..<column.count {
        if let validity = column.validity, !validity[row] {
          codes.append(-1)
        } else {
          let text = UnsafeRawBufferPointer(rebasing: bytes[column.range(at: row)])
          codes.append(texts.code(of: text))
        }
      }
    }
  }

  /// Looks up each text of the dictionary once.
  private mutating func add(_ column: CategoryColumn) {
    var numbers: [Int32] = []
    for text in column.dictionary {
      var text = text
      numbers.append(text.withUTF8 { texts.code(of: UnsafeRawBufferPointer($0)) })
    }
    for row in column.codes.indices {
      if let validity = column.validity, !validity[row] {
        codes.append(-1)
      } else {
        codes.append(numbers[Int(column.codes[row])])
      }
    }
  }
}
