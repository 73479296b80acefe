// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Applies a scheme and reforms of it to one population, together.
///
/// A decision that a reform leaves as it is, with all that it depends on, is computed once for both; of
/// other decisions the parts that mean the same. Rows go through all variants block by block on all
/// processors. The results are those of evaluating each variant by itself, which is what happens where
/// a fault has to be told.
struct SchemeVariantsEvaluation {
  private let variants: [SchemeEvaluation]

  init(
    _ schemes: [Scheme], on date: CalendarDate?, ambiguity: SchemeEvaluation.Ambiguity = .fault
  ) {
    variants = schemes.map { SchemeEvaluation($0, on: date, ambiguity: ambiguity) }
  }

  /// What each variant gives: its inputs, and the decisions that are wanted (nil for all).
  func decided(
    over population: Table, keeping wanted: Set<String>? = nil
  ) throws(StageFault) -> [DecidedPopulation] {
    try decided(over: Population(units: population), keeping: wanted)
  }

  /// The same of units with members, each variant by itself where one asks for them.
  func decided(
    over population: Population, keeping wanted: Set<String>? = nil
  ) throws(StageFault) -> [DecidedPopulation] {
    for variant in variants { try variant.scheme.requireValues(on: variant.date) }
    if !variants.contains(where: \.scheme.needsMembers),
      let together = try VariantProgram(variants, population.units, wanted).decided()
    {
      return together
    }
    var decided: [DecidedPopulation] = []
    for variant in variants { decided.append(try variant.decided(over: population)) }
    return decided
  }
}

/// The decisions of all variants as steps of one program.
struct VariantProgram {
  private let variants: [SchemeEvaluation]
  private let wanted: Set<String>?
  private let base: [Column]
  private var program: ColumnProgram
  /// For each variant and name, the column that it stands for.
  private var known: [[String: ColumnPlace]]
  /// For each variant, the step of each decision.
  private var steps: [[String: Int]]

  /// An input's column, or one of the results of a step.
  private enum ColumnPlace: Hashable {
    case base(Int)
    case result(step: Int, place: Int)
  }

  init(
    _ variants: [SchemeEvaluation], _ population: Table, _ wanted: Set<String>?
  ) throws(StageFault) {
    self.variants = variants
    self.wanted = wanted
    var base: [Column] = []
    var places: [SchemeInput: Int] = [:]
    var views: [ColumnProgram.View] = []
    for variant in variants {
      var columns: [(name: String, place: Int)] = []
      for input in variant.scheme.inputs {
        if places[input] == nil {
          places[input] = base.count
          base.append(try variant.column(for: input, from: population))
        }
        columns.append((input.name, places[input, default: 0]))
      }
      views.append(ColumnProgram.View(variant.scope, columns: columns))
    }
    self.base = base
    program = ColumnProgram(views)
    known = views.map { view in
      Dictionary(
        view.columns.map { ($0.name, ColumnPlace.base($0.place)) }, uniquingKeysWith: { $1 })
    }
    steps = [[String: Int]](repeating: [:], count: variants.count)
    for (place, variant) in variants.enumerated() {
      for decision in variant.scheme.decisions { add(decision, of: place) }
    }
  }

  /// How many decisions are computed, each for all variants that share it.
  var stepCount: Int { program.steps.count }

  /// Nil where each variant has to be evaluated by itself.
  func decided() throws(StageFault) -> [DecidedPopulation]? {
    guard let results = program.columnsByBlocks(over: base) else { return nil }
    var decided: [DecidedPopulation] = []
    for (place, variant) in variants.enumerated() {
      var columns = variant.scheme.inputs.enumerated().map { number, input in
        (name: input.name, column: base[program.views[place].columns[number].place])
      }
      var firedRows: [String: Column] = [:]
      for decision in variant.scheme.decisions {
        guard let step = steps[place][decision.name], program.steps[step].isKept else { continue }
        let names = decision.columns
        for (name, column) in zip(names, results[step]) {
          columns.append((name, variant.settled(column, named: name)))
        }
        if results[step].count > names.count { firedRows[decision.name] = results[step].last }
      }
      decided.append(
        DecidedPopulation(table: try SchemeEvaluation.table(columns), firedRows: firedRows))
    }
    return decided
  }
}

extension VariantProgram {
  private mutating func add(_ decision: Decision, of variant: Int) {
    let step =
      shared(decision, with: variant)
      ?? addStep(variants[variant].work(for: decision), for: decision)
    steps[variant][decision.name] = step
    let own = program.steps[step]
    program.steps[step] = own.seen(in: variant)
    for case (let place, let name?) in own.names.enumerated() {
      known[variant][name] = .result(step: step, place: place)
    }
  }

  private mutating func addStep(_ work: ColumnProgram.Work, for decision: Decision) -> Int {
    var names: [String?] = decision.columns
    if let table = decision.table, table.hit.hasOneRule { names.append(nil) }
    var step = ColumnProgram.Step(in: [], names: names, work)
    step.isKept =
      wanted.map { wanted in
        wanted.contains(decision.name) || decision.columns.contains(where: wanted.contains)
      } ?? true
    program.steps.append(step)
    return program.steps.count - 1
  }

  /// The step of an earlier variant that gives the same.
  private func shared(_ decision: Decision, with variant: Int) -> Int? {
    for other in 0..<variant {
      guard let step = steps[other][decision.name],
        let before = variants[other].scheme.decision(decision.name),
        before.decidesAlike(decision)
      else { continue }
      let mentions = Set(decision.mentions + before.mentions)
      if mentions.allSatisfy({ isSame($0, in: other, and: variant) }) { return step }
    }
    return nil
  }

  /// Whether a name, what follows it, and each of its words stand for the same column or constant.
  private func isSame(_ path: [String], in first: Int, and second: Int) -> Bool {
    let names = path.indices.map { path[...$0].joined(separator: ".") } + path
    for name in names {
      guard known[first][name] == known[second][name],
        program.views[first].scope.constants[name] == program.views[second].scope.constants[name]
      else { return false }
    }
    return true
  }
}

extension ColumnProgram.Step {
  fileprivate func seen(in view: Int) -> Self {
    var step = Self(in: views + [view], names: names, work)
    step.isKept = isKept
    return step
  }
}

extension SchemeEvaluation {
  /// A decision as a step over a block of rows.
  fileprivate func work(for decision: Decision) -> ColumnProgram.Work {
    switch decision.body {
    case .expression(let expression):
      guard decision.rounding != nil else { return .expression(expression.feel) }
      return .expression(expression.feel, alsoReads: scheme.words(behind: decision)) {
        column, data in try rounded([column], of: decision, over: data, in: scope)[0]
      }
    case .table(let table):
      let plans = TablePlans()
      let reads = Set(
        decision.mentions.flatMap { path in
          (1...path.count).map { path.prefix($0).joined(separator: ".") }
        }
      ).union(decision.rounding == nil ? [] : scheme.words(behind: decision))
      return .columns(reads: reads) { data, count in
        let decided = try TableEvaluation(table, over: data, count: count, scope, plans: plans)
          .decided(ambiguity)
        return try rounded(decided.columns, of: decision, over: data, in: scope)
          + [decided.firedRows].compactMap { $0 }
      }
    }
  }
}
