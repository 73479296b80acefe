// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The model of one outcome of a stepped wedge: the change, an indicator for each period but the first, covariates.
struct WedgeModel {
  /// A fit, whichever way it was found.
  struct Fitted {
    let names: [String]
    let coefficients: [Double]
    let covariance: CoefficientCovariance
    let components: [(name: String, value: Double)]
    let notes: [String]
    let what: String
    /// The parameter that says who started when.
    let start: String

    var varianceName: String { "\(covariance.name), df \(covariance.degreesOfFreedomRule)" }

    /// A coefficient; the first behind the intercept is the change's.
    func estimate(_ position: Int = 1, level: Double) throws(StageFault) -> Estimate {
      do throws(EstimationFault) {
        guard covariance.degreesOfFreedom[position] > 0 else {
          throw .noDegreesOfFreedom(names[position])
        }
        return try Estimate(
          of: "the estimate of '\(names[position])'", value: coefficients[position],
          standardError: covariance.standardErrors[position],
          degreesOfFreedom: covariance.degreesOfFreedom[position], level: level)
      } catch {
        throw StageFault(wedge: error, of: what, start: start)
      }
    }
  }

  private let stage: SteppedWedge
  private let rows: PanelRows
  private let clusters: Statistics.Grouping
  private let periods: Statistics.Grouping
  private let what: String
  /// How cases of one cluster are alike.
  let correlation: SteppedWedge.Correlation
  private var start: String { stage.adopted == nil ? "treatment" : "adopted" }

  init(_ stage: SteppedWedge, _ rows: PanelRows, outcome: String) throws(StageFault) {
    guard let clusters = rows.units else {
      throw StageFault("no 'cluster' is named", at: "cluster", kind: .bug)
    }
    self.stage = stage
    self.rows = rows
    self.clusters = clusters
    // In order of time, so that the first period is the reference.
    let order = Set(rows.times).sorted()
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    periods = Statistics.Grouping(
      codes: rows.times.map { places[$0] ?? 0 }, labels: order.map { String($0) })
    what = outcome
    let cells = Set(zip(clusters.codes, periods.codes).map { [$0, $1] })
    let isOnePerCell = cells.count == rows.outcome.count
    guard stage.correlation != .nested || !isOnePerCell else {
      throw StageFault(
        "\(outcome): no cluster has two cases in one period, so what these share cannot be told from chance",
        at: "correlation", help: "use exchangeable or random-effect, or one row for each case")
    }
    correlation =
      stage.chosenCorrelation == .nested && isOnePerCell ? .exchangeable : stage.chosenCorrelation
    guard order.count > 1 else {
      throw StageFault(
        "\(outcome): all cases are of one period, so the change cannot be told from the clusters",
        at: "time", help: "check the column 'time', and 'where'")
    }
    let treated = rows.isTreated.count { $0 }
    guard treated > 0, treated < rows.isTreated.count else {
      throw StageFault(
        "\(outcome): \(treated == 0 ? "no case has" : "all cases have") the change",
        at: stage.adopted == nil ? "treatment" : "adopted",
        help: "compare the values of that column with those of 'time'")
    }
  }

  func fit() throws(StageFault) -> Fitted {
    var design = Design(rows: rows.outcome.count)
    design.append("treated", rows.isTreated.map { $0 ? 1 : 0 })
    return try fit(design)
  }

  /// The effect by the number of periods since the start, 0 for the first; empty where dates are not known, and
  /// where clusters or periods are too few for so many effects.
  func byExposure(level: Double) -> [ExposureTable.Line] {
    let since = rows.adopted.indices.map { place -> Int? in
      guard rows.isTreated[place], let start = rows.adopted[place] else { return nil }
      return rows.times[place] - start
    }
    let values = Set(since.compactMap(\.self)).sorted()
    guard values.count > 1,
      rows.isTreated.indices.allSatisfy({ !rows.isTreated[$0] || since[$0] != nil })
    else { return [] }
    var design = Design(rows: rows.outcome.count)
    for value in values { design.append("since.\(value)", since.map { $0 == value ? 1 : 0 }) }
    // The periods after the last start may hold no control any more: then this model has no solution.
    guard let fitted = try? fit(design) else { return [] }
    var lines: [ExposureTable.Line] = []
    for (place, value) in values.enumerated() {
      guard let estimate = try? fitted.estimate(place + 1, level: level) else { return [] }
      lines.append(
        ExposureTable.Line(
          since: value, count: since.count { $0 == value }, estimate: estimate))
    }
    return lines
  }

  private func fit(_ change: Design) throws(StageFault) -> Fitted {
    var design = change
    design.appendIndicators("period", periods)
    for (name, values) in rows.covariates { design.append(name, values) }
    do throws(EstimationFault) {
      return stage.model == .mixed ? try mixed(design) : try equations(design)
    } catch {
      throw StageFault(wedge: error, of: what, start: start)
    }
  }

  private func mixed(_ design: Design) throws(EstimationFault) -> Fitted {
    let structure: CovarianceStructure =
      switch correlation {
      case .nested: .nestedExchangeable(periods: periods)
      case .randomEffect: .randomSlope("treated", rows.isTreated.map { $0 ? 1 : 0 })
      case .exchangeable, .independence: .exchangeable(rows: rows.outcome.count)
      }
    let model = try LinearMixedModel(
      outcome: rows.outcome, design: design, structure: structure, clusters: clusters)
    let zero = model.componentsAtZero.map { "the variance of '\($0)' is zero" }
    return Fitted(
      names: model.names, coefficients: model.coefficients,
      covariance: try model.kenwardRoger(),
      components: model.components + [("residual", model.residualVariance)], notes: zero,
      what: what, start: start)
  }

  private func equations(_ design: Design) throws(EstimationFault) -> Fitted {
    let family: GeneralizedEstimatingEquations.Family =
      switch stage.family {
      case .linear: .gaussian
      case .logit: .binomial
      case .poisson: .poisson
      }
    let correction: GeneralizedEstimatingEquations.Correction =
      switch stage.chosenVariance {
      case .sandwich: .none
      case .kauermannCarroll: .kauermannCarroll
      case .manclDeRouen, .kenwardRoger: .manclDeRouen
      }
    let model = try GeneralizedEstimatingEquations(
      outcome: rows.outcome, design: design, clusters: clusters, family: family,
      correlation: self.correlation == .independence ? .independence : .exchangeable)
    return Fitted(
      names: model.names, coefficients: model.coefficients,
      covariance: try model.covariance(correction),
      components: [("correlation", model.correlation), ("dispersion", model.dispersion)], notes: [],
      what: what, start: start)
  }
}

extension StageFault {
  /// What an estimator of a wedge refused, at the parameter that can change it.
  fileprivate init(wedge fault: EstimationFault, of what: String, start: String) {
    switch fault {
    case .rankDeficient(let columns)
    where columns.contains { $0 == "treated" || $0.hasPrefix("period") }:
      self.init(
        "\(what): no period has clusters with and without the change, so it cannot be told from time",
        at: start, help: "take in periods in which some clusters had started and others had not")
    case .noDegreesOfFreedom, .tooFew:
      self.init(
        "\(what): \(fault.message)", at: "cluster",
        help: "with so few clusters use model: mixed, or impact/randomisation-test")
    default: self.init(rollOut: fault, of: what)
    }
  }
}
