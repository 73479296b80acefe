// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What the rules give the same units under a scheme as it is, and under each reform.
struct Proposal {
  /// The scheme as it is first.
  let variants: [SchemeVariant]
  let result: String
  /// Per variant the decisions on the way to the result.
  private let decided: [ChangeTrace.Decided]
  /// Per reform how the way to the result changes.
  private let traces: [ChangeTrace]
  /// Per variant what units are entitled to.
  let entitled: [Column]
  /// Per variant what they get: the same, but where take-up is less than whole.
  private(set) var received: [Column]
  /// Per variant who takes up; nil where all do.
  private(set) var takers: [Bitmap]?

  init(
    _ variants: [SchemeVariant], result: String, on date: CalendarDate, over population: Population,
    in context: StageContext
  ) throws {
    self.variants = variants
    self.result = result
    traces = variants.map {
      ChangeTrace(from: variants[0].scheme, to: $0.scheme, result: result, on: date)
    }
    try context.checkCancellation()
    decided = try SchemeVariantsEvaluation(variants.map(\.scheme), on: date)
      .decided(over: population, keeping: Set(traces.flatMap(\.columns) + [result]))
      .map { ChangeTrace.Decided(table: $0.table, rows: $0.firedRows) }
    context.progress(1, of: 1)
    entitled = try decided.map { try $0.table.column(result) }
    received = entitled
  }

  /// Draws who takes up what they are entitled to.
  mutating func apply(_ takeUp: TakeUp, _ stream: RandomStream, in population: Table) throws {
    let draw = TakersDraw(count: population.rowCount, stream)
    var known: [TakeUp.Likelihood: Bitmap] = [:]
    let takers = try variants.map { variant in
      let likelihood = takeUp.likelihood(of: variant)
      let takers = try known[likelihood] ?? draw.takers(likelihood, in: population)
      known[likelihood] = takers
      return takers
    }
    self.takers = takers
    received = zip(entitled, takers).map { $0.taken(by: $1) }
  }

  /// What a reform changes of what units get.
  ///
  /// - Throws: a fault at `result` where it is no number, or too large to be exact.
  func change(_ place: Int) throws(StageFault) -> ChangeColumn {
    try Self.change(of: received, place, result)
  }

  /// What a reform changes of what units are entitled to.
  func entitledChange(_ place: Int) throws(StageFault) -> ChangeColumn {
    try Self.change(of: entitled, place, result)
  }

  private static func change(
    of amounts: [Column], _ place: Int, _ result: String
  ) throws(StageFault) -> ChangeColumn {
    guard let change = ChangeColumn(baseline: amounts[0], reform: amounts[place]) else {
      throw StageFault(
        "the change of '\(result)' is no number, or too large to be exact", at: "result",
        help: "choose a decision that gives an amount")
    }
    return change
  }

  /// Why each unit's result changes under a reform.
  func reasons(_ place: Int) -> Column {
    let moved = takers.flatMap { takers -> Bitmap? in
      guard takers[0] != takers[place] else { return nil }
      return (takers[0] & ~takers[place]) | (takers[place] & ~takers[0])
    }
    return traces[place].column(
      before: decided[0], after: decided[place], first: (rows: moved, label: "take-up"))
  }
}

extension Proposal {
  /// `R_baseline`, then for each reform `R_reform`, its `_change` and its `_why`; with take-up, what units
  /// are entitled to as `R_baseline_entitled` and `R_reform_entitled`.
  static func columnNames(
    _ result: String, _ variants: [SchemeVariant], hasTakeUp: Bool
  ) -> [String] {
    let received = variants.flatMap { variant in
      let name = "\(result)_\(variant.columnName)"
      return variant.id == SchemeVariants.baseline
        ? [name] : [name, "\(name)_change", "\(name)_why"]
    }
    guard hasTakeUp else { return received }
    return received + variants.map { "\(result)_\($0.columnName)_entitled" }
  }

  /// The columns with those names.
  func columns() throws -> [(name: String, column: Column)] {
    var columns = [received[0]]
    for place in variants.indices.dropFirst() {
      columns += [received[place], try change(place).change, reasons(place)]
    }
    if takers != nil { columns += entitled }
    let names = Self.columnNames(result, variants, hasTakeUp: takers != nil)
    return Array(zip(names, columns))
  }
}
