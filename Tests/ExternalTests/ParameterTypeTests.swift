// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Testing

@testable import External

/// Each type of a manifest reads YAML as the parameters of Swift stages do.
struct ParameterTypeTests {
  /// The value in the form that enters the key, and the codes of what was found.
  private static func read(
    _ text: String, as type: ParameterType
  ) throws -> (value: ParameterType.Value?, reading: ParameterReading) {
    let document = Document.parse(SourceFile(name: "with.yaml", text: "x: \(text)\n"))
    let node = try #require(document.root?["x"])
    var reading = ParameterReading(file: document.file, folder: "here", constants: [:])
    let value = type.read(node, in: &reading)
    #expect((value == nil) == !reading.diagnostics.isEmpty)
    return (value, reading)
  }

  private static let small = ParameterType.integer(minimum: 1, maximum: 9)
  private static let share = ParameterType.number(minimum: 0, maximum: 1)

  static let right: [(ParameterType, String, JSONValue)] = [
    (.text, "abc", "abc"), (.text, "3.10", "3.10"), (.text, "0123", "0123"), (.text, "''", ""),
    (small, "1", 1), (small, "9", 9), (small, "2.0", 2),
    (.integer(minimum: nil, maximum: nil), "-9223372036854775808", .integer(.min)),
    (share, "0", .number(0)), (share, "1", .number(1)), (share, "0.25", .number(0.25)),
    (.boolean, "true", true), (.choice(["a", "b"]), "b", "b"), (.choice(["1", "2"]), "2", "2"),
    (.column, "income", "income"), (.date, "2026-02-28", "2026-02-28"),
    (.file, "data/Cases.CSV", ["extension": "csv"]),
    (.secret, "${secret.TOKEN}", ["secret": "TOKEN"]),
    (.list(.text), "[a, 1.0]", ["a", "1.0"]), (.list(.text), "a", ["a"]), (.list(small), "[]", []),
    (.list(.column), "[a, b]", ["a", "b"]),
  ]

  @Test(arguments: right)
  func `a value that fits is read`(type: ParameterType, text: String, json: JSONValue) throws {
    #expect(try Self.read(text, as: type).value?.json == json)
  }

  static let wrong: [(ParameterType, String, DiagnosticCode)] = [
    (.text, "[a]", .wrongType), (.text, "null", .wrongType), (small, "0", .outOfRange),
    (small, "10", .outOfRange), (small, "1.5", .wrongType), (small, "'a'", .wrongType),
    (small, "1e300", .wrongType), (share, "-0.01", .outOfRange), (share, "1.01", .outOfRange),
    (share, ".inf", .wrongType), (share, ".nan", .wrongType), (share, "half", .wrongType),
    (.boolean, "yes", .wrongType), (.boolean, "1", .wrongType),
    (.choice(["small", "large"]), "lage", .unknownChoice), (.choice(["a"]), "[a]", .wrongType),
    (.column, "[a]", .wrongType), (.date, "2026-02-30", .wrongType),
    (.date, "28-02-2026", .wrongType), (.file, "{a: b}", .wrongType),
    (.secret, "hunter2", .wrongType), (.secret, "${env.TOKEN}", .wrongType),
    (.list(.text), "{a: b}", .wrongType), (.list(small), "[1, 10]", .outOfRange),
  ]

  @Test(arguments: wrong)
  func `a value that does not fit is one fault`(
    type: ParameterType, text: String, code: DiagnosticCode
  ) throws {
    #expect(try Self.read(text, as: type).reading.diagnostics.map(\.code) == [code])
  }

  @Test func `each wrong item of a list is a fault of its own`() throws {
    let reading = try Self.read("[0, 5, x, 10]", as: .list(Self.small)).reading
    #expect(
      reading.diagnostics.map { "\($0.code) \($0.span?.start.column ?? 0)" }
        == ["out-of-range 5", "wrong-type 11", "out-of-range 14"])
  }

  @Test func `a choice that is close is suggested`() throws {
    let fault = try Self.read("lage", as: .choice(["small", "large"])).reading.diagnostics[0]
    #expect(fault.help == "did you mean 'large'?")
    #expect(fault.notes == ["choices: small, large"])
  }

  @Test func `columns, files and secrets are noted for whoever checks them`() throws {
    #expect(try Self.read("[a, b]", as: .list(.column)).reading.columns.map(\.name) == ["a", "b"])
    let files = try Self.read("[a.csv, /b.csv]", as: .list(.file))
    #expect(files.value?.files.map(\.location) == ["here/a.csv", "/b.csv"])
    #expect(files.reading.files == files.value?.files)
    let secret = try Self.read("${secret.TOKEN}", as: .secret)
    #expect(secret.value?.secret == "TOKEN")
    #expect(secret.reading.secrets == ["TOKEN"])
  }

  @Test func `where a file lies is no part of the key`() throws {
    let here = try Self.read("a/cases.csv", as: .file).value?.json
    #expect(try Self.read("/elsewhere/other.csv", as: .file).value?.json == here)
  }

  @Test(arguments: [
    (ParameterType.text, false), (.column, true), (.list(.column), true), (.list(.text), false),
    (.choice(["a"]), false),
  ])
  func `which types name columns`(type: ParameterType, namesColumns: Bool) {
    #expect(type.namesColumns == namesColumns)
  }
}
