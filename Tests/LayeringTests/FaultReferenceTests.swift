// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// The reference page of faults lists every code that the sources can report, and no other.
struct FaultReferenceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let page = root.appending(path: "Sources/Pipelines/Pipelines.docc/Faults.md")

  /// `static let cycle: DiagnosticCode = "cycle"`, or the same through `DiagnosticCode(rawValue:)`.
  private static func declaredCodes() throws -> [String] {
    let short = /static let \w+: DiagnosticCode\s*=\s*"([a-z0-9-]+)"/
    let long = /DiagnosticCode\(\s*rawValue:\s*"([a-z0-9-]+)"/
    return try ["Sources", "Plugins"].flatMap { name in
      try sources(in: root.appending(path: name)).flatMap { file in
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.matches(of: short).map { String($0.1) }
          + text.matches(of: long).map { String($0.1) }
      }
    }
  }

  private static func sources(in folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  /// The rows of the page's tables: code, what is wrong, how to mend it.
  private static func rows() throws -> [[String]] {
    try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
      .map { line in
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
          .map { $0.trimmingCharacters(in: .whitespaces) }
      }
  }

  private static func listedCodes() throws -> [String] {
    try rows().map { $0[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
  }

  @Test func `every code that can be reported stands on the page`() throws {
    let declared = Set(try Self.declaredCodes())
    #expect(declared.count > 50, "the sources declare their codes in another way now")
    #expect(declared.subtracting(try Self.listedCodes()).sorted() == [])
  }

  @Test func `the page lists no code that cannot be reported`() throws {
    #expect(Set(try Self.listedCodes()).subtracting(try Self.declaredCodes()).sorted() == [])
  }

  @Test func `no code stands on the page twice`() throws {
    let codes = try Self.listedCodes()
    #expect(codes.sorted() == Set(codes).sorted())
  }

  @Test func `every row says what is wrong and how to mend it, in sentences`() throws {
    for row in try Self.rows() {
      #expect(row.count == 3, "\(row[0])")
      #expect(row.dropFirst().allSatisfy { $0.hasSuffix(".") && $0.count > 5 }, "\(row[0])")
    }
  }

  @Test func `every code is named by a test`() throws {
    let tests = try Self.sources(in: Self.root.appending(path: "Tests"))
      .filter { !$0.path.contains("LayeringTests") }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    for code in Set(try Self.declaredCodes()).sorted() {
      // Either the code itself, or the Swift name made of its words.
      let name = "." + code.replacing("-", with: "")
      #expect(tests.contains(code) || tests.localizedCaseInsensitiveContains(name), "\(code)")
    }
  }

  /// A code that is a text on the spot would be in no declaration, and so on no page.
  @Test func `no fault is reported under a code that is declared nowhere`() throws {
    let literal = /(?:Diagnostic|report)\(\s*"[a-z]+(?:-[a-z0-9]+)+",/
    for name in ["Sources", "Plugins"] {
      for file in Self.sources(in: Self.root.appending(path: name)) {
        let text = try String(contentsOf: file, encoding: .utf8)
        let hasLiteral = text.firstMatch(of: literal) != nil
        #expect(!hasLiteral, "\(file.lastPathComponent)")
      }
    }
  }
}
