// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Takes the values of secrets out of what a program says, so that neither store nor terminal shows them.
struct Redaction: Sendable {
  /// Longest first: one may be part of another.
  private let values: [[UInt8]]

  /// Values of fewer than four bytes are left: they stand in too many words.
  init(_ secrets: [String]) {
    let kept = secrets.filter { $0.utf8.count >= 4 }
    // As they are, and as they stand in JSON, which programs print too.
    let forms = kept.flatMap { secret in
      [secret, String(JSONValue.string(secret).compact.dropFirst().dropLast()), secret.escaped]
    }
    values = Set(forms).map { Array($0.utf8) }.sorted { $0.count > $1.count }
  }

  func hidden(_ bytes: [UInt8]) -> [UInt8] {
    values.reduce(bytes) { $0.replacing($1, with: "***".utf8) }
  }
}

extension String {
  /// With everything beyond ASCII as `\u00f6`, as Python's JSON has it.
  fileprivate var escaped: String {
    utf16.reduce(into: "") { text, unit in
      if unit < 0x80, let scalar = Unicode.Scalar(unit) {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
  }
}
