// SPDX-License-Identifier: EUPL-1.2

/// A text as a cell of a workbook holds it.
enum XLSXCellText {
  /// With an apostrophe where it looks like a formula, and with signs that XML cannot hold written as
  /// `_x0007_` and the like, as Excel does; a text that happens to spell such a sign is kept apart.
  static func written(_ text: String) -> String {
    let safe = SpreadsheetText.looksLikeFormula(text.utf8) ? "'" + text : text
    guard needsEscapes(safe) else { return safe }
    var result = ""
    var rest = safe.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if isUnfit(scalar) || scalar == "_" && spellsEscape(rest.prefix(6)) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "_x" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "_"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func needsEscapes(_ text: String) -> Bool {
    text.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "_") || $0 == 0xEF }
  }

  /// Tabs and line feeds are fit for XML as they are; a return would come back as a line feed.
  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" && scalar != "\n"
      || (0xFFFE...0xFFFF).contains(scalar.value)
  }

  private static func spellsEscape(_ rest: String.UnicodeScalarView.SubSequence) -> Bool {
    rest.count == 6 && rest.first == "x" && rest.last == "_"
      && rest.dropFirst().prefix(4).allSatisfy { $0.properties.isASCIIHexDigit }
  }
}
