// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Applies a scheme and its reforms to one population: who gains, who loses, and what it costs.
struct Propose: Stage {
  static let info = StageInfo(
    "propose", version: 1,
    summary: "Compares the rules as they are with reforms over one population.",
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

  struct Input: PortSet {
    @Port("One row per unit, with the scheme's inputs as columns.") var population: Table
    @Port("One more reform, as another stage writes it: impact/tailoring, for one.")
    var reform: FileArtifact?
  }

  struct Output: PortSet {
    @Port("The population with the result before and after each reform, and the change.")
    var cases: Table
    @Port("Per reform and group: gainers, losers, mean and total changes.") var impact: Table
    @Port("Per reform: the budget before and after, and the shares of gainers and losers.")
    var summary: Table
  }

  func validate() throws(StageFault) {
    let variants = try SchemeVariants.all(scheme, reforms)
    _ = try resultColumn(in: variants)
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    guard !reforms.isEmpty || ports.contains("reform") else {
      throw StageFault(
        "there is no reform to compare with", at: "reforms",
        help: "name at least one reform file, or connect a stage that writes one to 'reform'",
        kind: .user)
    }
  }

  func completed(by input: Input, in context: StageContext) throws -> Propose {
    guard let file = input.reform else { return self }
    var stage = self
    stage.reforms.append(try ReformSource(file))
    return stage
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns()
    // A reform that is still to be written adds columns whose names nobody knows yet.
    guard !reforms.isEmpty, let population = inputs["population"],
      let variants = try? SchemeVariants.all(scheme, reforms),
      let result = try? resultColumn(in: variants)
    else { return known }
    known["cases"] = population + addedNames(result, variants).map { ColumnPromise($0) }
    return known
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let variants = try SchemeVariants.all(scheme, reforms)
    let result = try resultColumn(in: variants)
    let population = input.population
    let weights = try weights(of: population)
    let partitions = try groupings(of: population)
    var amounts: [Column] = []
    for (place, variant) in variants.enumerated() {
      try context.checkCancellation()
      let decided = try SchemeEvaluation(variant.scheme, on: date.day).decide(over: population)
      amounts.append(try decided.column(result))
      context.progress(place + 1, of: variants.count)
    }
    var added: [(name: String, column: Column)] = []
    let names = addedNames(result, variants)
    added.append((names[0], amounts[0]))
    var measured: [ReformImpact] = []
    for place in variants.indices.dropFirst() {
      guard let change = ChangeColumn(baseline: amounts[0], reform: amounts[place]) else {
        throw StageFault(
          "the change of '\(result)' is no number, or too large to be exact", at: "result",
          help: "choose a decision that gives an amount")
      }
      added.append((names[place * 2 - 1], amounts[place]))
      added.append((names[place * 2], change.change))
      let measure = ImpactMeasure(change, weights: weights, threshold: threshold)
      measured.append(ReformImpact(variants[place], measure, partitions))
    }
    if let taken = added.first(where: { population.contains($0.name) }) {
      throw StageFault(
        "the population has a column '\(taken.name)' already", at: "result",
        help: "rename it in the data: the results need that name")
    }
    var output = Output()
    output.cases = try population.adding(added)
    output.impact = try ImpactTable.table(
      measured.flatMap { reform in
        [ImpactRow(whole: reform)]
          + partitions.indices.flatMap { ImpactRow.groups(of: reform, partitions, $0) }
      })
    output.summary = try ProposalSummary(
      result: result, unit: scheme.scheme.decision(result)?.unit
    ).table(measured)
    return output
  }
}

// What the parameters stand for
extension Propose {
  /// The decision whose change counts; it is there in all variants.
  private func resultColumn(in variants: [SchemeVariant]) throws(StageFault) -> String {
    let columns = variants[0].scheme.decisions.flatMap(\.columns)
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

  /// `R_baseline`, then for each reform `R_reform` and `R_reform_change`.
  private func addedNames(_ result: String, _ variants: [SchemeVariant]) -> [String] {
    variants.flatMap { variant in
      let name = "\(result)_\(variant.columnName)"
      return variant.id == SchemeVariants.baseline ? [name] : [name, "\(name)_change"]
    }
  }

  private func weights(of population: Table) throws -> [Double]? {
    guard let weight else { return nil }
    guard let (values, validity) = try population.column(weight.name).doubles() else {
      throw StageFault("weight column '\(weight)' holds no numbers", at: "weight")
    }
    guard validity == nil, values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw StageFault(
        "weight column '\(weight)' has missing or negative weights", at: "weight",
        help: "leave these cases out before, or give each its weight")
    }
    return values
  }

  private func groupings(of population: Table) throws -> [UnitPartition] {
    try groups.map { name in
      let partition = UnitPartition(of: try population.column(name.name), named: name.name)
      guard partition.labels.count <= ImpactTable.groupLimit else {
        throw StageFault(
          "column '\(name)' has \(partition.labels.count) different values, too many for groups",
          at: "groups", help: "derive bands from it first")
      }
      return partition
    }
  }
}
