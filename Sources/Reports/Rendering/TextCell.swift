// SPDX-License-Identifier: EUPL-1.2

import Documents

/// A text with the number of terminal columns that it takes.
struct TextCell {
  let text: String
  let width: Int

  init(_ words: String) {
    text = DisplayLine.safe(words)
    width = Self.width(of: text)
  }

  static func width(of text: String) -> Int {
    text.reduce(0) { $0 + DisplayLine.width(of: $1) }
  }

  var longestWord: Int {
    text.split(separator: " ").map { Self.width(of: String($0)) }.max() ?? 0
  }

  /// The text at exactly this width, cut with "…" where it is longer.
  func padded(to target: Int, _ alignment: ReportTable.Alignment) -> String {
    guard width <= target else { return cut(to: target) }
    let blanks = String(repeating: " ", count: target - width)
    return alignment == .trailing ? blanks + text : text + blanks
  }

  private func cut(to target: Int) -> String {
    var kept = ""
    var used = 0
    for character in text {
      let next = DisplayLine.width(of: character)
      if used + next > target - 1 { break }
      kept.append(character)
      used += next
    }
    return kept + "…" + String(repeating: " ", count: max(target - 1 - used, 0))
  }
}
