// SPDX-License-Identifier: EUPL-1.2

/// Writes random expressions that make sense by their types.
package struct ExpressionMaker {
  package enum Kind: CaseIterable {
    case boolean
    case number
    case text
    case date
  }

  private var random: any RandomNumberGenerator

  package init(random: any RandomNumberGenerator) { self.random = random }

  package mutating func anyKind() -> Kind { Kind.allCases.randomElement(using: &random) ?? .number }

  package mutating func expression(_ kind: Kind, depth: Int) -> String {
    if depth == 0 || roll(6) == 0 { return leaf(kind) }
    if roll(8) == 0 {
      let condition = expression(.boolean, depth: depth - 1)
      let first = expression(kind, depth: depth - 1)
      return "(if \(condition) then \(first) else \(expression(kind, depth: depth - 1)))"
    }
    switch kind {
    case .boolean: return condition(depth - 1)
    case .number: return number(depth - 1)
    case .text: return text(depth - 1)
    case .date:
      let move = one(of: ["+ @\"P1M\"", "- @\"P3D\"", "- @\"P1Y1M\"", "+ @\"PT30H\""])
      return "(\(expression(.date, depth: depth - 1)) \(move))"
    }
  }

  private mutating func condition(_ depth: Int) -> String {
    let number = expression(.number, depth: depth)
    switch roll(13) {
    case 0, 1:
      let kind = anyKind()
      let sign = one(of: kind == .boolean ? ["=", "!="] : ["<", "<=", ">", ">=", "=", "!="])
      return "(\(expression(kind, depth: depth)) \(sign) \(expression(kind, depth: depth)))"
    case 2:
      let word = one(of: ["and", "or"])
      let first = expression(.boolean, depth: depth)
      return "(\(first) \(word) \(expression(.boolean, depth: depth)))"
    case 3: return "not(\(expression(.boolean, depth: depth)))"
    case 4: return "(\(number) in [\(leaf(.number))..\(expression(.number, depth: depth))))"
    case 5: return "(\(number) between -1 and \(expression(.number, depth: depth)))"
    case 6: return "(\(number) in (1, > 2, null))"
    case 7: return "(\(expression(.text, depth: depth)) in [\"a\", \"é\", null])"
    case 8:
      let text = expression(.text, depth: depth)
      let name = one(of: ["contains", "starts with", "ends with"])
      return "\(name)(\(text), \(one(of: ["\"b\"", "\"é\"", "\"\"", "\"A\"", "s"])))"
    case 9:
      let (first, second) = (expression(.date, depth: depth), leaf(.date))
      let sign = one(of: ["<", "<=", ">", ">=", "=", "!="])
      let length = one(of: ["@\"P10D\"", "@\"-P1DT6H\"", "@\"P0D\"", "(t - @\"2025-01-01\")"])
      return "((\(first) - \(second)) \(sign) \(length))"
    case 10:
      let sign = one(of: ["<", "<=", ">", ">=", "=", "!="])
      let quotient = "\(leaf(.number)) / \(one(of: ["4", "-3", "7", "0.5"]))"
      return one(of: [
        "(\(quotient) \(sign) \(number))", "(\(number) \(sign) \(quotient))",
      ])
    default:
      return one(of: ["(\(number) = null)", "(some q in [0, 1] satisfies q < \(number))"])
    }
  }

  private mutating func number(_ depth: Int) -> String {
    let first = expression(.number, depth: depth)
    switch roll(14) {
    case 11:
      let rounding = one(of: [
        "floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal",
      ])
      let factor = one(of: ["0.125", "0.12", "-3", "1.005"])
      let value = one(of: [
        leaf(.number), "\(leaf(.number)) * \(factor)", "\(leaf(.number)) / \(factor)",
        "\(leaf(.number)) / \(leaf(.number))",
      ])
      return "\(rounding)(\(value), \(roll(4)))"
    case 12:
      let date = expression(.date, depth: depth)
      return "(\(date)).\(one(of: ["year", "month", "day", "weekday"]))"
    case 13:
      let date = expression(.date, depth: depth)
      return "((\(date) - \(leaf(.date))) / \(one(of: ["@\"P7D\"", "@\"P1D\"", "@\"PT12H\""])))"
    case 0, 1, 2:
      let sign = one(of: ["+", "-", "*"])
      return "(\(first) \(sign) \(expression(.number, depth: depth)))"
    case 3: return one(of: ["(\(first) / 4)", "(1 / \(first))"])
    case 4: return "max(\(first), \(expression(.number, depth: depth)))"
    case 5: return "min(0, \(first))"
    case 6: return one(of: ["abs(\(first))", "-\(first)"])
    case 7: return "round half up(\(leaf(.number)), 1)"
    case 8: return one(of: ["floor(\(leaf(.number)))", "decimal(\(leaf(.number)), 0)"])
    case 9: return "string length(\(expression(.text, depth: depth)))"
    default:
      let date = expression(.date, depth: depth)
      return one(of: ["\(date).day", "(\(date) - @\"2025-01-01\").days"])
    }
  }

  private mutating func text(_ depth: Int) -> String {
    let first = expression(.text, depth: depth)
    switch roll(5) {
    case 0, 1: return "(\(first) + \(expression(.text, depth: depth)))"
    case 2: return one(of: ["upper case(\(first))", "lower case(\(first))", "trim(\(first))"])
    case 3: return "substring(\(first), \(one(of: ["1", "2", "-1", "-2"])), \(1 + roll(2)))"
    default: return "substring(\(first), \(one(of: ["1", "2", "-1", "9"])))"
    }
  }

  private mutating func leaf(_ kind: Kind) -> String {
    if roll(20) == 0 { return "null" }
    switch kind {
    case .boolean: return one(of: ["b", "true", "false", "b"])
    case .number: return one(of: ["i", "j", "d", "r", "k", "0.25", "2", "i", "d"])
    case .text: return one(of: ["s", "c", "\"a\"", "\"é\""])
    case .date: return one(of: ["t", "@\"2025-01-31\"", "today()", "t"])
    }
  }

  private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

  private mutating func one(of choices: [String]) -> String {
    choices.randomElement(using: &random) ?? "null"
  }
}
