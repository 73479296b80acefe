// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Reads the tests of a table's cell out in words: `above 120 and at most 124`.
struct TestWording {
  let language: TraceLanguage
  let unit: String?

  func words(_ tests: [TestShape]) -> String {
    guard tests.count > 1, tests.allSatisfy(\.isValue) else {
      return tests.map(words).joined(separator: language.pick(" of ", " or "))
    }
    return language.pick("een van ", "one of ")
      + tests.map { if case .equal(let operand) = $0 { value(operand) } else { "" } }
      .joined(separator: ", ")
  }

  private func words(_ test: TestShape) -> String {
    switch test {
    case .anything: return language.pick("willekeurig", "anything")
    case .comparison(let sign, let operand): return comparison(sign, operand)
    case .equal(let operand):
      // A name may stand for a range or a list.
      if case .range = operand.value { return language.pick("in ", "within ") + operand.source }
      return value(operand)
    case .range(let lower, let includesLower, let upper, let includesUpper):
      let ends = [
        lower.map { comparison(includesLower ? ">=" : ">", $0) },
        upper.map { comparison(includesUpper ? "<=" : "<", $0) },
      ]
      return ends.compactMap { $0 }.joined(separator: language.pick(" en ", " and "))
    case .negation(let tests): return language.pick("niet ", "not ") + words(tests)
    case .condition(let source): return language.pick("zo dat ", "such that ") + "`\(source)`"
    }
  }

  private func comparison(_ sign: String, _ operand: TestShape.Operand) -> String {
    let words: [String: (String, String)] = [
      "<": ("lager dan", "below"), "<=": ("ten hoogste", "at most"), ">": ("hoger dan", "above"),
      ">=": ("ten minste", "at least"), "=": ("gelijk aan", "equal to"),
      "!=": ("niet gelijk aan", "other than"),
    ]
    let word = words[sign].map { language.pick($0.0, $0.1) } ?? sign
    return "\(word) \(value(operand))"
  }

  private func value(_ operand: TestShape.Operand) -> String {
    language.value(operand.value, unit: unit)
  }
}

extension TestShape {
  fileprivate var isValue: Bool { if case .equal = self { true } else { false } }
}
