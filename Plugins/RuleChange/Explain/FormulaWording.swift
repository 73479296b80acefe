// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Reads a worked formula out in words: `the highest of 0 and the premium (€2,112) minus the norm (€539)`.
struct FormulaWording {
  let language: TraceLanguage
  /// What names stand for.
  let uses: [UsedValue]
  /// Names whose value was told already.
  private var told: Set<String> = []

  init(language: TraceLanguage, uses: [UsedValue]) {
    self.language = language
    self.uses = uses
  }

  mutating func words(_ formula: WorkedFormula) -> String {
    switch formula {
    case .literal(let value): return language.value(value)
    case .name(let path, let value): return name(path, value)
    case .negation(let operand):
      return language.pick("min ", "minus ") + grouped(operand, within: .product)
    case .operation(let sign, let operands): return operation(sign, operands)
    case .call(let function, let arguments): return call(function, arguments)
    case .invocation(let path, let arguments):
      let base = arguments.map { words($0) }.joined(separator: ", ")
      return language.pick("\(label(path)) over \(base)", "\(label(path)) on \(base)")
    case .branch(let result, let condition, let holds):
      let outcome = words(result)
      let reason = statement(condition, holds: holds)
      return language.pick("\(outcome), want \(reason)", "\(outcome), because \(reason)")
    case .source(let text, let value, _): return "`\(text)` (\(language.value(value)))"
    }
  }

  private func label(_ path: [String]) -> String {
    use(of: path).map { language.label($0).insideSentence }
      ?? language.label(path.joined(separator: "."), nil)
  }

  private func use(of path: [String]) -> UsedValue? {
    let name = path.joined(separator: ".")
    return uses.first { $0.name == name } ?? uses.first { $0.name == path[0] }
  }

  /// The label, with the value where it is named first.
  private mutating func name(_ path: [String], _ value: FEELValue) -> String {
    let label = label(path)
    guard told.insert(path.joined(separator: ".")).inserted else { return label }
    return "\(label) (\(language.value(value, unit: use(of: path)?.unit)))"
  }

  private func joined(_ parts: [String], _ word: String? = nil) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    let word = word ?? language.pick("en", "and")
    return "\(parts.dropLast().joined(separator: ", ")) \(word) \(last)"
  }
}

// Operations
extension FormulaWording {
  /// How tightly an operation binds: operands that bind less stand in brackets.
  private enum Binding: Int {
    case logic, comparison, sum, product, power, single
  }

  private static func binding(of formula: WorkedFormula) -> Binding {
    switch formula {
    case .operation(let sign, _):
      switch sign {
      case "and", "or": .logic
      case "+", "-": .sum
      case "*", "/": .product
      case "**": .power
      default: .comparison
      }
    case .branch: .logic
    case .negation: .product
    case .call(let name, let arguments) where arguments.count > 1 && lists[name] != nil: .sum
    default: .single
    }
  }

  private mutating func grouped(_ formula: WorkedFormula, within outer: Binding) -> String {
    let text = words(formula)
    return Self.binding(of: formula).rawValue < outer.rawValue ? "(\(text))" : text
  }

  private mutating func operation(_ sign: String, _ operands: [WorkedFormula]) -> String {
    switch sign {
    case "and", "or":
      let parts = operands.map { statement($0, holds: true) }
      return joined(parts, sign == "and" ? language.pick("en", "and") : language.pick("of", "or"))
    case "between" where operands.count == 3:
      let value = words(operands[0])
      let (low, high) = (words(operands[1]), words(operands[2]))
      return language.pick(
        "\(value) ligt van \(low) tot en met \(high)", "\(value) lies from \(low) to \(high)")
    default: break
    }
    guard operands.count == 2 else { return operands.map { words($0) }.joined(separator: ", ") }
    let binding = Self.binding(of: .operation(sign, operands))
    let left = grouped(operands[0], within: binding)
    // What is taken away, or divided by, must not run on into the next operation.
    let isOneSided = ["-", "/", "**"].contains(sign)
    let tighter = Binding(rawValue: binding.rawValue + 1) ?? .single
    let right = grouped(operands[1], within: isOneSided ? tighter : binding)
    return "\(left) \(word(for: sign)) \(right)"
  }

  private func word(for sign: String) -> String {
    let words: [String: (String, String)] = [
      "+": ("plus", "plus"), "-": ("min", "minus"), "*": ("maal", "times"),
      "/": ("gedeeld door", "divided by"), "**": ("tot de macht", "to the power"),
      "=": ("is gelijk aan", "equals"), "!=": ("is niet gelijk aan", "differs from"),
      "<": ("is lager dan", "is below"), "<=": ("is ten hoogste", "is at most"),
      ">": ("is hoger dan", "is above"), ">=": ("is ten minste", "is at least"),
    ]
    return words[sign].map { language.pick($0.0, $0.1) } ?? sign
  }

  private static let opposites = [
    "=": "!=", "!=": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<=",
  ]

  /// A condition as it came out.
  private mutating func statement(_ condition: WorkedFormula, holds: Bool) -> String {
    switch condition {
    case .name(let path, let value):
      told.insert(path.joined(separator: "."))
      return "\(label(path)): \(language.value(value))"
    case .operation(let sign, let operands) where !holds:
      if let opposite = Self.opposites[sign], !operands.contains(where: \.isUnknown) {
        return operation(opposite, operands)
      }
    case .call("not", let arguments) where arguments.count == 1:
      return statement(arguments[0], holds: !holds)
    default: break
    }
    let text = words(condition)
    return holds
      ? text : language.pick("het is niet zo dat \(text)", "it is not so that \(text)")
  }
}

// Functions
extension FormulaWording {
  private static let lists: [String: (String, String)] = [
    "max": ("het hoogste van", "the highest of"), "min": ("het laagste van", "the lowest of"),
    "sum": ("de som van", "the sum of"), "mean": ("het gemiddelde van", "the mean of"),
    "count": ("het aantal van", "the number of"),
  ]

  private static let roundings: [String: (String, String)] = [
    "floor": ("naar beneden afgerond", "rounded down"),
    "round down": ("naar beneden afgerond", "rounded down"),
    "ceiling": ("naar boven afgerond", "rounded up"),
    "round up": ("naar boven afgerond", "rounded up"),
    "round half up": ("afgerond", "rounded"), "decimal": ("afgerond", "rounded"),
    "round half down": ("afgerond", "rounded"),
  ]

  private mutating func call(_ name: String, _ arguments: [WorkedFormula]) -> String {
    if let list = Self.lists[name] {
      let parts = arguments.map { grouped($0, within: .product) }
      return "\(language.pick(list.0, list.1)) \(joined(parts))"
    }
    if let rounding = Self.roundings[name], let first = arguments.first {
      let text = grouped(first, within: .single)
      return "\(text) \(language.pick(rounding.0, rounding.1))"
    }
    if name == "abs", let first = arguments.first {
      return language.pick("de grootte van ", "the size of ") + grouped(first, within: .single)
    }
    return "\(name)(\(arguments.map { words($0) }.joined(separator: ", ")))"
  }
}

extension WorkedFormula {
  fileprivate var isUnknown: Bool {
    switch self {
    case .name(_, let value), .literal(let value): value.isNull
    default: false
    }
  }
}
