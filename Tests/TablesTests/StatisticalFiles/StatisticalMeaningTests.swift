// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Tables

struct StatisticalMeaningTests {
  @Test(arguments: [
    ("DATE11", StatisticalProgram.spss, StatisticalMeaning.day(.spss)),
    ("adate10", .spss, .day(.spss)),
    ("DATETIME20", .spss, .instant(.spss)), ("TIME8", .spss, .otherTime), ("F8.0", .spss, .whole),
    ("F8", .spss, .whole), ("F8.2", .spss, .number), ("E8", .spss, .number),
    ("%td", .stata, .day(.days)), ("%-tdD_m_Y", .stata, .day(.days)), ("%d", .stata, .day(.days)),
    ("%tc", .stata, .instant(.milliseconds)), ("%tC", .stata, .otherTime),
    ("%tq", .stata, .period(perYear: 4)), ("%ty", .stata, .whole), ("%8.0f", .stata, .whole),
    ("%8.0fc", .stata, .whole), ("%9.0g", .stata, .number), ("%8.2f", .stata, .number),
    ("DATE9.", .sas, .day(.days)), ("DATE9", .sas, .day(.days)), ("DATE", .sas, .day(.days)),
    ("E8601DA10.", .sas, .day(.days)), ("DATETIME20.", .sas, .instant(.seconds)),
    ("DATETIME22.3", .sas, .instant(.seconds)), ("TIME5.", .sas, .otherTime),
    ("BEST12.", .sas, .number), ("8.", .sas, .whole), ("F8.2", .sas, .number), ("", .sas, .number),
    ("YEAR4.", .sas, .number), ("", .spss, .number), ("%", .stata, .number), (".", .sas, .number),
  ])
  func `a format says what the numbers mean`(
    format: String, program: StatisticalProgram, meaning: StatisticalMeaning
  ) {
    #expect(StatisticalMeaning(format, of: program, isStoredWhole: false) == meaning)
  }

  @Test(arguments: [
    (StatisticalMeaning.day(.spss), 13_710_384_000.0, "2017-04-01T00:00:00Z"),
    (.instant(.spss), 0, "1582-10-14T00:00:00Z"),
    (.instant(.spss), 12_219_379_200.25, "1970-01-01T00:00:00.25Z"),
    (.day(.days), 0, "1960-01-01T00:00:00Z"), (.day(.days), -1, "1959-12-31T00:00:00Z"),
    (.instant(.milliseconds), 1_806_658_200_123, "2017-04-01T09:30:00.123Z"),
    (.instant(.seconds), -0.5, "1959-12-31T23:59:59.5Z"),
    (.period(perYear: 12), 687, "2017-04-01T00:00:00Z"),
    (.period(perYear: 4), -1, "1959-10-01T00:00:00Z"),
    (.period(perYear: 2), 1, "1960-07-01T00:00:00Z"),
    (.period(perYear: 52), 53, "1961-01-08T00:00:00Z"),
  ])
  func `a count becomes an instant`(meaning: StatisticalMeaning, count: Double, instant: String) {
    #expect(meaning.microseconds(count).map { Timestamp(microseconds: $0).description } == instant)
  }

  @Test(arguments: [
    StatisticalMeaning.day(.spss), .day(.days), .instant(.milliseconds), .period(perYear: 12),
  ])
  func `what is no day of the calendar is none`(meaning: StatisticalMeaning) {
    for count in [1e15, -1e15, .infinity, -.infinity, .nan, 1e300] {
      #expect(meaning.microseconds(count) == nil)
    }
  }

  @Test func `a column with one impossible date keeps its numbers, and says so`() {
    var numbers = StatisticalNumbers()
    numbers.append(20_910)
    numbers.append(1e15)
    let found = StatisticalNumberTyping(numbers: numbers, meaning: .day(.days)).column()
    #expect(found.column == .number(FixedColumn([20_910, 1e15])))
    #expect(found.why.contains("dates"))
  }

  @Test func `days with a time of day become timestamps`() {
    var numbers = StatisticalNumbers()
    numbers.append(0.5)
    numbers.appendMissing()
    let found = StatisticalNumberTyping(numbers: numbers, meaning: .day(.days)).column()
    #expect(
      found.column
        == .timestamp(FixedColumn([Timestamp("1960-01-01T12:00:00Z")?.microseconds, nil])))
  }

  @Test func `whole numbers that are not whole stay numbers`() {
    var numbers = StatisticalNumbers()
    numbers.append(1.5)
    let found = StatisticalNumberTyping(numbers: numbers, meaning: .whole).column()
    #expect(found.column == .number(FixedColumn([1.5])))
  }
}

struct StatisticalTextsTests {
  private func column(_ texts: [String]) throws -> Column {
    var cells = StatisticalTexts()
    for text in texts {
      var text = text
      let isTaken = text.withUTF8 { cells.append(UnsafeRawBufferPointer($0)) }
      #expect(isTaken)
    }
    return try cells.column(named: "a")
  }

  @Test func `texts that come twice on average are a category`() throws {
    #expect(try column(["a", "b", "a", "b"]).type == .category)
    #expect(try column(["a", "b", "a", "c"]).type == .text)
  }

  @Test func `more texts than a category may have are kept, missing ones too`() throws {
    let texts = (0..<30_000).map { "text \($0 % 12_000)" }
    #expect(try column(texts) == .text(TextColumn(texts)))
  }

  @Test func `texts that stand for missing are taken out of either form`() throws {
    for count in [4, 12_000] {
      var cells = StatisticalTexts()
      for number in 0..<count {
        var text = "\(number)"
        _ = text.withUTF8 { cells.append(UnsafeRawBufferPointer($0)) }
      }
      cells.remove([ExactText("1")])
      let left = (0..<count).map { $0 == 1 ? nil : "\($0)" }
      #expect(try cells.column(named: "a") == .text(TextColumn(left)))
    }
  }
}
