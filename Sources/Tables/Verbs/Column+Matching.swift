// SPDX-License-Identifier: EUPL-1.2

// Rows taken from where a match was found; −1 stands for a row that has none, and is missing.
extension Column {
  /// The rows at these positions, in the order given; −1 gives a missing value.
  ///
  /// - Throws: `TableFault.tooMuchText` where repeated texts grow over 2 GiB.
  func taking(matched rows: [Int], named name: String) throws(TableFault) -> Column {
    switch self {
    case .boolean(let column):
      return .boolean(
        BooleanColumn(
          column.values.taking(matched: rows), validity: validity.taking(matched: rows)))
    case .integer(let column): return .integer(column.taking(matched: rows))
    case .number(let column): return .number(column.taking(matched: rows))
    case .decimal(let column, let scale):
      return .decimal(column.taking(matched: rows), scale: scale)
    case .text(let column):
      guard column.byteCount(of: rows) <= TextColumn.byteLimit else {
        throw .tooMuchText(column: name)
      }
      return .text(column.taking(matched: rows))
    case .category(let column):
      return .category(
        CategoryColumn(
          codes: column.codes.taking(matched: rows, else: 0), dictionary: column.dictionary,
          validity: column.validity.taking(matched: rows)))
    case .date(let column): return .date(column.taking(matched: rows))
    case .timestamp(let column): return .timestamp(column.taking(matched: rows))
    }
  }
}

extension Bitmap {
  fileprivate func taking(matched rows: [Int]) -> Bitmap {
    var taken = [UInt64](repeating: 0, count: (rows.count + 63) / 64)
    for (place, row) in rows.enumerated() where row >= 0 && self[row] {
      taken[place >> 6] |= 1 << UInt64(place & 63)
    }
    return Bitmap(words: taken, count: rows.count)
  }
}

extension Bitmap? {
  /// Nil stands for a value in every row.
  fileprivate func taking(matched rows: [Int]) -> Bitmap {
    switch self {
    case .some(let bits): bits.taking(matched: rows)
    case nil: Bitmap(rows.lazy.map { $0 >= 0 })
    }
  }
}

extension ColumnBuffer {
  fileprivate func taking(matched rows: [Int], else filler: Element) -> [Element] {
    var taken: [Element] = []
    taken.reserveCapacity(rows.count)
    for row in rows { taken.append(row < 0 ? filler : self[row]) }
    return taken
  }
}

extension FixedColumn {
  fileprivate func taking(matched rows: [Int]) -> FixedColumn {
    FixedColumn(
      canonical: values.taking(matched: rows, else: .zero),
      validity: validity.taking(matched: rows))
  }
}

extension TextColumn {
  fileprivate func byteCount(of rows: [Int]) -> Int {
    var total = 0
    for row in rows where row >= 0 { total += range(at: row).count }
    return total
  }

  /// The texts at these positions, which together stay within `byteLimit`.
  func taking(matched rows: [Int]) -> TextColumn {
    var newOffsets: [Int32] = [0]
    newOffsets.reserveCapacity(rows.count + 1)
    var newBytes: [UInt8] = []
    newBytes.reserveCapacity(byteCount(of: rows))
    bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        if row >= 0 {
          newBytes.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range(at: row)]))
        }
        newOffsets.append(Int32(newBytes.count))
      }
    }
    return TextColumn(
      offsets: newOffsets, bytes: newBytes, validity: validity.taking(matched: rows))
  }
}
