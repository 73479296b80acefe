// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Shows what several schemes together take of a rise in income, and which scheme takes it.
struct Interactions: Stage {
  static let info = StageInfo(
    "interactions", version: 1,
    summary: "Adds up the marginal pressure of several schemes, and says which one it comes from.",
    example: """
      together:
        use: rules/interactions
        from: {population: population.cases}
        with:
          schemes:
            - scheme:                # or the path of a scheme file
                scheme: {id: benefit}
                inputs: {income: {type: integer}}
                decisions: {benefit: {expression: "max(0, 1000 - income)"}}
            - scheme:
                scheme: {id: rent}
                inputs: {income: {type: integer}, benefit: {type: number}}
                decisions: {rent_allowance: {expression: "max(0, 300 - 0.2 * (income + benefit))"}}
          income: income
          step: 100
          date: 2025-01-01
      """)

  @Parameter("Blocks with scheme, result and charge, in the order in which one needs another.")
  var schemes: InteractingSchemes
  @Parameter("Column of the income that rises.") var income: ColumnName
  @Parameter("By how much it rises, in the unit of the income.", in: 1...1_000_000) var step = 100
  @Parameter("The day whose rules hold, as 2025-01-01.") var date: RuleDate
  @Parameter("Column with the number of units that each row stands for.") var weight: ColumnName?
  @Parameter("The share of the rise from which pressure is called high.", in: 0.01...1)
  var high = 0.8

  @Parameter("Where schemes ask for members: the key of a unit, a column of both tables.")
  var household = "household"
  @Parameter("Where members have roles: the column that names the role of each.")
  var role = "role"

  struct Input: PortSet {
    @Port("One row per unit, with the inputs of all schemes.") var population: Table
    @Port("One row per member, where a scheme asks for them; the first one's income rises.")
    var members: Table?
  }

  struct Output: PortSet {
    @Port("The population with the pressure of each scheme and of all; missing where undecided.")
    var cases: Table
    @Port("One row per scheme, and 'all': the mean pressure, its own and passed on.")
    var attribution: Table
    @Port("One row: units, mean and largest pressure, shares of high pressure and of cliffs.")
    var summary: Table
  }

  func validate() throws(StageFault) {
    let members = schemes.members
    guard !members.isEmpty else {
      throw StageFault("there is no scheme", at: "schemes", kind: .user)
    }
    for (names, what) in [
      (members.map(\.scheme.id), "schemes have the id"),
      (members.map(\.result), "results are named"),
    ] {
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        throw StageFault("two \(what) '\(twice)'", at: "schemes", kind: .user)
      }
    }
    guard members.contains(where: { $0.scheme.input(income.name) != nil }) else {
      throw StageFault(
        "no scheme looks at '\(income)', so its rise changes nothing", at: "income", kind: .user)
    }
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    try Population.check(ports, for: schemes.members.map(\.scheme))
  }

  func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]? {
    Population.visibleColumns(inputs, for: schemes.members.map(\.scheme))
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns([
      "attribution": [
        ColumnPromise("scheme", .text), ColumnPromise("pressure", .number),
        ColumnPromise("own", .number), ColumnPromise("passed_on", .number),
        ColumnPromise("share_reacting", .number),
      ],
      "summary": [
        ColumnPromise("n", .integer), ColumnPromise("undecided", .integer),
        ColumnPromise("weighted_n", .number), ColumnPromise("mean_pressure", .number),
        ColumnPromise("largest_pressure", .number), ColumnPromise("share_high", .number),
        ColumnPromise("share_cliff", .number),
      ],
    ])
    if let population = inputs["population"] {
      known["cases"] = population + columnNames.map { ColumnPromise($0, .number) }
    }
    return known
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let population = input.population
    let whole = try Population(
      units: population, members: input.members,
      by: MembershipColumns(unit: household, role: role),
      for: schemes.members.map(\.scheme))
    guard let risen = try MarginalPressure.raising(income.name, by: step, in: whole) else {
      throw StageFault(
        "column '\(income)' holds no numbers that can rise by \(step)", at: "income")
    }
    let pressure = try MarginalPressure(
      schemes, on: date.day, before: whole, after: risen, rise: Double(step))
    let undecided = population.rowCount - pressure.decided.setCount
    if undecided > 0 { context.note("\(undecided) units are left undecided by a scheme") }
    guard undecided < population.rowCount else {
      throw StageFault("no unit is decided by all schemes", at: "schemes")
    }
    if let taken = columnNames.first(where: population.contains) {
      throw StageFault(
        "the population has a column '\(taken)' already", at: "schemes", help: "rename it there")
    }
    let weights = try weights(of: population)
    var output = Output()
    output.cases = try population.adding(columns(pressure, count: population.rowCount))
    output.attribution = try attribution(pressure, weights)
    output.summary = try summary(pressure, weights, undecided: undecided)
    return output
  }
}

extension Interactions {
  private var columnNames: [String] {
    schemes.members.map { "pressure_\($0.result)" } + ["pressure"]
  }

  private func columns(
    _ pressure: MarginalPressure, count: Int
  ) -> [(name: String, column: Column)] {
    func column(_ value: (Int) -> Double) -> Column {
      .number(FixedColumn((0..<count).map { pressure.decided[$0] ? value($0) : nil }))
    }
    let parts = schemes.members.indices.map { place in
      column { pressure.own[place][$0] + pressure.passedOn[place][$0] }
    }
    return Array(zip(columnNames, parts + [column(pressure.whole)]).map { ($0, $1) })
  }

  private func weights(of population: Table) throws -> [Double] {
    let weights = try PopulationNumbers(population: population).weights(weight, at: "weight")
    guard weights?.contains(where: { $0 > 0 }) ?? true else {
      throw StageFault("no weight is above zero", at: "weight")
    }
    return weights ?? [Double](repeating: 1, count: population.rowCount)
  }

  private func mean(
    _ pressure: MarginalPressure, _ weights: [Double], _ value: (Int) -> Double
  ) -> Double? {
    let rows = pressure.decided.setIndices
    let whole = rows.reduce(0) { $0 + weights[$1] }
    return whole > 0 ? rows.reduce(0) { $0 + weights[$1] * value($1) } / whole : nil
  }

  private func attribution(_ pressure: MarginalPressure, _ weights: [Double]) throws -> Table {
    let places = schemes.members.indices
    typealias Part = (own: (Int) -> Double, passedOn: (Int) -> Double)
    let parts: [Part] =
      places.map { place in ({ pressure.own[place][$0] }, { pressure.passedOn[place][$0] }) } + [
        (
          { row in places.reduce(0) { $0 + pressure.own[$1][row] } },
          { row in places.reduce(0) { $0 + pressure.passedOn[$1][row] } }
        )
      ]
    func column(_ value: (Part, Int) -> Double) -> Column {
      .number(FixedColumn(parts.map { part in mean(pressure, weights) { value(part, $0) } }))
    }
    return try Table([
      ("scheme", .text(TextColumn(schemes.members.map(\.scheme.id) + ["all"]))),
      ("pressure", column { $0.own($1) + $0.passedOn($1) }), ("own", column { $0.own($1) }),
      ("passed_on", column { $0.passedOn($1) }),
      ("share_reacting", column { $0.own($1) + $0.passedOn($1) != 0 ? 1 : 0 }),
    ])
  }

  /// A cliff: who earns more has less, because the schemes take more than the whole rise.
  private func summary(
    _ pressure: MarginalPressure, _ weights: [Double], undecided: Int
  ) throws -> Table {
    let rows = pressure.decided.setIndices
    func number(_ value: Double?) -> Column { .number(FixedColumn([value])) }
    return try Table([
      ("n", .integer(FixedColumn([Int64(pressure.decided.count)]))),
      ("undecided", .integer(FixedColumn([Int64(undecided)]))),
      ("weighted_n", number(rows.reduce(0) { $0 + weights[$1] })),
      ("mean_pressure", number(mean(pressure, weights, pressure.whole))),
      // Rounding of sums must not make a pressure of exactly one look like more.
      (
        "largest_pressure",
        number(rows.map(pressure.whole).max().map { ($0 * 1e9).rounded() / 1e9 })
      ),
      ("share_high", number(mean(pressure, weights) { pressure.whole($0) >= high ? 1 : 0 })),
      // Rounding of sums must not make a cliff of a pressure of exactly one.
      (
        "share_cliff",
        number(mean(pressure, weights) { pressure.whole($0) > 1 + 1e-9 ? 1 : 0 })
      ),
    ])
  }
}
