// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Values of a column that may be shown to anybody who may open the file's preview.
///
/// Only a value that at least ten cases share, as statistical offices demand of a table's cell, and
/// only where the column's name does not promise persons and its values mostly repeat. Dates and
/// fractional numbers are never shown.
enum HarmlessExamples {
  /// The fewest cases of a value that is shown.
  static let leastCases = 10
  private static let shown = 5

  static func of(_ column: Column, named name: String) -> String? {
    switch column.type {
    case .boolean, .category, .integer, .text: break
    case .number, .decimal, .date, .timestamp: return nil
    }
    guard !mayIdentify(name) else { return nil }
    let grouping = column.grouping()
    let present = column.count - column.missingCount
    guard grouping.count * 10 <= present else { return nil }
    let sizes = grouping.sizes
    let common = grouping.labels.indices.filter { sizes[$0] >= leastCases }
      .sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    guard !common.isEmpty else { return nil }
    return common.prefix(shown).map { grouping.labels[$0] }.joined(separator: ", ")
      + (grouping.count > shown || common.count < grouping.count ? ", …" : "")
  }

  /// Whether a column's name is one that persons, their numbers or their places go by.
  static func mayIdentify(_ name: String) -> Bool {
    let lowered = name.lowercased()
    if pieces.contains(where: { lowered.contains($0) }) { return true }
    return words(of: name).contains { wholeWords.contains($0) }
  }

  private static let pieces = [
    "naam", "name", "bsn", "sofi", "mail", "telefoon", "phone", "mobiel", "adres", "address",
    "straat", "street", "postcode", "zipcode", "iban", "rekening", "account", "geboorte", "birth",
    "nummer", "number", "burger", "client", "klant", "person", "login", "user", "password", "token",
  ]

  private static let wholeWords: Set<String> = [
    "id", "pid", "uid", "uuid", "nr", "no", "num", "key", "sleutel", "tel", "gsm", "dob", "zip",
    "ip", "code", "kenmerk", "dossier", "case", "zaak",
  ]

  /// `clientId` and `client_id` both hold the word id.
  private static func words(of name: String) -> [String] {
    var words: [String] = [""]
    var previousIsLower = false
    for character in name {
      let isWord = character.isLetter || character.isNumber
      if !isWord || (character.isUppercase && previousIsLower) { words.append("") }
      if isWord { words[words.count - 1] += character.lowercased() }
      previousIsLower = character.isLowercase
    }
    return words.filter { !$0.isEmpty }
  }
}
