// SPDX-License-Identifier: EUPL-1.2

/// Finds the rows of a table that repeat the key of an earlier row, while the table comes in batches.
///
/// Two keys are the same where their values are, whatever batch they came in: categories are compared by
/// their texts. A row with a missing value in its key repeats nothing. Every different key is kept in
/// memory.
public struct KeyCensus: Sendable {
  private var keys = TextIndex()
  private var scratch: [UInt8] = []
  /// How many rows have a whole key.
  public private(set) var complete = 0
  /// How many rows repeat a key.
  public private(set) var repeated = 0
  /// The first of them, counted over all batches from 0.
  public private(set) var firstRows: [Int] = []

  /// How many of the first rows are kept.
  public static let shown = 6

  public init() {}

  /// Adds a batch: its key columns, of the same types each time; `firstRow` is the number of its first
  /// row in the whole table.
  ///
  /// - Complexity: O(rows) on average.
  public mutating func add(_ columns: [Column], firstRow: Int) {
    guard let count = columns.first?.count else { return }
    precondition(columns.allSatisfy { $0.count == count }, "key columns of unequal length")
    let validities = columns.compactMap(\.validity)
    for row in 0..<count where validities.allSatisfy({ $0[row] }) {
      complete += 1
      scratch.removeAll(keepingCapacity: true)
      for column in columns { column.appendKey(of: row, to: &scratch) }
      let known = keys.count
      let code = scratch.withUnsafeBytes { keys.code(of: $0) }
      guard code < known else { continue }
      repeated += 1
      if firstRows.count < Self.shown { firstRows.append(firstRow + row) }
    }
  }
}

extension Column {
  /// Adds bytes that equal values share and others do not, also beside those of further columns.
  fileprivate func appendKey(of row: Int, to bytes: inout [UInt8]) {
    switch self {
    case .boolean(let column): bytes.append(column.values[row] ? 1 : 0)
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      bytes.append(word: UInt64(bitPattern: column.values[row]))
    case .number(let column): bytes.append(word: column.values[row].bitPattern)
    case .date(let column): bytes.append(word: UInt64(UInt32(bitPattern: column.values[row])))
    case .text(let column):
      let range = column.range(at: row)
      bytes.append(word: UInt64(range.count))
      bytes.append(contentsOf: column.bytes[range])
    case .category(let column):
      let text = column.dictionary[Int(column.codes[row])]
      bytes.append(word: UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }
}
