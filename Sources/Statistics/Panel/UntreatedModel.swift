// SPDX-License-Identifier: EUPL-1.2

/// The two-way model of untreated rows, with what is needed to weigh outcomes in imputed effects.
///
/// Units are taken out by their means over untreated rows; periods and covariates z are solved from
/// S = Σ w·(z − z̄ᵢ)(z − z̄ᵢ)ᵀ, summed per unit without forming the indicators. An imputed mean
/// Σ a·ŷ has the weights −w·(z − z̄ᵢ)ᵀS⁻¹b on outcomes beside its unit means, b = Σ a·(z − z̄ᵢ), and
/// residuals add up to zero within a unit, so that only these count in the variance.
struct UntreatedModel {
  private let panel: AdoptionPanel
  private let outcome: [Double]
  /// Periods that some untreated row is in, but the first; −1 for that and others.
  private let slots: [Int]
  private let knownPeriods: [Bool]
  private let covariates: [[Double]]
  private let width: Int
  private let inverse: Matrix
  private let coefficients: [Double]
  /// Per unit: Σ w, mean of z, mean outcome, Σ w·ε·(z − z̄).
  private let totals: [Double]
  private let means: [Double]
  private let outcomeMeans: [Double]
  private let scores: [Double]

  init(
    _ panel: AdoptionPanel, untreated: [Int], outcome: [Double],
    covariates named: [(name: String, values: [Double])], weights: [Double]?
  ) throws(EstimationFault) {
    self.panel = panel
    self.outcome = outcome
    var known = [Bool](repeating: false, count: panel.periods.count)
    for row in untreated { known[Int(panel.places[row])] = true }
    knownPeriods = known
    var slots = [Int](repeating: -1, count: known.count)
    var count = 0
    for place in known.indices.filter({ known[$0] }).dropFirst() {
      slots[place] = count
      count += 1
    }
    self.slots = slots
    let covariates = named.map { Self.standardised($0.values) }
    self.covariates = covariates
    let width = count + covariates.count
    self.width = width
    let units = panel.units.count
    var totals = [Double](repeating: 0, count: units)
    var means = [Double](repeating: 0, count: units * width)
    var outcomeMeans = [Double](repeating: 0, count: units)
    func eachRegressor(_ row: Int, _ body: (Int, Double) -> Void) {
      let slot = slots[Int(panel.places[row])]
      if slot >= 0 { body(slot, 1) }
      for (place, column) in covariates.enumerated() { body(count + place, column[row]) }
    }
    for row in untreated {
      let unit = Int(panel.units.codes[row])
      let weight = weights?[row] ?? 1
      totals[unit] += weight
      outcomeMeans[unit] += weight * outcome[row]
      eachRegressor(row) { means[unit * width + $0] += weight * $1 }
    }
    for unit in 0..<units where totals[unit] > 0 {
      outcomeMeans[unit] /= totals[unit]
      for place in 0..<width { means[unit * width + place] /= totals[unit] }
    }
    var gram = Matrix(rows: width, columns: width)
    var right = [Double](repeating: 0, count: width)
    for row in untreated {
      let unit = Int(panel.units.codes[row])
      let weight = weights?[row] ?? 1
      let rest = weight * (outcome[row] - outcomeMeans[unit])
      eachRegressor(row) { place, value in
        right[place] += rest * value
        eachRegressor(row) { gram[$0, place] += weight * value * $1 }
      }
    }
    for unit in 0..<units where totals[unit] > 0 {
      for column in 0..<width where means[unit * width + column] != 0 {
        let share = totals[unit] * means[unit * width + column]
        for row in 0..<width { gram[row, column] -= share * means[unit * width + row] }
      }
    }
    switch gram.positiveInverse() {
    case .inverse(let found): inverse = found
    case .dependent(let places):
      let periods = panel.periods.indices.filter { slots[$0] >= 0 }
      throw .rankDeficient(
        columns: places.map { place in
          place < count ? "period \(panel.periods[periods[place]])" : named[place - count].name
        })
    }
    let coefficients = width > 0 ? inverse * right : []
    self.coefficients = coefficients
    var scores = [Double](repeating: 0, count: units * width)
    for row in untreated {
      let unit = Int(panel.units.codes[row])
      var rest = outcome[row] - outcomeMeans[unit]
      for place in 0..<width { rest += means[unit * width + place] * coefficients[place] }
      eachRegressor(row) { rest -= $1 * coefficients[$0] }
      rest *= weights?[row] ?? 1
      eachRegressor(row) { scores[unit * width + $0] += rest * $1 }
      for place in 0..<width { scores[unit * width + place] -= rest * means[unit * width + place] }
    }
    self.totals = totals
    self.means = means
    self.outcomeMeans = outcomeMeans
    self.scores = scores
  }

  func hasUnit(_ row: Int) -> Bool { totals[Int(panel.units.codes[row])] > 0 }

  func hasPeriod(_ row: Int) -> Bool { knownPeriods[Int(panel.places[row])] }

  /// ŷ of a row whose unit and period are known.
  func prediction(_ row: Int) -> Double {
    let unit = Int(panel.units.codes[row])
    return zip(deviation(row), coefficients).reduce(outcomeMeans[unit]) { $0 + $1.0 * $1.1 }
  }

  /// S⁻¹b for treated rows with these weights.
  func direction(_ rows: [Int], _ shares: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: width)
    for (row, share) in zip(rows, shares) {
      for (place, value) in deviation(row).enumerated() { sum[place] += share * value }
    }
    return width > 0 ? inverse * sum : []
  }

  func score(_ unit: Int, _ direction: [Double]) -> Double {
    var sum = 0.0
    for place in 0..<width { sum += scores[unit * width + place] * direction[place] }
    return sum
  }

  /// Units with untreated rows, and the cluster of each.
  func firstCluster(_ clusters: Grouping) -> [(unit: Int, cluster: Int)] {
    var cluster = [Int](repeating: -1, count: totals.count)
    for (row, unit) in panel.units.codes.enumerated() where cluster[Int(unit)] < 0 {
      cluster[Int(unit)] = Int(clusters.codes[row])
    }
    return totals.indices.filter { totals[$0] > 0 }.map { ($0, cluster[$0]) }
  }

  private func deviation(_ row: Int) -> [Double] {
    let unit = Int(panel.units.codes[row])
    var values = (0..<width).map { -means[unit * width + $0] }
    let slot = slots[Int(panel.places[row])]
    if slot >= 0 { values[slot] += 1 }
    for (place, column) in covariates.enumerated() {
      values[width - covariates.count + place] += column[row]
    }
    return values
  }

  /// Mean 0 and variance 1, so that no unit of measurement matters; a constant stays what it is.
  private static func standardised(_ values: [Double]) -> [Double] {
    let moments = Moments(values)
    guard moments.variance > 0 else { return values.map { _ in 0 } }
    let scale = 1 / moments.variance.squareRoot()
    return values.map { ($0 - moments.mean) * scale }
  }
}
