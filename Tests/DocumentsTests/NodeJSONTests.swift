// SPDX-License-Identifier: EUPL-1.2

import Documents
import Testing

struct NodeJSONTests {
  @Test func `numbers are typed and text is kept`() throws {
    let node = try root(
      """
      id: 0123
      code: "0123"
      level: 0.95
      date: 2017-04-01
      answer: no
      open: true
      none:
      list: [a, 1, {b: 2}]
      """)
    #expect(
      node.json == [
        "id": 123, "code": "0123", "level": 0.95, "date": "2017-04-01", "answer": "no",
        "open": true,
        "none": nil, "list": ["a", 1, ["b": 2]],
      ])
    #expect(
      node.json.objectValue?.keys
        == ["id", "code", "level", "date", "answer", "open", "none", "list"])
  }

  @Test func `an infinite number is refused when it is written canonically`() throws {
    let json = try root("a: {b: .inf}").json
    #expect(throws: JSONFault.notFinite(path: "a.b")) { try json.canonical }
  }
}
