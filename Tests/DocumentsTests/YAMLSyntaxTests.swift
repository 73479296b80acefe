// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// libyaml's faults in plain words, at the place where a reader looks.
struct YAMLSyntaxTests {
  @Test(arguments: [
    ("a: b1️⃣:1️⃣ c", "a ':' cannot stand here"),
    ("a: 1\nb1️⃣", "a key needs a ':' behind it"),
    ("a: [1, 2", "the list in [ ] needs a ',' or its ']' here"),
    ("a: {b: 1", "the map in { } needs a ',' or its '}' here"),
    ("a: 1️⃣'1️⃣open\nb: 2", "the quote that opens here is never closed"),
    ("a: 1️⃣@1️⃣name", "a value cannot start with '@'"),
    ("a: 1️⃣`1️⃣name", "a value cannot start with '`'"),
    ("a: 1️⃣%1️⃣", "a value cannot start with '%'"),
    ("a: \"1️⃣\\1️⃣q\"", "this backslash escape does not exist"),
    ("a: |0", "the indentation after | or > cannot be 0"),
    ("a: - b", "a list item '-' cannot stand here"),
    ("- a\nb: 1", "a list item '- …' is expected here, as deep as the items before it"),
    ("a: 1\n  b: 2", "a ':' cannot stand here"),
    ("  a: 1\n b: 2", "this does not belong to the value before it"),
    ("a:\n  b: 1\n 1️⃣c1️⃣: 2", "a key is expected here, as deep as the keys before it"),
    ("a: \"b\" 1️⃣+1️⃣ \"c\"\nd: 1", "nothing may follow a quoted text"),
    ("key value\nother1️⃣:1️⃣ 1", "a ':' cannot stand here, since line 1 is still open"),
    ("a: 1\nb: é1️⃣\u{FFFF}1️⃣", "this character does not belong in a text file"),
    ("a: &", "a name is expected here"),
    ("a: !x!y 1", "this tag is not known"),
    ("%FOO bar\n", "this line starting with '%' is no YAML directive"),
    ("a: ]", "a value is expected here"),
  ])
  func `a syntax fault is told in plain words`(marked: String, message: String) throws {
    let source = MarkedText(marked)
    let document = Document.parse(SourceFile(name: "t", text: source.text))
    #expect(document.root == nil)
    let fault = try #require(document.diagnostics.first)
    #expect(document.diagnostics.count == 1)
    #expect(fault.code == .yamlSyntax)
    #expect(fault.message == message)
    if let span = source.span("1️⃣") { #expect(fault.span == span) }
  }

  @Test func `a fault far from its start says where the start is`() {
    let document = Document.parse(SourceFile(name: "t", text: "a: [1,\n 2\nb: 3"))
    #expect(document.diagnostics.map(\.notes) == [["the list in [ ] starts in line 1"]])
  }

  @Test func `a fault at the end of the file stands behind its last character`() {
    let document = Document.parse(SourceFile(name: "t", text: "a: [1, 2\n\n"))
    #expect(document.diagnostics.first?.span?.start.line == 2)
  }
}
