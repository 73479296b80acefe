// SPDX-License-Identifier: EUPL-1.2

/// The words that people write into a sheet of rules to say what its rows and columns are.
enum SheetWords {
  enum Role: Sendable, Hashable {
    case input
    case output
    case annotation
  }

  /// What a row under the header tells of each column.
  enum Line: Sendable, Hashable {
    /// The values that a column may have.
    case allowed
    case expression
    /// Types and units say nothing that the scheme does not.
    case passedOver
  }

  /// The role that a cell of a row of roles names.
  static func role(_ text: String) -> Role? {
    switch key(text) {
    case "in", "input", "inputs", "invoer", "condition", "conditions", "conditie", "condities",
      "voorwaarde", "voorwaarden":
      .input
    case "out", "output", "outputs", "uitvoer", "conclusion", "conclusions", "conclusie",
      "conclusies", "resultaat", "result", "results":
      .output
    case "annotation", "annotations", "annotatie", "annotaties", "note", "notes", "toelichting":
      .annotation
    default: nil
    }
  }

  /// The role that a header names before its label, as `out: amount`, and the label.
  static func marked(_ label: String) -> (role: Role, label: String)? {
    for arrow in ["→", "=>", "->"] where label.hasPrefix(arrow) {
      return (.output, String(label.dropFirst(arrow.count)).trimmingBlanks)
    }
    guard let colon = label.firstIndex(of: ":"), let role = role(String(label[..<colon])) else {
      return nil
    }
    return (role, String(label[label.index(after: colon)...]).trimmingBlanks)
  }

  /// Whether a column by this name explains rules and decides nothing.
  static func isAnnotation(_ label: String) -> Bool {
    let names: Set = [
      "annotation", "annotations", "annotatie", "toelichting", "opmerking", "opmerkingen", "note",
      "notes", "comment", "comments", "remark", "remarks", "description", "omschrijving", "source",
      "bron", "article", "artikel", "legal", "law", "wet", "grondslag", "rationale",
    ]
    return names.contains(key(label))
  }

  /// Whether a column by this name says where the law stands.
  static func isLaw(_ label: String) -> Bool {
    ["article", "artikel", "legal", "law", "wet", "grondslag"].contains(key(label))
  }

  static func line(_ text: String) -> Line? {
    switch key(text) {
    case "values", "allowed", "allowed values", "waarden", "toegestaan", "toegestane waarden":
      .allowed
    case "expression", "expressions", "expressie", "expressies": .expression
    case "type", "types", "typeref", "unit", "units", "eenheid", "eenheden": .passedOver
    default: nil
    }
  }

  /// Whether the corner says that the column numbers the rules.
  static func isNumbering(_ text: String) -> Bool {
    ["#", "nr", "nr.", "no", "no.", "number", "rule", "rules", "regel", "regels"]
      .contains(key(text))
  }

  /// The hit policy that a cell names, as `U`, `UNIQUE`, `C+`, or `Hit policy: FIRST`; nil where it
  /// names none of the standard's.
  static func hitPolicy(_ text: String) -> String? {
    var text = text
    if let colon = text.firstIndex(of: ":"), isHitLabel(String(text[..<colon])) {
      text = String(text[text.index(after: colon)...])
    }
    if let bracket = text.firstIndex(of: "("), bracket > text.startIndex {
      text = String(text[..<bracket])
    }
    text = text.trimmingBlanks.split(separator: " ").joined(separator: " ").uppercased()
    let all: Set = [
      "U", "A", "P", "F", "R", "O", "C", "C+", "C <", "C<", "C>", "C#", "C +", "UNIQUE", "ANY",
      "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "COLLECT SUM", "COLLECT MIN",
      "COLLECT MAX", "COLLECT COUNT", "COLLECT+", "COLLECT +",
    ]
    return all.contains(text) ? text : nil
  }

  static func isHitLabel(_ text: String) -> Bool {
    ["hit", "hit policy", "hitpolicy", "trefregel"].contains(key(text))
  }

  private static func key(_ text: String) -> String {
    text.trimmingBlanks.lowercased().split(separator: " ").joined(separator: " ")
  }
}
