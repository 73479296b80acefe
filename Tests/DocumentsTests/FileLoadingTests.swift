// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

struct FileLoadingTests {
  /// Runs the body with a folder of its own, which is removed after it.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "documents-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func `a file is read under the name the user wrote`() throws {
    try withFolder { folder in
      try Data("a: 1\n".utf8).write(to: URL(filePath: "\(folder)/a.yaml"))
      let document = Document.load(path: "\(folder)/a.yaml")
      #expect(document.root?["a"]?.scalar?.integer == 1)
      #expect(document.file.name == "\(folder)/a.yaml")
    }
  }

  @Test func `a missing file asks whether its neighbour was meant`() throws {
    try withFolder { folder in
      try Data("a: 1\n".utf8).write(to: URL(filePath: "\(folder)/letters.yaml"))
      let fault = try #require(Document.load(path: "\(folder)/leters.yaml").diagnostics.first)
      #expect(fault.code == .unreadableFile)
      #expect(fault.message == "there is no such file")
      #expect(fault.help == "did you mean '\(folder)/letters.yaml'?")
      #expect(fault.span == nil)
    }
  }

  @Test func `a folder is not a file`() throws {
    try withFolder { folder in
      let fault = try #require(Document.load(path: folder).diagnostics.first)
      #expect(fault.code == .unreadableFile)
      #expect(fault.message == "this is a folder and not a file")
    }
  }

  @Test func `a file over the limit is refused without a root`() throws {
    try withFolder { folder in
      let path = "\(folder)/large.yaml"
      try Data(repeating: UInt8(ascii: "a"), count: 11 << 20).write(to: URL(filePath: path))
      let document = Document.load(path: path)
      #expect(document.diagnostics.map(\.code) == [.fileTooLarge])
      #expect(document.diagnostics.map(\.message) == ["the file is larger than 10 MiB"])
      #expect(document.root == nil)
    }
  }

  @Test func `an endless file is refused too`() {
    #expect(Document.load(path: "/dev/zero").diagnostics.map(\.code) == [.fileTooLarge])
  }

  @Test func `a text in memory over the limit is refused`() {
    let limits = ReadingLimits(bytes: 3)
    let document = Document.parse(SourceFile(name: "t", text: "a: 1"), limits: limits)
    #expect(document.diagnostics.map(\.code) == [.fileTooLarge])
  }

  @Test(arguments: [
    ([0x61, 0x3A, 0x20, 0xFF], "the byte 0xFF here is not valid UTF-8", 1, 4),
    ([0xC3, 0xA9, 0x0A, 0xC3, 0xA9, 0xE9, 0x20], "the byte 0xE9 here is not valid UTF-8", 2, 2),
    ([0x61, 0xED, 0xA0, 0x80], "the byte 0xED here is not valid UTF-8", 1, 2),
    ([0x61, 0xF4, 0x90, 0x80, 0x80], "the byte 0xF4 here is not valid UTF-8", 1, 2),
    ([0x61, 0xC0, 0xAF], "the byte 0xC0 here is not valid UTF-8", 1, 2),
    (
      Array("\u{D7FF}\u{E000}\u{800}\u{20AC}\u{10000}\u{1F600}\u{10FFFF}".utf8) + [0xFF],
      "the byte 0xFF here is not valid UTF-8", 1, 8
    ),
    ([0x61, 0xF0, 0x80, 0x80, 0x80], "the byte 0xF0 here is not valid UTF-8", 1, 2),
    ([0x61, 0xE0, 0x80, 0x80], "the byte 0xE0 here is not valid UTF-8", 1, 2),
    ([0xEF, 0xBB, 0xBF, 0x61, 0xE2, 0x82], "the byte 0xE2 here is not valid UTF-8", 1, 2),
    ([0xFF, 0xFE, 0x61, 0x00], "the file is UTF-16 and not UTF-8", 1, 1),
  ])
  func `invalid UTF-8 is reported at its place`(
    bytes: [UInt8], message: String, line: Int, column: Int
  ) throws {
    let document = Document.parse(name: "t", bytes: bytes)
    let fault = try #require(document.diagnostics.first)
    #expect(fault.code == .invalidUTF8)
    #expect(fault.message == message)
    #expect(fault.span?.start == SourcePosition(line: line, column: column))
    #expect(document.root == nil)
  }
}
