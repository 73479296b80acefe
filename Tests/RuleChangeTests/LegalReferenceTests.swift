// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageTesting
import Testing

@testable import RuleChange

struct LegalReferenceTests {
  private static let scheme = """
    scheme: {id: s, legal: [{bwb: BWBR0018451, article: "2"}]}
    parameters:
      p:
        legal: {article: "4"}
        values:
          2024-01-01: 1
          2025-01-01: {value: 2, legal: {law: Regeling, article: 1.1, url: "https://example.org"}}
    inputs: {x: {type: integer, legal: {article: "1", part: g}}}
    decisions:
      d:
        legal: {article: "2", paragraph: 1}
        round: {to: 1, mode: half-up, legal: {article: "2", paragraph: 6}}
        table:
          hit: FIRST
          inputs: [x]
          rows:
            - {row: ["> 1", p], legal: {article: "3", paragraph: 2, part: b}}
            - ["-", 0]

    """

  @Test func `an article without a law belongs to the law of the scheme`() throws {
    let scheme = try Samples.scheme(Self.scheme)
    #expect(
      scheme.legalReferences.map { $0.description(in: .english) } == [
        "article 2, BWBR0018451", "article 4, BWBR0018451", "article 1.1, Regeling",
        "article 1(g), BWBR0018451", "article 2(1), BWBR0018451", "article 2(6), BWBR0018451",
        "article 3(2)(b), BWBR0018451",
      ])
    #expect(
      scheme.legalReferences.map { $0.description(in: .dutch) } == [
        "art. 2 BWBR0018451", "art. 4 BWBR0018451", "art. 1.1 Regeling",
        "art. 1 onder g BWBR0018451", "art. 2 lid 1 BWBR0018451", "art. 2 lid 6 BWBR0018451",
        "art. 3 lid 2 onder b BWBR0018451",
      ])
  }

  @Test func `a row with a law of its own decides like any other`() throws {
    let table = try #require(try Samples.scheme(Self.scheme).decisions[0].table)
    #expect(table.rows.map(\.sources) == [["> 1", "p"], ["-", "0"]])
    #expect(table.rows.map(\.legal.count) == [1, 0])
  }

  @Test(
    arguments: [
      ("{1️⃣artikel: 2}", "scheme-key", "no key 'artikel'"),
      ("1️⃣{}", "scheme-missing", "says nothing"),
      ("{law: Awb, paragraph: 1️⃣2}", "scheme-missing", "of no article"),
      ("[1️⃣[2]]", "wrong-type", "takes references"),
    ])
  func `a reference that points nowhere is a fault`(
    legal: String, code: String, message: String
  ) throws {
    let text = MarkedText(
      "scheme: {id: s}\nparameters: {p: {value: 1, legal: \(legal)}}\n"
        + "inputs: {x: {type: integer}}\ndecisions: {d: {expression: x + p}}\n")
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    let found = faults.contains { fault in
      fault.code.rawValue == code && fault.message.contains(message)
        && fault.span.map { text.name(of: $0.start) } == "1️⃣"
    }
    #expect(found, "\(faults)")
  }
}
