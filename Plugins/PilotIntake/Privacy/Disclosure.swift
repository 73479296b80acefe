// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// Makes the tables that people want to publish from cases, and suppresses what would tell of people.
///
/// All tables of one stage are looked at together: what they tell is what can be worked out from all of
/// them. Put every table of a report into one stage; tables of two stages protect nothing from each other.
///
/// In this order: cells with too few units; cells with nearly all of a row or column; other cells by
/// which those could be worked out, by sums and by bounds; cells by whose difference a small group would
/// show; then, for each measure, sums that one unit dominates, and others by which those could be worked
/// out. The attacker knows every published cell, that nobody is counted less than zero times, and which
/// combinations nobody has.
///
/// The output `tables` says what is suppressed and not why: the log does, and stays inside.
struct Disclosure: Stage {
  static let info = StageInfo(
    "disclosure", version: 1,
    summary: "Makes tables of cases for publication, and suppresses what would tell of people.",
    example: """
      disclosure:
        use: pilot/disclosure
        from: {cases: assign.cases, effects: effect.effects}
        with:
          tables:
            districts: {by: [district, arm], mean: [applied]}
            benefits: {by: district, sum: [benefit], mean: [benefit]}
            young: {by: district, where: age < 27}
          neutral: [arm]
      """,
    source: """
      Bond, Brandt and de Wolf (2015), Guidelines for the checking of output based on microdata research; \
      Hundepool et al. (2012), Statistical Disclosure Control, Wiley
      """)

  @Parameter("Tables by name: columns they go by, which cases, and columns to add up or average.")
  var tables = NamedValues<PublishedTable>()
  @Parameter("Column that names the person, household or firm; each row is a unit unless given.")
  var unit: ColumnName?
  @Parameter("Columns that tell nothing of people, such as the arm: no group rule for them.")
  var neutral: [ColumnName] = []
  @Parameter("Units that a cell, and each arm of an effect, holds at least.", in: 2...1_000_000)
  var units = 10
  @Parameter("Largest share of a row or column that one category may hold.", in: 0.5...1)
  var groupShare = 0.9
  @Parameter("Largest share of a sum that one unit may have.", in: 0.01...1) var dominantShare = 0.5
  @Parameter("Degrees of freedom that an effect has at least.", in: 0...1_000_000)
  var degreesOfFreedom = 10.0

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
    @Port("Tables of effects that are to be published.") var effects: [Labeled<Table>]
  }

  struct Output: PortSet {
    @Port("The tables cell by cell, without the values of suppressed ones.") var tables: Table
    @Port("Each suppressed cell and the rule: for the checker, not for publication.") var log: Table
    @Port("How many cells of each table each rule suppressed.") var summary: Table
    @Port("The effects, without the figures of those that break a rule.") var effects: Table?
  }

  func validate() throws(StageFault) {
    let names = CheckedTables.columns(of: tables)
    if let name = names.first(where: DisclosureOutput.reserved.contains) {
      throw StageFault(
        "a table cannot go by a column named '\(name)', as the output has one", at: "tables",
        help: "rename the column", kind: .user)
    }
    let known = tables.entries.flatMap { $0.value.by + $0.value.measured }
    if let name = neutral.first(where: { !known.contains($0) }) {
      throw StageFault(
        "'\(name)' is neutral, and no table has it", at: "neutral", help: "take it away",
        kind: .user)
    }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let rules = OutputRules(
      units: units, groupShare: groupShare, dominantShare: dominantShare,
      degreesOfFreedom: degreesOfFreedom)
    let checked = try checkedTables(input.cases, rules, in: context)
    let effects =
      input.effects.isEmpty ? nil : try CheckedEffects(input.effects.map(\.value), rules: rules)
    guard effects != nil || !tables.isEmpty else { throw StageFault.nothingToCheck }
    let result = DisclosureOutput(checked: checked)
    var output = Output()
    output.tables = try result.tables()
    output.log = try result.log()
    output.summary = try result.summary(effects)
    output.effects = effects?.table
    let suppressed = checked.cells.count { $0.reason != nil }
    if !tables.isEmpty {
      context.note("\(suppressed) of \(checked.cells.count) cells are suppressed; see 'log'")
    }
    if let effects {
      let count = effects.counts.reduce(0) { $0 + $1.count }
      context.note("\(count) of \(effects.effects.count) effects are suppressed")
    }
    return output
  }
}

extension Disclosure {
  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    let columns = CheckedTables.columns(of: tables)
    return KnownColumns([
      "tables": DisclosureOutput.tableColumns(by: columns),
      "log": DisclosureOutput.logColumns(by: columns),
      "summary": DisclosureOutput.summaryColumns,
      "effects": EffectsTable.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  private func checkedTables(
    _ cases: Table, _ rules: OutputRules, in context: StageContext
  ) throws -> CheckedTables {
    guard !tables.isEmpty else { return CheckedTables() }
    let grouped = try TabulatedCases(cases, tables: tables, unit: unit)
    return try CheckedTables(
      tables, of: grouped, rules: rules, neutral: Set(neutral.map(\.name))
    ) { try context.checkCancellation() }
  }
}

extension StageFault {
  fileprivate static var nothingToCheck: StageFault {
    StageFault(
      "there is nothing to publish: neither tables nor effects", at: "tables",
      help: "name tables under 'tables', or write from: {effects: stage.effects}", kind: .user)
  }
}
