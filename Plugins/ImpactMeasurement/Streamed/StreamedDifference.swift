// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The difference between two arms over more cases than are held in memory.
///
/// One pass sums sizes, means and squares by arm; for clusters a regression on the arm is added, whose
/// variance takes a second pass. The figures are those of `TwoArms` over all cases.
struct StreamedDifference {
  private let stage: DifferenceInMeans
  private let cases: CaseStream
  let arms: StreamedArms

  /// Whether the stage's variance can be had without all cases in memory.
  static func isPossible(_ stage: DifferenceInMeans) -> Bool { stage.block == nil }

  init(_ stage: DifferenceInMeans, _ batches: TableBatches) throws {
    self.stage = stage
    let named = stage.outcome + [stage.arm, stage.treatment, stage.cluster].compactMap(\.self)
    cases = CaseStream(batches, where: stage.where, columns: named)
    arms = try StreamedArms(cases, arm: stage.arm, treatment: stage.treatment)
  }

  /// What one contrast on one outcome came to.
  struct Result {
    let estimate: Estimate
    let treated: Sample
    let control: Sample
    let clusters: Int?
    let rule: String
    let notes: [String]
    let flags: [String]
  }

  func estimate(
    _ outcome: ColumnName, _ contrast: ArmContrast, _ variance: DifferenceInMeans.Variance,
    level: Double
  ) throws -> Result {
    var selection = StreamedSelection()
    var treated = SampleAccumulator()
    var control = SampleAccumulator()
    var clusters = ClusterCensus()
    var least = LeastSquaresPass(names: [Design.interceptName, contrast.treatedLabel])
    try cases.forEachBatch { batch in
      let part = try rows(of: batch, outcome, contrast, &selection, &clusters)
      treated.add(zip(part.outcome, part.isTreated).filter(\.1).map(\.0))
      control.add(zip(part.outcome, part.isTreated).filter { !$1 }.map(\.0))
      if variance.isClustered {
        try least.add(part.design(contrast.treatedLabel), outcome: part.outcome)
      }
    }
    let samples = (
      treated: try treated.sample(contrast.treatedLabel),
      control: try control.sample(contrast.controlLabel)
    )
    let notes = selection.notes
    let flags = selection.flags + (clusters.hasMixed ? ["mixed-clusters"] : [])
    guard let estimator = variance.clusteredEstimator else {
      let difference = try variance.difference(samples, level: level)
      return Result(
        estimate: difference.estimate, treated: samples.treated, control: samples.control,
        clusters: nil, rule: difference.degreesOfFreedomRule, notes: notes, flags: flags)
    }
    try clusters.check(samples.treated.label, samples.control.label)
    let model = try least.solved()
    var sums = VariancePass(model, estimator, clusterCount: clusters.numbers.count)
    try cases.forEachBatch { batch in
      let part = try rows(of: batch, outcome, contrast, &selection, &clusters)
      sums.add(
        part.design(contrast.treatedLabel), outcome: part.outcome, clusters: part.clusters)
    }
    let covariance = try sums.covariance()
    return Result(
      estimate: try model.estimate(1, covariance, level: level), treated: samples.treated,
      control: samples.control, clusters: covariance.clusters,
      rule: covariance.degreesOfFreedomRule, notes: notes, flags: flags)
  }
}

extension StreamedDifference {
  /// The rows of a batch that take part.
  private struct Part {
    let outcome: [Double]
    let isTreated: [Bool]
    let clusters: [Int32]

    func design(_ name: String) -> Design {
      var design = Design(rows: outcome.count, capacity: 1)
      design.append(name, isTreated.map { $0 ? 1 : 0 })
      return design
    }
  }

  private func rows(
    of batch: Cases, _ outcome: ColumnName, _ contrast: ArmContrast,
    _ selection: inout StreamedSelection, _ clusters: inout ClusterCensus
  ) throws -> Part {
    let codes = try arms.codes(of: batch)
    let measured = try batch.partOfNumbers(outcome, at: "outcome")
    let groups = try stage.cluster.map { try batch.groups($0, at: "cluster") }
    var required = [("outcome", measured.column, measured.validity)]
    if let groups { required.append(("cluster", groups.column, groups.validity)) }
    let rows = selection.rows(
      of: codes.indices.filter { contrast.isTreated(codes[$0]) != nil }, required)
    let isTreated = rows.map { contrast.isTreated(codes[$0]) ?? false }
    let numbers = groups.map { groups in
      let all = clusters.numbers.codes(of: groups, among: rows)
      clusters.note(all, isTreated)
      return all
    }
    return Part(
      outcome: rows.map { measured.values[$0] }, isTreated: isTreated, clusters: numbers ?? [])
  }
}

/// Which clusters have cases in which arm.
struct ClusterCensus {
  var numbers = LabelNumbers()
  /// For each cluster 1 for a treated case, 2 for a control, 3 for both.
  private var seen: [UInt8] = []

  var hasMixed: Bool { seen.contains(3) }

  mutating func note(_ clusters: [Int32], _ isTreated: [Bool]) {
    if seen.count < numbers.count {
      seen += [UInt8](repeating: 0, count: numbers.count - seen.count)
    }
    for (cluster, flag) in zip(clusters, isTreated) { seen[Int(cluster)] |= flag ? 1 : 2 }
  }

  /// Two clusters in each arm are the fewest that show a variance.
  func check(_ treated: String, _ control: String) throws(EstimationFault) {
    for (label, bit) in [(treated, UInt8(1)), (control, 2)] {
      let count = seen.count { $0 & bit != 0 }
      guard count > 1 else {
        throw .tooFew("clusters in arm '\(label)'", count: count, needed: 2)
      }
    }
  }
}

extension DifferenceInMeans.Variance {
  var isClustered: Bool { clusteredEstimator != nil }

  fileprivate var clusteredEstimator: VariancePass.Estimator? {
    switch self {
    case .cr0: .cr0
    case .cr1: .cr1
    case .cr2: .cr2
    case .welch, .pooled, .hc2, .neyman: nil
    }
  }

  fileprivate func difference(
    _ samples: (treated: Sample, control: Sample), level: Double
  ) throws(EstimationFault) -> MeanDifference {
    switch self {
    case .pooled:
      try .pooled(treated: samples.treated, control: samples.control, level: level)
    // Without blocks Neyman's variance is regression's HC2.
    case .hc2, .neyman:
      try .hc2(treated: samples.treated, control: samples.control, level: level)
    case .welch, .cr0, .cr1, .cr2:
      try .welch(treated: samples.treated, control: samples.control, level: level)
    }
  }
}
