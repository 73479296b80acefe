// SPDX-License-Identifier: EUPL-1.2

/// The cells of a text variable as they came from the file: codes over a dictionary until there are more
/// different texts than a category may have, then the texts themselves.
struct StatisticalTexts {
  /// How many different texts a category may have; the same as in CSV files.
  static let labelLimit = 10_000

  private var index = TextIndex()
  /// The texts of the index in the order of their codes.
  private var labels: [String] = []
  private var codes: [Int32] = []
  private var offsets: [Int32] = []
  private var bytes: [UInt8] = []
  private(set) var validity = Bitmap(repeating: true, count: 0)
  private(set) var reasons: [(row: Int32, reason: StatisticalReason)] = []
  private var isPlain = false

  var count: Int { validity.count }

  /// Adds a row of valid UTF-8.
  ///
  /// - Returns: false where the texts exceed what a column can hold.
  mutating func append(_ text: UnsafeRawBufferPointer) -> Bool {
    validity.append(true)
    guard !isPlain else { return appendPlain(text) }
    let code = index.code(of: text)
    codes.append(code)
    if code == labels.count { labels.append(String(decoding: text, as: UTF8.self)) }
    return labels.count <= Self.labelLimit || becomePlain()
  }

  mutating func appendMissing(_ reason: StatisticalReason? = nil) {
    if let reason { reasons.append((Int32(truncatingIfNeeded: count), reason)) }
    validity.append(false)
    if isPlain { offsets.append(Int32(bytes.count)) } else { codes.append(0) }
  }

  subscript(row: Int) -> String? {
    guard validity[row] else { return nil }
    guard isPlain else { return labels[Int(codes[row])] }
    return String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
  }

  private mutating func appendPlain(_ text: some Collection<UInt8>) -> Bool {
    guard bytes.count + text.count <= TextColumn.byteLimit else { return false }
    bytes.append(contentsOf: text)
    offsets.append(Int32(bytes.count))
    return true
  }

  private mutating func becomePlain() -> Bool {
    isPlain = true
    offsets = [0]
    for (row, code) in codes.enumerated() {
      if !validity[row] {
        offsets.append(Int32(bytes.count))
      } else if !appendPlain(labels[Int(code)].utf8) {
        return false
      }
    }
    codes = []
    labels = []
    index = TextIndex()
    return true
  }
}

extension StatisticalTexts {
  /// The column: a dictionary where on average each text comes at least twice.
  ///
  /// - Throws: `TableFault.tooMuchText`.
  func column(named name: String) throws(TableFault) -> Column {
    if isPlain {
      return .text(TextColumn(offsets: offsets, bytes: bytes, validity: validity))
    }
    let category = CategoryColumn(codes: codes, dictionary: labels, validity: validity)
    guard category.dictionary.count * 2 > validity.setCount else { return .category(category) }
    return try StatisticalConversion.textColumn(name, count) { category[$0] }
  }

  /// Takes the rows with these texts out.
  mutating func remove(_ missing: Set<ExactText>) {
    guard !missing.isEmpty else { return }
    if isPlain {
      removePlain(missing)
      return
    }
    let isRemoved = labels.map { missing.contains(ExactText($0)) }
    guard isRemoved.contains(true) else { return }
    for row in codes.indices where validity[row] && isRemoved[Int(codes[row])] {
      validity.set(row, to: false)
      codes[row] = 0
    }
  }

  /// A missing row has no bytes, so that the texts are written once more without them.
  private mutating func removePlain(_ missing: Set<ExactText>) {
    var kept: [UInt8] = []
    var ends: [Int32] = [0]
    for row in 0..<count {
      if let text = self[row] {
        if missing.contains(ExactText(text)) {
          validity.set(row, to: false)
        } else {
          kept.append(contentsOf: text.utf8)
        }
      }
      ends.append(Int32(kept.count))
    }
    (bytes, offsets) = (kept, ends)
  }
}
