// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Breaks text into lines for a terminal.
enum TextLines {
  /// The words in lines of at most `width` columns; a word that is longer stands alone.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    let words = DisplayLine.safe(text, keepingLines: true)
      .split(whereSeparator: { $0 == " " || $0 == "\n" })
    for word in words {
      let size = TextCell.width(of: String(word))
      if !line.isEmpty, used + 1 + size > width {
        lines.append(line)
        line = ""
        used = 0
      }
      if !line.isEmpty {
        line += " "
        used += 1
      }
      line += word
      used += size
    }
    if !line.isEmpty { lines.append(line) }
    return lines.isEmpty ? [""] : lines
  }

  /// The lines as one text that is safe to print, without blanks at their ends.
  static func joined(_ lines: [String]) -> String {
    lines.map { line in
      var line = DisplayLine.safe(line)
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
