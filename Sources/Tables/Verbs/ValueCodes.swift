// SPDX-License-Identifier: EUPL-1.2

/// Per row the number of its value, in order of first appearance; −1 where the value is missing.
struct ValueCodes {
  var codes: [Int32]
  /// How many numbers there are.
  var count: Int

  /// The first row of each number.
  var firstRows: [Int] {
    var rows: [Int] = []
    rows.reserveCapacity(count)
    var next: Int32 = 0
    for row in codes.indices where codes[row] == next {
      rows.append(row)
      next += 1
      if rows.count == count { break }
    }
    return rows
  }

  /// The same rows, the missing ones a value among the others.
  func countingMissing() -> ValueCodes {
    var numbers = [Int32](repeating: -1, count: count + 1)
    var next: Int32 = 0
    var renumbered = codes
    for row in codes.indices {
      let old = Int(codes[row]) + 1
      if numbers[old] < 0 {
        numbers[old] = next
        next += 1
      }
      renumbered[row] = numbers[old]
    }
    return ValueCodes(codes: renumbered, count: Int(next))
  }

  /// A number for each pair that a row has; −1 where either is missing.
  ///
  /// Few possible pairs are looked up in a plain array, many in a `KeyIndex`.
  func paired(with other: ValueCodes) -> ValueCodes {
    precondition(codes.count == other.codes.count, "codes of unequal length")
    let (pairs, overflow) = count.multipliedReportingOverflow(by: other.count)
    var paired = [Int32](repeating: -1, count: codes.count)
    var next: Int32 = 0
    if !overflow, Self.isFew(pairs, rows: codes.count) {
      var numbers = [Int32](repeating: -1, count: pairs)
      for row in codes.indices where codes[row] >= 0 && other.codes[row] >= 0 {
        let pair = Int(codes[row]) * other.count + Int(other.codes[row])
        if numbers[pair] < 0 {
          numbers[pair] = next
          next += 1
        }
        paired[row] = numbers[pair]
      }
    } else {
      var index = KeyIndex()
      for row in codes.indices where codes[row] >= 0 && other.codes[row] >= 0 {
        let pair = UInt64(UInt32(codes[row])) << 32 | UInt64(UInt32(other.codes[row]))
        paired[row] = index.code(of: pair)
        next = max(next, paired[row] + 1)
      }
    }
    return ValueCodes(codes: paired, count: Int(next))
  }

  /// Whether an array with a place for each possible value costs little beside the rows.
  static func isFew(_ values: Int, rows: Int) -> Bool { values <= max(1_024, min(rows, 1 << 20)) }
}

extension Column {
  /// The rows' values numbered; for a column of any type.
  ///
  /// - Complexity: O(rows); integers and dates within a narrow range need no hashing.
  func valueCodes() -> ValueCodes {
    switch self {
    case .category(let column):
      guard let bits = column.validity else {
        return ValueCodes(codes: column.codes.array, count: column.dictionary.count)
      }
      var codes = column.codes.array
      for row in codes.indices where !bits[row] { codes[row] = -1 }
      return ValueCodes(codes: codes, count: column.dictionary.count)
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      return column.narrowCodes() ?? ValueIndex.codes(of: self)
    case .date(let column): return column.narrowCodes() ?? ValueIndex.codes(of: self)
    case .boolean, .number, .text: return ValueIndex.codes(of: self)
    }
  }
}

extension FixedColumn where Value: FixedWidthInteger {
  /// The values numbered by a plain array; nil where they lie too far apart for one.
  fileprivate func narrowCodes() -> ValueCodes? {
    guard var least = values.first else { return ValueCodes(codes: [], count: 0) }
    var greatest = least
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    let (width, overflow) = Int64(greatest).subtractingReportingOverflow(Int64(least))
    guard !overflow, width < Int64.max, ValueCodes.isFew(Int(width) + 1, rows: values.count)
    else { return nil }
    var numbers = [Int32](repeating: -1, count: Int(width) + 1)
    var next: Int32 = 0
    var codes = [Int32](repeating: -1, count: values.count)
    for row in values.indices {
      if let validity, !validity[row] { continue }
      let place = Int(values[row]) - Int(least)
      if numbers[place] < 0 {
        numbers[place] = next
        next += 1
      }
      codes[row] = numbers[place]
    }
    return ValueCodes(codes: codes, count: Int(next))
  }
}
