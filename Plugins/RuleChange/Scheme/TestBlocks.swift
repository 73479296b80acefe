// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// The block `tests:` of a scheme or reform.
extension SchemeReader {
  mutating func tests(_ block: LocatedNode?, in scheme: Scheme) -> [SchemeTest] {
    guard let block, !block.node.isNull else { return [] }
    guard block.node.items != nil else {
      faults.reportWrongType("'tests'", takes: "a list of worked examples", at: block)
      return []
    }
    return block.items.compactMap { test($0, in: scheme) }
  }

  private mutating func test(_ block: LocatedNode, in scheme: Scheme) -> SchemeTest? {
    guard block.node.entries != nil else {
      faults.reportWrongType("a test", takes: "a block with 'name', 'in' and 'out'", at: block)
      return nil
    }
    allow(["name", "date", "in", "out", "tolerance", "source"], in: block, "a test")
    guard let name = requiredText("name", of: block, "say in a few words what it shows"),
      required("out", of: block, "the decisions and what they must give") != nil
    else { return nil }
    let day = block["date"].flatMap { date($0, "'date'") }
    let given = facts("in", of: block, among: scheme.inputs.map(\.name)) { reader, place, name in
      guard !place.node.isNull, let kind = scheme.input(name)?.kind else { return .null }
      return reader.typed(place, kind, "input '\(name)'")
    }
    let expected = facts("out", of: block, among: scheme.decisions.flatMap(\.columns)) {
      reader, place, name in reader.value(place, "decision '\(name)'")
    }
    var tolerance = Decimal128.zero
    if let place = block["tolerance"] {
      if let number = place.node.text.flatMap({ Decimal128($0) }), !number.isNegative {
        tolerance = number
      } else {
        faults.report(
          .schemeValue, "'tolerance' takes a number of at least zero", at: place)
      }
    }
    return SchemeTest(
      name: name, date: day, given: given, expected: expected, tolerance: tolerance,
      source: block["source"]?.node.json ?? .null)
  }

  private mutating func facts(
    _ key: String, of block: LocatedNode, among names: [String],
    _ read: (inout SchemeReader, LocatedNode, String) -> FEELValue?
  ) -> [SchemeTest.Fact] {
    entries(key, of: block).compactMap { name, place in
      let text = name.node.text ?? ""
      guard names.contains(where: { $0.isExactly(text) }) else {
        faults.report(
          .schemeName, "the scheme has no \(key == "in" ? "input" : "decision") '\(text)'",
          at: name, help: Suggestion.question(for: text, among: names),
          notes: ["there are: " + names.joined(separator: ", ")])
        return nil
      }
      return read(&self, place, text).map { SchemeTest.Fact(name: text, value: $0) }
    }
  }
}
