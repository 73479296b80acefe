// SPDX-License-Identifier: EUPL-1.2

/// max cᵀx over {x ≥ 0 : Ax = b}, solved again and again for another c.
///
/// Dense primal simplex. A corner stays a corner when c changes, so each search starts from where the last
/// one ended, which for a slightly different c is a few steps away. Made for the small programmes of
/// moment inequalities: tens of columns, few rows, thousands of objectives.
///
/// Largest gain first; after as many steps without gain as there are columns, the first gain in order
/// (Bland 1977, Mathematics of Operations Research 2:103–107), which cannot go round in circles.
struct LinearProgram {
  /// How many unknowns.
  let columns: Int
  private let rows: Int
  private let width: Int
  /// A and b side by side, row by row, as they were given (less rows that follow from others).
  private let original: [Double]
  /// The same, solved for the unknowns in `basis`.
  private var tableau: [Double]
  /// The unknown that each row is solved for.
  private(set) var basis: [Int]
  private var pivots = 0

  private static let smallest = 1e-10

  /// Finds a first corner; nil where no x fulfils the conditions.
  ///
  /// - Parameters:
  ///   - equalities: A.
  ///   - values: b.
  /// - Throws: `EstimationFault.notConverged`.
  init?(_ equalities: Matrix, equal values: [Double]) throws(EstimationFault) {
    precondition(equalities.rows == values.count, "one value for each equality")
    let count = equalities.columns
    let rows = equalities.rows
    // With an artificial unknown for each row there is a corner to start from; they must end at zero.
    var start = LinearProgram(
      columns: count + rows, rows: rows,
      tableau: (0..<rows).flatMap { row in
        let sign: Double = values[row] < 0 ? -1 : 1
        let own = (0..<rows).map { $0 == row ? 1.0 : 0 }
        return (0..<count).map { sign * equalities[row, $0] } + own + [sign * values[row]]
      },
      basis: (0..<rows).map { count + $0 })
    let shortfall = try start.maximise(
      Array(repeating: 0, count: count) + Array(repeating: -1, count: rows))
    guard shortfall > -1e-9 * (1 + values.reduce(0) { $0 + $1.magnitude }) else { return nil }
    start.expel(from: count)
    let kept = (0..<rows).filter { start.basis[$0] < count }
    self.init(
      columns: count, rows: kept.count,
      tableau: kept.flatMap { row in
        let first = row * start.width
        return start.tableau[first..<(first + count)] + [start.tableau[first + start.width - 1]]
      },
      basis: kept.map { start.basis[$0] })
  }

  private init(columns: Int, rows: Int, tableau: [Double], basis: [Int]) {
    self.columns = columns
    self.rows = rows
    width = columns + 1
    original = tableau
    self.tableau = tableau
    self.basis = basis
  }

  /// The largest cᵀx; infinite where there is none.
  ///
  /// - Throws: `EstimationFault.notConverged`.
  mutating func maximise(_ objective: [Double]) throws(EstimationFault) -> Double {
    precondition(objective.count == columns, "one coefficient for each unknown")
    if pivots > 200 { refresh() }
    let limit = 1e-11 * objective.reduce(1e-300) { max($0, $1.magnitude) }
    var idle = 0
    for _ in 0..<(200 * (columns + rows) + 1_000) {
      guard let entering = entering(objective, limit, inOrder: idle > columns) else {
        return value(of: objective)
      }
      guard let leaving = leaving(entering, inOrder: idle > columns) else { return .infinity }
      idle = tableau[leaving * width + columns] > Self.smallest ? 0 : idle + 1
      pivot(leaving, entering)
    }
    throw .notConverged("a linear programme")
  }

  /// cᵀx at the corner that was found last.
  func value(of objective: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<rows { sum += objective[basis[row]] * tableau[row * width + columns] }
    return sum
  }

  /// The corner that was found last.
  var solution: [Double] {
    var x = [Double](repeating: 0, count: columns)
    for row in 0..<rows { x[basis[row]] = tableau[row * width + columns] }
    return x
  }
}

extension LinearProgram {
  /// The unknown that gains most, or the first that gains.
  private func entering(_ objective: [Double], _ limit: Double, inOrder: Bool) -> Int? {
    var best: Int?
    var most = limit
    for column in 0..<columns {
      var gain = objective[column]
      for row in 0..<rows { gain -= objective[basis[row]] * tableau[row * width + column] }
      guard gain > most, !basis.contains(column) else { continue }
      if inOrder { return column }
      (best, most) = (column, gain)
    }
    return best
  }

  /// The row whose unknown reaches zero first.
  private func leaving(_ column: Int, inOrder: Bool) -> Int? {
    var best: Int?
    var least = Double.infinity
    for row in 0..<rows where tableau[row * width + column] > Self.smallest {
      let size = tableau[row * width + column]
      let ratio = max(0, tableau[row * width + columns]) / size
      guard let rival = best, ratio >= least - 1e-13 else {
        (best, least) = (row, ratio)
        continue
      }
      guard ratio <= least + 1e-13 else { continue }
      let isBetter =
        inOrder ? basis[row] < basis[rival] : size > tableau[rival * width + column]
      if isBetter { (best, least) = (row, min(least, ratio)) }
    }
    return best
  }

  private mutating func pivot(_ row: Int, _ column: Int) {
    let first = row * width
    let factor = 1 / tableau[first + column]
    for place in 0..<width { tableau[first + place] *= factor }
    tableau[first + column] = 1
    for other in 0..<rows where other != row {
      let start = other * width
      let share = tableau[start + column]
      guard share != 0 else { continue }
      for place in 0..<width { tableau[start + place] -= share * tableau[first + place] }
      tableau[start + column] = 0
    }
    basis[row] = column
    pivots += 1
  }

  /// Solves the original equations for the same unknowns, which drops the rounding of many steps.
  private mutating func refresh() {
    let wanted = basis
    tableau = original
    var free = Set(0..<rows)
    for column in wanted {
      let row = free.max { first, second in
        let sizes = (
          tableau[first * width + column].magnitude, tableau[second * width + column].magnitude
        )
        return sizes.0 == sizes.1 ? first > second : sizes.0 < sizes.1
      }
      guard let row else { return }
      free.remove(row)
      pivot(row, column)
    }
    pivots = 0
  }

  /// Takes unknowns from `limit` on, which are zero, out of the basis where their row leaves another.
  private mutating func expel(from limit: Int) {
    for row in 0..<rows where basis[row] >= limit {
      if let column = (0..<limit).first(where: {
        tableau[row * width + $0].magnitude > 1e-9 && !basis.contains($0)
      }) {
        pivot(row, column)
      }
    }
  }
}
