// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Makes up a population, or gives an assigned one its outcomes, with effects that are known.
///
/// With `rows` it makes cases; with the input `cases` it adds columns to them. Used twice, around
/// `pilot/assign`, it makes an experiment whose truth an analysis must find. Every column and outcome
/// draws from a stream of its own name, so that one more never changes the others.
struct Synthesize: Stage {
  static let info = StageInfo(
    "synthesize", version: 1,
    summary: "Makes up cases, or outcomes of assigned cases with a declared true effect.",
    draws: true,
    example: """
      population:
        use: pilot/synthesize
        with:
          rows: 12000
          columns:
            pid: {sequence: P}
            district: {category: {centre: 0.3, north: 0.7}}
            age: {normal: {mean: 45, sd: 12, minimum: 18, maximum: 90, decimals: 0}}
            senior: age >= 65
      outcomes:
        use: pilot/synthesize
        from: {cases: assign.cases}
        with:
          outcomes:
            applied:
              kind: binary
              baseline: 0.10
              arm: arm
              effect: {plain: 0.02, prefilled: 0.047}
      """)

  @Parameter("How many cases to make; none where cases come in.", in: 1...100_000_000)
  var rows: Int?
  @Parameter("New columns by name, each a generator or an expression over those above it.")
  var columns = NamedValues<ColumnGenerator>()
  @Parameter("Outcomes by name: kind, baseline and each arm's effect, or an expression.")
  var outcomes = NamedValues<OutcomeModel>()

  struct Input: PortSet {
    @Port("Cases that get more columns, instead of new ones.") var cases: Table?
  }

  struct Output: PortSet {
    @Port("One row per case.") var cases: Table
    @Port("Per outcome and arm the declared effect, and what was drawn.") var truth: Table
  }

  func validate() throws(StageFault) {
    if columns.isEmpty, outcomes.isEmpty {
      throw StageFault(
        "there is nothing to make", help: "add 'columns' or 'outcomes'", kind: .user)
    }
    for name in columns.names + outcomes.names where ["parameters", "each"].contains(name) {
      throw StageFault(
        "a column may not be named '\(name)'", at: columns[name] == nil ? "outcomes" : "columns",
        help: "expressions use '\(name)' for something else", kind: .user)
    }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var population = try population(input.cases)
    for entry in columns.entries {
      try context.checkCancellation()
      let column = try entry.value.column(named: entry.name, in: population, context)
      try population.add(entry.name, column, at: "columns")
    }
    var truths: [PotentialOutcomes.Truth] = []
    for entry in outcomes.entries {
      try context.checkCancellation()
      switch entry.value {
      case .expression(let expression):
        let column = try population.column(of: expression, for: "outcomes.\(entry.name)")
        try population.add(entry.name, column, at: "outcomes")
      case .model(let model):
        let (column, truth) = try PotentialOutcomes(entry.name, model, population, context)
          .draw(context)
        try population.add(entry.name, column, at: "outcomes")
        truths += truth
      }
    }
    var output = Output()
    output.cases = population.table
    output.truth = try Self.truthTable(truths)
    return output
  }
}

extension Synthesize {
  /// The columns that come in, those that are made, and the row's number.
  func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]? {
    madeColumns(for: inputs).map { columns in
      columns.contains { $0.name == Population.rowNumber }
        ? columns : columns + [ColumnPromise(Population.rowNumber, .integer)]
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns(["truth": Self.truthColumns])
    known["cases"] = madeColumns(for: inputs)
    return known
  }

  private func madeColumns(for inputs: KnownColumns) -> [ColumnPromise]? {
    guard let given = inputs["cases"] ?? (rows == nil ? nil : []) else { return nil }
    return given + columns.entries.map { ColumnPromise($0.name, $0.value.type) }
      + outcomes.entries.map { ColumnPromise($0.name, $0.value.type) }
  }

  private func population(_ cases: Table?) throws -> Population {
    switch (cases, rows) {
    case (let cases?, nil): return try Population(cases)
    case (nil, let rows?): return try Population(rows: rows)
    case (nil, nil):
      throw StageFault(
        "it is not said how many cases to make", help: "add rows: 1000, or feed it cases",
        kind: .user)
    case (.some, .some):
      throw StageFault(
        "cases come in, and 'rows' asks for new ones", at: "rows",
        help: "take 'rows' away to add columns to the cases", kind: .user)
    }
  }

  private static let truthColumns = [
    ColumnPromise("outcome", .category), ColumnPromise("arm", .category),
    ColumnPromise("effect", .number), ColumnPromise("expected", .number),
    ColumnPromise("realised", .number), ColumnPromise("units", .integer),
  ]

  /// outcome, arm, effect (as declared, on average), expected, realised, units.
  private static func truthTable(_ truths: [PotentialOutcomes.Truth]) throws -> Table {
    try Table([
      ("outcome", .category(CategoryColumn(truths.map { $0.outcome }))),
      ("arm", .category(CategoryColumn(truths.map { $0.arm }))),
      ("effect", .number(FixedColumn(truths.map { $0.effect }))),
      ("expected", .number(FixedColumn(truths.map { $0.expected }))),
      ("realised", .number(FixedColumn(truths.map { $0.realised }))),
      ("units", .integer(FixedColumn(truths.map { Int64($0.units) }))),
    ])
  }
}

extension ColumnGenerator {
  /// The type of the column, where it follows without looking at rows.
  fileprivate var type: ColumnType? {
    switch kind {
    case .expression: nil
    case .category: .category
    case .normal(let normal): normal.decimals == 0 ? .integer : .number
    case .uniform(_, _, let decimals): decimals == 0 ? .integer : .number
    case .integer, .poisson: .integer
    case .boolean: .boolean
    case .date: .date
    case .sequence(let prefix, _): prefix.isEmpty ? .integer : .text
    }
  }
}

extension OutcomeModel {
  fileprivate var type: ColumnType? {
    switch self {
    case .expression: nil
    case .model(let model):
      switch model.kind {
      case .binary: .boolean
      case .normal: .number
      case .count: .integer
      }
    }
  }
}
