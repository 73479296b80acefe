// SPDX-License-Identifier: EUPL-1.2

import Reports
import Tables
import Testing

struct TextTableTests {
  let table = TextTable(
    [.init("run"), .init("rows", alignment: .trailing, isFlexible: false), .init("title")],
    rows: [["r1", "12", "short"], ["r22", "3,539", "a title that goes on and on"]])

  @Test func `columns are aligned and no line ends in blanks`() {
    #expect(
      table.text() == """
        run   rows  title
        ───  ─────  ───────────────────────────
        r1      12  short
        r22  3,539  a title that goes on and on

        """)
  }

  @Test func `the widest column is cut to the width`() {
    #expect(
      table.text(width: 24) == """
        run   rows  title
        ───  ─────  ────────────
        r1      12  short
        r22  3,539  a title tha…

        """)
  }

  @Test func `a column that wraps keeps every word`() {
    var table = table
    table.overflow = .wrap
    #expect(
      table.text(width: 24) == """
        run   rows  title
        ───  ─────  ────────────
        r1      12  short
        r22  3,539  a title that
                    goes on and
                    on

        """)
  }

  @Test func `wide letters and emoji count two columns`() {
    let table = TextTable(
      [.init("a"), .init("b")], rows: [["日本", "x"], ["e\u{301}", "y"], ["🙂", "z"]])
    #expect(
      table.text() == """
        a     b
        ────  ─
        日本  x
        e\u{301}     y
        🙂    z

        """)
  }

  @Test func `a cell cannot steer the terminal or break the row`() {
    let table = TextTable([.init("a")], rows: [["x\u{1B}[31m\ny"]])
    #expect(!table.text().contains("\u{1B}"))
    #expect(table.text().split(separator: "\n").count == 3)
  }

  @Test func `a short row ends in empty cells`() {
    let table = TextTable([.init("a"), .init("b")], rows: [["x"]])
    #expect(table.text() == "a  b\n─  ─\nx\n")
  }

  @Test func `a table of data shows its first rows`() throws {
    let data = try Table([
      ("n", .integer(FixedColumn([1, 22, 333]))), ("t", .text(TextColumn(["a", nil, "c"]))),
    ])
    #expect(TextTable(data, limit: 2).text() == " n  t\n──  ─\n 1  a\n22\n")
  }
}
