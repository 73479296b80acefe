// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Turns what people write into cells of a spreadsheet into tests and expressions of FEEL.
///
/// Only what can mean one thing is turned round, and told; what can mean two things is a fault.
struct CellNotation {
  /// What a cell is for.
  enum Use: Sendable, Hashable {
    case test
    case result
  }

  /// What was not FEEL, so that people see how it was taken.
  enum Note: String, Sendable, Hashable, CaseIterable {
    case decimalComma = "a decimal comma"
    case thousands = "points between thousands"
    case date = "a date of day, month and year"
    case range = "a range in words"
    case sign = "a sign that FEEL does not have"
    case euro = "a euro sign"
    case quotes = "typographic quotes"
    case text = "a text without quotes"
    case truth = "a word for true or false"
    case any = "a word for any value"
  }

  struct Reading: Sendable, Hashable {
    let source: String
    let note: Note?
  }

  /// What the scheme knows of the values of a column.
  struct Values: Sendable {
    var kind: SchemeInput.Kind?
    /// The texts that are allowed.
    var words: [String] = []
    /// Names that expressions may use.
    var names: [String] = []
  }

  /// Whether `513,50` is one number and `1.573` a thousand and more, by declaration.
  var hasDecimalComma = false

  func read(_ cell: SheetCell, _ use: Use, _ values: Values) throws(SheetFault) -> Reading {
    switch cell.kind {
    case .number, .boolean: return Reading(source: cell.text, note: nil)
    case .date: return Reading(source: "@\"\(cell.text)\"", note: nil)
    case .unfit:
      throw SheetFault(
        "the cell holds a time or an error of the spreadsheet", at: cell.origin,
        help: "write a number, a text, a date or a formula's result")
    case .text: return try text(cell, use, values)
    }
  }

  private func text(_ cell: SheetCell, _ use: Use, _ values: Values) throws(SheetFault) -> Reading {
    // Programs that write spreadsheets put an apostrophe before what looks like a formula.
    let text = cell.text.hasPrefix("'") ? String(cell.text.dropFirst()).trimmingBlanks : cell.text
    if text.isEmpty {
      if use == .test { return Reading(source: "-", note: nil) }
      throw SheetFault(
        "the cell gives no result", at: cell.origin,
        help: "write the result, or null where there is none")
    }
    if use == .test, text == "-" || text == "–" { return Reading(source: "-", note: nil) }
    if let plain = plain(text, use, values) { return plain }
    var notes: [Note] = []
    var source = ""
    for part in try parts(of: text, &notes, cell) {
      switch part {
      case .quoted(let quoted): source += quoted
      case .open(let open): source += try self.open(open, use, &notes, cell)
      }
    }
    source = source.trimmingBlanks
    if use == .test { source = Self.withoutSigns(source, &notes) }
    return Reading(source: source, note: notes.first)
  }

  /// Single words: allowed texts, truth values, and words for anything.
  private func plain(_ text: String, _ use: Use, _ values: Values) -> Reading? {
    if values.words.contains(where: { $0.isExactly(text) }) {
      return Reading(source: quoted(text), note: nil)
    }
    let lower = text.lowercased()
    if use == .test, ["*", "any", "alle", "alles", "n.v.t.", "nvt", "n/a"].contains(lower) {
      return Reading(source: "-", note: .any)
    }
    if values.kind == .boolean {
      if ["ja", "j", "yes", "y", "waar"].contains(lower) {
        return Reading(source: "true", note: .truth)
      }
      if ["nee", "n", "no", "onwaar"].contains(lower) {
        return Reading(source: "false", note: .truth)
      }
    }
    guard values.kind == .text, use == .test else { return nil }
    let items = text.split(separator: ",").map { String($0).trimmingBlanks }
    guard items.allSatisfy({ isBareText($0, values) }) else { return nil }
    return Reading(source: items.map(quoted).joined(separator: ", "), note: .text)
  }

  /// Letters, digits, blanks and hyphens that are neither a name nor a word of FEEL.
  private func isBareText(_ text: String, _ values: Values) -> Bool {
    let fits = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || " _-&'/.".unicodeScalars
          .contains($0)
    }
    return fits && !text.isEmpty && !["null", "not"].contains(text)
      && !values.names.contains { $0.isExactly(text) }
  }

  private func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  private enum Part {
    case quoted(String)
    case open(String)
  }

  /// The text cut at quotes, so that nothing inside a text is turned round.
  private func parts(
    of text: String, _ notes: inout [Note], _ cell: SheetCell
  ) throws(SheetFault) -> [Part] {
    var parts: [Part] = []
    var current = ""
    var isQuoted = false
    var isEscaped = false
    for character in text {
      let isTypographic = "“”„‟".contains(character)
      if isTypographic, !notes.contains(.quotes) { notes.append(.quotes) }
      let isQuote = (isTypographic || character == "\"") && !isEscaped
      guard isQuote else {
        isEscaped = isQuoted && character == "\\" && !isEscaped
        current.append(character)
        continue
      }
      parts.append(isQuoted ? .quoted("\"\(current)\"") : .open(current))
      current = ""
      isQuoted.toggle()
    }
    guard !isQuoted else {
      throw SheetFault(
        "a quote opens in the cell and does not close", at: cell.origin,
        help: "write a text as \"single\"")
    }
    return parts + [.open(current)]
  }

  /// Everything outside of quotes.
  private func open(
    _ text: String, _ use: Use, _ notes: inout [Note], _ cell: SheetCell
  ) throws(SheetFault) -> String {
    guard !text.isEmpty else { return text }
    var text = text
    if text.contains("€") {
      notes.append(.euro)
      text = text.replacing("€ ", with: "").replacing("€", with: "")
    }
    text = DayNotation.written(text, &notes)
    if use == .test {
      text = RangeWords.written(text, &notes)
      if RangeWords.isHyphenated(text) {
        throw SheetFault(
          "two numbers with a hyphen are a subtraction, and a range does not tell its ends",
          at: cell.origin,
          help: "write [120..124] with both ends, or (120..124] without the first")
      }
    }
    return try NumberNotation(hasDecimalComma: hasDecimalComma, use: use, cell: cell)
      .written(text, &notes)
  }

  /// Mathematical signs as FEEL writes them.
  private static func withoutSigns(_ source: String, _ notes: inout [Note]) -> String {
    var text = source
    for (sign, feel) in [("≤", "<="), ("≥", ">="), ("=<", "<="), ("=>", ">=")]
    where text.contains(sign) {
      text = text.replacing(sign, with: feel)
      notes.append(.sign)
    }
    for sign in ["<>", "≠", "!="] where text.hasPrefix(sign) {
      notes.append(.sign)
      return "not(\(String(text.dropFirst(sign.count)).trimmingBlanks))"
    }
    if text.hasPrefix("=") {
      notes.append(.sign)
      return String(text.dropFirst()).trimmingBlanks
    }
    return text
  }
}
