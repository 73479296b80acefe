// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct SourceFileTests {
  @Test func `lines end at every kind of line break`() {
    let file = SourceFile(name: "t", text: "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}g")
    #expect((1...7).map { file.line($0) } == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(file.lineCount == 7)
  }

  @Test func `a line that is not there is empty`() {
    let file = SourceFile(name: "t", text: "a\n")
    #expect(file.lineCount == 1)
    #expect([0, -1, 2, 3].map { file.line($0) } == ["", "", "", ""])
  }

  @Test(arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)])
  func `a final line break starts no line`(text: String, count: Int) {
    #expect(SourceFile(name: "t", text: text).lineCount == count)
  }

  @Test func `a byte offset becomes a line and a column in characters`() {
    let file = SourceFile(name: "t", text: "é=1\n€uro")
    #expect(file.position(utf8Offset: 2) == SourcePosition(line: 1, column: 2))
    #expect(file.position(utf8Offset: 5) == SourcePosition(line: 2, column: 1))
    #expect(file.position(utf8Offset: 8) == SourcePosition(line: 2, column: 2))
    #expect(file.position(utf8Offset: 99) == SourcePosition(line: 2, column: 5))
  }

  @Test func `spans order by start and then by end`() {
    let place = SourcePosition(line: 2, column: 3)
    #expect(SourceSpan(at: place) < SourceSpan(at: place, length: 1))
    #expect(SourceSpan(at: .start, length: 9) < SourceSpan(at: place))
    #expect(SourceSpan(at: place, length: 2).contains(SourcePosition(line: 2, column: 4)))
    #expect(!SourceSpan(at: place, length: 2).contains(SourcePosition(line: 2, column: 5)))
  }
}
