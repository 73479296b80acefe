// SPDX-License-Identifier: EUPL-1.2

/// Finds the limits that an expression or a cell compares with: `120` and `limit` in `x > 120 or x <= limit`.
///
/// A limit is a number, or one of the names given, next to `<`, `<=`, `>`, `>=`, or the dots of a range, or
/// after `between` and its `and`. A value that must be equal is none.
enum ThresholdScan {
  static func limits(in source: String, names: Set<String>) -> Set<String> {
    let tokens = tokens(of: source)
    var found: Set<String> = []
    for (place, token) in tokens.enumerated() where isLimit(token, names) {
      let before = place > 0 ? tokens[place - 1] : ""
      let after = place + 1 < tokens.count ? tokens[place + 1] : ""
      // `x between 5 and 9`
      let isSecond = before == "and" && place > 2 && tokens[place - 3] == "between"
      if signs.contains(before) || signs.contains(after) || before == "between" || isSecond {
        found.insert(token)
      }
    }
    return found
  }

  private static let signs: Set<String> = ["<", "<=", ">", ">=", ".."]

  private static func isLimit(_ token: String, _ names: Set<String>) -> Bool {
    token.first?.isNumber == true || names.contains(token)
  }

  /// Numbers, names and signs; texts and spaces are left out, and a minus is no part of a number.
  private static func tokens(of source: String) -> [String] {
    let signs = Array(source)
    var tokens: [String] = []
    var place = 0
    while place < signs.count {
      let start = place
      let sign = signs[place]
      place += 1
      if sign == "\"" {
        while place < signs.count, signs[place] != "\"" { place += signs[place] == "\\" ? 2 : 1 }
        place += 1
      } else if sign.isNumber {
        while place < signs.count, isPartOfNumber(signs, place) { place += 1 }
        tokens.append(String(signs[start..<place]))
      } else if sign.isLetter || sign == "_" {
        while place < signs.count,
          signs[place].isLetter || signs[place].isNumber || signs[place] == "_"
        {
          place += 1
        }
        tokens.append(String(signs[start..<place]))
      } else if place < signs.count, pairs.contains(String(signs[start...place])) {
        place += 1
        tokens.append(String(signs[start..<place]))
      } else if !sign.isWhitespace, sign != "-" {
        tokens.append(String(sign))
      }
    }
    return tokens
  }

  private static let pairs: Set<String> = ["<=", ">=", "..", "!=", "**"]

  private static func isPartOfNumber(_ signs: [Character], _ place: Int) -> Bool {
    if signs[place].isNumber { return true }
    return signs[place] == "." && place + 1 < signs.count && signs[place + 1].isNumber
  }
}
