// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct JSONParserTests {
  @Test func `values keep their kinds and members their order`() throws {
    let json = try JSONValue.parse(
      #" {"b": [1, 1.5, -0, 1e2, "x", true, null], "a": {"é": "\u00e9\ud83d\ude00\/"}} "#)
    #expect(
      json == [
        "b": [1, 1.5, .number(-0.0), 100.0, "x", true, nil], "a": ["é": "é\u{1F600}/"],
      ])
    #expect(json.objectValue?.keys == ["b", "a"])
    #expect(json["a"]?["é"]?.stringValue == "é\u{1F600}/")
    #expect(json["b"]?[0]?.integerValue == 1)
    #expect(json["b"]?[3]?.integerValue == 100)
    #expect(json["b"]?[7] == nil)
  }

  @Test(arguments: [
    ("", JSONFault.SyntaxRule.emptyText, 1, 1), (" \n ", .emptyText, 2, 2),
    ("[1,]", .expected("a value"), 1, 4), ("{,}", .expected("a key in double quotes"), 1, 2),
    ("{\"a\" 1}", .expected("':'"), 1, 6), ("[1 2]", .expected("',' or ']'"), 1, 4),
    ("{\"a\":1 \"b\":2}", .expected("',' or '}'"), 1, 8), ("[1", .unexpectedEnd, 1, 3),
    ("{\"a\":", .unexpectedEnd, 1, 6), ("\"abc", .unexpectedEnd, 1, 5),
    ("tru", .expected("a value"), 1, 1), ("'a'", .expected("a value"), 1, 1),
    ("NaN", .expected("a value"), 1, 1), ("01", .badNumber, 1, 1), ("-", .badNumber, 1, 1),
    ("1.", .badNumber, 1, 1), (".5", .expected("a value"), 1, 1), ("1e", .badNumber, 1, 1),
    ("+1", .expected("a value"), 1, 1), ("1e999", .numberTooLarge, 1, 1),
    ("1 2", .trailingText, 1, 3), ("\"\\q\"", .badEscape, 1, 2), ("\"\\u12g4\"", .badEscape, 1, 2),
    ("\"\\ud800\"", .loneSurrogate, 1, 2), ("\"\\udc00\"", .loneSurrogate, 1, 2),
    ("\"\\ud800\\u0041\"", .loneSurrogate, 1, 2), ("\"a\tb\"", .controlCharacter, 1, 3),
    ("{\"a\": 1,\n \"é\": 2, \"a\": 3}", .duplicateKey("a"), 2, 10),
    ("// comment\n1", .expected("a value"), 1, 1),
  ])
  func `what is not JSON is refused at its place`(
    text: String, rule: JSONFault.SyntaxRule, line: Int, column: Int
  ) {
    let fault = JSONFault.syntax(rule, at: SourcePosition(line: line, column: column))
    #expect(throws: fault) { try JSONValue.parse(text) }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONFault.syntax(.invalidUTF8, at: SourcePosition(line: 1, column: 3))) {
      try JSONValue.parse(bytes: [0x22, 0x61, 0xFF, 0x22])
    }
  }

  @Test func `nesting is bounded`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue.parse(nested(128))
    #expect(
      throws: JSONFault.syntax(.tooDeep(limit: 128), at: SourcePosition(line: 1, column: 129))
    ) { try JSONValue.parse(nested(129)) }
    #expect(throws: JSONFault.self) {
      try JSONValue.parse(String(repeating: "[", count: 1_000_000))
    }
  }

  @Test func `keys are told apart by their bytes`() throws {
    let json = try JSONValue.parse("{\"e\u{301}\": 1, \"\u{E9}\": 2}")
    #expect(json["e\u{301}"] == 1)
    #expect(json["\u{E9}"] == 2)
    #expect(JSONValue.string("e\u{301}") != .string("\u{E9}"))
  }

  @Test func `a byte-order mark is passed over`() throws {
    #expect(try JSONValue.parse("\u{FEFF}1") == 1)
  }

  @Test(arguments: [
    (Int64.max, "9223372036854775807"), (Int64.min, "-9223372036854775808"),
  ])
  func `whole numbers of 64 bits are exact`(value: Int64, text: String) throws {
    #expect(try JSONValue.parse(text) == .integer(value))
  }

  @Test func `a whole number of more than 64 bits is a double`() throws {
    #expect(try JSONValue.parse("9223372036854775808") == .number(0x1p63))
  }

  @Test func `a value gives what it is and nothing else`() throws {
    let values = try #require(try JSONValue.parse("[null, true, 1, 1.5, \"x\", [], {}]").arrayValue)
    #expect(values.map(\.isNull) == [true, false, false, false, false, false, false])
    #expect(values.map(\.booleanValue) == [nil, true, nil, nil, nil, nil, nil])
    #expect(values.map(\.integerValue) == [nil, nil, 1, nil, nil, nil, nil])
    #expect(values.map(\.doubleValue) == [nil, nil, 1, 1.5, nil, nil, nil])
    #expect(values.map(\.stringValue) == [nil, nil, nil, nil, "x", nil, nil])
    #expect(values.map { $0.objectValue?.isEmpty } == [nil, nil, nil, nil, nil, nil, true])
    #expect(
      values.map(\.kindName) == [
        "nothing", "true or false", "a number", "a number", "text", "a list", "a map",
      ])
    #expect(Set(values + values).count == values.count)
  }

  @Test func `members can be set and removed`() {
    var json: JSONValue = ["a": 1]
    json["b"] = "x"
    json["a"] = nil as JSONValue?
    #expect(json == ["b": "x"])
  }

  @Test func `objects are equal in any order`() {
    let (one, other): (JSONValue, JSONValue) = (["a": 1, "b": 2], ["b": 2, "a": 1])
    #expect(one == other)
    #expect(Set([one, other]).count == 1)
  }

  @Test func `pretty JSON is indented and keeps the order`() throws {
    let json: JSONValue = ["b": [1, 2.5, []], "a": [:], "n": .number(.nan), "t": "x\"y"]
    #expect(
      json.pretty == #"""
        {
          "b": [
            1,
            2.5,
            []
          ],
          "a": {},
          "n": null,
          "t": "x\"y"
        }
        """#)
    #expect(json.compact == #"{"b":[1,2.5,[]],"a":{},"n":null,"t":"x\"y"}"#)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `changed JSON is read or refused`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    var bytes = Array(#"{"a": [1, -2.5e3, "x\u00e9\n", true, null], "b": {"c": ""}}"#.utf8)
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
    }
    do throws(JSONFault) {
      let value = try JSONValue.parse(bytes: bytes)
      // A number such as 1e2 comes back whole, so the texts are compared.
      #expect(try JSONValue.parse(value.compact).compact == value.compact)
    } catch {
      #expect(error.position != nil)
      #expect(!error.description.isEmpty)
    }
  }
}
