// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct StatisticalFileFaultTests {
  static let names = [
    "survey.sav", "survey-rows.sav", "survey.zsav", "survey.por", "survey.dta", "old.dta",
    "long.dta",
    "survey.sas7bdat", "survey.xpt",
  ]

  private func ending(_ name: String) -> String { String(name.split(separator: ".")[1]) }

  @Test func `a file that is not there, a folder and an empty file each have their fault`() throws {
    #expect(throws: StatisticalFileFault.fileMissing(path: "/nowhere/a.sav")) {
      try StatisticalFileReader().read(path: "/nowhere/a.sav")
    }
    _ = try TemporaryFolder.with { folder in
      #expect(
        throws: StatisticalFileFault.fileUnreadable(path: folder, reason: "it is no ordinary file")
      ) { try StatisticalFileReader().read(path: folder) }
    }
    #expect(throws: StatisticalFileFault.empty) {
      try StatisticalFixture.read([], ending: "sav")
    }
  }

  @Test func `a file of another format than its name says is told apart`() throws {
    #expect(throws: StatisticalFileFault.otherFormat(.sav, found: .dta)) {
      try StatisticalFixture.read(StatisticalFixture.bytes("survey.dta"), ending: "sav")
    }
    #expect(throws: StatisticalFileFault.otherFormat(.dta, found: nil)) {
      try StatisticalFixture.read(Array("a,b\n1,2\n".utf8), ending: "dta")
    }
    #expect(throws: StatisticalFileFault.unknownFormat) {
      try StatisticalFixture.read(Array("a,b\n1,2\n".utf8), ending: "csv")
    }
  }

  @Test func `the first bytes tell the format where the name does not`() throws {
    let content = try StatisticalFixture.read(
      StatisticalFixture.bytes("survey.sav"), ending: "data")
    #expect(content.table.rowCount == 4)
  }

  @Test(arguments: [
    "survey.sav", "survey.dta", "survey.sas7bdat", "survey.zsav", "survey.por", "survey.xpt",
  ])
  func `a file that ends too early is refused, wherever it ends`(name: String) throws {
    let bytes = try StatisticalFixture.bytes(name)
    for share in [3, 11, 31, 61, 81, 96] {
      #expect(throws: StatisticalFileFault.self, "\(share) %") {
        try StatisticalFixture.read(
          Array(bytes.prefix(bytes.count * share / 100)), ending: ending(name))
      }
    }
  }

  @Test(arguments: names)
  func `damage gives a table or a fault, and never more`(name: String) throws {
    let bytes = try StatisticalFixture.bytes(name)
    var random = Xorshift(7)
    var faults = 0
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0...random.below(4) {
        damaged[random.below(damaged.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      do {
        let content = try StatisticalFixture.read(
          damaged, ending: ending(name), byteLimit: 1 << 24)
        #expect(content.table.rowCount > 0)
      } catch let fault as StatisticalFileFault {
        faults += 1
        #expect(!fault.description.isEmpty)
      }
    }
    #expect(faults > 0)
  }

  @Test func `an encoding that nobody knows is named`() throws {
    #expect(throws: StatisticalFileFault.unknownEncoding("klingon")) {
      try StatisticalFixture.read("survey.sav", StatisticalFileOptions(encoding: "klingon"))
    }
  }

  @Test func `a code page that nobody knows asks for an encoding`() throws {
    // The number of the code page, which is 65001 for UTF-8.
    var bytes = try StatisticalFixture.bytes("survey.sav")
    let codePage = try #require(bytes.firstRange(of: [0xE9, 0xFD, 0, 0]))
    bytes.replaceSubrange(codePage, with: [0x39, 0x30, 0, 0])
    let text = try #require(bytes.firstRange(of: Array("één".utf8)))
    bytes.replaceSubrange(text, with: [0xE9, 0xE9, 0x6E, 0x20, 0x20])
    #expect(throws: StatisticalFileFault.unknownEncoding(nil)) {
      try StatisticalFixture.read(bytes, ending: "sav")
    }
    let named = try StatisticalFixture.read(
      bytes, ending: "sav", StatisticalFileOptions(encoding: "windows-1252"))
    #expect(named.table.rowCount == 4)
  }

  @Test func `texts in another encoding than the file says are a fault`() throws {
    var bytes = try StatisticalFixture.bytes("survey.sav")
    let place = try #require(bytes.firstRange(of: Array("één".utf8)))
    bytes.replaceSubrange(place, with: [0xE9, 0xE9, 0x6E, 0x20, 0x20])
    #expect(throws: StatisticalFileFault.wrongEncoding("UTF-8", declared: false)) {
      try StatisticalFixture.read(bytes, ending: "sav")
    }
    let latin = try StatisticalFixture.read(
      bytes, ending: "sav", StatisticalFileOptions(encoding: "windows-1252"))
    #expect(try latin.table.column("name") == .text(TextColumn(["één", "twee", "drie", "vier"])))
  }

  @Test func `a transport file without an encoding that is not UTF-8 asks for one`() throws {
    var bytes = try StatisticalFixture.bytes("survey.xpt")
    let place = try #require(bytes.firstRange(of: Array("één".utf8)))
    bytes.replaceSubrange(place, with: [0xE9, 0xE9, 0x6E, 0x20, 0x20])
    #expect(throws: StatisticalFileFault.unknownEncoding(nil)) {
      try StatisticalFixture.read(bytes, ending: "xpt")
    }
  }

  @Test func `rows that are promised and do not come cost nothing`() throws {
    var bytes = try StatisticalFixture.bytes("survey.sav")
    // The header's count of cases, at byte 80.
    bytes.replaceSubrange(80..<84, with: [0, 0xCA, 0x9A, 0x3B])
    #expect(throws: StatisticalFileFault.truncated(.sav)) {
      try StatisticalFixture.read(bytes, ending: "sav")
    }
  }

  @Test func `a file that unfolds to too much is refused`() throws {
    let bytes = try StatisticalFixture.bytes("survey.sav")
    #expect(throws: StatisticalFileFault.tooLarge(bytes: 200)) {
      try StatisticalFixture.read(bytes, ending: "sav", byteLimit: 200)
    }
  }

  @Test func `a name that an added column would take is a fault`() {
    #expect(
      throws: StatisticalFileFault.nameTaken("score_missing", by: .reasons(of: "score"))
    ) { try StatisticalFixture.read("clash.sav") }
  }

  @Test func `a long text of Stata without an end is never read`() throws {
    var bytes = try StatisticalFixture.bytes("long.dta")
    let texts = try #require(bytes.firstRange(of: Array("<strls>GSO".utf8)))
    let after = texts.upperBound + 17
    let end = try #require(bytes[after...].firstIndex(of: 0))
    bytes[end] = UInt8(ascii: "x")
    #expect(throws: StatisticalFileFault.damaged(.dta, what: "a long text has no end")) {
      try StatisticalFixture.read(bytes, ending: "dta")
    }
  }
}
