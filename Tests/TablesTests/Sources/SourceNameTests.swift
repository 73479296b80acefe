// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct SourceNameTests {
  @Test(arguments: [
    ("cases.csv", SourceFormat.csv), ("CASES.CSV", .csv), ("a.b/cases.tsv", .csv),
    ("cases.txt", .csv), ("cases.tab", .csv), ("cases.jsonl", .jsonLines),
    ("cases.ndjson", .jsonLines), ("cases.arrow", .arrow), ("cases.feather", .arrow),
    ("cases.ipc", .arrow), ("cases.arrows", .arrowStream), ("cases.parquet", .parquet),
    ("cases.xlsx", .workbook), ("cases.xlsm", .workbook), ("cases.sqlite", .sqlite),
    ("cases.sqlite3", .sqlite), ("cases.db", .sqlite), ("cases.sav", .spss),
    ("cases.zsav", .spss), ("cases.por", .spssPortable), ("cases.dta", .stata),
    ("cases.sas7bdat", .sas), ("cases.xpt", .sasTransport),
    ("postgresql://reader@host/register", .postgres), ("postgres://host/register", .postgres),
    ("PostgreSQL://host/a.csv", .postgres),
  ])
  func `the name tells the format`(name: String, format: SourceFormat) {
    #expect(SourceName(name)?.format == format)
    #expect(SourceName(name)?.compression == nil)
  }

  @Test(arguments: [
    ("cases.csv.gz", SourceFormat.csv, Compression.gzip), ("cases.tsv.zst", .csv, .zstd),
    ("2026.03.jsonl.GZ", .jsonLines, .gzip), ("cases.dta.zst", .stata, .zstd),
  ])
  func `the name tells the compression`(
    name: String, format: SourceFormat, compression: Compression
  ) {
    #expect(SourceName(name)?.format == format)
    #expect(SourceName(name)?.compression == compression)
  }

  @Test(arguments: [
    "cases", "cases.", "", ".csv", "folder.csv/cases", "cases.gz", ".csv.gz", "cases.xls",
    "cases.json", "csv", "mysql://host/cases", "cases.csv.bz2",
  ])
  func `a name that says nothing known is nil`(name: String) {
    #expect(SourceName(name) == nil)
  }

  @Test func `only names with tabs tell the delimiter`() {
    #expect(SourceName("cases.tsv.gz")?.delimiter == UInt8(ascii: "\t"))
    #expect(SourceName("cases.tab")?.delimiter == UInt8(ascii: "\t"))
    #expect(SourceName("cases.csv")?.delimiter == nil)
    #expect(SourceName("cases.txt")?.delimiter == nil)
  }

  @Test func `what cannot be read is told with what to do`() {
    #expect(
      SourceName("cases.parquet")?.refusal
        == "Parquet files cannot be read; save the table as Arrow (.arrow) or CSV")
    #expect(
      SourceName("cases.arrow.gz")?.refusal
        == "Arrow files cannot be read compressed with gzip; decompress the file first")
    #expect(SourceName("cases.csv.gz")?.refusal == nil)
    #expect(SourceName("cases.xlsx")?.refusal == nil)
  }
}
