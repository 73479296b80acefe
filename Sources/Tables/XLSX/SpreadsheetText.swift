// SPDX-License-Identifier: EUPL-1.2

/// Texts that a spreadsheet would take for a formula.
enum SpreadsheetText {
  /// What a formula begins with, to one spreadsheet program or another.
  private static let formulaMarks = Array("=+-@\t\r".utf8)

  static func looksLikeFormula(_ text: some Collection<UInt8>) -> Bool {
    text.first.map(formulaMarks.contains) ?? false
  }
}
