// SPDX-License-Identifier: EUPL-1.2

/// What stands for a missing value in a database, beside NULL.
struct MissingValues {
  private let texts: [[UInt8]]
  private let numbers: [Double]

  init(_ texts: [String]) {
    self.texts = texts.map { Array($0.utf8) }
    numbers = texts.compactMap { Double($0) }
  }

  var hasNumbers: Bool { !numbers.isEmpty }

  func includes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    texts.contains { $0.count == text.count && text.elementsEqual($0) }
  }

  func includes(_ number: Double) -> Bool { numbers.contains(number) }

  func includes(_ integer: Int64) -> Bool {
    numbers.contains { Int64(exactly: $0) == integer }
  }
}
