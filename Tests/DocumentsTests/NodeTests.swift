// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct NodeTests {
  @Test func `keys and items are found`() throws {
    let node = try root("a: {b: [x, y]}\nc:")
    #expect(node["a"]?["b"]?[1]?.text == "y")
    #expect(node["a"]?["b"]?[2] == nil)
    #expect(node["a"]?["z"] == nil)
    #expect(node["c"]?.isNull == true)
    #expect(node.entries?.map(\.name) == ["a", "c"])
  }

  @Test func `block and flow are told apart`() throws {
    let node = try root("a: {b: 1}\nc: [1]\nd:\n- 1\ne:\n  f: 1")
    #expect(node.entries?.map(\.value.isFlow) == [true, true, false, false])
  }

  @Test func `nothing and an empty text are told apart`() throws {
    let node = try root("a:\nb: ''\nc: null")
    #expect(node.entries?.map(\.value.isOmitted) == [true, false, false])
  }

  @Test(arguments: [
    ("[]", "a list"), ("{}", "a map"), ("x", "text"), ("1", "a number"), ("1.5", "a number"),
    ("true", "true or false"), ("null", "nothing"),
  ])
  func `kinds have names in words`(text: String, name: String) throws {
    #expect(try root("v: \(text)")["v"]?.kindName == name)
  }

  @Test func `a scalar gives its value only as what it is`() throws {
    let scalars = try root("[1, 1.5, true, x, null]").items?.map(\.scalar)
    #expect(scalars?.map { $0?.integer } == [1, nil, nil, nil, nil])
    #expect(scalars?.map { $0?.number } == [1, 1.5, nil, nil, nil])
    #expect(scalars?.map { $0?.boolean } == [nil, nil, true, nil, nil])
  }

  @Test func `an alias is the value that its anchor marks`() throws {
    let node = try root("a: &list [1, 2]\nb: *list")
    #expect(node["b"] == node["a"])
    #expect(node["b"]?.span.start == SourcePosition(line: 1, column: 10))
  }

  @Test func `the last anchor of a name counts`() throws {
    #expect(try root("a: &x 1\nb: &x 2\nc: *x")["c"]?.text == "2")
  }

  @Test(arguments: [
    "key: 1️⃣plain1️⃣",
    "key: 1️⃣'it''s'1️⃣  # comment",
    "key: 1️⃣[a, b]1️⃣",
    "key: &anchor 1️⃣text1️⃣",
    "key: !!map &anchor 1️⃣{a: 1}1️⃣",
    "key: &anchor # comment\n  1️⃣a: 11️⃣",
    "key:1️⃣1️⃣\nother: 1",
    "key:\n  1️⃣a: 1\n  b: two1️⃣\nother: 1",
    "key:\n  1️⃣- a\n  - b1️⃣\n\n# comment\nother: 1",
    "key: 1️⃣|\n  first\n  last1️⃣\n\n\nother: 1",
    "key: 1️⃣>-\n  first\n\n  last1️⃣\n# comment\nother: 1",
    "key: 1️⃣plain over\n  two lines1️⃣\nother: 1",
    "anchor: &x 1\nkey: 1️⃣[*x]1️⃣",
    "anchor: &x 1\nkey:\n  1️⃣a: *x1️⃣\n",
    "anchor: &x 1\nkey:\n  1️⃣- b\n  - *x1️⃣\n",
    "ключ: x\nkey: 1️⃣wachttijd é1️⃣",
  ])
  func `a span is the value and nothing else`(marked: String) throws {
    let source = MarkedText(marked)
    #expect(try root(source.text)["key"]?.span == source.span("1️⃣"))
  }

  @Test func `a byte-order mark shifts nothing`() throws {
    #expect(try root("\u{FEFF}a: 1")["a"]?.span.start == SourcePosition(line: 1, column: 4))
  }

  @Test func `Windows line ends shift nothing`() throws {
    #expect(try root("a: 1\r\nb: 2\r\n")["b"]?.span.start == SourcePosition(line: 2, column: 4))
  }
}
