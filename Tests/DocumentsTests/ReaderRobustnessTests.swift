// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

/// Whatever the bytes, reading ends with a root or an error, and every span lies in the file.
struct ReaderRobustnessTests {
  private static let pipeline = """
    pipeline: letters   # é
    parameters: {level: {default: 0.95, help: "Two\\tsided", minimum: 0.5}}
    stages:
      intake: &intake
        use: pilot/intake
        with:
          missing: ["", NA]
          eligible: |
            age >= 18 and
              city = "Zoë"
          derive: >-
            if a then b

            else c
      effect: {from: *intake, each: [1, 2]}
      ? complex
      : 'it''s'
    """

  private func checkInvariants(_ bytes: [UInt8]) {
    let document = Document.parse(name: "t", bytes: bytes)
    #expect(document.root != nil || document.hasErrors)
    let rendered = DiagnosticRenderer().text(document.diagnostics, files: [document.file])
    #expect(rendered.isEmpty == document.diagnostics.isEmpty)
    #expect(!rendered.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    for diagnostic in document.diagnostics {
      guard let span = diagnostic.span else { continue }
      #expect(span.start >= .start && span.start <= span.end)
      #expect(span.start.line <= document.file.lineCount + 1)
    }
    if let root = document.root { checkScalars(root, document.file) }
  }

  private func checkScalars(_ node: Node, _ file: SourceFile) {
    #expect(node.span.start <= node.span.end)
    if let text = node.text {
      let end = node.position(inScalarAt: text.unicodeScalars.count, of: file)
      #expect(end >= node.span.start)
      // The first character stands before the end, unless the text could not be followed.
      if text.contains(where: { $0.isLetter }), !text.unicodeScalars.contains("\u{2028}") {
        #expect(node.position(inScalarAt: 0, of: file) < end)
      }
    }
    for item in node.items ?? [] { checkScalars(item, file) }
    for entry in node.entries ?? [] { checkScalars(entry.value, file) }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `random bytes give a root or a fault`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let count = Int.random(in: 0...200, using: &random)
    checkInvariants((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `random YAML punctuation gives a root or a fault`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let pieces = [
      "a", "é", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "\n", "\n  ", "\n    ", "\t", "'",
      "\"", "\\", "|", ">", "|2-\n", "&x ", "*x", "!t ", "!!str ", "#", "%", "@", "---\n", "...\n",
      "<<: ", "\r\n", "\u{85}", "\u{2028}", "~", "1", "null", "\u{1F600}",
    ]
    let count = Int.random(in: 1...60, using: &random)
    let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    checkInvariants(Array(text.utf8))
  }

  @Test func `every prefix of a file gives a root or a fault`() {
    let bytes = Array(Self.pipeline.utf8)
    for length in 0...bytes.count { checkInvariants(Array(bytes.prefix(length))) }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a file with some bytes changed gives a root or a fault`(seed: UInt64) {
    var random = SeededGenerator(seed)
    var bytes = Array(Self.pipeline.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
        in: 0...127, using: &random)
    }
    checkInvariants(bytes)
  }
}
