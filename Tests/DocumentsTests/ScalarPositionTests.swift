// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// Where the characters of a decoded scalar stand: the word `HERE` is searched in the decoded text and
/// must be found at the marks of the source.
struct ScalarPositionTests {
  @Test(arguments: [
    "key: if a then 1️⃣HERE1️⃣ else b",
    "key: 'it''s ''1️⃣HERE1️⃣'",
    "key: \"é 1️⃣HERE1️⃣\"",
    #"key: "a\tb \u00e9\x41 \"1️⃣HERE1️⃣""#,
    "key: first\n  second\n\n  third 1️⃣HERE1️⃣ more",
    "key: 'first  \n  second\n\n\n  it''s 1️⃣HERE1️⃣'",
    "key: \"first \\\n   \\ second\n\n  third 1️⃣HERE1️⃣\"",
    "key: |\n  first\n    1️⃣HERE1️⃣\n  last",
    "key: |2\n     first\n    1️⃣HERE1️⃣\n",
    "key: |-\n\n\n  first\n\n  1️⃣HERE1️⃣\n\n",
    "key: |+ # comment\n  first\n  x 1️⃣HERE1️⃣\n\n\nother: 1",
    "key: >\n  first\n  second 1️⃣HERE1️⃣ third",
    "key: >1-\n   first\n  second\n\n  third 1️⃣HERE1️⃣",
    "key: >\n  first\n\n    deeper\n    still\n\n\n  back\n  1️⃣HERE1️⃣\n",
    "key: >\n\n  first\n  \t tabbed\n  1️⃣HERE1️⃣\n",
    "key: &anchor   1️⃣HERE1️⃣",
    "key: !!str |\n      first\n      1️⃣HERE1️⃣\nother: 2",
  ])
  func `a word is found at its place in the file`(marked: String) throws {
    let source = MarkedText(marked)
    let file = SourceFile(name: "t", text: source.text)
    let expected = try #require(source.span("1️⃣"))
    let node = try #require(Document.parse(file).root?["key"])
    let text = try #require(node.text)
    let range = try #require(text.firstRange(of: "HERE"))
    let start = text[..<range.lowerBound].unicodeScalars.count
    #expect(node.span(inScalar: start..<start + 4, of: file) == expected)
    #expect(node.position(inScalarAt: start, of: file) == expected.start)
    let bytes = text[..<range.lowerBound].utf8.count
    #expect(node.span(inScalarUTF8: bytes..<bytes + 4, of: file) == expected)
  }

  @Test func `the end of the text is the end of the value`() throws {
    let file = SourceFile(name: "t", text: "a: 'b + c'  # comment")
    let node = try #require(Document.parse(file).root?["a"])
    #expect(node.position(inScalarAt: 5, of: file) == SourcePosition(line: 1, column: 10))
    #expect(node.position(inScalarAt: 99, of: file) == SourcePosition(line: 1, column: 10))
  }

  @Test func `a node of another file keeps its own span`() throws {
    let node = try #require(try root("a: b + c")["a"])
    let other = SourceFile(name: "other", text: "x: y\n")
    #expect(node.span(inScalar: 2..<3, of: other) == node.span)
    #expect(node.position(inScalarAt: 2, of: other) == node.span.start)
  }

  /// Texts of words, blanks, quotes and line breaks are written as block scalars; then every word
  /// must be found where it stands.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `every line of a random literal block is found`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let depth = Int.random(in: 1...6, using: &random)
    let indentation = String(repeating: " ", count: depth)
    let lines = (0..<Int.random(in: 1...8, using: &random)).map { i in
      String(repeating: " ", count: i == 0 ? 0 : Int.random(in: 0...3, using: &random)) + "w\(i)é"
        + String(repeating: "\n", count: Int.random(in: 1...3, using: &random))
    }
    let style = Bool.random(using: &random) ? "|" : ">"
    let body = lines.joined().split(separator: "\n", omittingEmptySubsequences: false)
    let source = "key: \(style)\n" + body.map { indentation + $0 }.joined(separator: "\n")
    let file = SourceFile(name: "t", text: source)
    let node = try #require(Document.parse(file).root?["key"])
    let text = try #require(node.text)
    for i in lines.indices {
      let range = try #require(text.firstRange(of: "w\(i)é"))
      let start = text[..<range.lowerBound].unicodeScalars.count
      let position = node.position(inScalarAt: start, of: file)
      #expect(
        file.line(position.line).unicodeScalars.dropFirst(position.column - 1).starts(
          with: "w\(i)é".unicodeScalars))
    }
  }
}
