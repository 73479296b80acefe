// SPDX-License-Identifier: EUPL-1.2

/// A decision table over the columns of random rows, as a scheme writes it.
package struct RandomTable: Sendable {
  package let hit: String
  package let inputs: [String]
  /// The cells of each rule, and its result.
  package let rules: [(cells: [String], result: String)]
  package let fallback: String?
  /// The results in the order of their priority, under PRIORITY.
  package let priorities: [String]
  /// The unit and mode of rounding.
  package let rounding: (to: String, mode: String)?

  /// The table as the decision `result` of a scheme.
  package var scheme: String {
    func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
    let values = priorities.isEmpty ? "" : ", values: [\(priorities.joined(separator: ", "))]"
    let rows = rules.map { rule in
      "        - [\((rule.cells + [rule.result]).map(quoted).joined(separator: ", "))]"
    }
    let lines = [
      "scheme: {id: random}", "parameters: {k: {values: {2025-01-01: 3}}}", "inputs:",
      "  i: {type: integer}", "  j: {type: integer}", "  d: {type: decimal}", "  r: {type: number}",
      "  s: {type: text}", "  c: {type: text}", "  b: {type: boolean}", "  t: {type: date}",
      "decisions:", "  result:",
      rounding.map { "    round: {to: \($0.to), mode: \($0.mode)}" } ?? "", "    table:",
      "      hit: \(hit)", "      inputs: [\(inputs.map(quoted).joined(separator: ", "))]",
      "      outputs: [{name: result\(values)}]",
      fallback.map { "      default: [\(quoted($0))]" } ?? "", "      rows:",
    ]
    return (lines.filter { !$0.isEmpty } + rows).joined(separator: "\n") + "\n"
  }
}

/// Writes random decision tables whose rules overlap now and then.
package struct TableMaker {
  package static let policies = [
    "UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT SUM", "COLLECT MIN", "COLLECT MAX",
    "COLLECT COUNT",
  ]
  private static let modes = [
    "half-up", "half-even", "half-down", "up", "down", "floor", "ceiling",
  ]
  private var random: any RandomNumberGenerator

  package init(random: any RandomNumberGenerator) { self.random = random }

  package mutating func table(hit: String) -> RandomTable {
    let pool = ["i", "j", "d", "r", "s", "c", "b", "t", "i + d", "j * 2"]
    let inputs = (0..<1 + roll(3)).map { _ in one(of: pool) }
    let priorities = hit == "PRIORITY" ? ["2", "0.5", "7", "-1"] : []
    let rules = (0..<1 + roll(hit == "UNIQUE" ? 4 : 12)).map { _ in
      (cells: inputs.map { cell($0) }, result: result(priorities))
    }
    let isRounded = roll(3) == 0
    return RandomTable(
      hit: hit, inputs: inputs, rules: rules, fallback: roll(3) == 0 ? result(priorities) : nil,
      priorities: priorities,
      rounding: isRounded
        ? (to: one(of: ["1", "0.01", "0.1", "0.05", "0.25", "5"]), mode: one(of: Self.modes)) : nil)
  }

  private mutating func result(_ priorities: [String]) -> String {
    guard priorities.isEmpty else { return one(of: priorities) }
    return one(of: [
      "1", "1", "2", "0.5", "12.345", "d", "i * 0.125", "d + j", "null", "r", "k * d",
    ])
  }

  private mutating func cell(_ input: String) -> String {
    if roll(5) == 0 { return "-" }
    switch input {
    case "s", "c":
      return one(of: [
        "\"a\"", "\"a\", \"é\"", "not(\"b\")", "\"\"", "null", ">= \"b\"", "c", "\"x\"",
        "not(null)",
      ])
    case "b": return one(of: ["true", "false", "not(true)", "null", "b"])
    case "t":
      return one(of: [
        "< @\"2025-01-01\"", "[@\"2024-12-01\"..@\"2025-02-01\")", ">= @\"2025-01-31\"", "t",
        "@\"2025-01-10\"", "> @\"2024-11-15\"",
      ])
    default: return numbers()
    }
  }

  private mutating func numbers() -> String {
    let low = one(of: ["-3", "-1.25", "0", "0.005", "1", "2", "k", "-400"])
    let high = one(of: ["3", "4.5", "2.125", "900", "k", "1"])
    return one(of: [
      "< \(high)", "<= \(high)", "> \(low)", ">= \(low)", low, "\(low), \(high)",
      "[\(low)..\(high)]", "(\(low)..\(high))", "]\(low)..\(high)[", "not(\(low), > \(high))",
      "? * 2 > \(low)", "< i", "> d", "null", "not(< \(low))", "? > \(low) and ? < \(high)",
    ])
  }

  private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

  private mutating func one(of choices: [String]) -> String {
    choices.randomElement(using: &random) ?? "null"
  }
}
