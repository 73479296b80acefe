// SPDX-License-Identifier: EUPL-1.2

/// The keys of a file in order of first appearance, each with what is known of its column.
struct JSONKeys {
  /// How many keys a file may have.
  static let limit = 100_000

  private(set) var columns: [JSONColumnFacts] = []
  private var index = TextIndex()
  private var declared: [ExactText: ColumnType]
  /// Where the next key is looked for first: objects mostly have the same keys in the same order.
  private var expected = 0

  init(declared: [String: ColumnType]) {
    self.declared = Dictionary(
      declared.map { (ExactText($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func beginLine() { expected = 0 }

  /// The column of a key; a new one for a key that was not seen before.
  mutating func column(of key: UnsafeBufferPointer<UInt8>) -> Int {
    if expected < columns.count, columns[expected].key.count == key.count,
      columns[expected].key.elementsEqual(key)
    {
      expected += 1
      return expected - 1
    }
    let column = Int(index.code(of: UnsafeRawBufferPointer(key)))
    if column == columns.count {
      let facts = JSONColumnFacts(
        key: Array(key), declared: declared[ExactText(String(decoding: key, as: UTF8.self))])
      columns.append(facts)
    }
    expected = column + 1
    return column
  }

  /// Notes that a row has the key of a column; false where it had it already.
  mutating func visit(_ column: Int, row: Int) -> Bool {
    guard columns[column].lastRow != row else { return false }
    columns[column].lastRow = row
    return true
  }

  mutating func learn(
    _ column: Int, _ cell: JSONCell, line: Int, _ reading: CellReading
  ) {
    columns[column].learn(cell, line: line, reading)
  }

  /// Begins to count rows again.
  mutating func forgetRows() {
    for column in columns.indices { columns[column].lastRow = -1 }
  }

  var names: [String] { columns.map(\.name) }
}
