// SPDX-License-Identifier: EUPL-1.2

import Glibc
import StageKit
import Statistics
import Tables

/// The model of one outcome over time.
struct FittedSeries {
  let draft: SeriesDraft
  let segmented: SegmentedDesign
  let model: any LinearModel
  let covariance: CoefficientCovariance
  /// Residuals, or with autoregressive errors what these leave.
  let unexplained: [Double]
  let notes: [String]
  let flags: [String]

  var outcome: [Double] { draft.outcome }
  var contrast: ArmContrast? { draft.contrast }
  private var stage: InterruptedTimeSeries { draft.stage }
  private var axis: TimeAxis { draft.axis }

  /// The rows of the studied series, in the order of time.
  var studiedRows: [Int] { draft.periods.indices.filter { draft.studied?[$0] ?? true } }

  var periodsBefore: [Int] {
    studiedRows.map { draft.periods[$0] }.filter { $0 < draft.interruptions[0] }
  }

  /// The periods of the studied series from an interruption to the next one.
  func periodsAfter(_ place: Int) -> [Int] {
    let next = place + 1 < draft.interruptions.count ? draft.interruptions[place + 1] : Int.max
    return studiedRows.map { draft.periods[$0] }
      .filter { $0 >= draft.interruptions[place] && $0 < next }
  }

  /// `after - before`, or the names of both series; with the period where there are several.
  func contrastName(_ place: Int?) -> String {
    let series = contrast?.name ?? "after - before"
    guard let place, draft.interruptions.count > 1 else { return series }
    return "\(series), from \(axis.label(draft.interruptions[place]))"
  }

  /// Over which periods an effect stands.
  private func periodsOfEffect(_ place: Int) -> [Int] {
    stage.after.map { [draft.interruptions[place] + $0] } ?? periodsAfter(place)
  }

  func timeOfEffect(_ place: Int) -> String {
    let periods = periodsOfEffect(place)
    let first = axis.label(periods.first ?? 0)
    return periods.count > 1 ? "\(first) to \(axis.label(periods.last ?? 0))" : first
  }

  /// The effect of an interruption, as the stage reports it.
  ///
  /// - Throws: `StageFault` where `after` lies beyond the series or the next interruption.
  func effect(_ place: Int) throws(StageFault) -> Estimate {
    let periods = periodsOfEffect(place)
    if stage.after != nil, let last = periodsAfter(place).last, periods[0] > last {
      throw StageFault(
        "\(draft.name): \(axis.label(periods[0])) lies after \(axis.label(last)), up to which the "
          + "effect was seen", at: "after", help: "give fewer periods, or leave 'after' out")
    }
    return try estimate(segmented.effect(of: place, over: periods), "the effect")
  }

  private func estimate(_ weights: [Double], _ what: String) throws(StageFault) -> Estimate {
    do throws(EstimationFault) {
      return try model.combination(weights, named: what, covariance, level: stage.level)
    } catch {
      throw StageFault(error, of: "\(draft.name), \(what)")
    }
  }

  /// The estimator with its factor and its rule for degrees of freedom.
  var varianceName: String {
    switch stage.variance {
    case .neweyWest: "newey-west, lag \(draft.lag), × N/(N − K), df rows − coefficients"
    case .ar: "ar(\(stage.lag ?? 1)) by restricted maximum likelihood, df rows − coefficients"
    case .classical:
      switch stage.family {
      case .linear: "classical, df rows − coefficients"
      case .poisson: "quasi-poisson, df rows − coefficients"
      case .negativeBinomial: "negative binomial × Pearson's dispersion, df rows − coefficients"
      }
    }
  }

  /// Adds the changes behind an effect.
  func append(to details: inout EstimateTable, _ place: Int) throws(StageFault) {
    let position = segmented.levelPosition(place)
    var level = [Double](repeating: 0, count: segmented.design.columnCount)
    level[position] = 1
    var slope = [Double](repeating: 0, count: segmented.design.columnCount)
    slope[position + 1] = 1
    let after = periodsAfter(place)
    let all = segmented.effect(of: place, over: after)
    let last = segmented.effect(of: place, over: after.suffix(1))
    for (quantity, weights) in [
      ("level", level), ("slope", slope), ("average", all), ("last", last),
    ] {
      details.append(
        [
          draft.name, contrastName(nil), axis.label(draft.interruptions[place]), quantity,
        ], try estimate(weights, quantity))
    }
  }

  /// Values of the model, or of what would have been, in the unit of the outcome.
  func values(_ design: Matrix) -> [Double] {
    (0..<design.rows).map { row in
      var sum = 0.0
      for column in 0..<design.columns { sum += design[row, column] * model.coefficients[column] }
      let scale = draft.exposure?[row] ?? 1
      return stage.family == .linear ? scale * sum : scale * exp(sum)
    }
  }
}

/// The quantities behind each effect.
enum SeriesDetails {
  static var empty: EstimateTable {
    EstimateTable(keys: ["outcome", "contrast", "interruption", "quantity"])
  }
}

/// The series for charts: a row for each period.
struct SeriesLines {
  private static let texts = ["outcome", "contrast", "series", "time"]
  private static let numbers = ["observed", "fitted", "counterfactual"]

  private var labels: [[String?]] = texts.map { _ in [] }
  private var values: [[Double?]] = numbers.map { _ in [] }

  mutating func append(_ fitted: FittedSeries) {
    let draft = fitted.draft
    let model = fitted.values(fitted.segmented.design.matrix)
    let without = fitted.values(fitted.segmented.counterfactual)
    for row in draft.periods.indices {
      let isStudied = draft.studied?[row] ?? true
      let series = draft.contrast.map { isStudied ? $0.treatedLabel : $0.controlLabel }
      let names = [
        draft.name, fitted.contrastName(nil), series, draft.axis.label(draft.periods[row]),
      ]
      for (place, name) in names.enumerated() { labels[place].append(name) }
      for (place, value) in [draft.outcome[row], model[row], without[row]].enumerated() {
        values[place].append(value)
      }
    }
  }

  func table() throws(TableFault) -> Table {
    try Table(
      zip(Self.texts, labels).map { ($0, .text(TextColumn($1))) }
        + zip(Self.numbers, values).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    texts.map { ColumnPromise($0, .text) } + numbers.map { ColumnPromise($0, .number) }
  }
}
