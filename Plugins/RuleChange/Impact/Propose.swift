// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Applies a scheme and its reforms to one population: who gains, who loses, and what it costs.
struct Propose: Stage {
  static let info = StageInfo(
    "propose", version: 2,
    summary: "Compares the rules as they are with reforms over one population.",
    draws: true,
    example: """
      proposal:
        use: rules/propose
        from: {population: population.cases}
        with:
          scheme:                    # or the path of a scheme file
            scheme: {id: allowance}
            parameters: {amount: {values: {2025-01-01: 500}}}
            inputs: {children: {type: integer}}
            decisions: {allowance: {expression: amount * children}}
          reforms:                   # or paths of reform files
            - reform: {id: higher}
              parameters: {amount: {2026-01-01: 550}}
          date: 2026-01-01
      """)

  @Parameter("The rules as they are: a scheme file, or the scheme as a block.")
  var scheme: SchemeSource
  @Parameter("Reform files or blocks, each compared with the scheme; a list within is a stack.")
  var reforms: [ReformSource] = []
  @Parameter("The day whose rules hold, as 2025-01-01.") var date: RuleDate
  @Parameter("Column with the number of units that each row stands for.") var weight: ColumnName?
  @Parameter("Columns whose groups are told apart.") var groups: [ColumnName] = []
  @Parameter("The decision whose change counts; the scheme's last unless given.")
  var result: String?
  @Parameter(
    "The smallest change that counts as gain or loss, in the unit of the result.", in: 0...)
  var threshold = 0.005
  @Parameter("Who gets what they are entitled to: a share, a column of shares, or one per reform.")
  var takeUp: TakeUp?
  @Parameter("Column of yearly disposable income without the result; gives deciles and poverty.")
  var income: ColumnName?
  @Parameter("Column of equivalence factors, or a scale with the columns of adults and children.")
  var equivalence: Equivalence?
  @Parameter("Column of the number of persons, by which poverty and inequality then count.")
  var persons: ColumnName?
  @Parameter("Where schemes ask for members: the key of a unit, a column of both tables.")
  var household = "household"
  @Parameter("Where members have roles: the column that names the role of each.")
  var role = "role"
  @Parameter("How often a year the result is paid, to add it to yearly income.", in: 0.001...366)
  var timesAYear = 1.0
  @Parameter("The yearly equivalised income below which people are poor, or a share of the median.")
  var povertyLine: PovertyLine?
  @Parameter("Example households: blocks with a name and the inputs that are set.")
  var householdTypes: [HouseholdType] = []
  @Parameter("Incomes at which each example household is shown, old against new.")
  var incomes: [MinimaTable.Income] = []
  @Parameter("From which income to which, and in what steps, marginal pressure is shown.")
  var grid: IncomeGrid?
  @Parameter("The input that these incomes are filled into; the income column unless given.")
  var incomeInput: String?

  struct Input: PortSet {
    @Port("One row per unit, with the scheme's inputs as columns.") var population: Table
    @Port("One row per member, where the scheme asks for them: key, role and inputs.")
    var members: Table?
    @Port("One more reform, as another stage writes it: impact/tailoring, for one.")
    var reform: FileArtifact?
  }

  struct Output: PortSet {
    @Port("The population with the result before and after each reform, the change, and why.")
    var cases: Table
    @Port("Per reform and group: gainers, losers, mean and total changes.") var impact: Table
    @Port("Per reform: the budget before and after, and the shares of gainers and losers.")
    var summary: Table
    @Port("Per reform and decile of baseline equivalised income: the same; needs 'income'.")
    var deciles: Table?
    @Port("Inequality and poverty under each set of rules; needs 'income'.")
    var distribution: Table?
    @Port("Marginal pressure by example household and income; needs 'grid'.")
    var pressure: Table?
    @Port("The cliffs of each example household, and the worst drop; needs 'grid'.")
    var cliffs: Table?
    @Port("Example households by income, old against new; needs 'incomes'.")
    var minima: Table?
  }

  var isDrawing: Bool { takeUp != nil }

  func validate() throws(StageFault) {
    let variants = try SchemeVariants.all(scheme, reforms)
    for variant in variants { try variant.scheme.requireValues(on: date.day) }
    _ = try resultColumn(in: variants)
    try takeUp?.check(variants)
    if income == nil {
      for (parameter, isGiven) in [
        ("equivalence", equivalence != nil), ("persons", persons != nil),
        ("poverty_line", povertyLine != nil), ("times_a_year", timesAYear != 1),
      ] where isGiven {
        throw StageFault(
          "'\(parameter)' needs to know the income of households", at: parameter,
          help: "add income: the column of yearly disposable income without the result", kind: .user
        )
      }
    }
    try households(variants)?.check(variants)
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    guard !reforms.isEmpty || ports.contains("reform") else {
      throw StageFault(
        "there is no reform to compare with", at: "reforms",
        help: "name at least one reform file, or connect a stage that writes one to 'reform'",
        kind: .user)
    }
    try Population.check(ports, for: SchemeVariants.all(scheme, reforms).map(\.scheme))
  }

  func completed(by input: Input, in context: StageContext) throws -> Propose {
    guard let file = input.reform else { return self }
    var stage = self
    stage.reforms.append(try ReformSource(file))
    return stage
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns(["impact": ImpactTable.promises, "summary": ProposalSummary.promises])
    if income != nil {
      known["deciles"] = DecileTable.promises
      known["distribution"] = DistributionTable.promises
    }
    if grid != nil {
      known["pressure"] = PressureTable.pressurePromises
      known["cliffs"] = PressureTable.cliffPromises
    }
    if !incomes.isEmpty { known["minima"] = MinimaTable.promises }
    // A reform that is still to be written adds columns whose names nobody knows yet.
    guard !reforms.isEmpty, let population = inputs["population"],
      let variants = try? SchemeVariants.all(scheme, reforms),
      let result = try? resultColumn(in: variants)
    else { return known }
    known["cases"] =
      population
      + Proposal.columnNames(result, variants, hasTakeUp: takeUp != nil).map { ColumnPromise($0) }
    return known
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let variants = try SchemeVariants.all(scheme, reforms)
    let result = try resultColumn(in: variants)
    let population = input.population
    var proposal = try Proposal(
      variants, result: result, on: date.day,
      over: Population(
        units: population, members: input.members,
        by: MembershipColumns(unit: household, role: role),
        for: variants.map(\.scheme)), in: context)
    if let takeUp { try proposal.apply(takeUp, context.random(), in: population) }
    let added = try proposal.columns()
    if let taken = added.first(where: { population.contains($0.name) }) {
      throw StageFault(
        "the population has a column '\(taken.name)' already", at: "result",
        help: "rename it in the data: the results need that name")
    }
    var output = Output()
    output.cases = try population.adding(added)
    try measure(proposal, over: population, into: &output, in: context)
    try context.checkCancellation()
    try showHouseholds(variants, result, into: &output)
    return output
  }
}

// What is measured
extension Propose {
  private func measure(
    _ proposal: Proposal, over population: Table, into output: inout Output,
    in context: StageContext
  ) throws {
    let numbers = PopulationNumbers(population: population)
    let weights = try numbers.weights(weight, at: "weight")
    let groups = try numbers.partitions(groups)
    let incomes = try income.map {
      try HouseholdIncomes($0, equivalence, timesAYear: timesAYear, in: population)
    }
    let measures = try incomes.map { incomes in
      IncomeMeasures(
        incomes, results: proposal.received, weights: weights,
        persons: try numbers.weights(persons, at: "persons"), line: povertyLine,
        ids: proposal.variants.map(\.id))
    }
    let partitions = groups + (measures.map { [$0.deciles] } ?? [])
    let measured = try proposal.variants.indices.dropFirst().map { place in
      ReformImpact(
        proposal.variants[place],
        ImpactMeasure(try proposal.change(place), weights: weights, threshold: threshold),
        partitions)
    }
    output.impact = try ImpactTable.table(
      measured.flatMap { reform in
        [ImpactRow(whole: reform)]
          + groups.indices.flatMap { ImpactRow.groups(of: reform, partitions, $0) }
      })
    output.summary = try ProposalSummary(
      result: proposal.result, unit: scheme.scheme.decision(proposal.result)?.unit
    ).table(measured, entitled: try entitlements(proposal, weights) ?? measured.map(\.whole))
    guard let incomes, let measures else { return }
    measures.notes.forEach(context.note)
    output.deciles = try DecileTable.table(
      measured, partitions, part: groups.count,
      incomes: DecileIncomes(
        incomes.equivalised(with: proposal.received[0]), factors: incomes.factors,
        deciles: measures.deciles, weights: weights),
      timesAYear: timesAYear)
    output.distribution = try DistributionTable.table(measures)
  }

  /// The budgets if all took up what they are entitled to; nil where all do.
  private func entitlements(_ proposal: Proposal, _ weights: [Double]?) throws -> [Impact]? {
    guard proposal.takers != nil else { return nil }
    return try proposal.variants.indices.dropFirst().map { place in
      ImpactMeasure(try proposal.entitledChange(place), weights: weights, threshold: threshold)
        .whole()
    }
  }

  private func showHouseholds(
    _ variants: [SchemeVariant], _ result: String, into output: inout Output
  ) throws {
    guard let households = try households(variants) else { return }
    if let grid {
      let table = try PressureTable(households, grid, variants, result, on: date.day)
      output.pressure = try table.pressure()
      output.cliffs = try table.cliffs()
    }
    guard !incomes.isEmpty else { return }
    guard let points = MinimaTable.column(of: incomes) else {
      throw StageFault(
        "an income is too large, or has too many places", at: "incomes", kind: .user)
    }
    output.minima = try MinimaTable.table(
      households, incomes: points, variants, result, on: date.day)
  }
}

// What the parameters stand for
extension Propose {
  /// The decision whose change counts; it is there in all variants.
  private func resultColumn(in variants: [SchemeVariant]) throws(StageFault) -> String {
    let columns = variants[0].scheme.decisions.filter { $0.level == .unit }.flatMap(\.columns)
    guard let name = result ?? columns.last, columns.contains(where: { $0.isExactly(name) }) else {
      throw StageFault(
        "the scheme has no decision '\(result ?? "")'", at: "result",
        help: Suggestion.question(for: result ?? "", among: columns)
          ?? "decisions: " + columns.joined(separator: ", "), kind: .user)
    }
    for variant in variants {
      guard variant.scheme.decisions.contains(where: { $0.columns.contains(name) }) else {
        throw StageFault(
          "reform '\(variant.id)' no longer gives '\(name)'", at: "reforms",
          help: "name under 'result' a decision that all variants have", kind: .user)
      }
      if let type = SchemeTypes.type(of: name, in: variant.scheme), !type.isNumeric,
        type != .boolean
      {
        throw StageFault(
          "'\(name)' is a \(type.name), whose change cannot be counted", at: "result",
          help: "choose a decision that gives a number, or true and false", kind: .user)
      }
    }
    return name
  }

  /// The example households; nil where there are none.
  private func households(_ variants: [SchemeVariant]) throws(StageFault) -> HouseholdGrid? {
    guard !householdTypes.isEmpty else {
      guard grid == nil, incomes.isEmpty else {
        throw StageFault(
          "there is no example household to show at these incomes", at: "household_types",
          help: "add household_types: blocks with a name and the inputs that are set", kind: .user)
      }
      return nil
    }
    guard grid != nil || !incomes.isEmpty else {
      throw StageFault(
        "example households need incomes", at: "household_types",
        help: "add incomes: a list, or grid: {from: 0, to: 60000, step: 1000}", kind: .user)
    }
    let input = incomeInput ?? income?.name
    guard let input else {
      throw StageFault(
        "nothing says which input takes the income of example households", at: "income_input",
        help: "add income_input: one of "
          + variants[0].scheme.inputs.map(\.name).joined(separator: ", "), kind: .user)
    }
    return HouseholdGrid(types: householdTypes, incomeInput: input)
  }
}
