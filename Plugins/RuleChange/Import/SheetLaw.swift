// SPDX-License-Identifier: EUPL-1.2

extension SheetLayout {
  /// What the columns that name a law say of a rule.
  func legal(of rule: [SheetCell]) -> [LegalReference] {
    annotations.filter { SheetWords.isLaw($0.label) }
      .map { rule[$0.place].text }.filter { !$0.isEmpty }.map(LegalReference.init(written:))
  }
}

extension LegalReference {
  /// `art. 36 lid 1` and `artikel 36` as an article; any other text is a title.
  init(written text: String) {
    self.init()
    let parts = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    let words =
      ["art", "art.", "artikel", "article"].contains(parts.first ?? "")
      ? Array(parts.dropFirst()) : parts
    func isNumber(_ word: String) -> Bool { word.first?.isNumber ?? false }
    switch words.count {
    case 1 where isNumber(words[0]): article = words[0]
    case 3 where isNumber(words[0]) && ["lid", "paragraph"].contains(words[1]):
      article = words[0]
      paragraph = words[2]
    default: title = text
    }
  }
}
