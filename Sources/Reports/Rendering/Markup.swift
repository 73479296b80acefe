// SPDX-License-Identifier: EUPL-1.2

/// Writes HTML and SVG that is well-formed by construction: every text and attribute is escaped here
/// and nowhere else, and every element that is opened is closed.
struct Markup {
  private(set) var text = ""

  /// An element with content.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
    if !Self.inlineNames.contains(name) { text += "\n" }
  }

  /// An element that holds only words.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?>, _ words: String
  ) {
    element(name, attributes) { $0.write(words) }
  }

  /// An element without attributes that holds only words.
  mutating func element(_ name: String, _ words: String) { element(name, [:], words) }

  /// An element that never has content.
  mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    open(name, attributes)
    text += "/>"
    if !Self.inlineNames.contains(name) { text += "\n" }
  }

  /// Words; nothing in them is markup.
  mutating func write(_ words: String) { text += Self.escaped(words) }

  /// Markup that was written by another `Markup`.
  mutating func insert(_ markup: Markup) { text += markup.text }

  /// Markup of a chart, which is written by a `Markup` too.
  mutating func insert(element: String) { text += element + "\n" }
}

extension Markup {
  /// The words with every character replaced that could end a text or an attribute.
  static func escaped(_ words: String) -> String {
    var result = ""
    result.reserveCapacity(words.utf8.count)
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(isVisible(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// The words without characters that have no place in a page at all, neither as they are nor escaped.
  static func visible(_ words: String) -> String {
    var result = ""
    for scalar in words.unicodeScalars {
      result.unicodeScalars.append(isVisible(scalar) ? scalar : "\u{FFFD}")
    }
    return result
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: false
    // Marks and overrides of the reading direction make a text read as what it is not.
    case 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }

  private static let inlineNames: Set<String> = [
    "a", "abbr", "br", "code", "em", "span", "strong", "text", "tspan",
  ]

  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
    text += "<\(name)"
    for (key, value) in attributes {
      if let value { text += " \(key)=\"\(Self.escaped(value))\"" }
    }
  }
}
