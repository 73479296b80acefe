// SPDX-License-Identifier: EUPL-1.2

/// The dictionary of a category column that comes in batches: each text once, in order of appearance.
struct CategoryDictionary {
  private(set) var texts: [String] = []
  private var codes: [ExactText: Int32] = [:]

  mutating func add(_ dictionary: [String]) {
    for text in dictionary {
      let key = ExactText(text)
      guard codes[key] == nil else { continue }
      codes[key] = Int32(texts.count)
      texts.append(text)
    }
  }

  /// A batch's column with codes over the whole dictionary; a column of another type as it is.
  ///
  /// The result is no canonical column, since its rows need not have every text: it is for writing only.
  func recoded(_ column: Column) -> Column {
    guard case .category(let part) = column else { return column }
    let places = part.dictionary.map { codes[ExactText($0)] ?? 0 }
    let whole = (0..<part.count).map { row in
      part.validity.map { $0[row] } ?? true ? places[Int(part.codes[row])] : 0
    }
    return .category(
      CategoryColumn(canonical: whole, dictionary: texts, validity: part.validity))
  }
}
