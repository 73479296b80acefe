// SPDX-License-Identifier: EUPL-1.2

/// The largest value of a linear function over x ≥ 0 with A x = b: two phases of the primal simplex.
///
/// The first phase is done once; each function is then maximised from the basis where the last one ended.
/// Entering columns have the most negative reduced cost, and after a run of steps without progress the
/// first one (Bland), so that it cannot go round in circles. Dense: O(m (n + m)) memory and as much time
/// a step, for m equations of n unknowns.
///
/// Source: Chvátal (1983), Linear Programming, chapters 3, 8 and 10.
struct LinearProgram {
  enum Answer: Equatable {
    /// The maximum, or a value that is large enough, and which equations hold it down, where one does.
    case value(Double, binding: [Int])
    case unbounded
    /// Rounding kept it from an answer.
    case undecided
  }

  private let unknowns: Int
  private let equations: Int
  /// Row by row: unknowns, then an artificial unknown per equation, then b.
  private var tableau: [Double]
  /// Per row the column that is basic in it.
  private var basis: [Int]
  private var cost: [Double] = []
  private(set) var isFeasible = false

  private static let tolerance = 1e-9
  /// Below this an entry is what rounding left of zero; no entry of a table's equations is so small.
  private static let noise = 1e-11
  private static let leastPivot = 1e-7

  /// - Parameters:
  ///   - unknowns: n.
  ///   - equations: per equation the unknowns that it adds up, with their coefficients.
  ///   - sums: b, each at least 0.
  init(unknowns: Int, equations: [[(unknown: Int, coefficient: Double)]], sums: [Double]) {
    self.unknowns = unknowns
    self.equations = equations.count
    let width = unknowns + equations.count + 1
    tableau = [Double](repeating: 0, count: width * equations.count)
    basis = equations.indices.map { unknowns + $0 }
    for (row, terms) in equations.enumerated() {
      for term in terms { tableau[row * width + term.unknown] += term.coefficient }
      tableau[row * width + unknowns + row] = 1
      tableau[row * width + width - 1] = sums[row]
    }
    isFeasible = makeFeasible()
  }

  private var width: Int { unknowns + equations + 1 }

  /// The unknowns at the present corner.
  var corner: [Double] {
    var values = [Double](repeating: 0, count: unknowns)
    for (row, column) in basis.enumerated() where column < unknowns {
      values[column] = max(0, tableau[row * width + width - 1])
    }
    return values
  }

  /// Maximises a function, or stops as soon as it is at least `enough`.
  mutating func maximum(of objective: [Double], enough: Double) -> Answer {
    guard isFeasible else { return .undecided }
    cost = [Double](repeating: 0, count: width)
    for column in 0..<unknowns { cost[column] = -objective[column] }
    for (row, column) in basis.enumerated() where column < unknowns && objective[column] != 0 {
      for place in 0..<width { cost[place] += objective[column] * tableau[row * width + place] }
    }
    return climb(upTo: unknowns, enough: enough)
  }
}

extension LinearProgram {
  /// Brings the sum of the artificial unknowns down to zero, and them out of the basis.
  private mutating func makeFeasible() -> Bool {
    cost = [Double](repeating: 0, count: width)
    for row in 0..<equations {
      for place in 0..<unknowns { cost[place] -= tableau[row * width + place] }
      cost[width - 1] -= tableau[row * width + width - 1]
    }
    guard case .value(let sum, _) = climb(upTo: unknowns, enough: .infinity), sum > -1e-6 else {
      return false
    }
    for row in 0..<equations where basis[row] >= unknowns {
      let entries = (0..<unknowns).map { tableau[row * width + $0].magnitude }
      guard let column = entries.indices.max(by: { entries[$0] < entries[$1] }),
        entries[column] > 1e-7
      else {
        // The equation follows from the others: nothing may move it any more.
        for place in 0..<unknowns { tableau[row * width + place] = 0 }
        tableau[row * width + width - 1] = 0
        continue
      }
      pivot(row, column)
    }
    return true
  }

  private mutating func climb(upTo limit: Int, enough: Double) -> Answer {
    var idle = 0
    for _ in 0..<(200 + 20 * (equations + unknowns)) {
      let value = cost[width - 1]
      if value >= enough { return .value(value, binding: binding) }
      guard let column = entering(limit, first: idle > equations + 20) else {
        return .value(value, binding: binding)
      }
      guard let row = leaving(column) else { return .unbounded }
      pivot(row, column)
      idle = cost[width - 1] > value + Self.tolerance ? 0 : idle + 1
    }
    return .undecided
  }

  private func entering(_ limit: Int, first: Bool) -> Int? {
    var (best, least) = (-1, -Self.tolerance)
    for column in 0..<limit where cost[column] < least {
      if first { return column }
      (best, least) = (column, cost[column])
    }
    return best >= 0 ? best : nil
  }

  private func leaving(_ column: Int) -> Int? {
    var (best, least) = (-1, Double.infinity)
    for row in 0..<equations {
      let entry = tableau[row * width + column]
      guard entry > Self.leastPivot else { continue }
      let ratio = max(0, tableau[row * width + width - 1]) / entry
      if ratio < least - Self.tolerance
        || (ratio < least + Self.tolerance && best >= 0 && basis[row] < basis[best])
      {
        (best, least) = (row, min(least, ratio))
      }
    }
    return best >= 0 ? best : nil
  }

  private mutating func pivot(_ row: Int, _ column: Int) {
    let width = width
    let start = row * width
    let scale = 1 / tableau[start + column]
    for place in 0..<width { tableau[start + place] *= scale }
    // Most entries of a table's equations stay zero: only the others take part.
    let places = (0..<width).filter { tableau[start + $0] != 0 }
    let pivots = places.map { tableau[start + $0] }
    for other in 0..<equations where other != row {
      let begin = other * width
      let factor = tableau[begin + column]
      guard factor != 0 else { continue }
      for (index, place) in places.enumerated() {
        let value = tableau[begin + place] - factor * pivots[index]
        tableau[begin + place] = value.magnitude < Self.noise ? 0 : value
      }
      tableau[begin + column] = 0
    }
    let factor = cost[column]
    if factor != 0 {
      for (index, place) in places.enumerated() {
        let value = cost[place] - factor * pivots[index]
        cost[place] = value.magnitude < Self.noise ? 0 : value
      }
      cost[column] = 0
    }
    basis[row] = column
  }

  /// The equations with a price: raising or lowering their sum would move the value.
  private var binding: [Int] {
    (0..<equations).filter { cost[unknowns + $0].magnitude > 1e-7 }
  }
}
