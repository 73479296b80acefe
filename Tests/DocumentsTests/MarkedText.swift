// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// A source text with places marked by keycap digits: `a: 1️⃣b1️⃣` marks the `b`.
struct MarkedText {
  let text: String
  /// The place, or the start and the end, of each mark.
  private(set) var marks: [Character: [SourcePosition]] = [:]

  init(_ marked: String) {
    var text = ""
    var position = SourcePosition.start
    for character in marked {
      if character.unicodeScalars.last == "\u{20E3}" {
        marks[character, default: []].append(position)
      } else if character.isNewline {
        text.append(character)
        position = SourcePosition(line: position.line + 1, column: 1)
      } else {
        text.append(character)
        position.column += character.unicodeScalars.count
      }
    }
    self.text = text
  }

  /// The span between a mark's two places, or the empty one at its only place.
  func span(_ mark: Character) -> SourceSpan? {
    guard let places = marks[mark], let first = places.first, let last = places.last else {
      return nil
    }
    return SourceSpan(start: first, end: last)
  }
}

/// What is expected at a mark.
struct Report: Hashable, CustomStringConvertible {
  let code: DiagnosticCode
  let message: String
  let help: String?

  init(_ code: DiagnosticCode, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  var description: String { "\(code): \(message); \(help ?? "no help")" }
}

/// Reads a marked text and expects exactly these faults, each from its mark's first place to its last.
func check(
  _ marked: String, reports: [Character: Report], limits: ReadingLimits = .standard,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let marked = MarkedText(marked)
  let document = Document.parse(SourceFile(name: "test.yaml", text: marked.text), limits: limits)
  var found: [SourceSpan: Report] = [:]
  for diagnostic in document.diagnostics {
    guard let span = diagnostic.span else { continue }
    found[span] = Report(diagnostic.code, diagnostic.message, help: diagnostic.help)
  }
  #expect(found.count == document.diagnostics.count, sourceLocation: sourceLocation)
  var expected: [SourceSpan: Report] = [:]
  for (mark, report) in reports {
    if let span = marked.span(mark) { expected[span] = report }
  }
  #expect(
    expected.count == reports.count, "every mark is in the text", sourceLocation: sourceLocation)
  #expect(found == expected, sourceLocation: sourceLocation)
}

/// The root of a text that is expected to have one.
func root(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Node {
  let document = Document.parse(SourceFile(name: "test.yaml", text: text))
  #expect(document.diagnostics.isEmpty, sourceLocation: sourceLocation)
  return try #require(document.root, sourceLocation: sourceLocation)
}
