// SPDX-License-Identifier: EUPL-1.2

// A range of rows that shares the memory of the whole.
extension Table {
  /// Some consecutive rows, without copying their values.
  ///
  /// Bitmaps are copied, a bit for each row, and so are the codes of a category column, whose dictionary
  /// then holds the texts of these rows only.
  public func slice(_ rows: Range<Int>) -> Table {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows outside the table")
    if rows.count == rowCount { return self }
    return Table(names: names, columns: columns.map { $0.slice(rows) })
  }
}

extension Column {
  /// Some consecutive rows, as `Table.slice(_:)` gives them.
  public func slice(_ rows: Range<Int>) -> Column {
    switch self {
    case .boolean(let column):
      .boolean(
        BooleanColumn(column.values.slice(rows), validity: column.validity?.slice(rows)))
    case .integer(let column): .integer(column.slice(rows))
    case .number(let column): .number(column.slice(rows))
    case .decimal(let column, let scale): .decimal(column.slice(rows), scale: scale)
    case .text(let column):
      .text(
        TextColumn(
          sharing: column.offsets.slice(rows.lowerBound..<rows.upperBound + 1), of: column.bytes,
          validity: column.validity?.slice(rows)))
    case .category(let column):
      .category(
        CategoryColumn(
          codes: column.codes.slice(rows).array, dictionary: column.dictionary,
          validity: column.validity?.slice(rows)))
    case .date(let column): .date(column.slice(rows))
    case .timestamp(let column): .timestamp(column.slice(rows))
    }
  }
}

extension FixedColumn {
  fileprivate func slice(_ rows: Range<Int>) -> FixedColumn {
    FixedColumn(canonical: values.slice(rows), validity: validity?.slice(rows))
  }
}

extension Bitmap {
  /// Some consecutive bits, copied a word at a time.
  public func slice(_ range: Range<Int>) -> Bitmap {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bits outside the bitmap")
    let first = range.lowerBound >> 6
    let shift = UInt64(range.lowerBound & 63)
    let wordCount = (range.count + 63) / 64
    if shift == 0 {
      return Bitmap(words: Array(words[first..<first + wordCount]), count: range.count)
    }
    var shifted = [UInt64](repeating: 0, count: wordCount)
    for place in 0..<wordCount {
      let next = first + place + 1
      shifted[place] =
        words[first + place] >> shift | (next < words.count ? words[next] << (64 - shift) : 0)
    }
    return Bitmap(words: shifted, count: range.count)
  }
}
