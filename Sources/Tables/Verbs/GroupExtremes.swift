// SPDX-License-Identifier: EUPL-1.2

/// Which end of the order of values is looked for.
enum Extreme {
  case minimum
  case maximum
}

extension Column {
  /// The least or greatest value of each group, missing where a group has no value; any type.
  ///
  /// - Complexity: O(rows); categories O(texts · log texts) besides.
  func extremes(_ extreme: Extreme, in groups: RowGroups) -> Column {
    switch self {
    case .boolean(let column):
      let found = column.asIntegers().extremes(extreme, in: groups)
      return .boolean(
        BooleanColumn(Bitmap(found.values.lazy.map { $0 == 1 }), validity: found.validity))
    case .integer(let column): return .integer(column.extremes(extreme, in: groups))
    case .number(let column): return .number(column.extremes(extreme, in: groups))
    case .decimal(let column, let scale):
      return .decimal(column.extremes(extreme, in: groups), scale: scale)
    case .text(let column):
      return .text(column.taking(matched: column.extremeRows(extreme, in: groups)))
    case .category(let column): return .category(column.extremes(extreme, in: groups))
    case .date(let column): return .date(column.extremes(extreme, in: groups))
    case .timestamp(let column): return .timestamp(column.extremes(extreme, in: groups))
    }
  }
}

extension FixedColumn where Value: Comparable {
  fileprivate func extremes(_ extreme: Extreme, in groups: RowGroups) -> FixedColumn {
    var best = [Value](repeating: .zero, count: groups.count)
    var found = [Bool](repeating: false, count: groups.count)
    for row in values.indices {
      if let validity, !validity[row] { continue }
      let group = Int(groups.codes[row])
      let value = values[row]
      let isBetter = extreme == .minimum ? value < best[group] : value > best[group]
      if isBetter || !found[group] { best[group] = value }
      found[group] = true
    }
    return FixedColumn(canonical: best, validity: Bitmap(found))
  }
}

extension CategoryColumn {
  /// Puts the dictionary in order once; then places are compared, not texts.
  fileprivate func extremes(_ extreme: Extreme, in groups: RowGroups) -> CategoryColumn {
    let sorted = dictionary.indices.sorted { dictionary[$0].isExactlyBefore(dictionary[$1]) }
    var ranks = [Int32](repeating: 0, count: sorted.count)
    for (rank, code) in sorted.enumerated() { ranks[code] = Int32(rank) }
    let places = codes.indices.map { row in
      validity.map({ $0[row] }) ?? true ? ranks[Int(codes[row])] : 0
    }
    let found = FixedColumn<Int32>(canonical: places, validity: validity)
      .extremes(extreme, in: groups)
    let best = found.values.indices.map { group in
      found.validity.map({ $0[group] }) ?? true ? Int32(sorted[Int(found.values[group])]) : 0
    }
    return CategoryColumn(codes: best, dictionary: dictionary, validity: found.validity)
  }
}

extension TextColumn {
  /// The first row with each group's extreme text; −1 where a group has no text.
  fileprivate func extremeRows(_ extreme: Extreme, in groups: RowGroups) -> [Int] {
    var best = [Int](repeating: -1, count: groups.count)
    bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<count {
        if let validity, !validity[row] { continue }
        let group = Int(groups.codes[row])
        guard best[group] >= 0 else {
          best[group] = row
          continue
        }
        let text = UnsafeBufferPointer(rebasing: bytes[range(at: row)])
        let other = UnsafeBufferPointer(rebasing: bytes[range(at: best[group])])
        let isBetter =
          extreme == .minimum
          ? text.lexicographicallyPrecedes(other) : other.lexicographicallyPrecedes(text)
        if isBetter { best[group] = row }
      }
    }
    return best
  }
}
