// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct SnapshotTests {
  @Test(arguments: ReportLanguage.allCases)
  func `the sample report in Markdown`(language: ReportLanguage) throws {
    try expectSnapshot(
      SampleReport.document(in: language).markdown(), named: "sample-\(language.rawValue).md")
  }

  @Test(arguments: ReportLanguage.allCases)
  func `the sample report in a terminal`(language: ReportLanguage) throws {
    try expectSnapshot(
      SampleReport.document(in: language).plainText(width: 72),
      named: "sample-\(language.rawValue).txt")
  }

  @Test func `the words and tables of the page`() throws {
    let page = SampleReport.document(in: .dutch).html()
    let start = try #require(page.firstRange(of: "<body>"))
    try expectSnapshot(String(page[start.lowerBound...]), named: "sample-nl.html")
  }
}
