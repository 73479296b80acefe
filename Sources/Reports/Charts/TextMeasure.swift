// SPDX-License-Identifier: EUPL-1.2

/// How wide words will be in a font that nobody knows yet.
///
/// A page uses the reader's own system font, so widths are estimates on the generous side, by kind of
/// letter; a chart leaves that much room and no text runs into another.
enum TextMeasure {
  static func width(_ text: String, size: Double = SVGCanvas.fontSize, isBold: Bool = false)
    -> Double
  {
    let units = text.unicodeScalars.reduce(0.0) { $0 + width(of: $1) }
    return units * size * (isBold ? 1.08 : 1)
  }

  /// The words in lines no wider than the limit; words that are too long are cut, and so is what goes
  /// beyond the last line.
  static func wrapped(
    _ text: String, to limit: Double, size: Double = SVGCanvas.fontSize, isBold: Bool = false,
    lines maximum: Int = 3
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
      for piece in pieces(of: String(word), limit: limit, size: size, isBold: isBold) {
        let longer = line.isEmpty ? piece : "\(line) \(piece)"
        if line.isEmpty || width(longer, size: size, isBold: isBold) <= limit {
          line = longer
        } else {
          lines.append(line)
          line = piece
        }
      }
    }
    if !line.isEmpty { lines.append(line) }
    guard lines.count > maximum else { return lines.isEmpty ? [""] : lines }
    var kept = Array(lines.prefix(maximum))
    var last = (kept.popLast() ?? "") + "…"
    while width(last, size: size, isBold: isBold) > limit, last.count > 2 {
      last = String(last.dropLast(2)) + "…"
    }
    return kept + [last]
  }
}

extension TextMeasure {
  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]", "f", "t", "r",
      "-", "/", " ", "\u{A0}":
      0.4
    case "m", "w", "M", "W", "%", "@", "—", "…", "+", "\u{2212}", "×", "<", ">": 0.92
    case "A"..."Z": 0.72
    case "0"..."9": 0.64
    default: scalar.value >= 0x1100 ? 1.05 : 0.62
    }
  }

  /// A word, or its pieces where it is wider than a line.
  private static func pieces(
    of word: String, limit: Double, size: Double, isBold: Bool
  ) -> [String] {
    guard width(word, size: size, isBold: isBold) > limit else { return [word] }
    var pieces: [String] = []
    var piece = ""
    for character in word {
      if !piece.isEmpty,
        width(piece + String(character), size: size, isBold: isBold) > limit
      {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    return pieces + [piece]
  }
}
