// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// Numbers are read exactly as the C library's `strtod` reads them.
struct CSVNumberTests {
  private func read(_ texts: [String]) throws -> [Double] {
    let file = "a\n" + texts.joined(separator: "\n")
    let result = try CSVReader(CSVOptions(columns: ["a": .number])).read(bytes: Array(file.utf8))
    return try #require(result.table["a"]?.doubles()).values
  }

  private func expectSame(_ texts: [String]) throws {
    let values = try read(texts)
    #expect(values.count == texts.count)
    for (text, value) in zip(texts, values) {
      let reference = strtod(text, nil)
      #expect(value == reference, "\(text)")
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `shortest digits of any number`(seed: UInt64) throws {
    var random = Xorshift(seed + 1)
    let values = (0..<2_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
    try expectSame(values.map(\.description))
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `any digits around a point, with and without a power of ten`(seed: UInt64) throws {
    var random = Xorshift(seed + 100)
    let texts = (0..<2_000).map { _ in
      let whole = (0...random.below(20)).map { _ in String(random.below(10)) }.joined()
      let fraction = (0...random.below(20)).map { _ in String(random.below(10)) }.joined()
      let sign = ["", "-", "+"][random.below(3)]
      let power = ["", "", "e\(random.below(700) - 350)", "E+\(random.below(30))"][random.below(4)]
      return sign + [whole, whole + "." + fraction, "." + fraction][random.below(3)] + power
    }
    try expectSame(texts.filter { strtod($0, nil).isFinite })
  }

  /// Halfway between two neighbouring numbers, and a digit to either side of it.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func `ties and their neighbours`(seed: UInt64) throws {
    var random = Xorshift(seed + 200)
    var texts: [String] = []
    for _ in 0..<500 {
      let even = (random.next() >> 11) | 1 << 52
      let (tie, overflow) = even.multipliedReportingOverflow(by: 2)
      guard !overflow else { continue }
      texts += [String(tie), String(tie + 1), String(tie + 2), "\(tie).5", "\(tie + 1).0"]
      texts += ["\(tie + 1)e\(random.below(20))", "\(tie + 1)e-\(random.below(60))"]
    }
    try expectSame(texts)
  }

  @Test func `cases that are known to be hard`() throws {
    try expectSame([
      "9007199254740993", "9007199254740992.999999", "2.2250738585072011e-308", "4.9e-324",
      "1.7976931348623157e308", "2.4703282292062328e-324", "1e23", "8.5e22", "0.1e-400",
      "123456789012345678901234567890", "0.000000000000000000000000000000000000001", "1e22",
      "1e-22",
      "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10",
      "1.50000000000000011102230246251565",
    ])
  }

  @Test func `negative zero is zero`() throws {
    #expect(try read(["-0.0", "-0"]).allSatisfy { $0.bitPattern == 0 })
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `whole numbers of every length`(seed: UInt64) throws {
    var random = Xorshift(seed + 300)
    let values = (0..<3_000).map { _ in
      Int64(bitPattern: random.next()) >> Int64(random.below(64))
    }
    let file = "a\n" + values.map(String.init).joined(separator: "\n")
    let table = try CSVReader().read(bytes: Array(file.utf8)).table
    #expect(table["a"] == .integer(FixedColumn(values)))
  }

  @Test(arguments: [
    "1e999", "", "-", ".", "e5", "1e", "1.2.3", "--1", "0x10", "nan", "inf", "1 2", "1,2",
  ])
  func `what is no number is refused`(text: String) {
    #expect(throws: CSVFault.self) {
      try CSVReader(CSVOptions(missing: [], columns: ["a": .number])).read(
        bytes: Array("a;b\n\(text);1\n".utf8))
    }
  }
}
