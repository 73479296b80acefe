// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct XLSXDateTests {
  private func column(
    _ serials: [String], _ sample: XLSXSample
  ) throws -> (column: Column?, why: String) {
    var sample = sample
    sample.rows = XLSXSample.header("d")
    for (index, serial) in serials.enumerated() {
      sample.rows += XLSXSample.row(index + 2, ["<c s=\"1\"><v>\(serial)</v></c>"])
    }
    let result = try sample.with { try XLSXReader.read(path: $0) }
    return (result.table["d"], result.types[0].why)
  }

  private func days(_ dates: String...) -> Column {
    .date(FixedColumn(dates.map { CalendarDate($0)?.daysSince1970 }))
  }

  /// Serial numbers from ECMA-376 part 1, 18.17.4.1, and from Excel itself.
  @Test(arguments: [
    ("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("25569", "1970-01-01"),
    ("38749", "2006-02-01"), ("2958465", "9999-12-31"),
  ])
  func `days are counted from 1900`(serial: String, date: String) throws {
    let sample = XLSXSample(builtInFormats: [0, 14])
    #expect(try column([serial], sample).column == days(date))
  }

  @Test(arguments: [("0", "1904-01-01"), ("59", "1904-02-29"), ("37287", "2006-02-01")])
  func `days are counted from 1904 where the workbook says so`(serial: String, date: String) throws
  {
    let sample = XLSXSample(
      builtInFormats: [0, 14], workbookProperties: #"<workbookPr date1904="1"/>"#)
    #expect(try column([serial], sample).column == days(date))
  }

  @Test(arguments: ["60", "0", "-1", "2958466"])
  func `what is no day of the calendar is not made one`(serial: String) throws {
    let found = try column(["61", serial], XLSXSample(builtInFormats: [0, 14]))
    #expect(found.column == .text(TextColumn(["1900-03-01", serial])))
    #expect(found.why == "dates and numbers that are no day of the calendar stand side by side")
  }

  @Test func `a time of day makes timestamps`() throws {
    let found = try column(["42826", "42826.395833333336"], XLSXSample(builtInFormats: [0, 22]))
    let midnight = try #require(Timestamp("2017-04-01T00:00:00Z"))
    let morning = try #require(Timestamp("2017-04-01T09:30:00Z"))
    #expect(
      found.column == .timestamp(FixedColumn([midnight.microseconds, morning.microseconds])))
  }

  @Test func `a time without a day is text`() throws {
    let found = try column(["0.5", "0.000011574074"], XLSXSample(builtInFormats: [0, 21]))
    #expect(found.column == .text(TextColumn(["12:00:00", "00:00:01"])))
  }

  @Test func `hours that run on do not become days`() throws {
    let found = try column(["1.25"], XLSXSample(builtInFormats: [0, 46]))
    #expect(found.column == .text(TextColumn(["30:00:00"])))
  }

  @Test(arguments: [
    "yyyy-mm-dd", "dd/mm/yy;@", "[$-413]d mmmm yyyy", "mmm\\-yy", #"&quot;op &quot;d mmmm"#, "MMM",
    "d-m-yyyy h:mm AM/PM",
  ])
  func `formats with letters of dates make dates`(code: String) throws {
    let sample = XLSXSample(formats: [code])
    #expect(try column(["42826"], sample).column == days("2017-04-01"))
  }

  @Test(arguments: [
    "0.00", "#,##0.00 [$€-413]", #"0&quot; days&quot;"#, "[Red]0;[Blue]-0", "0\\d", "General",
    "0.00E+00",
    "_-* #,##0_-", "@", "0;yyyy",
  ])
  func `formats without letters of dates keep numbers`(code: String) throws {
    let sample = XLSXSample(formats: [code])
    #expect(try column(["42826"], sample).column == .integer(FixedColumn([42_826])))
  }

  @Test func `dates written in ISO 8601 are dates`() throws {
    let sample = XLSXSample(
      rows: XLSXSample.header("d") + #"<row r="2"><c t="d"><v>2017-04-01</v></c></row>"#)
    let table = try sample.with { try XLSXReader.read(path: $0).table }
    #expect(table["d"] == days("2017-04-01"))
  }
}
