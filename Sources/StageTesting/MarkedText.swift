// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A text with places marked in it: `"use: 1️⃣differnce"` marks where a fault should stand.
///
/// Markers are the keycap digits 1️⃣ to 9️⃣; they are taken out of the text.
public struct MarkedText: Sendable {
  public let text: String
  /// The place that each marker stood before.
  public let marks: [String: SourcePosition]

  public init(_ marked: String) {
    var text = ""
    var marks: [String: SourcePosition] = [:]
    var line = 1
    var column = 1
    for character in marked {
      if Self.markers.contains(character) {
        marks[String(character)] = SourcePosition(line: line, column: column)
        continue
      }
      text.append(character)
      if character == "\n" {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
    }
    self.text = text
    self.marks = marks
  }

  /// The marker at a place, or the place itself where none is.
  public func name(of position: SourcePosition) -> String {
    marks.first { $0.value == position }?.key ?? "\(position)"
  }

  private static let markers: Set<Character> = [
    "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣",
  ]
}
