// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The risk sets of a Cox model, and what they say at some coefficients.
struct CoxRisks: Sendable {
  let times: SurvivalTimes
  /// n × k, each column around its mean.
  let design: Matrix
  private let strata: [RiskOrder]

  init(_ times: SurvivalTimes, _ design: Matrix, _ strata: Grouping?) {
    var centred = design
    for column in 0..<design.columns {
      let mean = Moments(design.column(column)).mean
      for row in 0..<design.rows { centred[row, column] -= mean }
    }
    self.times = times
    self.design = centred
    self.strata = times.rows(of: strata).map { RiskOrder(times, rows: $0) }
  }

  /// Log-likelihood, score and information at some coefficients.
  struct State {
    var logLikelihood = 0.0
    var score: [Double]
    var information: Matrix
  }

  func state(_ beta: [Double]) -> State {
    let size = beta.count
    var state = State(
      score: [Double](repeating: 0, count: size), information: Matrix(rows: size, columns: size))
    visit(beta) { moment in
      state.logLikelihood += moment.logLikelihood
      for i in 0..<size { state.score[i] += moment.residual[i] }
      for i in 0..<(size * size) { state.information.values[i] += moment.variance.values[i] }
    }
    if !state.logLikelihood.isFinite { state.logLikelihood = -.infinity }
    return state
  }

  /// One time with events, in one stratum.
  struct Moment {
    var time = 0.0
    var logLikelihood = 0.0
    /// Σ over the events of x − x̄ (Schoenfeld's residual, summed over ties).
    var residual: [Double]
    /// The covariance of x in the risk set, summed over ties.
    var variance: Matrix
    /// Σ 1⁄Σr over ties, and Σ x̄⁄Σr: what a row at risk adds to its cumulative hazard.
    var hazard = 0.0
    var hazardMean: [Double]
    /// The parts of these that Efron's weights take back from the rows of the events.
    var ownHazard = 0.0
    var ownHazardMean: [Double]
    /// The mean of x over the ties.
    var mean: [Double]

    init(size: Int) {
      residual = [Double](repeating: 0, count: size)
      variance = Matrix(rows: size, columns: size)
      hazardMean = residual
      ownHazardMean = residual
      mean = residual
    }

    /// Begins another time in the same memory.
    mutating func reset(_ time: Double) {
      self.time = time
      logLikelihood = 0
      hazard = 0
      ownHazard = 0
      for i in residual.indices {
        residual[i] = 0
        hazardMean[i] = 0
        ownHazardMean[i] = 0
        mean[i] = 0
      }
      for i in variance.values.indices { variance.values[i] = 0 }
    }
  }

  /// Goes back in time through each stratum's events, with Efron's weights for ties.
  func visit(_ beta: [Double], stratum wanted: Int? = nil, _ body: (Moment) -> Void) {
    let size = beta.count
    let predictor = design * beta
    // A common factor of all risks cancels, and keeps them from overflowing.
    let shift = predictor.max() ?? 0
    for (place, order) in strata.enumerated() where wanted == nil || wanted == place {
      var all = RiskSums(size: size)
      var own = RiskSums(size: size)
      var moment = Moment(size: size)
      var mean = [Double](repeating: 0, count: size)
      order.backwards(times) { row in
        all.add(design, row, exp(predictor[row] - shift))
      } leave: { row in
        all.add(design, row, -exp(predictor[row] - shift))
      } visit: { time, events in
        moment.reset(time)
        own.reset()
        for row in events {
          own.add(design, row, exp(predictor[row] - shift))
          moment.logLikelihood += predictor[row] - shift
          for i in 0..<size { moment.residual[i] += design[row, i] }
        }
        let count = Double(events.count)
        for tie in 0..<events.count {
          let share = Double(tie) / count
          let total = all.total - share * own.total
          moment.logLikelihood -= log(total)
          for i in 0..<size { mean[i] = (all.first[i] - share * own.first[i]) / total }
          for i in 0..<size {
            moment.residual[i] -= mean[i]
            moment.mean[i] += mean[i] / count
            moment.hazardMean[i] += mean[i] / total
            moment.ownHazardMean[i] += share * mean[i] / total
            for j in 0...i {
              let place = i * size + j
              let second = (all.second[place] - share * own.second[place]) / total
              moment.variance.values[place] += second - mean[i] * mean[j]
            }
          }
          moment.hazard += 1 / total
          moment.ownHazard += share / total
        }
        moment.variance.mirrorUpper()
        body(moment)
      }
    }
  }

  /// Each row's share of the score: ∫ (x − x̄) dM, with Efron's weights for ties.
  ///
  /// Source: Therneau and Grambsch (2000), Modeling Survival Data, sections 4.6 and 7.1.
  func scoreResiduals(_ beta: [Double]) -> Matrix {
    let size = beta.count
    var result = Matrix(rows: design.rows, columns: size)
    let predictor = design * beta
    let shift = predictor.max() ?? 0
    for (place, order) in strata.enumerated() {
      var moments: [Moment] = []
      visit(beta, stratum: place) { moments.append($0) }
      moments.reverse()
      // Sums over the events up to each.
      var hazard = [0.0]
      var hazardMean = [[Double](repeating: 0, count: size)]
      for (i, moment) in moments.enumerated() {
        hazard.append(hazard[i] + moment.hazard)
        hazardMean.append(zip(hazardMean[i], moment.hazardMean).map { $0 + $1 })
      }
      func upTo(_ time: Double) -> Int {
        var low = 0
        var high = moments.count
        while low < high {
          let middle = (low + high) / 2
          if moments[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low
      }
      for row in order.byTime {
        let last = upTo(times.time[row])
        let first = times.entry.map { upTo($0[row]) } ?? 0
        let risk = exp(predictor[row] - shift)
        for column in 0..<size {
          let x = design[row, column]
          var value =
            -risk
            * (x * (hazard[last] - hazard[first])
              - (hazardMean[last][column] - hazardMean[first][column]))
          if times.isEvent[row] {
            let moment = moments[last - 1]
            value += x - moment.mean[column]
            value += risk * (x * moment.ownHazard - moment.ownHazardMean[column])
          }
          result[row, column] = value
        }
      }
    }
    return result
  }

  /// Whether every event has the highest value of its risk set: the likelihood then rises along it for ever.
  ///
  /// With delayed entry the risk sets are taken too large, so that a yes is always right.
  func isSeparated(along values: [Double], tolerance: Double) -> Bool {
    var isSeparated = true
    for order in strata {
      var highest = -Double.infinity
      order.backwards(times) { row in
        highest = max(highest, values[row])
      } leave: { _ in
      } visit: { _, events in
        if events.contains(where: { values[$0] < highest - tolerance }) { isSeparated = false }
      }
      guard isSeparated else { return false }
    }
    return true
  }
}

/// Σr, Σr·x and Σr·xxᵀ over some rows.
private struct RiskSums {
  var total = 0.0
  var first: [Double]
  /// k × k, of which the upper triangle (row ≤ column, column by column) is filled.
  var second: [Double]

  init(size: Int) {
    first = [Double](repeating: 0, count: size)
    second = [Double](repeating: 0, count: size * size)
  }

  mutating func reset() {
    total = 0
    for i in first.indices { first[i] = 0 }
    for i in second.indices { second[i] = 0 }
  }

  mutating func add(_ design: Matrix, _ row: Int, _ risk: Double) {
    total += risk
    let size = first.count
    for i in 0..<size {
      let weighted = risk * design.values[row + i * design.rows]
      first[i] += weighted
      for j in 0...i { second[i * size + j] += weighted * design.values[row + j * design.rows] }
    }
  }
}
