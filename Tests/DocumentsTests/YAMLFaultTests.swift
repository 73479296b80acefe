// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct YAMLFaultTests {
  @Test func `every repeated key is reported and names the line of the first`() {
    check(
      """
      level: 0.95
      seed: 1
      1️⃣level1️⃣: 0.9
      with:
        a: 1
        2️⃣"a"2️⃣: 2
        3️⃣a3️⃣: 3
      """,
      reports: [
        "1️⃣": Report(
          .duplicateKey, "the key 'level' is already there",
          help: "it stands in line 1 first; remove one of the two"),
        "2️⃣": Report(
          .duplicateKey, "the key 'a' is already there",
          help: "it stands in line 5 first; remove one of the two"),
        "3️⃣": Report(
          .duplicateKey, "the key 'a' is already there",
          help: "it stands in line 5 first; remove one of the two"),
      ])
  }

  @Test func `keys that look the same are the same key`() {
    check(
      "caf\u{E9}: 1\n1️⃣cafe\u{301}1️⃣: 2",
      reports: [
        "1️⃣": Report(
          .duplicateKey, "the key 'cafe\u{301}' is already there",
          help: "it stands in line 1 first; remove one of the two")
      ])
  }

  @Test func `a duplicate key leaves the root`() {
    let document = Document.parse(SourceFile(name: "t", text: "a: 1\na: 2"))
    #expect(document.root?["a"]?.text == "1")
    #expect(document.hasErrors)
  }

  @Test func `duplicates before a syntax fault are reported with it`() {
    check(
      "a: 1\n1️⃣a1️⃣: 2\nb: [1\nc2️⃣:2️⃣ }",
      reports: [
        "1️⃣": Report(
          .duplicateKey, "the key 'a' is already there",
          help: "it stands in line 1 first; remove one of the two"),
        "2️⃣": Report(
          .yamlSyntax, "the list in [ ] needs a ',' or its ']' here",
          help: "text with , [ ] { } in it needs quotes"),
      ])
  }

  @Test func `a tab in the indentation is told as a tab`() {
    check(
      "a:\n1️⃣\t1️⃣b: 1",
      reports: ["1️⃣": Report(.yamlTab, "YAML does not allow a tab here", help: "use spaces")])
  }

  @Test func `a tab behind spaces is told as a tab`() {
    check(
      "a:\n  b: 1\n 1️⃣\t1️⃣c: 1",
      reports: ["1️⃣": Report(.yamlTab, "YAML does not allow a tab here", help: "use spaces")])
  }

  @Test func `the other lines that start with a tab are counted`() {
    let document = Document.parse(SourceFile(name: "t", text: "a:\n\tb: 1\n\tc: 1\n\td: 2"))
    #expect(document.diagnostics.map(\.notes) == [["2 other lines start with a tab"]])
  }

  @Test func `a second document is one too many`() {
    check(
      "a: 1\n1️⃣---1️⃣\nb: 2",
      reports: [
        "1️⃣": Report(
          .severalDocuments, "a second document starts here, and a file holds one",
          help: "remove the line '---' or make a file of the rest")
      ])
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "---\n# nothing\n...\n", "\u{FEFF}"])
  func `a file without a value is empty`(text: String) {
    let document = Document.parse(SourceFile(name: "t", text: text))
    #expect(document.diagnostics.map(\.code) == [.emptyFile])
    #expect(document.root == nil)
  }

  @Test func `an alias without an anchor asks whether another was meant`() {
    check(
      "a: &first 1\nb: 1️⃣*frist1️⃣",
      reports: [
        "1️⃣": Report(
          .unknownAlias, "no value before this one is marked '&frist'",
          help: "did you mean '*first'?")
      ])
  }

  @Test func `an alias inside its own anchor is unknown, so that no cycle can be`() {
    check(
      "a: &x [1️⃣*x1️⃣]",
      reports: [
        "1️⃣": Report(
          .unknownAlias, "no value before this one is marked '&x'",
          help: "if this is text, put it in quotes")
      ])
  }

  @Test func `aliases of aliases are bounded`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in 1...30 {
      text += "a\(i): &a\(i) [\((0..<10).map { _ in "*a\(i - 1)" }.joined(separator: ", "))]\n"
    }
    let document = Document.parse(SourceFile(name: "t", text: text))
    #expect(document.diagnostics.map(\.code) == [.aliasBomb])
    #expect(document.root == nil)
  }

  @Test func `sixty-four levels are read and the next is a fault`() {
    let open = String(repeating: "[", count: 64)
    let close = String(repeating: "]", count: 64)
    #expect(Document.parse(SourceFile(name: "t", text: open + close)).diagnostics == [])
    check(
      "\(open)1️⃣[1️⃣]\(close)",
      reports: [
        "1️⃣": Report(
          .nestingTooDeep, "lists and maps are nested deeper than 64 levels",
          help: "write it flatter")
      ])
  }

  @Test func `an alias cannot nest deeper than the limit`() {
    check(
      "a: &a [[1]]\nb: [1️⃣*a1️⃣]",
      reports: [
        "1️⃣": Report(
          .nestingTooDeep, "lists and maps are nested deeper than 3 levels",
          help: "write it flatter")
      ], limits: ReadingLimits(nesting: 3))
  }

  @Test func `the merge key is told not to exist`() {
    check(
      "base: &base {a: 1}\nmore:\n  1️⃣<<1️⃣: *base\n  \"<<\": fine",
      reports: [
        "1️⃣": Report(
          .mergeKey, "the merge key '<<' does not exist in YAML 1.2",
          help: "write the keys out; a whole value can be repeated with &name and *name")
      ])
  }

  @Test func `a list as a key is a fault`() {
    check(
      "{1️⃣[1️⃣a, b]: 1}",
      reports: [
        "1️⃣": Report(
          .keyNotText, "a key has to be text, and this is a list",
          help: "if it is text, put it in quotes")
      ])
  }

  @Test func `nothing as a key is a fault`() {
    check(
      "a: 1\n?1️⃣\n: 2",
      reports: [
        "1️⃣": Report(
          .keyNotText, "a key has to be text, and this is nothing",
          help: "write a name before the colon")
      ])
  }

  @Test func `a template that forgot its quotes is a map as a key`() {
    let document = Document.parse(SourceFile(name: "t", text: "a: {{name}}: 1"))
    #expect(document.hasErrors)
  }

  @Test func `a tag without a meaning here is refused`() {
    check(
      "a: 1️⃣!!binary aGk=1️⃣",
      reports: [
        "1️⃣": Report(
          .unsupportedTag, "the tag '!!binary' has no meaning for this value",
          help: "remove the tag; if it is text, put it in quotes")
      ])
  }

  @Test func `a control character is named with its place`() {
    check(
      "a: 1\nb: x1️⃣\u{1B}1️⃣[31m",
      reports: [
        "1️⃣": Report(
          .controlCharacter, "the control character U+001B does not belong in a text file",
          help: "delete it; if the file looks like nonsense, it is no YAML file")
      ])
  }

  @Test func `a NUL byte is named, and the others are counted`() {
    let document = Document.parse(SourceFile(name: "t", text: "a: é\0b\0\0"))
    #expect(
      document.diagnostics.map(\.message)
        == ["the control character U+0000 (NUL) does not belong in a text file"])
    #expect(document.diagnostics.map(\.notes) == [["there are 2 more in the file"]])
    #expect(document.diagnostics.first?.span?.start == SourcePosition(line: 1, column: 5))
  }
}
