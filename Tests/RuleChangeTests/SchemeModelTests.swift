// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables
import Testing

@testable import RuleChange

/// Schemes as decision models: the model decides every case as the scheme does.
struct SchemeModelTests {
  /// The healthcare allowance of 2025: premium, threshold and percentages of the official figures.
  private static let allowance = """
    scheme: {id: allowance, title: Healthcare allowance, owner: Dienst Toeslagen, legal: [{bwb: BWBR0018451, article: "2"}]}
    parameters:
      premium: {unit: euro, legal: {article: "4"}, values: {2024-01-01: 1987, 2025-01-01: {value: 2112, source: Stcrt. 2024}}}
      threshold: {values: {2024-01-01: 26819, 2025-01-01: 28406}}
      shares: {value: 0.137}
    inputs:
      partners: {type: boolean}
      income: {type: integer, minimum: 0, unit: euro}
    decisions:
      norm:
        expression: (if partners then 0.04273 else 0.01896) * threshold + shares * max(0, income - threshold)
      allowance:
        legal: {article: "2"}
        unit: euro
        round: {to: 1, mode: half-up}
        expression: max(0, (if partners then 2 else 1) * premium - norm)
      paid:
        expression: if allowance < 24 then 0 else allowance
    """

  /// Words without quotes, several outputs, defaults, sums, and tables that round.
  private static let parts = """
    scheme: {id: parts, title: Parts}
    inputs:
      kind: {type: text, values: [single, single parent, couple]}
      age: {type: integer, minimum: 0, maximum: 120}
      fee: {type: decimal}
      born: {type: date}
    parameters:
      levy: {legal: {article: "3"}, type: marginal-rate, brackets: [{threshold: 0, rate: 0.1}, {threshold: 50, rate: 0.3}]}
    decisions:
      levied:
        expression: levy(fee) + 1
      rank:
        title: {en: The class}
        table:
          hit: PRIORITY
          inputs: [age, kind]
          outputs: [{name: rank, values: [high, low]}]
          rows:
            - [">= 30", "-", '"low"']
            - ["-", single, '"high"']
      most:
        table:
          hit: COLLECT MAX
          inputs: [age]
          outputs: [most]
          rows:
            - [">= 30", age]
            - [">= 60", 70]
      bands:
        round: {to: 0.05, mode: half-even}
        table:
          hit: FIRST
          inputs: [age, kind]
          outputs: [rate, extra]
          default: [0, 1.02]
          rows:
            - ["< 18", "-", 0.33, 2.025]
            - ["[18..65)", "single parent, couple", 0.5 + age / 1000, 3.075]
            - ["-", "not(couple)", 1, 4]
      sums:
        table:
          hit: COLLECT SUM
          inputs: [age, {expression: fee > 10, values: [true, false]}]
          outputs: [low, high]
          default: [1, 2]
          rows:
            - [">= 50", "-", 10, 20.5]
            - [">= 60", "true", 5, age]
      one:
        round: {to: 10, mode: up}
        table:
          hit: UNIQUE
          inputs: [kind]
          outputs: [one]
          rows:
            - [single, fee * 3]
            - [not(single), fee * 7]
      old:
        expression: born < @"1960-01-01" and kind != "single"
      total:
        expression: bands.rate * fee + sums.high + (if old then one else bands.extra)
    """

  static let schemes = [Samples.supplement, allowance, parts]

  @Test(arguments: schemes, 0..<8 as Range<UInt64>)
  func `a model decides every case as the scheme does`(yaml: String, seed: UInt64) throws {
    let scheme = try Samples.scheme(yaml)
    let date = CalendarDate("2025-06-01")
    let definitions = try exported(scheme, on: date)
    try expectAgreement(of: definitions, with: scheme, on: date, seed: seed)
  }

  @Test(
    arguments: [
      "half-up", "half-even", "half-down", "up", "down", "floor", "ceiling",
    ], ["1", "0.01", "0.05", "5", "100", "0.3"])
  func `a rounding is a formula that rounds alike`(mode: String, unit: String) throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: rounds, title: Rounds}
      inputs: {fee: {type: decimal}}
      decisions:
        half: {round: {to: \(unit), mode: \(mode)}, expression: fee / 2}
        whole: {round: {to: \(unit), mode: \(mode)}, expression: fee * \(unit) / 2}
      """)
    try expectAgreement(of: try exported(scheme, on: nil), with: scheme, on: nil, seed: 7)
  }

  @Test(arguments: [Samples.supplement, allowance])
  func `a model of a scheme becomes a scheme that decides alike`(yaml: String) throws {
    let date = CalendarDate("2025-06-01")
    let scheme = try Samples.scheme(yaml)
    let text = MarkupWriter.document(
      try exported(scheme, on: date), own: ModelVersion.oneFive.rawValue)
    let document = try #require(ModelDocument.read(Array(text.utf8), name: "m.dmn").0)
    let (again, faults) = SchemeImport.scheme(from: document)
    let second = try Samples.scheme(try #require(again, "\(faults.map(\.message))"))
    #expect(second.inputs.map(\.kind) == scheme.inputs.map(\.kind))
    #expect(second.inputs.map(\.allowed) == scheme.inputs.map(\.allowed))
    #expect(second.inputs.map(\.minimum) == scheme.inputs.map(\.minimum))
    try expectAgreement(of: document.root, with: second, on: nil, seed: 3)
  }

  @Test func `what is written is a model without faults`() throws {
    for yaml in Self.schemes {
      let text = MarkupWriter.document(
        try exported(try Samples.scheme(yaml), on: nil), own: ModelVersion.oneFive.rawValue)
      let document = try #require(ModelDocument.read(Array(text.utf8), name: "m.dmn").0)
      let models = DecisionModels([document.root])
      #expect(ModelCheck.faults(of: document, among: [document], models).isEmpty)
      #expect(document.text == text)
    }
  }

  @Test func `figures keep their articles and sources`() throws {
    let scheme = try Samples.scheme(Self.allowance)
    let root = try exported(scheme, on: CalendarDate("2025-06-01"))
    let premium = try #require(root.children("decision").first { $0["id"] == "premium" })
    #expect(premium.child("literalExpression")?.source == "2112")
    let text = try #require(premium.child("description")?.text)
    #expect(text.contains("article 4, BWBR0018451") && text.contains("Stcrt. 2024"), "\(text)")
    #expect(text.contains("unit: euro") && text.contains("holds from 2025-01-01"), "\(text)")
    #expect(premium.child("authorityRequirement") != nil)
    let law = try #require(root.child("knowledgeSource"))
    #expect(law["locationURI"] == "https://wetten.overheid.nl/BWBR0018451")
  }

  @Test func `a figure without a value on the day is a fault`() throws {
    let scheme = try Samples.scheme(Self.allowance)
    let (root, faults) = SchemeExport.definitions(of: scheme, on: CalendarDate("2020-01-01"))
    #expect(root == nil)
    #expect(
      faults.diagnostics.map { "\($0.code) \($0.message)" } == [
        "model-fit parameter 'premium' has no value on 2020-01-01",
        "model-fit parameter 'threshold' has no value on 2020-01-01",
      ])
  }
}

extension SchemeModelTests {
  private func exported(_ scheme: Scheme, on date: CalendarDate?) throws -> MarkupElement {
    let (root, faults) = SchemeExport.definitions(of: scheme, on: date)
    return try #require(root, "\(faults.diagnostics.map(\.message))")
  }

  /// Compares all columns of random cases, numbers to a billionth.
  private func expectAgreement(
    of definitions: MarkupElement, with scheme: Scheme, on date: CalendarDate?, seed: UInt64
  ) throws {
    var random = RandomStream(seed: seed, name: "models")
    let count = 40
    let given = scheme.inputs.map { input in
      (0..<count).map { _ in RandomInput.value(of: input, &random) }
    }
    let population = try Table(
      zip(scheme.inputs, given).map { input, values in
        (name: input.name, column: RandomInput.column(input, values))
      })
    let decided = try SchemeEvaluation(scheme, on: date).decide(over: population)
    let models = DecisionModels([definitions])
    let namespace = definitions["namespace"] ?? ""
    for row in 0..<count {
      var facts: [DecisionModel.ElementID: FEELValue] = [:]
      for (input, values) in zip(scheme.inputs, given) {
        facts[.init(namespace: namespace, id: input.name)] = values[row]
      }
      var evaluation = ModelEvaluation(models, given: facts, referenceDate: date)
      for decision in scheme.decisions {
        let id = try #require(models.element(named: decision.name, in: namespace))
        let value = try evaluation.value(of: id)
        for name in decision.columns {
          let member = decision.columns.count > 1 ? String(name.split(separator: ".")[1]) : nil
          let found = member.map { value.context?[$0] ?? .null } ?? value
          let expected = try #require(decided[name])
          #expect(
            RandomInput.agrees(found, expected, row),
            "\(name) in row \(row): \(found.literal), \(expected.display(at: row) ?? "null")")
        }
      }
    }
  }
}

/// Random values of a scheme's inputs, a tenth of them missing.
private enum RandomInput {
  static func value(of input: SchemeInput, _ random: inout RandomStream) -> FEELValue {
    if Int.random(in: 0..<10, using: &random) == 0 { return .null }
    if let allowed = input.allowed.randomElement(using: &random) { return allowed }
    switch input.kind {
    case .boolean: return .boolean(Bool.random(using: &random))
    case .integer:
      let most = input.maximum?.int64 ?? 60_000
      return .integer(Int64.random(in: (input.minimum?.int64 ?? -1000)...most, using: &random))
    case .number, .decimal:
      let least: Int64 = input.minimum == nil ? -5000 : 0
      return .number(
        Decimal128(scaled: Int64.random(in: least...20_000, using: &random), scale: 2))
    case .text: return .text(["a", "b"].randomElement(using: &random) ?? "a")
    case .date:
      let day = CalendarDate(daysSince1970: Int32.random(in: -10_000...15_000, using: &random))
      return FEELValue(day: day) ?? .null
    }
  }

  static func column(_ input: SchemeInput, _ values: [FEELValue]) -> Column {
    switch input.kind {
    case .boolean: .boolean(BooleanColumn(values.map(\.boolean)))
    case .integer: .integer(FixedColumn(values.map(\.int64)))
    case .number, .decimal:
      .decimal(FixedColumn(values.map { $0.number?.scaledInt64(scale: 2) }), scale: 2)
    case .text: .category(CategoryColumn(values.map(\.string)))
    case .date:
      .date(
        FixedColumn(
          values.map { value in
            if case .date(let date) = value { Int32(date.days) } else { nil }
          }))
    }
  }

  static func agrees(_ found: FEELValue, _ column: Column, _ row: Int) -> Bool {
    guard !column.isMissing(at: row), let text = column.display(at: row) else {
      return found.isNull
    }
    switch found {
    case .boolean(let flag): return text == "\(flag)"
    case .number(let number):
      guard let other = Decimal128(text), let distance = number.subtracting(other)?.magnitude.double
      else { return false }
      return distance <= 1e-9 * max(1, number.magnitude.double)
    default: return found.string == text
    }
  }
}
