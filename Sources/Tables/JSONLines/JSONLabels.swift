// SPDX-License-Identifier: EUPL-1.2

/// Texts that may repeat, each row by the number of its text.
struct JSONLabels {
  private var index = TextIndex()
  private var codes: [Int32] = []
  private var validity = Bitmap(repeating: true, count: 0)
  private var presentCount = 0

  init(capacity: Int) {
    codes.reserveCapacity(capacity)
    validity.reserveCapacity(capacity)
  }

  /// How many different texts there are.
  var count: Int { index.count }

  /// Whether on average each text comes at least twice, as in the CSV reader.
  var isWorthwhile: Bool { count * 2 <= presentCount }

  /// Adds a row; nil stands for a missing value.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>?) {
    codes.append(text.map { index.code(of: UnsafeRawBufferPointer($0)) } ?? 0)
    validity.append(text != nil)
    if text != nil { presentCount += 1 }
  }

  var column: CategoryColumn {
    CategoryColumn(codes: codes, dictionary: index.texts, validity: validity)
  }

  /// Writes the texts out row by row.
  func write(to builder: inout TextColumnBuilder) {
    let texts = index.texts
    for (row, code) in codes.enumerated() { builder.append(validity[row] ? texts[Int(code)] : nil) }
  }
}
