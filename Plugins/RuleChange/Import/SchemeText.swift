// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// Writes values as the text of a scheme file.
enum SchemeText {
  /// A text as YAML: plain where that cannot be taken for anything else.
  static func scalar(_ text: String) -> String {
    let words: Set = ["y", "n", "yes", "no", "on", "off"]
    let isPlain =
      text.utf8.first.map { isLetter($0) } == true
      && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
      && Scalar(text: text, style: .plain).value == .text && !words.contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// A map on one line.
  static func map(_ entries: [(key: String, value: String)]) -> String {
    "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
  }

  static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

  /// A list of plain values; a date is written without quotes, as a scheme does.
  static func values(_ values: [FEELValue]) -> String {
    list(values.map { $0.string.map(scalar) ?? "\($0)" })
  }

  /// Each line of a text as a comment.
  static func comment(_ text: String, indent: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .map { "\(indent)# \(String($0).trimmingBlanks)\n" }.joined()
  }

  /// A decimal text of quotes, with what YAML forbids escaped as JSON does it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        let isUnfit =
          scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
          || [0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains(scalar.value)
        if isUnfit {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension LegalReference {
  /// The reference as an entry of `legal`.
  var yaml: String {
    let parts = zip(Self.keys, [law, bwb, article, paragraph, part, url, title])
    return SchemeText.map(
      parts.compactMap { key, value in value.map { (key, SchemeText.scalar($0)) } })
  }
}
