// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Draws an outcome as every case would have it under every arm, and shows the one of its own arm.
///
/// A case's noise is drawn once and serves all arms (common random numbers), so that the average
/// difference between two arms is the declared effect in expectation and varies little around it.
struct PotentialOutcomes {
  let name: String
  let model: OutcomeModel.Model
  let population: Population
  private let baseline: Numbers
  private let shared: [Double]
  private let noise: [Double]
  private let sd: Numbers?
  private let arms: Grouping?

  /// The truth about one arm.
  struct Truth: Sendable {
    let outcome: String
    let arm: String
    /// The average of the declared effect.
    let effect: Double
    /// The average difference of probabilities or means, after a cluster's effect met its limits.
    let expected: Double
    /// The average difference of the drawn outcomes, all cases under this arm against all under control.
    let realised: Double
    let units: Int
  }

  init(
    _ name: String, _ model: OutcomeModel.Model, _ population: Population, _ context: StageContext
  ) throws(StageFault) {
    let path = "outcomes.\(name)"
    self.name = name
    self.model = model
    self.population = population
    let (range, phrase) = model.kind.range
    baseline = try population.numbers(
      of: model.baseline, for: "\(path).baseline", in: range, phrase)
    var stream = try context.random(named: path)
    let rows = 0..<population.rowCount
    noise =
      model.kind == .normal ? rows.map { _ in stream.normal() } : rows.map { _ in stream.uniform() }
    sd = try model.sd.map { sd throws(StageFault) in
      try population.numbers(
        of: sd, for: "\(path).sd", in: 0...Double.greatestFiniteMagnitude, "at least 0")
    }
    shared = try Self.clusterEffects(model.cluster, path, population, context)
    arms = try model.arm.map { arm throws(StageFault) in
      try population.column(arm.name, at: "outcomes").grouping()
    }
    try checkArms()
  }

  /// The outcome of each case under its own arm, and the truth about every arm with an effect.
  func draw(_ context: StageContext) throws(StageFault) -> (column: Column, truth: [Truth]) {
    let path = "outcomes.\(name)"
    var effects: [(arm: String, numbers: Numbers)] = []
    for entry in model.effect.entries {
      let added = try population.numbers(of: entry.value, for: "\(path).effect.\(entry.name)")
      try check(added, of: entry.name)
      effects.append((entry.name, added))
    }
    let byCode = arms?.labels.map { label in effects.first { $0.arm.isExactly(label) }?.numbers }
    var observed: [Double?] = []
    observed.reserveCapacity(population.rowCount)
    for row in 0..<population.rowCount {
      guard let arms, let byCode else {
        observed.append(outcome(of: row, adding: 0))
        continue
      }
      let code = Int(arms.codes[row])
      observed.append(
        code < 0 ? nil : outcome(of: row, adding: byCode[code].map { $0[row] ?? .nan } ?? 0))
    }
    var column = model.kind.column(observed)
    if let share = try missingShare(path) {
      column = column.losing(share, with: try context.random(named: "\(path).missing"))
    }
    return (column, effects.map { truth(of: $0.arm, $0.numbers) })
  }
}

extension PotentialOutcomes {
  /// The probability or mean of a case, its cluster's effect within the limits included.
  private func mean(of row: Int, adding effect: Double) -> Double? {
    guard let baseline = baseline[row], !effect.isNaN else { return nil }
    let mean = baseline + effect + shared[row]
    return switch model.kind {
    case .binary: min(max(mean, 0), 1)
    case .count: min(max(mean, 0), Poisson.largestMean)
    case .normal: mean
    }
  }

  private func outcome(of row: Int, adding effect: Double) -> Double? {
    guard let mean = mean(of: row, adding: effect) else { return nil }
    switch model.kind {
    case .binary: return noise[row] < mean ? 1 : 0
    case .count: return Double(Poisson.quantile(noise[row], mean: mean))
    case .normal: return sd?[row].map { mean + $0 * noise[row] }
    }
  }

  private func truth(of arm: String, _ effects: Numbers) -> Truth {
    var (declared, expected, realised, units) = (0.0, 0.0, 0.0, 0)
    for row in 0..<population.rowCount {
      guard let effect = effects[row],
        let treatedMean = mean(of: row, adding: effect), let controlMean = mean(of: row, adding: 0),
        let treated = outcome(of: row, adding: effect), let control = outcome(of: row, adding: 0)
      else { continue }
      declared += effect
      expected += treatedMean - controlMean
      realised += treated - control
      units += 1
    }
    let count = Double(max(units, 1))
    return Truth(
      outcome: name, arm: arm, effect: declared / count, expected: expected / count,
      realised: realised / count, units: units)
  }

  /// An arm that no case has is a slip of the pen: its effect would be lost without a word.
  private func checkArms() throws(StageFault) {
    var named = model.effect.names
    if case .byArm(let shares)? = model.missing { named += shares.names }
    guard let arms else { return }
    for name in named where arms.code(of: name) == nil {
      throw StageFault(
        "the outcome '\(self.name)' names the arm '\(name)', which no case has", at: "outcomes",
        help: Suggestion.question(for: name, among: arms.labels)
          ?? "arms: " + arms.labels.prefix(20).joined(separator: ", "), kind: .user)
    }
  }

  /// Baseline and effect together stay where the outcome can be: otherwise the declared effect is none.
  private func check(_ effects: Numbers, of arm: String) throws(StageFault) {
    let (range, phrase) = model.kind.range
    var outside = 0
    for row in 0..<population.rowCount {
      // A sum such as 0.9 + 0.1 may lie one rounding above its limit.
      if let baseline = baseline[row], let effect = effects[row],
        baseline + effect < range.lowerBound - 1e-12 || baseline + effect > range.upperBound + 1e-12
      {
        outside += 1
      }
    }
    guard outside > 0 else { return }
    throw StageFault(
      "the outcome '\(name)' under '\(arm)' must be \(phrase), and is not in \(outside) of "
        + "\(population.rowCount) rows", at: "outcomes",
      help: "make the effect smaller, or let it depend on the case", kind: .user)
  }

  private func missingShare(_ path: String) throws(StageFault) -> Numbers? {
    switch model.missing {
    case nil: return nil
    case .everywhere(let share):
      return try population.numbers(
        of: share, for: "\(path).missing", in: 0...1, "a probability from 0 to 1")
    case .byArm(let shares):
      var values = [Double](repeating: 0, count: population.rowCount)
      for entry in shares.entries {
        let share = try population.numbers(
          of: entry.value, for: "\(path).missing.\(entry.name)", in: 0...1,
          "a probability from 0 to 1")
        guard let code = arms?.code(of: entry.name) else { continue }
        for row in values.indices where arms?.codes[row] == code { values[row] = share[row] ?? 0 }
      }
      return Numbers(values: values, validity: nil)
    }
  }

  private static func clusterEffects(
    _ cluster: OutcomeModel.ClusterEffect?, _ path: String, _ population: Population,
    _ context: StageContext
  ) throws(StageFault) -> [Double] {
    guard let cluster else { return [Double](repeating: 0, count: population.rowCount) }
    let grouping = try population.column(cluster.column.name, at: "outcomes").grouping()
    var effects: [Double] = []
    for label in grouping.labels {
      var stream = try context.random(named: "\(path).cluster.\(label)")
      effects.append(cluster.sd * stream.normal())
    }
    return grouping.codes.map { $0 < 0 ? 0 : effects[Int($0)] }
  }
}

extension OutcomeModel.Kind {
  /// Where the probability or mean must lie.
  fileprivate var range: (ClosedRange<Double>, String) {
    switch self {
    case .binary: (0...1, "a probability from 0 to 1")
    case .count: (0...Poisson.largestMean, "a mean from 0 to 500")
    case .normal: (-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, "a number")
    }
  }

  fileprivate func column(_ values: [Double?]) -> Column {
    switch self {
    case .binary: .boolean(BooleanColumn(values.map { $0.map { $0 > 0.5 } }))
    case .count: .integer(FixedColumn(values.map { $0.map { Int64($0) } }))
    case .normal: .number(FixedColumn(values))
    }
  }
}
