// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The quantile regressions of one outcome.
struct FittedQuantiles {
  /// The effect of one contrast at one quantile.
  struct Point {
    let quantile: Double
    let estimate: Estimate
    let covariance: CoefficientCovariance
    /// Of the standard error, by chance in drawing; nil without draws.
    let monteCarloError: Double?
    /// The share of cases that lie exactly on the quantile, beyond those that have to.
    let tiedShare: Double

    var flags: [String] { tiedShare > FittedQuantiles.massLimit ? ["mass-point"] : [] }
  }

  /// A larger share of cases on one value is a mass point.
  static let massLimit = 0.05

  private(set) var notes: [String] = []

  private let quantiles: [Double]
  private let models: [QuantileRegression]
  private let covariances: [CoefficientCovariance]
  private let bootstrap: QuantileBootstrap?
  private let outcome: String
  private let level: Double

  /// The streams are those of resamples: nil for the variance by a kernel.
  ///
  /// - Throws: `StageFault` that names the column in the way.
  init(
    _ stage: Quantile, _ rows: ModelRows, _ quantiles: [Double], of outcome: String,
    streams: RandomStreams?
  ) throws(StageFault) {
    self.quantiles = quantiles
    self.outcome = outcome
    level = stage.level
    do throws(EstimationFault) {
      if let streams {
        let bootstrap = try QuantileBootstrap(
          outcome: rows.outcome, design: rows.model.design, quantiles: quantiles,
          arms: rows.model.arms, clusters: rows.clusters, draws: stage.draws, streams: streams)
        self.bootstrap = bootstrap
        models = bootstrap.models
        covariances = bootstrap.covariances
      } else {
        bootstrap = nil
        var models: [QuantileRegression] = []
        var covariances: [CoefficientCovariance] = []
        for quantile in quantiles {
          let model = try QuantileRegression(
            outcome: rows.outcome, design: rows.model.design, quantile: quantile)
          models.append(model)
          covariances.append(try model.kernelCovariance(clusters: rows.clusters))
        }
        self.models = models
        self.covariances = covariances
      }
    } catch {
      throw rows.model.fault(error, of: outcome, variance: stage.variance.rawValue)
    }
    if let bootstrap {
      let share = bootstrap.monteCarloError(of: 100)
      notes.append(
        "\(bootstrap.draws) draws: chance in drawing moves a standard error by about "
          + "\((share * 10).rounded() / 10) %")
      if bootstrap.failures > 0 {
        notes.append(
          "\(bootstrap.failures) of \(bootstrap.draws) draws had no unique solution and were left out"
        )
      }
    }
    let tied = models.filter { Double($0.tiedRows) > Self.massLimit * Double(rows.count) }
    if !tied.isEmpty {
      let list = tied.map { NumberText.print($0.quantile) }.joined(separator: ", ")
      notes.append(
        "many cases have exactly the same value at \(list): a quantile can jump there, and its "
          + "standard error says little")
    }
  }

  /// - Throws: `StageFault` where the resampled effects do not vary.
  func point(
    _ contrast: RegressionModel.Contrast, at quantile: Double
  ) throws(StageFault) -> Point {
    guard let place = quantiles.firstIndex(of: quantile) else {
      throw StageFault("the quantile \(quantile) was not estimated", at: "quantiles")
    }
    let model = models[place]
    do throws(EstimationFault) {
      let estimate = try model.estimate(contrast.position, covariances[place], level: level)
      return Point(
        quantile: quantile, estimate: estimate, covariance: covariances[place],
        monteCarloError: bootstrap?.monteCarloError(of: estimate.standardError),
        tiedShare: Double(model.tiedRows) / Double(model.residuals.count))
    } catch {
      guard case .zeroVariance = error else {
        throw StageFault(error, of: "\(outcome), \(contrast.name)")
      }
      throw StageFault(
        "\(outcome), \(contrast.name): the quantile \(NumberText.print(quantile)) is the same in "
          + "every draw, so its uncertainty cannot be estimated", at: "quantiles",
        help: "so many cases share that value that it hardly moves: choose another quantile, or "
          + "compare means")
    }
  }

  /// What a row of the effects table says of a point.
  func describe(
    _ effect: inout Effect, _ point: Point, _ contrast: RegressionModel.Contrast, _ rows: ModelRows
  ) {
    let draws = bootstrap.map { " of \($0.draws) draws" } ?? ""
    let factor = bootstrap == nil && point.covariance.clusters != nil ? " × G/(G − 1)" : ""
    effect.take(point.estimate)
    effect.take(clusters: point.covariance.clusters)
    effect.variance =
      "\(point.covariance.name)\(draws)\(factor), df \(point.covariance.degreesOfFreedomRule)"
    effect.method = Quantile.info.name
    effect.count = rows.count
    effect.treatedCount = contrast.treatedCount
    effect.controlCount = contrast.controlCount
  }
}

/// Effects over the quantiles, as a table.
struct QuantileCurveTable {
  private static let numbers = [
    "quantile", "estimate", "std_error", "monte_carlo_error", "p_value", "conf_low", "conf_high",
    "tied_share",
  ]

  private var outcomes: [String] = []
  private var contrasts: [String] = []
  private var figures: [[Double?]] = numbers.map { _ in [] }

  mutating func append(_ point: FittedQuantiles.Point, outcome: String, contrast: String) {
    outcomes.append(outcome)
    contrasts.append(contrast)
    let estimate = point.estimate
    let values = [
      point.quantile, estimate.value, estimate.standardError, point.monteCarloError,
      estimate.pValue, estimate.interval.lower, estimate.interval.upper, point.tiedShare,
    ]
    for (place, value) in values.enumerated() { figures[place].append(value) }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      [("outcome", .text(TextColumn(outcomes))), ("contrast", .text(TextColumn(contrasts)))]
        + zip(Self.numbers, figures).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    [ColumnPromise("outcome", .text), ColumnPromise("contrast", .text)]
      + numbers.map { ColumnPromise($0, .number) }
  }
}
