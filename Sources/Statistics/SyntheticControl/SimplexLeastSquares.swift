// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// Least squares with weights that are not negative and sum to one, solved exactly.
///
/// min ‖Aw − b‖² + ρ‖w‖² subject to w ≥ 0, Σw = 1, by an active set: Newton steps within the columns
/// in use, from a gradient taken from the residual rather than from AᵀA, a column dropped where a step
/// would make it negative and one taken up where its multiplier is negative, until the conditions of
/// Karush, Kuhn and Tucker hold. Columns in use are affinely independent, so that every step has one
/// answer; of several optima it gives one that uses few columns, and `isUnique` says so.
///
/// - Complexity: O(s·(s³ + m·n)) time for s columns in use, O(n² + m·n) memory.
///
/// Source: Nocedal and Wright (2006), Numerical Optimization, chapter 16. Agrees with the reference
/// case scm-prop99 to 1e-8 in the objective and 1e-6 in the weights.
public struct SimplexLeastSquares: Sendable, Hashable {
  /// One for each column; exactly zero where a column is not in use.
  public let weights: [Double]
  /// ‖Aw − b‖² + ρ‖w‖².
  public let objective: Double
  /// Whether no other weights reach this objective.
  public let isUnique: Bool

  /// - Parameters:
  ///   - columns: A, m × n.
  ///   - target: b, m values.
  ///   - ridge: ρ, not negative.
  ///   - start: columns in use at the start, as a similar problem ended; none gives the best single one.
  /// - Throws: `EstimationFault.tooFew` without columns, `.notFinite`, `.notConverged`.
  public init(
    columns: Matrix, target: [Double], ridge: Double = 0, start: [Int] = []
  ) throws(EstimationFault) {
    precondition(target.count == columns.rows, "one target per row")
    guard columns.columns > 0 else { throw .tooFew("columns to weigh", count: 0, needed: 1) }
    var search = ActiveSet(columns: columns, target: target, ridge: ridge)
    guard search.scale.isFinite else { throw .notFinite("the columns to weigh", rows: []) }
    search.begin(with: start)
    try search.run()
    weights = search.weights
    objective = search.objective
    isUnique = search.isUnique
  }
}

/// The search; every column has the target taken off, which loses nothing since weights sum to one.
private struct ActiveSet {
  private let rows: Int
  private let count: Int
  private let ridge: Double
  /// aⱼ − b.
  private var shifted: [Double]
  private var gram: [Double]
  /// The largest squared length of a shifted column.
  private(set) var scale = 0.0

  private var support: [Int] = []
  private(set) var weights: [Double]
  private var residual: [Double]
  private var gradient: [Double]
  /// Columns that lie in the hull of those in use, as far as digits can tell.
  private var isBarred: [Bool]

  init(columns: Matrix, target: [Double], ridge: Double) {
    LAPACK.start()
    rows = columns.rows
    count = columns.columns
    self.ridge = ridge
    shifted = columns.values
    for column in 0..<count {
      for row in 0..<rows { shifted[column * rows + row] -= target[row] }
    }
    gram = Array(repeating: 0, count: count * count)
    weights = Array(repeating: 0, count: count)
    residual = Array(repeating: 0, count: rows)
    gradient = weights
    isBarred = Array(repeating: false, count: count)
    if rows > 0 {
      cblas_dsyrk(
        CblasColMajor, CblasUpper, CblasTrans, Int32(count), Int32(rows), 1, shifted, Int32(rows),
        0, &gram, Int32(count))
    }
    for column in 0..<count {
      gram[column * count + column] += ridge
      scale = scale.isFinite ? max(scale, gram[column * count + column]) : scale
      if !gram[column * count + column].isFinite { scale = .infinity }
      for row in 0..<column { gram[row * count + column] = gram[column * count + row] }
    }
  }

  var objective: Double {
    var sum = 0.0
    for value in residual { sum += value * value }
    for value in weights { sum += ridge * value * value }
    return sum
  }

  /// Strict complementarity: every column out of use would make it worse.
  var isUnique: Bool {
    let level = gradient[support[0]]
    return (0..<count).allSatisfy { weights[$0] > 0 || gradient[$0] - level > 1e-10 * scale }
  }

  mutating func begin(with columns: [Int]) {
    support = columns.filter { $0 < count }
    if support.isEmpty, ridge > 1e-6 * scale { support = Array(0..<count) }
    if support.isEmpty {
      let best = (0..<count).min { gram[$0 * (count + 1)] < gram[$1 * (count + 1)] }
      support = [best ?? 0]
    }
    for column in support { weights[column] = 1 / Double(support.count) }
    if columns.isEmpty, support.count > 1 { shedNegatives() }
  }

  /// With a ridge most columns are in use: all of them at first, and those with a negative weight leave
  /// together, which is no optimum yet but near to it.
  private mutating func shedNegatives() {
    for _ in 0..<20 {
      updateGradient()
      guard let step = newtonStep() else { return }
      let targets = zip(support, step).map { (column: $0, weight: weights[$0] + $1) }
      let kept = targets.filter { $0.weight > 0 }
      let sum = kept.reduce(0) { $0 + $1.weight }
      for column in support { weights[column] = 0 }
      for (column, weight) in kept { weights[column] = weight / sum }
      support = kept.map(\.column)
      if kept.count == targets.count { return }
    }
  }

  mutating func run() throws(EstimationFault) {
    var newest: Int?
    for _ in 0..<(100 + 30 * count) {
      updateGradient()
      guard let step = newtonStep() else {
        // The newest column follows from the others: it cannot make the fit better.
        let dependent = newest ?? support[support.count - 1]
        remove(dependent)
        isBarred[dependent] = true
        newest = nil
        continue
      }
      guard take(step) else { continue }
      // A second step takes off what rounding left of the first.
      updateGradient()
      if let correction = newtonStep() { _ = take(correction) }
      updateGradient()
      let level = gradient[support[0]]
      var entering = -1
      var least = -1e-13 * scale
      for column in 0..<count where weights[column] == 0 && !isBarred[column] {
        if gradient[column] - level < least, !support.contains(column) {
          least = gradient[column] - level
          entering = column
        }
      }
      guard entering >= 0 else { return }
      for column in isBarred.indices { isBarred[column] = isBarred[column] && newest == nil }
      support.append(entering)
      newest = entering
    }
    throw .notConverged("weights that sum to one")
  }

  /// Half the gradient: Aᵀ(Aw − b) + ρw, up to a constant for all columns.
  private mutating func updateGradient() {
    for row in residual.indices { residual[row] = 0 }
    for column in support {
      let weight = weights[column]
      for row in 0..<rows { residual[row] += weight * shifted[column * rows + row] }
    }
    for column in 0..<count { gradient[column] = ridge * weights[column] }
    guard rows > 0 else { return }
    cblas_dgemv(
      CblasColMajor, CblasTrans, Int32(rows), Int32(count), 1, shifted, Int32(rows), residual, 1, 1,
      &gradient, 1)
  }

  /// The step to the best weights of the columns in use, their sum kept; nil where these are dependent.
  private mutating func newtonStep() -> [Double]? {
    // The largest weight balances the others: it is the last to leave.
    var place = 0
    for other in support.indices where weights[support[other]] > weights[support[place]] {
      place = other
    }
    support.swapAt(0, place)
    let size = support.count - 1
    guard size > 0 else { return [0] }
    let anchor = support[0]
    var reduced = [Double](repeating: 0, count: size * size)
    for j in 0..<size {
      let column = support[j + 1]
      let shift = gram[anchor * count + anchor] - gram[anchor * count + column]
      for i in 0...j {
        let row = support[i + 1]
        reduced[j * size + i] = gram[column * count + row] - gram[anchor * count + row] + shift
      }
    }
    let diagonal = (0..<size).map { reduced[$0 * (size + 1)] }
    var n = Int32(size)
    var leading = n
    var info: Int32 = 0
    dpotrf_("U", &n, &reduced, &leading, &info, 1)
    guard info == 0 else { return nil }
    for i in 0..<size {
      let pivot = reduced[i * (size + 1)]
      guard pivot * pivot > 1e-13 * diagonal[i] else { return nil }
    }
    var step = (0..<size).map { gradient[anchor] - gradient[support[$0 + 1]] }
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, n, reduced, n, &step, 1)
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, n, reduced, n, &step, 1)
    var sum = 0.0
    for value in step { sum += value }
    return [-sum] + step
  }

  /// Goes along a step as far as no weight turns negative; false where one reached zero and left.
  private mutating func take(_ step: [Double]) -> Bool {
    var share = 1.0
    var leaving: Int?
    for (place, column) in support.enumerated() where weights[column] + step[place] < 0 {
      let reach = -weights[column] / step[place]
      if reach < share || leaving == nil { (share, leaving) = (min(reach, share), column) }
    }
    for (place, column) in support.enumerated() {
      weights[column] = max(0, weights[column] + share * step[place])
    }
    guard let leaving else { return true }
    remove(leaving)
    return false
  }

  private mutating func remove(_ column: Int) {
    weights[column] = 0
    support.removeAll { $0 == column }
    var sum = 0.0
    for other in support { sum += weights[other] }
    for other in support {
      weights[other] = sum > 0 ? weights[other] / sum : 1 / Double(support.count)
    }
  }
}
