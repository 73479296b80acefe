// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// A test of an OpenFisca model, as a worked example of a scheme.
struct ImportedTest: Sendable, Hashable {
  struct Fact: Sendable, Hashable {
    let name: String
    let figure: ImportedFigure

    var pair: (key: String, value: String) { (name, figure.yaml) }
  }

  /// What must come out for the household, or for one of its members by place.
  struct Result: Sendable, Hashable {
    var member: Int?
    let fact: Fact
  }

  /// A person of the household, with the role that the household gives.
  struct Member: Sendable, Hashable {
    let role: String?
    let facts: [Fact]

    var yaml: String {
      let role = role.map { [(key: "role", value: SchemeText.scalar($0))] } ?? []
      return SchemeText.map(role + facts.map(\.pair))
    }
  }

  let name: String
  /// The first day of the test's period.
  let date: String?
  let given: [Fact]
  let members: [Member]
  let expected: [Result]
  let tolerance: String?
  /// File and line.
  let reference: String

  /// The entry under `tests:`, indented by two.
  var yaml: String {
    var text = "  - name: \(SchemeText.scalar(name))\n"
    if let date { text += "    date: \(date)\n" }
    var facts = given.map(\.pair)
    if !members.isEmpty { facts.append(("members", SchemeText.list(members.map(\.yaml)))) }
    text += "    in: \(SchemeText.map(facts))\n"
    text += "    out: \(SchemeText.map(results))\n"
    if let tolerance { text += "    tolerance: \(tolerance)\n" }
    text += "    source: {reference: \(SchemeText.scalar(reference))}\n"
    return text
  }
}

extension ImportedTest {
  /// The results of the household, and those of the members as a list with a place for each.
  private var results: [(key: String, value: String)] {
    let own = expected.filter { $0.member == nil }.map(\.fact.pair)
    guard expected.contains(where: { $0.member != nil }) else { return own }
    let list = members.indices.map { place in
      SchemeText.map(expected.filter { $0.member == place }.map(\.fact.pair))
    }
    return own + [("members", SchemeText.list(list))]
  }
}

/// How far a result may lie from the expected one, in OpenFisca's two ways.
struct ErrorMargin: Sendable, Hashable {
  var absolute: Decimal128?
  var relative: Decimal128?

  /// The margin around one expected value; both must hold, so that the smaller counts.
  ///
  /// Nil where nothing may differ.
  func tolerance(of figure: ImportedFigure) -> Decimal128? {
    guard case .number(let text) = figure, let value = Decimal128(text) else { return nil }
    let share = relative.flatMap { value.magnitude.multiplied(by: $0) }
    let margins = [absolute, share].compactMap { $0 }
    return margins.min().flatMap { $0 > .zero ? $0 : nil }
  }
}
