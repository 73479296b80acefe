// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The columns that an instrumental estimate uses, and for each outcome the rows and the model.
struct InstrumentCases {
  private let cases: Cases
  private let exposure: Exposure
  private let treatment: Measurements
  private let covariates: [Covariate]
  private let block: CaseGroups?
  private let cluster: CaseGroups?
  private let weight: Measurements?

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: Instrument, _ cases: Cases, card: PilotCard?) throws(StageFault) {
    self.cases = cases
    exposure = try Self.exposure(stage, cases, card)
    treatment = try cases.numbers(stage.treatment, at: "treatment")
    covariates = try stage.covariates.map { name throws(StageFault) in
      try cases.covariate(name, at: "covariates")
    }
    block = try stage.block.map { name throws(StageFault) in
      try cases.groups(name, at: "block").limited(at: "block")
    }
    cluster = try cases.groups(stage.cluster, at: "cluster")
    weight = try stage.weight.map { name throws(StageFault) in
      try cases.numbers(name, at: "weight")
    }
  }

  /// Labels are arms; of numbers 0 and 1 are two arms, and all others a dose.
  private static func exposure(
    _ stage: Instrument, _ cases: Cases, _ card: PilotCard?
  ) throws(StageFault) -> Exposure {
    guard try cases.column(stage.instrument, at: "instrument").doubles() == nil else {
      if stage.control != nil {
        throw .user(
          "'control' names a label, and '\(stage.instrument)' holds numbers", at: "control",
          help: "leave 'control' out: 0 is the control")
      }
      let numbers = try cases.numbers(stage.instrument, at: "instrument")
      return Arms(zeroOne: numbers).map { .arms($0, control: 0) } ?? .dose(numbers)
    }
    do {
      let arms = try Arms(cases, arm: stage.instrument)
      return .arms(arms, control: try arms.control(stage.control, card: card))
    } catch {
      throw error.ofInstrument
    }
  }

  func fit(_ name: ColumnName) throws(StageFault) -> FittedInstrument {
    let outcome = try cases.numbers(name, at: "outcome")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require("instrument", exposure.column, exposure.validity)
    selection.require("treatment", treatment.column, treatment.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    if let cluster { selection.require("cluster", cluster.column, cluster.validity) }
    if let block { selection.require("block", block.column, block.validity) }
    if let weight { selection.require("weight", weight.column, weight.validity) }
    for covariate in covariates {
      selection.require("covariate", covariate.column, covariate.validity)
    }
    if let block { selection.leaveOutSingletons(of: block) }
    let rows = selection.rows
    let weights = weight.map { weight in rows.map { weight.values[$0] } }
    let model: RegressionModel
    do {
      model = try RegressionModel(
        exposure, covariates: covariates, block: block, effects: nil, rows: rows, interacts: false,
        weights: weights)
    } catch {
      throw error.ofInstrument
    }
    let columns = (1..<model.design.columnCount).map {
      (name: model.design.names[$0], values: model.design.column($0))
    }
    let taken = rows.map { treatment.values[$0] }
    var flags = selection.flags
    if !model.singletons.isEmpty, !flags.contains("singleton-stratum") {
      flags.append("singleton-stratum")
    }
    if let cluster, exposure.isMixed(cluster, rows) { flags.append("mixed-clusters") }
    do throws(EstimationFault) {
      let fit = try TwoStageLeastSquares(
        outcome: rows.map { outcome.values[$0] }, treatment: (treatment.column, taken),
        instruments: Array(columns.prefix(model.contrasts.count)),
        covariates: Array(columns.dropFirst(model.contrasts.count)), weights: weights)
      return FittedInstrument(
        name: name.name, model: fit, contrasts: model.contrasts,
        treatmentContrast: taken.isZeroOne
          ? "\(treatment.column): 1 - 0" : "per unit of \(treatment.column)",
        takers: taken.isZeroOne ? taken.count { $0 == 1 } : nil, count: rows.count,
        clusters: cluster?.grouping(rows),
        notes: selection.notes + [model.referenceNote].compactMap(\.self),
        flags: flags)
    } catch {
      if case .zeroVariance(let what) = error, what.contains("'\(treatment.column)'") {
        throw StageFault(
          "\(name): \(error.message)", at: "treatment",
          help: "check that 'treatment' holds what was received, not what was assigned")
      }
      throw model.fault(error, of: name.name, variance: "the variance")
    }
  }
}

extension StageFault {
  /// Arms speak of the parameter 'arm', which is called 'instrument' here.
  fileprivate var ofInstrument: StageFault {
    StageFault(
      message, at: parameter == "arm" ? "instrument" : parameter, help: help, kind: kind)
  }
}

extension [Double] {
  fileprivate var isZeroOne: Bool { allSatisfy { $0 == 0 || $0 == 1 } }
}

/// The model of one outcome.
struct FittedInstrument {
  let name: String
  let model: TwoStageLeastSquares
  /// The arms of the instrument, as they stand in the first stage and the reduced form.
  let contrasts: [RegressionModel.Contrast]
  let treatmentContrast: String
  /// How many received the treatment; nil for a treatment of other numbers than 0 and 1.
  let takers: Int?
  let count: Int
  let clusters: Statistics.Grouping?
  let notes: [String]
  let flags: [String]

  /// - Throws: `StageFault` at the parameter that can change it.
  func covariance(
    of fit: OLS, _ variance: Regression.Variance
  ) throws(StageFault) -> CoefficientCovariance {
    do throws(EstimationFault) {
      return try fit.covariance(variance.estimator(clusters))
    } catch {
      throw StageFault(error, of: name)
    }
  }

  func fill(
    _ effect: inout Effect, _ fit: OLS, _ position: Int, _ variance: Regression.Variance,
    level: Double
  ) throws(StageFault) {
    let covariance = try covariance(of: fit, variance)
    do throws(EstimationFault) {
      effect.take(try fit.estimate(position, covariance, level: level))
    } catch {
      throw StageFault(error, of: "\(name), \(effect.contrast)")
    }
    effect.take(clusters: covariance.clusters)
    effect.take(variance: covariance.name, rule: covariance.degreesOfFreedomRule)
  }

  func test(
    _ variance: Regression.Variance, level: Double
  ) throws(StageFault) -> InstrumentTest {
    do throws(EstimationFault) {
      return try InstrumentTest(model, variance.estimator(clusters), count: count, level: level)
    } catch {
      throw StageFault(error, of: "\(name), the tests of the instrument")
    }
  }
}
