// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

/// Files that other programs wrote; see the README beside them.
struct StatisticalFileReaderTests {
  @Test(arguments: ["survey.sav", "survey-rows.sav", "survey.zsav"])
  func `an SPSS file keeps types, labels and reasons`(name: String) throws {
    let content = try StatisticalFixture.read(name)
    try StatisticalFixture.expect(
      content.table,
      [
        ("id", .integer(FixedColumn([1, 2, 3, 4]))),
        ("income", .number(FixedColumn([2500.5, nil, 1800, -0.25]))),
        ("arm", .category(CategoryColumn(["brief", "oproep", "brief", "oproep"]))),
        ("score", .integer(FixedColumn([10, 7, nil, nil]))),
        ("score_label", .category(CategoryColumn(["zeer tevreden", nil, nil, nil]))),
        ("score_missing", .category(CategoryColumn([nil, nil, "99", "weet niet"]))),
        ("born", .date(FixedColumn(StatisticalFixture.days))),
        ("moment", .timestamp(FixedColumn(StatisticalFixture.moments))),
        ("name", .text(TextColumn(["één", "twee", "drie", "vier"]))),
        ("town", .category(CategoryColumn(["Ede", "Urk", "Ede", "Urk"]))),
        ("answer", .category(CategoryColumn(["ja", "nee", nil, nil]))),
        ("answer_missing", .category(CategoryColumn([nil, nil, "geen antwoord", nil]))),
      ])
  }

  @Test func `a Stata file keeps types, labels and tags`() throws {
    let content = try StatisticalFixture.read("survey.dta")
    let months = ["2017-04-01", "1999-12-01", nil, "2024-02-01"].map { text in
      text.flatMap { CalendarDate($0)?.daysSince1970 }
    }
    try StatisticalFixture.expect(
      content.table,
      [
        ("id", .integer(FixedColumn([1, 2, 3, 4]))),
        ("income", .number(FixedColumn([2500.5, nil, 1800, -0.25]))),
        ("arm", .category(CategoryColumn(["brief", "oproep", "brief", "oproep"]))),
        ("score", .integer(FixedColumn([10, 7, nil, nil]))),
        ("score_label", .category(CategoryColumn(["zeer tevreden", nil, nil, nil]))),
        ("score_missing", .category(CategoryColumn([nil, nil, "weet niet", ".b"]))),
        ("born", .date(FixedColumn(StatisticalFixture.days))),
        ("moment", .timestamp(FixedColumn(StatisticalFixture.moments))),
        ("name", .text(TextColumn(["één", "twee", "drie", "vier"]))),
        ("town", .category(CategoryColumn(["Ede", "Urk", "Ede", "Urk"]))),
        ("answer", .text(TextColumn(["J", "N", "X", nil]))),
        ("month", .date(FixedColumn(months))),
      ])
  }

  @Test func `long texts of Stata are read`() throws {
    let content = try StatisticalFixture.read("long.dta")
    let long = String(repeating: "é", count: 1_000)
    #expect(try content.table.column("essay") == .text(TextColumn([long, "y", nil, "z"])))
  }

  @Test func `a SAS file keeps types and tags`() throws {
    let content = try StatisticalFixture.read("survey.sas7bdat")
    try StatisticalFixture.expect(
      content.table,
      [
        ("id", .integer(FixedColumn([1, 2, 3, 4]))),
        ("income", .number(FixedColumn([2500.5, nil, 1800, -0.25]))),
        ("score", .number(FixedColumn([10, 7, nil, nil]))),
        ("score_missing", .category(CategoryColumn([nil, nil, ".A", ".B"]))),
        ("born", .date(FixedColumn(StatisticalFixture.days))),
        ("moment", .timestamp(FixedColumn(StatisticalFixture.moments))),
        ("name", .text(TextColumn(["één", "twee", "drie", "vier"]))),
        ("town", .category(CategoryColumn(["Ede", "Urk", "Ede", "Urk"]))),
      ])
  }

  @Test(arguments: ["survey.xpt", "survey.por"])
  func `the transport formats of old are read`(name: String) throws {
    let table = try StatisticalFixture.read(name).table
    let isUpper = name.hasSuffix("por")
    func column(_ name: String) throws -> Column {
      try table.column(isUpper ? name.uppercased() : name)
    }
    #expect(table.names.count == 8)
    #expect(try column("income") == .number(FixedColumn([2500.5, nil, 1800, -0.25])))
    #expect(try column("born") == .date(FixedColumn(StatisticalFixture.days)))
    #expect(try column("moment") == .timestamp(FixedColumn(StatisticalFixture.moments)))
    #expect(
      try column("name") == .text(TextColumn([isUpper ? "een" : "één", "twee", "drie", "vier"])))
    #expect(try column("town") == .category(CategoryColumn(["Ede", "Urk", "Ede", "Urk"])))
  }

  @Test func `an old Stata file is read as windows-1252, and a note says so`() throws {
    let content = try StatisticalFixture.read("old.dta")
    #expect(try content.table.column("name") == .text(TextColumn(["één", "twee"])))
    #expect(try content.table.column("whole") == .number(FixedColumn([1, 2])))
    #expect(content.notes.contains { $0.contains("windows-1252") })
    let named = try StatisticalFixture.read(
      "old.dta", StatisticalFileOptions(encoding: "windows-1252"))
    #expect(named.table == content.table)
    #expect(named.notes.isEmpty)
  }

  @Test(arguments: ["survey.sav", "survey.por", "survey.dta", "survey.sas7bdat", "survey.xpt"])
  func `an ordinary file gives no notes`(name: String) throws {
    #expect(try StatisticalFixture.read(name).notes == [])
  }

  @Test func `labels that the file names and does not have are noted`() throws {
    var bytes = try StatisticalFixture.bytes("survey.dta")
    // The name of the labels of 'arm', where the labels themselves are.
    let place = try #require(bytes.firstRange(of: Array("<lbl>".utf8)))
    bytes[place.upperBound + 4] = UInt8(ascii: "x")
    let content = try StatisticalFixture.read(bytes, ending: "dta")
    #expect(
      content.notes == ["labels are named for 'arm', and the file does not have them"])
    #expect(try content.table.column("arm") == .integer(FixedColumn([1, 2, 1, 2])))
  }

  @Test func `each column says how it came by its type`() throws {
    let types = try StatisticalFixture.read("survey.sav").types
    let why = Dictionary(uniqueKeysWithValues: types.map { ($0.column, $0.why) })
    #expect(why["arm"] == "every value has a label")
    #expect(
      why["score"]
        == "the format shows whole numbers, and every value is one; labels are in 'score_label';"
        + " reasons for missing values are in 'score_missing'")
    #expect(why["score_missing"] == "why 'score' is missing, where the file says so")
    #expect(why["moment"] == "the format shows dates with a time, which is taken as UTC")
    #expect(types.allSatisfy { !$0.declared })
  }

  @Test func `ranges of missing values and very long texts of SPSS are read`() throws {
    let long = String(repeating: "é", count: 300)
    try StatisticalFixture.expect(
      StatisticalFixture.read("ranges.sav").table,
      [
        ("score", .integer(FixedColumn([nil, 0, 3, nil, nil]))),
        (
          "score_missing",
          .category(CategoryColumn(["-5", nil, nil, "weet niet", "niet gevraagd"]))
        ),
        ("essay", .text(TextColumn([long, "y", nil, "z", "z"]))),
      ])
  }

  @Test func `cases that SPSS weights are there once, and a note says so`() throws {
    let content = try StatisticalFixture.read("weighted.sav")
    try StatisticalFixture.expect(
      content.table,
      [("id", .integer(FixedColumn([1, 2]))), ("weight", .number(FixedColumn([0.5, 1.5])))])
    #expect(
      content.notes
        == ["the file weights its cases by 'weight'; the table has each case once"])
  }
}
