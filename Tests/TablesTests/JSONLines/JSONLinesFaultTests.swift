// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct JSONLinesFaultTests {
  private func fault(
    _ bytes: [UInt8], _ options: JSONLinesOptions = JSONLinesOptions()
  ) -> JSONLinesFault? {
    do throws(JSONLinesFault) {
      _ = try JSONLinesReader(options).read(bytes: bytes)
      return nil
    } catch {
      return error
    }
  }

  private func fault(
    _ text: String, _ options: JSONLinesOptions = JSONLinesOptions()
  ) -> JSONLinesFault? {
    fault(Array(text.utf8), options)
  }

  @Test(arguments: [
    ("", JSONLinesFault.empty), (" \n\n", .empty), ("\u{FEFF}", .empty), ("{}\n{}\n", .noKeys),
    ("[{\"a\":1}]", .list), ("  [", .list),
    ("{\"a\":1}\n{\"a\":[1]}", .nested(line: 2, key: "a")),
    ("{\"a\":{\"b\":1}}", .nested(line: 1, key: "a")), ("{\"\":1}", .emptyKey(line: 1)),
    ("{\"a\":1,\"b\":2,\"a\":3}", .duplicateKey("a", line: 1)),
    ("{\"a\":null,\"\\u0061\":null}", .duplicateKey("a", line: 1)),
    ("{\"a\":\"\\u0000\"}", .nulCharacter(line: 1)), ("{\"a\":1}\n\0", .nulCharacter(line: 2)),
  ])
  func `a malformed file has one fault with its line`(text: String, expected: JSONLinesFault) {
    #expect(fault(text) == expected)
  }

  /// The mark ⌖ stands where the fault is.
  @Test(arguments: [
    ("⌖1", JSONProblem.noObject), ("⌖\"a\"", .noObject), ("{\"a\":1}\n⌖[]", .noObject),
    ("{⌖", .ends), ("{\"a\"⌖", .ends), ("{\"a\":⌖", .ends), ("{\"a\":1⌖", .ends),
    ("{\"a\":1,⌖", .ends), ("{\"a⌖", .ends), ("{\"a\":tru⌖", .ends), ("{\"a\":\"x\\⌖", .ends),
    ("{⌖a:1}", .noKey), ("{⌖'a':1}", .noKey), ("{\"a\":1,⌖}", .noKey), ("{⌖,\"a\":1}", .noKey),
    ("{\"a\" ⌖1}", .noColon), ("{\"a\"⌖=1}", .noColon), ("{\"a\":1 ⌖\"b\":2}", .noComma),
    ("{\"a\":1⌖]", .noComma), ("{\"a\":1⌖x}", .noComma), ("{\"a\":⌖NaN}", .noValue),
    ("{\"a\":⌖}", .noValue), ("{\"a\":⌖+1}", .noValue), ("{\"a\":⌖.5}", .noValue),
    ("{\"a\":⌖True}", .noValue), ("{\"a\":⌖nul}", .noValue), ("{\"a\":⌖Infinity}", .noValue),
    ("{\"a\":01⌖}", .badNumber), ("{\"a\":1.⌖}", .badNumber), ("{\"a\":-⌖}", .badNumber),
    ("{\"a\":1e⌖}", .badNumber), ("{\"a\":1e+⌖}", .badNumber), ("{\"a\":-⌖Infinity}", .badNumber),
    ("{\"a\":0⌖x1}", .noComma), ("{\"a\":\"⌖\\x\"}", .badEscape),
    ("{\"a\":\"⌖\\u12G4\"}", .badEscape),
    ("{\"a\":\"⌖\\u12\"}", .badEscape), ("{\"é😀\":\"é⌖\\ud800\"}", .loneSurrogate),
    ("{\"a\":\"⌖\\udc00\"}", .loneSurrogate), ("{\"a\":\"⌖\\ud800\\u0041\"}", .loneSurrogate),
    ("{\"a\":\"⌖\\ud800\\ud800\"}", .loneSurrogate), ("{\"a\":\"x⌖\ty\"}", .controlCharacter),
    ("{\"a\":1} ⌖{\"a\":2}", .somethingBehind), ("{\"a\":1}⌖,", .somethingBehind),
    ("{\"a\":1} ⌖// note", .somethingBehind), ("{⌖\u{A0}\"a\":1}", .noKey),
  ])
  func `what is no JSON is told with its place`(marked: String, problem: JSONProblem) throws {
    let text = marked.filter { $0 != "⌖" }
    let before = try #require(marked.firstIndex(of: "⌖").map { marked[..<$0] })
    let line = before.count { $0 == "\n" } + 1
    let place =
      (before.split(separator: "\n", omittingEmptySubsequences: false).last ?? "")
      .unicodeScalars.count + 1
    #expect(fault(text) == .invalid(line: line, place: place, problem))
  }

  @Test(arguments: [
    [0xFF] as [UInt8], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
  ])
  func `what is no UTF-8 is told with its line`(bytes: [UInt8]) {
    let line = Array("{\"a\":\"".utf8) + bytes + Array("\"}\n".utf8)
    #expect(fault(Array("{\"a\":\"é\"}\n".utf8) + line) == .invalidUTF8(line: 2))
  }

  @Test func `UTF-16 is told as such`() {
    #expect(fault([0xFF, 0xFE, 0x7B, 0]) == .utf16)
    #expect(fault([0xFE, 0xFF, 0, 0x7B]) == .utf16)
  }

  @Test func `a line beyond 16 MiB is a fault`() {
    let most = 1 << 24
    let frame = "{\"a\":\"\"}".utf8.count
    func line(_ length: Int) -> [UInt8] {
      Array("{\"a\":\"".utf8) + [UInt8](repeating: 0x78, count: length - frame)
        + Array("\"}".utf8)
    }
    #expect(fault(line(most) + [0x0A]) == nil)
    #expect(fault([0x0A] + line(most + 1) + [0x0A]) == .lineTooLong(line: 2))
    #expect(fault([UInt8](repeating: 0x20, count: 3 * most)) == .lineTooLong(line: 1))
  }

  @Test func `more than 100,000 keys are a fault`() {
    func object(_ keys: Int) -> String {
      "{" + (0..<keys).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    }
    #expect(fault(object(100_000)) == nil)
    #expect(fault(object(100_001)) == .tooManyKeys(limit: 100_000))
  }

  @Test func `a key of its own on every line is told before memory is taken`() {
    let text = (0..<20_000).map { "{\"k\($0)\":1}\n" }.joined()
    #expect(fault(text) == .tooSparse(rows: 20_000, keys: 20_000))
  }

  @Test func `declared columns that the file lacks are told with those it has`() {
    let options = JSONLinesOptions(columns: ["b": .text, "a": .integer, "c": .date])
    let found = fault("{\"a\":1}", options)
    #expect(found == .unknownColumns(["b", "c"], known: ["a"]))
    #expect(found?.help == "the file has 'a'")
  }

  @Test func `values of another type than declared are told at once, for all columns`() {
    let options = JSONLinesOptions(columns: ["a": .integer, "b": .date])
    let text =
      "{\"a\":1,\"b\":\"2026-03-01\"}\n{\"a\":1.5,\"b\":\"secret\"}\n" + "{\"a\":\"secret\"}\n"
    let found = fault(text, options)
    #expect(
      found
        == .wrongTypes([
          .init(column: "a", type: .integer, lines: [2, 3], count: 2),
          .init(column: "b", type: .date, lines: [2], count: 1),
        ]))
    #expect(
      found?.description
        == "column 'a': 2 values are not integer (line 2, 3); column 'b': 1 value is not date (line 2)"
    )
  }

  @Test func `a missing file is told with its path`() {
    let found = #expect(throws: JSONLinesFault.self) {
      try JSONLinesReader().read(path: "/nowhere/t.jsonl")
    }
    #expect(found?.description == "there is no file '/nowhere/t.jsonl'")
  }

  @Test func `damage of a compressed file goes before what it did to the text`() {
    var file = CompressedSample.gzip("{\"a\":1}\n{\"a\":2}\n")
    file[15] = 0x78
    #expect(fault(file) == .source(.compressed(.damaged(.gzip))))
    #expect(fault(file.dropLast(20)) == .source(.compressed(.endsTooEarly(.gzip))))
  }

  /// The only harm that a changed byte may do is another table or a fault.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func `changed bytes never trap`(seed: UInt64) {
    let text =
      "{\"a\":1,\"b\":\"x\\u00e9\\n\",\"c\":-0.5e3,\"d\":null}\n{\"a\":true,\"b\":\"2026-03-01\"}\n"
    let file = Array(text.utf8)
    var random = Xorshift(seed)
    var faults = 0
    for _ in 0..<500 {
      var changed = file
      for _ in 0...random.below(3) {
        let signs = Array("\"\\{}[]:,u0eE+-.\n".utf8) + [0, 0xC3, 0xFF, random.byte()]
        changed[random.below(changed.count)] = signs[random.below(signs.count)]
      }
      if fault(changed) != nil { faults += 1 }
    }
    #expect(faults > 100)
  }

  @Test func `a file cut anywhere within a line is a fault`() {
    let file = Array("{\"a\": 12, \"b\": \"x\\u00e9y\", \"c\": true}".utf8)
    for length in 0..<file.count { #expect(fault(Array(file.prefix(length))) != nil) }
  }
}

struct JSONLinesWriterTests {
  @Test func `every type is written as JSON has it`() throws {
    let table = try Table([
      ("b", .boolean(BooleanColumn([true, nil]))), ("i", .integer(FixedColumn([.max, nil]))),
      ("n", .number(FixedColumn([1e21, nil]))),
      ("d", .decimal(FixedColumn([-5, nil]), scale: 2)),
      ("t", .text(TextColumn(["a\"\\\n\u{1}é", nil]))),
      ("day", .date(FixedColumn([20_000, nil]))),
      ("at", .timestamp(FixedColumn([1_500_000, nil]))),
    ])
    let text = try String(decoding: JSONLinesWriter().bytes(table), as: UTF8.self)
    #expect(
      text == #"""
        {"b":true,"i":9223372036854775807,"n":1e+21,"d":-0.05,"t":"a\"\\\n\u0001é","day":"2024-10-04","at":"1970-01-01T00:00:01.5Z"}
        {"b":null,"i":null,"n":null,"d":null,"t":null,"day":null,"at":null}

        """#)
  }

  @Test func `an infinite number is a fault that names its column`() throws {
    let table = try Table([("n", .number(FixedColumn([1, .infinity])))])
    #expect(throws: JSONLinesFault.infinite(column: "n")) { try JSONLinesWriter().bytes(table) }
  }
}
