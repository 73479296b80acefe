// SPDX-License-Identifier: EUPL-1.2

/// A source line made safe to print, with the terminal column of each of its characters.
///
/// Tabs become blanks, wide characters count two columns, and characters that could steer a terminal
/// or turn the reading direction are shown by name, so that no file can attack who reads its faults.
package struct DisplayLine {
  /// One text for each Unicode scalar of the line; empty behind the first of a combined character.
  private(set) var cells: [String] = []
  /// How many terminal columns each cell takes.
  private(set) var widths: [Int] = []

  init(_ line: String) {
    var column = 0
    for character in line {
      let (text, width) = Self.shown(character, at: column)
      cells.append(text)
      widths.append(width)
      column += width
      let rest = character.unicodeScalars.count - 1
      cells += [String](repeating: "", count: rest)
      widths += [Int](repeating: 0, count: rest)
    }
  }

  /// The terminal column, from 0, at which the character with this index starts.
  func column(of index: Int) -> Int {
    widths.prefix(max(index, 0)).reduce(0, +) + max(index - widths.count, 0)
  }

  /// A text of a message made safe to print; line breaks stay when asked for.
  package static func safe(_ text: String, keepingLines: Bool = false) -> String {
    var shownText = ""
    for character in text {
      shownText += keepingLines && character == "\n" ? "\n" : shown(character, at: 0).text
    }
    return shownText
  }
}

extension DisplayLine {
  private static let tabWidth = 4

  private static func shown(_ character: Character, at column: Int) -> (text: String, width: Int) {
    if character == "\t" {
      let width = tabWidth - column % tabWidth
      return (String(repeating: " ", count: width), width)
    }
    var text = ""
    var nameWidth = 0
    var isNamed = false
    for scalar in character.unicodeScalars {
      guard let name = name(of: scalar) else {
        text.unicodeScalars.append(scalar)
        continue
      }
      isNamed = true
      text += name
      nameWidth += name.count
    }
    let own = width(of: character)
    return (text, isNamed ? nameWidth + (text.count > nameWidth ? own : 0) : own)
  }

  /// How a character is shown that must not reach a terminal.
  private static func name(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x00..<0x20: String(Unicode.Scalar(UInt32(0x2400) + scalar.value) ?? "?")
    case 0x7F: "\u{2421}"
    // C1 controls, marks and overrides of direction, invisible characters, separators.
    case 0x80...0x9F, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xE0000...0xE007F:
      "<U+\(hexadecimal(scalar.value))>"
    default: nil
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Columns of a character in a terminal: two for East Asian wide ones and emoji.
  package static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.value < 0x300 { return 1 }
    if first.properties.isEmojiPresentation
      || character.unicodeScalars.contains(where: { $0.value == 0xFE0F })
    {
      return 2
    }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return wide.contains { $0.contains(first.value) } ? 2 : 1
    }
  }

  /// The blocks of Unicode's `EastAsianWidth.txt` whose letters are wide or full-width.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
