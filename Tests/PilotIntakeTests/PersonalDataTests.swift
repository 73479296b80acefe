// SPDX-License-Identifier: EUPL-1.2

import Digests
import StageKit
import Tables
import Testing

@testable import PilotIntake

struct PersonalDataTests {
  /// Sums 154, 220, 352 and 308: multiples of eleven; the last begins with its zero left away.
  @Test(arguments: [123_456_782, 249_566_758, 999_993_653, 999_990_019, 10_000_008] as [Int64])
  func `a number with a right check digit passes the elfproef`(number: Int64) {
    #expect(CitizenServiceNumber.passes(number))
  }

  /// 123456789 sums to 147, although it stands in official examples.
  @Test(arguments: [123_456_789, 123_456_783, 0, 1_234_567_820, -123_456_782] as [Int64])
  func `other numbers do not pass`(number: Int64) {
    #expect(!CitizenServiceNumber.passes(number))
  }

  @Test func `one in eleven numbers passes`() {
    let hits = (100_000_000..<100_110_000 as Range<Int64>).count { CitizenServiceNumber.passes($0) }
    // Of 110 000 numbers in a row one in eleven passes, or nearly: the last digit ten has no place.
    #expect((9_900...10_100).contains(hits))
  }

  @Test(
    arguments: [
      ("123456782", 123_456_782), (" 1234.56.782 ", 123_456_782), ("012345672", 12_345_672),
      ("12345672", 12_345_672), ("1234567", nil), ("1234567890", nil), ("12345678A", nil),
      ("", nil),
    ] as [(String, Int64?)])
  func `eight or nine digits could be a BSN, however they are written`(text: String, number: Int64?)
  {
    #expect(CitizenServiceNumber.candidate(text.utf8) == number)
  }

  /// The first numbers of nine digits that pass, from a start on.
  static func numbers(_ count: Int, from start: Int64 = 200_000_000) -> [String] {
    var found: [String] = []
    var number = start
    while found.count < count {
      if CitizenServiceNumber.passes(number) { found.append(String(number)) }
      number += 1
    }
    return found
  }

  private static func csv(_ values: [String], quoted: Bool = false) -> String {
    "who,x\n" + values.map { "\(quoted ? "\"p \($0)\"" : $0),1\n" }.joined()
  }

  @Test func `a column of BSN is refused, whatever its type`() async throws {
    for (yaml, type) in [
      ("", "integer"), ("columns: {who: text}", "text"), ("columns: {who: category}", "category"),
      ("columns: {who: number}", "number"),
    ] {
      let fault = try await intakeFault(Self.csv(Self.numbers(40)), with: yaml)
      #expect(
        fault.message.hasPrefix("column 'who' (100 % of 40 numbers) looks like"), "as \(type)")
      #expect(!fault.message.contains("200000"))
    }
  }

  @Test func `half of twenty numbers is too many, and chance is not`() async throws {
    let passing = Self.numbers(10)
    let failing = (400_000_000..<400_000_020 as Range<Int64>)
      .filter { !CitizenServiceNumber.passes($0) }.prefix(10).map(String.init)
    let fault = try await intakeFault(Self.csv(passing + failing))
    #expect(fault.message.contains("50 % of 20 numbers"))
    let consecutive = (300_000_000..<300_000_400).map(String.init)
    #expect(try await intake(Self.csv(consecutive)).table("cases").rowCount == 400)
  }

  @Test func `six numbers that all pass are refused, five are too few to tell`() async throws {
    let fault = try await intakeFault(Self.csv(Self.numbers(6)))
    #expect(fault.message.contains("100 % of 6 numbers"))
    #expect(try await intake(Self.csv(Self.numbers(5))).table("cases").rowCount == 5)
  }

  @Test func `a derived BSN is found too`() async throws {
    let fault = try await intakeFault(
      Self.csv(Self.numbers(30), quoted: true), with: "derive: {cut: 'substring(who, 3)'}")
    #expect(fault.parameter == "derive")
    #expect(fault.message.hasPrefix("column 'cut' (100 % of 30 numbers)"))
  }

  @Test func `numbers that are something else may be declared`() async throws {
    let result = try await intake(Self.csv(Self.numbers(30)), with: "allow_bsn: [who]")
    #expect(try result.table("cases").rowCount == 30)
  }

  private static let secret = "0123456789abcdef0123456789abcdef"
  private static let secrets = ["PROEFTUIN_PSEUDONYM_KEY": secret]

  @Test func `identifiers leave as pseudonyms only, and missing stays missing`() async throws {
    let result = try await intake(
      "who,x\nann,1\n,2\nbob,3\nann,4\n", with: "identifiers: who", secrets: Self.secrets)
    let key = try PseudonymKey(secret: Self.secret, purpose: "intake")
    let (ann, bob) = (key.pseudonym(of: "ann"), key.pseudonym(of: "bob"))
    #expect(try result.texts("cases", "who") == [ann, nil, bob, ann])
  }

  @Test func `expressions see pseudonyms, never what they stand for`() async throws {
    let result = try await intake(
      "who,x\nann,1\nbob,3\n",
      with: "identifiers: who\nderive: {copy: who, isAnn: 'who = \"ann\"'}",
      secrets: Self.secrets)
    #expect(try result.texts("cases", "copy") == result.texts("cases", "who"))
    #expect(try result.texts("cases", "isAnn") == ["false", "false"])
  }

  @Test func `a BSN gets one pseudonym with and without its leading zero`() async throws {
    let result = try await intake(
      "who\n010000008\n10000008\n0100.00.008\n", with: "identifiers: who\ncolumns: {who: text}",
      secrets: Self.secrets)
    #expect(Set(try result.texts("cases", "who")).count == 1)
  }

  @Test func `another secret or another experiment gives other pseudonyms`() async throws {
    let csv = "who\nann\n"
    func pseudonym(_ yaml: String, _ secret: String) async throws -> [String?] {
      try await intake(
        csv, with: "identifiers: who\n" + yaml, secrets: ["PROEFTUIN_PSEUDONYM_KEY": secret]
      ).texts("cases", "who")
    }
    let first = try await pseudonym("", Self.secret)
    #expect(try await pseudonym("", Self.secret) == first)
    #expect(try await pseudonym("", Self.secret + "1") != first)
    #expect(try await pseudonym("card:\n" + CardTests.block.indented, Self.secret) != first)
  }

  @Test func `the secret may have another name`() async throws {
    let result = try await intake(
      "who\nann\n", with: "identifiers: who\npseudonym_key: ${secret.OURS}",
      secrets: ["OURS": Self.secret])
    #expect(try result.texts("cases", "who")[0]?.count == 32)
  }

  @Test func `without a secret the fault says how to set one`() async throws {
    let fault = try await intakeFault("who\nann\n", with: "identifiers: who")
    #expect(
      fault.message
        == "the secret PROEFTUIN_PSEUDONYM_KEY, which pseudonyms are made with, is not set")
    #expect(fault.help?.contains("PROEFTUIN_PSEUDONYM_KEY_FILE") == true)
  }

  @Test func `a secret that is too short is refused without being shown`() async throws {
    let fault = try await intakeFault(
      "who\nann\n", with: "identifiers: who", secrets: ["PROEFTUIN_PSEUDONYM_KEY": "hush"])
    #expect(fault.message.contains("has 4 bytes"))
    #expect(!fault.message.contains("hush"))
  }
}
