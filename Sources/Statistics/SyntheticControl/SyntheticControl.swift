// SPDX-License-Identifier: EUPL-1.2

/// What became of treated units, beside what weighted combinations of untreated units say they would
/// have become.
///
/// Each treated unit has its own combination of donors; the effect is the mean gap over all treated
/// units and their treated periods. Three ways to find the weights:
/// - `outcomes`: simplex weights nearest to all outcomes before the change, solved exactly;
/// - `predictors`: simplex weights nearest in predictors, these weighted by how well outcomes before the
///   change are then met (`PredictorWeights` says how);
/// - `augmented`: `outcomes`, with what is left of the imbalance taken off by ridge regression.
///
/// - Missing values: none; the panel is balanced.
/// - Complexity: a few small least-squares problems a unit; `predictors` solves some thousands.
///
/// Source: Abadie, Diamond and Hainmueller (2010), J. American Statistical Association 105:493–505;
/// Abadie (2021), J. Economic Literature 59:391–425. Agrees with the reference case scm-prop99.
public struct SyntheticControl: Sendable {
  public enum Method: Sendable, Hashable {
    case outcomes
    /// Predictors × units, in the order of the panel's units; importances where they are given.
    case predictors(Matrix, importance: [Double]?)
    /// The ridge λ; chosen by cross-validation where none is given.
    case augmented(ridge: Double?)
  }

  public let panel: TreatedPanel
  public let method: Method
  /// One for each treated unit, in the order of `panel.treated`.
  public let units: [SyntheticUnit]

  /// - Throws: `EstimationFault.notConverged`, `.zeroVariance` where no predictor varies.
  public init(_ panel: TreatedPanel, _ method: Method) throws(EstimationFault) {
    self.panel = panel
    self.method = method
    let adopted = panel.treated.map { (unit: $0, from: panel.adoption[$0] ?? 0) }
    units = try Replicates.map(adopted.count, chunk: 1) {
      range throws(EstimationFault) in
      var units: [SyntheticUnit] = []
      for place in range {
        let (unit, from) = adopted[place]
        units.append(
          try Self.fit(panel, method, unit, panel.donors, from..<panel.times.count))
      }
      return units
    }
  }

  /// The mean gap over treated units and periods, in the outcome's unit.
  public var effect: Double { units.meanGap }

  /// √ of the mean squared gap before the change, over treated units.
  public var errorBefore: Double { units.errorBefore }

  /// The same against the standard deviation of outcomes across units at that time.
  public var relativeErrorBefore: Double {
    let spread =
      units.reduce(0) { $0 + panel.spread(before: $1.treatedPeriods.lowerBound) }
      / Double(units.count)
    return spread > 0 ? errorBefore / spread : 0
  }

  static func fit(
    _ panel: TreatedPanel, _ method: Method, _ unit: Int, _ donors: [Int], _ periods: Range<Int>
  ) throws(EstimationFault) -> SyntheticUnit {
    let from = periods.lowerBound
    let outcome = panel.outcomes.column(unit)
    let all = panel.outcomes.selecting(columns: donors)
    let before = all.first(rows: from)
    let past = Array(outcome[..<from])
    let weights: [Double]
    var importance: [Double]?
    var chosenRidge: Double?
    let isUnique: Bool
    switch method {
    case .outcomes:
      let solution = try SimplexLeastSquares(columns: before, target: past)
      (weights, isUnique) = (solution.weights, solution.isUnique)
    case .predictors(let predictors, let given):
      let solution = try PredictorWeights(
        target: predictors.column(unit), donors: predictors.selecting(columns: donors),
        outcome: past, donorOutcomes: before, given: given)
      (weights, isUnique) = (solution.weights, solution.isUnique)
      importance = solution.importance
    case .augmented(let ridge):
      let solution = try AugmentedWeights(outcome: past, donors: before, ridge: ridge)
      (weights, isUnique) = (solution.weights, solution.isUnique)
      chosenRidge = solution.ridge
    }
    return SyntheticUnit(
      unit: unit, donors: donors, weights: weights,
      gaps: zip(outcome, all * weights).map { $0 - $1 }, treatedPeriods: periods,
      predictorWeights: importance, ridge: chosenRidge, isUnique: isUnique)
  }
}

extension [SyntheticUnit] {
  /// The mean gap over all units and their treated periods.
  public var meanGap: Double {
    reduce(0) { $0 + $1.effect * Double($1.treatedPeriods.count) }
      / Double(reduce(0) { $0 + $1.treatedPeriods.count })
  }

  /// √ of the mean squared gap over all units and the periods before.
  public var errorBefore: Double {
    (reduce(0) { $0 + $1.squaredBefore }
      / Double(reduce(0) { $0 + $1.treatedPeriods.lowerBound })).squareRoot()
  }

  /// √ of the mean squared gap over all units and their treated periods.
  public var errorAfter: Double {
    (reduce(0) { $0 + $1.squaredAfter }
      / Double(reduce(0) { $0 + $1.treatedPeriods.count })).squareRoot()
  }

  /// The error after against the error before, which says how much a fit got worse; a perfect fit
  /// before counts as an error of a billionth of the error after.
  public var errorRatio: Double {
    errorAfter > 0 ? errorAfter / Swift.max(errorBefore, 1e-9 * errorAfter) : 0
  }
}

extension Matrix {
  func selecting(columns chosen: [Int]) -> Matrix {
    var values: [Double] = []
    values.reserveCapacity(rows * chosen.count)
    for column in chosen { values += self.values[(column * rows)..<((column + 1) * rows)] }
    return Matrix(rows: rows, columns: chosen.count, values: values)
  }

  func first(rows count: Int) -> Matrix {
    var values: [Double] = []
    values.reserveCapacity(count * columns)
    for column in 0..<columns {
      values += self.values[(column * rows)..<(column * rows + count)]
    }
    return Matrix(rows: count, columns: columns, values: values)
  }
}
