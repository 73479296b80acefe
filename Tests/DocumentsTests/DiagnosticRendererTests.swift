// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct DiagnosticRendererTests {
  private func fault(
    _ marked: String, help: String? = nil, notes: [String] = [],
    severity: Diagnostic.Severity = .error
  ) -> (Diagnostic, SourceFile) {
    let source = MarkedText(marked)
    let file = SourceFile(name: "p.yaml", text: source.text)
    let diagnostic = Diagnostic(
      "some-code", severity: severity, "something is wrong", help: help, notes: notes,
      file: file.name, span: source.span("1️⃣"))
    return (diagnostic, file)
  }

  private func shown(
    _ marked: String, help: String? = nil, notes: [String] = [], width: Int = 120
  ) -> String {
    let (diagnostic, file) = fault(marked, help: help, notes: notes)
    return DiagnosticRenderer(width: width).text(diagnostic, file: file)
  }

  @Test(arguments: [
    ("source: 1️⃣postgresql://ann:sec@ret@db/x", "source: postgresql://ann:•••••••@db/x"),
    (
      "source: 1️⃣postgresql://db/x?password=geheim&a=b",
      "source: postgresql://db/x?password=••••••&a=b"
    ),
    ("source: 1️⃣https://example.org/a:b", "source: https://example.org/a:b"),
  ])
  func `a password in an address is never shown`(line: String, expected: String) {
    #expect(excerpt(line)[0] == expected)
  }

  /// The line and the underline only.
  private func excerpt(_ marked: String, width: Int = 120) -> [String] {
    let lines = shown(marked, width: width).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropFirst(3).prefix(2).map { String($0.dropFirst(4)) }
  }

  @Test func `a fault looks as the design shows it`() {
    let text = String(repeating: "\n", count: 13) + "      1️⃣outcom1️⃣: recertified\n"
    let source = MarkedText(text)
    let file = SourceFile(name: "pipelines/letters.yaml", text: source.text)
    let diagnostic = Diagnostic(
      "unknown-parameter", "impact/difference-in-means has no parameter 'outcom'",
      help: "did you mean 'outcome'?",
      notes: ["parameters: outcome, arm, control, level, variance, where"], file: file.name,
      span: source.span("1️⃣"))
    #expect(
      DiagnosticRenderer().text([diagnostic], files: [file]) == """
        error[unknown-parameter]: impact/difference-in-means has no parameter 'outcom'
          --> pipelines/letters.yaml:14:7
           |
        14 |       outcom: recertified
           |       ^^^^^^ did you mean 'outcome'?
           = parameters: outcome, arm, control, level, variance, where
        """)
  }

  @Test func `colour marks the severity, the margin and the underline`() {
    let (diagnostic, file) = fault("1️⃣ab1️⃣: 1", help: "do this", severity: .warning)
    let e = "\u{1B}["
    #expect(
      DiagnosticRenderer(usesColour: true).text(diagnostic, file: file) == """
        \(e)1;33mwarning[some-code]\(e)0m\(e)1m: something is wrong\(e)0m
         \(e)1;34m-->\(e)0m p.yaml:1:1
        \(e)1;34m  |\(e)0m
        \(e)1;34m1 |\(e)0m ab: 1
        \(e)1;34m  |\(e)0m \(e)1;33m^^\(e)0m do this
        """)
  }

  @Test func `a fault of the whole file shows its help as a note`() {
    let diagnostic = Diagnostic(
      .unreadableFile, "there is no such file", help: "check the path", file: "x.yaml", span: nil)
    #expect(
      DiagnosticRenderer().text([diagnostic], files: []) == """
        error[unreadable-file]: there is no such file
         --> x.yaml
          = help: check the path
        """)
  }

  @Test func `a fault whose source is not at hand shows its place`() {
    let (diagnostic, _) = fault("a: 1️⃣b1️⃣", help: "do this")
    #expect(
      DiagnosticRenderer().text([diagnostic], files: []) == """
        error[some-code]: something is wrong
         --> p.yaml:1:4
          = help: do this
        """)
  }

  @Test func `help and notes may have several lines`() {
    #expect(
      shown("a: 1️⃣bc1️⃣", help: "write\n  a: d", notes: ["one\n  two"]) == """
        error[some-code]: something is wrong
         --> p.yaml:1:4
          |
        1 | a: bc
          |    ^^ write
          |         a: d
          = one
              two
        """)
  }

  @Test func `several faults are shown in the order of their places`() {
    let file = SourceFile(name: "p.yaml", text: "a: 1\nb: 2\n")
    let faults = [2, 1].map {
      Diagnostic(
        "c", "line \($0)", file: file.name,
        span: SourceSpan(at: SourcePosition(line: $0, column: 1)))
    }
    #expect(
      DiagnosticRenderer().text(faults, files: [file]) == """
        error[c]: line 1
         --> p.yaml:1:1
          |
        1 | a: 1
          | ^

        error[c]: line 2
         --> p.yaml:2:1
          |
        2 | b: 2
          | ^
        """)
  }

  @Test(arguments: [
    ("a: 1️⃣b1️⃣ c", "a: b c", "   ^"),
    ("a: b1️⃣", "a: b", "    ^"),
    ("a: 1️⃣b c\nd1️⃣: e", "a: b c", "   ^^^"),
    ("\ta1️⃣b1️⃣", "    ab", "     ^"),
    ("ab\t1️⃣c1️⃣", "ab  c", "    ^"),
    ("1️⃣\t1️⃣a", "    a", "^^^^"),
    ("日本 1️⃣語1️⃣ x", "日本 語 x", "     ^^"),
    ("e\u{301} 1️⃣x1️⃣", "e\u{301} x", "  ^"),
    ("\u{1F600} 1️⃣x1️⃣", "\u{1F600} x", "   ^"),
    ("\u{1B}[31m1️⃣x1️⃣", "\u{241B}[31mx", "     ^"),
    ("a\u{202E}1️⃣x1️⃣", "a<U+202E>x", "         ^"),
    ("a\u{200B}1️⃣x1️⃣", "a<U+200B>x", "         ^"),
  ])
  func `the underline stands under its characters`(
    marked: String, line: String, underline: String
  ) {
    #expect(excerpt(marked) == [line, underline])
  }

  @Test func `a long line is cut around the fault`() {
    let long = String(repeating: "abcde ", count: 40)
    let lines = excerpt("\(long)1️⃣HERE1️⃣ \(long)", width: 60)
    #expect(lines[0].count <= 60)
    #expect(lines[0].hasPrefix("…") && lines[0].hasSuffix("…"))
    let start = lines[1].prefix { $0 == " " }.count
    #expect(lines[0].dropFirst(start).hasPrefix("HERE"))
    #expect(lines[1].dropFirst(start) == "^^^^")
  }

  @Test func `the start of a long line is shown where the fault is there`() {
    let lines = excerpt("1️⃣HERE1️⃣ " + String(repeating: "x", count: 500), width: 40)
    #expect(lines[0].hasPrefix("HERE xxx") && lines[0].hasSuffix("…"))
    #expect(lines[1] == "^^^^")
  }

  @Test func `an underline longer than the line is cut with it`() {
    let lines = excerpt("a: 1️⃣" + String(repeating: "x", count: 500) + "1️⃣", width: 40)
    #expect(lines[0].count <= 40)
    #expect(lines[1].count <= 40)
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `no line with its underline is wider than asked for`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let pieces = ["a", "é", "\t", "日", "\u{1F600}", " ", "\u{7}", "e\u{301}"]
    let line = (0..<200).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    let start = Int.random(in: 1...220, using: &random)
    let length = Int.random(in: 0...50, using: &random)
    let diagnostic = Diagnostic(
      "c", "m", file: "f",
      span: SourceSpan(at: SourcePosition(line: 1, column: start), length: length))
    let text = DiagnosticRenderer(width: 50).text(
      diagnostic, file: SourceFile(name: "f", text: line))
    let lines = text.split(separator: "\n").map { String($0.dropFirst(4)) }
    #expect(lines.count == 5)
    #expect(lines[3].count <= 50)
    #expect(lines[4].count <= 51)
  }

  @Test func `messages cannot steer a terminal`() {
    let diagnostic = Diagnostic(
      "c", "no '\u{1B}[2J'", help: "not\u{7}", file: "f\u{1B}", span: nil)
    let text = DiagnosticRenderer().text([diagnostic], files: [])
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `JSON has the nine members of the design, absent ones null`() throws {
    let (diagnostic, _) = fault("a: 1️⃣bc1️⃣", help: "do this")
    let whole = Diagnostic(.emptyFile, "nothing", file: "b", span: nil)
    #expect(
      try DiagnosticRenderer.json([diagnostic, whole])
        == JSONValue.parse(
          """
          [{"code": "empty-file", "severity": "error", "message": "nothing", "help": null, "file": "b",
            "line": null, "column": null, "endLine": null, "endColumn": null},
           {"code": "some-code", "severity": "error", "message": "something is wrong",
            "help": "do this", "file": "p.yaml", "line": 1, "column": 4, "endLine": 1, "endColumn": 6}]
          """))
  }
}
