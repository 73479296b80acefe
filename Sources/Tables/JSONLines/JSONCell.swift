// SPDX-License-Identifier: EUPL-1.2

/// A value as it is spelled; not valid beyond the line that it stands on.
struct JSONCell {
  enum Form {
    case boolean
    case number
    case text
  }

  let form: Form
  let spelling: UnsafeBufferPointer<UInt8>

  /// The narrowest kind that holds the value, by the rules of the CSV reader.
  ///
  /// Only texts are dates, and only what stands without quotes is a number or a truth value. A number
  /// that would change is kept by its spelling.
  func kind(_ reading: CellReading) -> CellKind {
    switch form {
    case .boolean: return .boolean
    case .number:
      if reading.integer(spelling, strict: true) != nil { return .integer }
      return reading.number(spelling, strict: true) != nil ? .number : .category
    case .text:
      if reading.date(spelling) != nil { return .date }
      return reading.timestamp(spelling) != nil ? .timestamp : .category
    }
  }
}

/// The texts that stand for a missing value.
struct JSONMissingTexts {
  private let texts: [[UInt8]]

  init(_ texts: [String]) { self.texts = texts.map { Array($0.utf8) } }

  func contain(_ cell: JSONCell) -> Bool {
    texts.contains { $0.count == cell.spelling.count && $0.elementsEqual(cell.spelling) }
  }
}
