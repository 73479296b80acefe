// SPDX-License-Identifier: EUPL-1.2

import Documents

/// The text of a scheme that is being written, each line with the element of the model that it says.
struct SchemeDraft {
  private(set) var text = ""
  private var elements: [MarkupElement] = []

  mutating func add(_ line: String, depth: Int = 0, for element: MarkupElement) {
    text += String(repeating: "  ", count: depth) + line + "\n"
    elements.append(element)
  }

  /// The element that a line, counted from 1, came from.
  func element(atLine line: Int) -> MarkupElement? {
    elements.indices.contains(line - 1) ? elements[line - 1] : elements.last
  }

  /// A text in double quotes, as YAML and JSON alike read it.
  static func quoted(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return JSONValue.string(line).compact
  }
}
