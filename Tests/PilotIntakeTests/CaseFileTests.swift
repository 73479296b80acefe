// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct CaseFileTests {
  private static func cases(
    _ bytes: [UInt8], named name: String, with yaml: String = ""
  ) async throws -> PilotRun.Result {
    try await withFiles(bytes: [name: bytes]) { folder in
      try await PilotRun("intake", with: "source: \(name)\n\(yaml)", in: folder)()
    }
  }

  struct Awkward: Sendable {
    let bytes: [UInt8]
    var name = "cases.csv"
    var yaml = ""
    let names: [String]
    let first: [String?]

    init(
      _ text: String, name: String = "cases.csv", yaml: String = "", names: [String],
      first: [String?]
    ) {
      (bytes, self.name, self.yaml, self.names, self.first) = (
        Array(text.utf8), name, yaml, names, first
      )
    }

    init(latin1 bytes: [UInt8], yaml: String, names: [String], first: [String?]) {
      (self.bytes, self.yaml, self.names, self.first) = (bytes, yaml, names, first)
    }
  }

  @Test(arguments: [
    Awkward("\u{FEFF}a;b\r\n1;\"x;\r\ny\"\r\n", names: ["a", "b"], first: ["1", "x;\r\ny"]),
    Awkward("a|b\n1|2\n", yaml: "delimiter: '|'", names: ["a", "b"], first: ["1", "2"]),
    Awkward("a\tb,c\n1\t2\n", name: "cases.tsv", names: ["a", "b,c"], first: ["1", "2"]),
    Awkward("a\tb\n1\t2\n", yaml: "delimiter: tab", names: ["a", "b"], first: ["1", "2"]),
    Awkward(
      "a,b\n1,2\n", name: "cases.dat", yaml: "format: csv", names: ["a", "b"], first: ["1", "2"]),
    Awkward("7,x\n", yaml: "header: false", names: ["column1", "column2"], first: ["7", "x"]),
    Awkward("a;b\n1,5;2\n", yaml: "decimal_mark: ','", names: ["a", "b"], first: ["1.5", "2"]),
    Awkward(
      "zip,n\n0123,-99\n", yaml: "missing: [-99]", names: ["zip", "n"], first: ["0123", nil]),
    Awkward(
      latin1: [0x6E, 0xE9, 0x0A, 0xE9, 0xE9, 0x6E, 0x0A], yaml: "encoding: latin-1",
      names: ["né"], first: ["één"]),
  ])
  func `awkward text files are read as people mean them`(file: Awkward) async throws {
    let table = try await Self.cases(file.bytes, named: file.name, with: file.yaml).table("cases")
    #expect(table.names == file.names)
    #expect(table.columns.map { $0.display(at: 0) } == file.first)
  }

  @Test func `declared types win over what the values look like`() async throws {
    let table = try await intake(
      "a,b,c,d,e\n01,1,2.5,yes,2026-01-02T10:00:00Z\n",
      with: "columns: {a: text, b: number, c: decimal, d: category, e: timestamp}"
    ).table("cases")
    #expect(
      table.schema.map(\.type) == [.text, .number, .decimal(scale: 2), .category, .timestamp])
    #expect(table["a"]?.display(at: 0) == "01")
    #expect(table["c"]?.display(at: 0) == "2.50")
  }

  private static let workbook = StoredZip.workbook(sheets: [
    ("Gevallen", [["pid", "n", "state"], ["p1", "3", "ok"], ["p2", "#N/A", "NA"]]),
    ("Twee", [["other"], ["5"]]),
  ])

  @Test func `the first sheet of a workbook is read, and what is odd is told`() async throws {
    let result = try await Self.cases(Self.workbook, named: "c.xlsx", with: "missing: [NA]")
    #expect(try result.texts("cases", "n") == ["3", nil])
    #expect(try result.texts("cases", "state") == ["ok", nil])
    #expect(
      result.notes == [
        "the first of 2 sheets is read; 'sheet' names another",
        "1 cells hold an error such as #N/A and count as missing",
      ])
  }

  @Test(arguments: ["sheet: Twee", "sheet: 2"])
  func `a sheet is chosen by name or place`(yaml: String) async throws {
    let result = try await Self.cases(Self.workbook, named: "c.xlsx", with: yaml)
    #expect(try result.table("cases").names == ["other"])
  }

  @Test func `the names of a small workbook are known before it is run`() async throws {
    try await withFiles(bytes: ["c.xlsx": Self.workbook]) { folder in
      let run = try PilotRun("intake", with: "source: c.xlsx", in: folder)
      let known = run.loaded?.visibleColumns(KnownColumns())
      #expect(known?.map(\.name) == ["pid", "n", "state"])
    }
  }

  @Test(arguments: [
    ("sheet: Drie", "sheet", "the workbook has no sheet 'Drie'"),
    (
      "delimiter: ';'", "delimiter",
      "'delimiter' is for a text file, which this source is not"
    ),
    (
      "columns: {state: integer}", "columns",
      "column 'state': 2 values are not integer (cell C2, C3)"
    ),
  ])
  func `what a workbook cannot give is a fault`(
    yaml: String, parameter: String, message: String
  ) async throws {
    try await withFiles(bytes: ["c.xlsx": Self.workbook]) { folder in
      let fault = try await PilotRun("intake", with: "source: c.xlsx\n" + yaml, in: folder).fault()
      #expect(fault.message == message)
      #expect(fault.parameter == parameter)
    }
  }

  private static let letters = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data/tanf-letters/recertification.csv").standardized
    .path

  /// A trial of 3 539 families; the counts are those of the data's own description.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: letters), "the letters' data are not there"))
  func `a real trial is taken in whole`() async throws {
    let run = try PilotRun(
      "intake",
      with: """
        source: \(Self.letters)
        missing: ["", NA]
        derive:
          recertified: if recert_status = null then null else recert_status = "Processed"
        """)
    let result = try await run()
    #expect(try result.table("cases").rowCount == 3539)
    #expect(try result.table("cases").column("recertified").missingCount == 19)
  }
}
