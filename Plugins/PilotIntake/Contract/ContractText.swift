// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// Writes an inferred contract as YAML that reads back as the same contract.
struct ContractText {
  let text: String

  init(_ inference: ContractInference, of path: String) {
    var lines = [
      "# Inferred from \(Self.comment(path)), \(inference.rowCount) rows. It says what is there; what is",
      "# agreed is for people: take away what only happens to be so, and add what the file cannot tell.",
      "version: 0.1.0",
      "# owner: who answers for the data",
      "# legal_basis: the ground on which they may be used",
      "# retain_until: the last day of use",
      "columns:",
    ]
    for finding in inference.findings {
      lines.append("  # " + Self.comment(finding.why))
      lines.append("  \(Self.scalar(finding.terms.name)): {\(Self.terms(finding.terms))}")
    }
    text = lines.joined(separator: "\n")
  }
}

extension ContractText {
  private static func terms(_ terms: ColumnTerms) -> String {
    let parts: [String?] = [
      terms.type.map { "type: \($0.rawValue)" }, terms.required ? "required: true" : nil,
      terms.unique ? "unique: true" : nil, terms.minimum.map { "minimum: \($0.text)" },
      terms.maximum.map { "maximum: \($0.text)" },
      terms.allowed.map { "allowed: [\($0.map(scalar).joined(separator: ", "))]" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// A name or text as YAML: as it is where nobody could read it as anything else, else in quotes.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.utf8.first.map { isLetter($0) } == true
      && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
      && Scalar(text: text, style: .plain).value == .text
      && !["y", "n", "yes", "no", "on", "off"].contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// JSON's quotes, with what YAML does not take as it is escaped too.
  private static func quoted(_ text: String) -> String {
    JSONValue.string(text).pretty.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar.value {
      case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// On one line, whatever it was.
  private static func comment(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
  }
}
