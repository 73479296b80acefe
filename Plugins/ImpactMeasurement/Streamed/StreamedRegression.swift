// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// A regression over more cases than are held in memory, in three passes for each outcome: which levels
/// and arms there are, the coefficients, their variance.
struct StreamedRegression {
  private let stage: Regression
  private let cases: CaseStream
  private let exposure: StreamedExposure

  /// Whether the stage's model can be had without all cases in memory: not with blocks, absorbed effects or interactions,
  /// and not the bias-reduced variances of weighted cases.
  static func isPossible(_ stage: Regression, _ variance: Regression.Variance) -> Bool {
    let isReduced = variance == .cr2 || variance == .cr3
    return stage.block == nil && stage.fixedEffects.isEmpty && stage.cluster.count < 2
      && !stage.interact && !(isReduced && stage.weight != nil)
  }

  init(_ stage: Regression, _ batches: TableBatches, card: PilotCard?) throws {
    self.stage = stage
    cases = CaseStream(batches, where: stage.where, columns: stage.namedColumns)
    exposure = try StreamedExposure(cases, stage, card: card)
  }

  var hasSeveralContrasts: Bool { exposure.treatedArms.count > 1 }

  func fit(
    _ outcome: ColumnName, _ variance: Regression.Variance
  ) throws -> FittedRegression {
    var survey = Survey(exposure, stage.covariates)
    var selection = StreamedSelection()
    try cases.forEachBatch { batch in
      let part = try Part(batch, stage, exposure, outcome, &selection)
      try survey.add(part)
    }
    try survey.check(exposure)
    let names = survey.names
    try checkMemory(variance, clusters: survey.clusters.count, columns: names.count)
    let (notes, flags) = (selection.notes, selection.flags + survey.flags)
    var least = LeastSquaresPass(names: names)
    try cases.forEachBatch { batch in
      let part = try Part(batch, stage, exposure, outcome, &selection)
      try least.add(survey.design(part), outcome: part.outcome, weights: part.weights)
    }
    let model = try least.solved()
    guard !model.fitsExactly else { throw EstimationFault.noResiduals }
    var sums = VariancePass(model, variance.streamed, clusterCount: survey.clusters.count)
    try cases.forEachBatch { batch in
      let part = try Part(batch, stage, exposure, outcome, &selection)
      sums.add(
        survey.design(part), outcome: part.outcome, weights: part.weights,
        clusters: survey.clusterCodes(part))
    }
    return FittedRegression(
      model: model, covariance: try sums.covariance(), contrasts: survey.contrasts,
      count: model.rowCount, notes: notes + [survey.referenceNote].compactMap(\.self), flags: flags)
  }
}

extension StreamedRegression {
  /// CR2 and CR3 keep k² numbers for each cluster; so many at most.
  private static let gramLimit = 1 << 25

  private func checkMemory(
    _ variance: Regression.Variance, clusters: Int, columns: Int
  ) throws(StageFault) {
    guard variance == .cr2 || variance == .cr3,
      clusters.multipliedReportingOverflow(by: columns * columns).partialValue > Self.gramLimit
    else { return }
    throw StageFault(
      "\(variance.rawValue) over \(clusters) clusters with \(columns) coefficients takes more memory "
        + "than so many cases leave", at: "variance",
      help: "use cr1, which differs little with so many clusters")
  }

  /// The rows of a batch that enter the model of an outcome.
  fileprivate struct Part {
    let rows: [Int]
    let outcome: [Double]
    let weights: [Double]?
    let arms: [Int32]
    let doses: [Double]
    let covariates: [Covariate]
    let cluster: CaseGroups?

    init(
      _ batch: Cases, _ stage: Regression, _ exposure: StreamedExposure, _ outcome: ColumnName,
      _ selection: inout StreamedSelection
    ) throws {
      let measured = try batch.partOfNumbers(outcome, at: "outcome")
      let values = try exposure.values(of: batch)
      let cluster = try stage.cluster.first.map { try batch.groups($0, at: "cluster") }
      let weight = try stage.weight.map { try batch.partOfNumbers($0, at: "weight") }
      let covariates = try stage.covariates.map { try batch.partOfCovariate($0) }
      var required = [
        (exposure.parameter, exposure.column, values.validity),
        ("outcome", measured.column, measured.validity),
      ]
      if let cluster { required.append(("cluster", cluster.column, cluster.validity)) }
      if let weight { required.append(("weight", weight.column, weight.validity)) }
      for covariate in covariates {
        required.append(("covariate", covariate.column, covariate.validity))
      }
      let rows = selection.rows(of: Array(0..<batch.count), required)
      self.rows = rows
      self.outcome = rows.map { measured.values[$0] }
      weights = weight.map { weight in rows.map { weight.values[$0] } }
      arms = values.arms.isEmpty ? [] : rows.map { values.arms[$0] }
      doses = values.doses.isEmpty ? [] : rows.map { values.doses[$0] }
      self.covariates = covariates
      self.cluster = cluster
    }
  }

  /// What the first pass finds: the columns of the design, which every batch must have.
  fileprivate struct Survey {
    private let exposure: StreamedExposure
    private let covariates: [ColumnName]
    private var armSizes: [Int]
    private var rowCount = 0
    /// All labels of each covariate of texts, in rows that are left out, too.
    private var labels: [Int: Set<ExactText>] = [:]
    /// For each covariate of texts its levels and how many rows each has.
    private var levels: [Int: [ExactText: Int]] = [:]
    private var sorted: [Int: [String]] = [:]
    private(set) var clusters = LabelNumbers()
    private var clusterArms: [Int32] = []
    private var hasMixedClusters = false

    init(_ exposure: StreamedExposure, _ covariates: [ColumnName]) {
      self.exposure = exposure
      self.covariates = covariates
      armSizes = [Int](repeating: 0, count: exposure.labels.count)
    }

    mutating func add(_ part: Part) throws {
      rowCount += part.rows.count
      for code in part.arms { armSizes[Int(code)] += 1 }
      for (place, covariate) in part.covariates.enumerated() {
        guard case .levels(let groups) = covariate else { continue }
        var sizes = [Int](repeating: 0, count: groups.labels.count)
        for row in part.rows { sizes[Int(groups.codes[row])] += 1 }
        for (code, size) in sizes.enumerated() where size > 0 {
          levels[place, default: [:]][ExactText(groups.labels[code]), default: 0] += size
        }
        labels[place, default: []].formUnion(groups.labels.map(ExactText.init))
        guard (labels[place] ?? []).count <= Cases.levelLimit else {
          throw Cases.tooManyLevels(covariates[place].name, at: "covariates")
        }
      }
      for (place, levels) in levels {
        sorted[place] = levels.keys.map(\.text).sorted { $0.isExactlyBefore($1) }
      }
      guard let cluster = part.cluster else { return }
      let codes = clusters.codes(of: cluster, among: part.rows)
      if clusterArms.count < clusters.count {
        clusterArms += [Int32](repeating: -1, count: clusters.count - clusterArms.count)
      }
      for (code, arm) in zip(codes, part.arms) {
        let known = clusterArms[Int(code)]
        if known >= 0, known != arm { hasMixedClusters = true }
        clusterArms[Int(code)] = arm
      }
    }

    func check(_ exposure: StreamedExposure) throws {
      guard rowCount > 0 else {
        throw EstimationFault.tooFew("rows", count: 0, needed: names.count + 1)
      }
      for (label, size) in zip(exposure.labels, armSizes) where size == 0 {
        throw StageFault(EstimationFault.emptyArm(label), of: "the cases left")
      }
    }

    mutating func clusterCodes(_ part: Part) -> [Int32] {
      part.cluster.map { clusters.codes(of: $0, among: part.rows) } ?? []
    }

    var names: [String] {
      [Design.interceptName] + exposure.regressors
        + covariates.enumerated().flatMap { place, column in
          sorted[place].map { $0.dropFirst().map { "\(column).\($0)" } } ?? [column.name]
        }
    }

    func design(_ part: Part) -> Design {
      var design = Design(rows: part.rows.count, capacity: names.count)
      if exposure.labels.isEmpty { design.append(exposure.column, part.doses) }
      for arm in exposure.treatedArms {
        design.append(exposure.labels[arm], part.arms.map { Int($0) == arm ? 1 : 0 })
      }
      for (place, covariate) in part.covariates.enumerated() {
        switch covariate {
        case .number(let numbers):
          design.append(numbers.column, part.rows.map { numbers.values[$0] })
        case .levels(let groups):
          for label in (sorted[place] ?? []).dropFirst() {
            let code = groups.labels.firstIndex { $0.isExactly(label) }.map { Int32($0) } ?? -2
            design.append(
              "\(groups.column).\(label)", part.rows.map { groups.codes[$0] == code ? 1 : 0 })
          }
        }
      }
      return design
    }

    var contrasts: [RegressionModel.Contrast] {
      guard let control = exposure.control else {
        return [
          RegressionModel.Contrast(
            name: "per unit of \(exposure.column)", position: 1, treatedCount: nil,
            controlCount: nil)
        ]
      }
      return exposure.treatedArms.enumerated().map { place, arm in
        RegressionModel.Contrast(
          name: "\(exposure.labels[arm]) - \(exposure.labels[control])", position: place + 1,
          treatedCount: armSizes[arm], controlCount: armSizes[control])
      }
    }

    var flags: [String] {
      let hasSingleton = levels.values.contains { $0.values.contains(1) }
      return (hasSingleton ? ["singleton-stratum"] : [])
        + (hasMixedClusters ? ["mixed-clusters"] : [])
    }

    var referenceNote: String? {
      let references = sorted.sorted { $0.key < $1.key }.compactMap { place, labels in
        labels.first.map { "\(covariates[place]).\($0)" }
      }
      return references.isEmpty ? nil : "reference levels: " + references.joined(separator: ", ")
    }
  }
}

extension Cases {
  /// A column to adjust for in one batch among many.
  fileprivate func partOfCovariate(_ name: ColumnName) throws(StageFault) -> Covariate {
    guard try column(name, at: "covariates").type.isTextual else {
      return .number(try partOfNumbers(name, at: "covariates"))
    }
    return .levels(try groups(name, at: "covariates"))
  }
}

extension Regression.Variance {
  fileprivate var streamed: VariancePass.Estimator {
    switch self {
    case .hc0: .hc0
    case .hc1: .hc1
    case .hc2: .hc2
    case .hc3: .hc3
    case .cr0: .cr0
    case .cr1: .cr1
    case .cr2: .cr2
    case .cr3: .cr3
    }
  }
}
