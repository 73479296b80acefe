// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Applies several schemes to one population, so that the same household can be seen under each.
struct Apply: Stage {
  static let info = StageInfo(
    "apply", version: 1,
    summary: "Applies several schemes to one population: who gets what under which rules.",
    example: """
      places:
        use: rules/apply
        from: {population: population.cases}
        with:
          schemes:
            north:                   # or the path of a scheme file
              scheme: {id: north}
              inputs: {children: {type: integer}}
              decisions: {supplement: {expression: 500 + 50 * children}}
            south:
              scheme: {id: south}
              inputs: {children: {type: integer}}
              decisions: {supplement: {expression: if children > 0 then 600 else 0}}
          date: 2025-01-01
      """)

  @Parameter("Schemes by the name that their results get; a list is a scheme and its reforms.")
  var schemes: NamedValues<SchemeStack>
  @Parameter("The day whose rules hold, as 2025-01-01.") var date: RuleDate
  @Parameter("The decision that is compared; the last of each scheme unless given.")
  var result: String?
  @Parameter("Column with the number of units that each row stands for.") var weight: ColumnName?
  @Parameter("Where schemes ask for members: the key of a unit, a column of both tables.")
  var household = "household"
  @Parameter("Where members have roles: the column that names the role of each.")
  var role = "role"

  struct Input: PortSet {
    @Port("One row per unit, with the inputs of all schemes as columns.") var population: Table
    @Port("One row per member of a unit, with the inputs that schemes ask of each.")
    var members: Table?
  }

  struct Output: PortSet {
    @Port("The population with one more column for each scheme: what each unit gets under it.")
    var cases: Table
    @Port("One row per scheme: how many get something, what they get on average, and the total.")
    var summary: Table
  }

  func validate() throws(StageFault) {
    guard !schemes.isEmpty else {
      throw StageFault(
        "there is no scheme to apply", at: "schemes",
        help: "name at least one, as in schemes: {north: schemes/north.yaml}", kind: .user)
    }
    let names = try results().map(\.column)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw StageFault(
        "two schemes would give a column '\(twice)'", at: "schemes",
        help: "let their names differ by more than hyphens", kind: .user)
    }
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    let wanting = try results().map(\.scheme).first(where: \.needsMembers)
    if let wanting, !ports.contains("members") { throw StageFault.noMembers(of: wanting) }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns(["summary": AppliedSummary.columns])
    if let population = inputs["population"], let results = try? results() {
      known["cases"] = population + results.map { ColumnPromise($0.column) }
    }
    return known
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let population = input.population
    let results = try results()
    let people = try Population(
      units: population, members: input.members,
      by: MembershipColumns(unit: household, role: role), for: results.map(\.scheme))
    if let taken = results.first(where: { population.contains($0.column) }) {
      throw StageFault(
        "the population has a column '\(taken.column)' already", at: "schemes",
        help: "call the scheme, or the column, something else", kind: .user)
    }
    var summary = AppliedSummary(
      weights: try PopulationNumbers(population: population).weights(weight, at: "weight"))
    var added: [(name: String, column: Column)] = []
    for (place, result) in results.enumerated() {
      try context.checkCancellation()
      let decided = try SchemeEvaluation(result.scheme, on: date.day).decide(over: people)
      let column = try decided.units.column(result.decision)
      guard summary.add(result, column) else {
        throw StageFault(
          "'\(result.decision)' of scheme '\(result.scheme.id)' is a \(column.type.name), "
            + "which cannot be added up", at: "result",
          help: "choose a decision that gives a number, or true and false", kind: .user)
      }
      added.append((result.column, column))
      context.progress(place + 1, of: results.count)
    }
    var output = Output()
    output.cases = try population.adding(added)
    output.summary = try summary.table()
    return output
  }
}

extension Apply {
  /// What a scheme is asked for, and the column that it goes to.
  struct Result {
    let name: String
    let scheme: Scheme
    let decision: String

    /// The decision and the name of the scheme: `supplement_north`.
    var column: String { "\(decision)_\(name.replacing("-", with: "_"))" }
  }

  private func results() throws(StageFault) -> [Result] {
    var results: [Result] = []
    for entry in schemes.entries {
      let scheme = try entry.value.scheme()
      let decisions = scheme.decisions.filter { $0.level == .unit }.flatMap(\.columns)
      guard let decision = result ?? decisions.last, decisions.contains(decision) else {
        throw StageFault(
          "scheme '\(scheme.id)' has no decision '\(result ?? "")'", at: "result",
          help: Suggestion.question(for: result ?? "", among: decisions)
            ?? "decisions: " + decisions.joined(separator: ", "), kind: .user)
      }
      results.append(Result(name: entry.name, scheme: scheme, decision: decision))
    }
    return results
  }
}
