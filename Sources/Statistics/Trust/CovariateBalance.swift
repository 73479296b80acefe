// SPDX-License-Identifier: EUPL-1.2

/// How alike two arms were before the change, covariate by covariate and as a whole.
public struct CovariateBalance: Sendable, Hashable {
  /// One covariate in the two arms.
  public struct Line: Sendable, Hashable {
    public let name: String
    /// In the covariate's unit.
    public let treatedMean: Double
    public let controlMean: Double
    /// (x̄₁ − x̄₀) ⁄ √((s₁² + s₀²)⁄2), without unit; nil for a covariate that does not vary.
    ///
    /// Beyond ±0.1 is commonly called imbalance (Austin 2009, Statistics in Medicine
    /// 28:3083–3107).
    public let standardisedDifference: Double?
    /// s₁² ⁄ s₀²; nil where the control arm does not vary.
    public let varianceRatio: Double?
  }

  public let lines: [Line]
  /// The omnibus test of all covariates together; its degrees of freedom are their rank.
  public let omnibus: ChiSquaredTest

  /// Compares two arms.
  ///
  /// The omnibus statistic is d² = δᵀ V⁺ δ, where δ = Σ_b h_b(x̄₁b − x̄₀b), h_b = n₁b·n₀b⁄n_b, and
  /// V = Σ_b h_b·S_b is the covariance of δ under re-randomisation within blocks (S_b the
  /// covariance of x in block b, both arms together). It asks whether the assignment looks random,
  /// and uses no model of the covariates. With clusters, cluster totals take the place of rows and
  /// the cluster's size is one covariate more. Approximate: χ² needs some tens of units per arm.
  ///
  /// - Parameters:
  ///   - covariates: named columns measured before assignment, none missing.
  ///   - treated: whether each row belongs to the treated arm.
  ///   - blocks: the stratum of assignment of each row.
  ///   - clusters: the unit of assignment of each row; each lies in one arm and one block.
  /// - Throws: `EstimationFault.tooFew` without covariates or with fewer than two units in an arm,
  ///   `.zeroVariance` if no covariate varies, `.notFinite` naming the column.
  /// - Complexity: O(n·p² + p³).
  ///
  /// Source: Hansen and Bowers (2008), Statistical Science 23:219–236.
  public init(
    covariates: [(name: String, values: [Double])], treated: [Bool], blocks: Grouping? = nil,
    clusters: Grouping? = nil
  ) throws(EstimationFault) {
    guard !covariates.isEmpty else { throw .tooFew("covariates", count: 0, needed: 1) }
    var lines: [Line] = []
    for (name, values) in covariates {
      lines.append(try Self.line(name, values, treated))
    }
    let units = AssignedUnits(
      covariates: covariates.map(\.values), treated: treated, blocks: blocks, clusters: clusters)
    for (label, flag) in [("treated", true), ("control", false)] {
      let count = units.treated.count { $0 == flag }
      guard count > 1 else { throw .tooFew("units in the \(label) arm", count: count, needed: 2) }
    }
    self.lines = lines
    omnibus = try units.omnibus()
  }

  private static func line(
    _ name: String, _ values: [Double], _ treated: [Bool]
  ) throws(EstimationFault) -> Line {
    precondition(values.count == treated.count, "one value per row")
    let wrong = values.indices.filter { !values[$0].isFinite }
    guard wrong.isEmpty else { throw .notFinite(name, rows: wrong) }
    let first = Moments(values.indices.filter { treated[$0] }.map { values[$0] })
    let second = Moments(values.indices.filter { !treated[$0] }.map { values[$0] })
    let spread = ((first.variance + second.variance) / 2).squareRoot()
    return Line(
      name: name, treatedMean: first.mean, controlMean: second.mean,
      standardisedDifference: spread > 0 ? (first.mean - second.mean) / spread : nil,
      varianceRatio: second.variance > 0 ? first.variance / second.variance : nil)
  }
}

/// What was assigned: rows, or clusters with their totals.
private struct AssignedUnits {
  private(set) var covariates: [[Double]]
  private(set) var treated: [Bool]
  private var blocks: Grouping?

  init(covariates: [[Double]], treated: [Bool], blocks: Grouping?, clusters: Grouping?) {
    guard let clusters else {
      self.covariates = covariates
      self.treated = treated
      self.blocks = blocks
      return
    }
    self.covariates = [clusters.sizes.map(Double.init)]
    for values in covariates {
      var totals = [Double](repeating: 0, count: clusters.count)
      for row in values.indices { totals[Int(clusters.codes[row])] += values[row] }
      self.covariates.append(totals)
    }
    var first = [Int](repeating: 0, count: clusters.count)
    for row in treated.indices.reversed() { first[Int(clusters.codes[row])] = row }
    self.treated = first.map { treated[$0] }
    self.blocks = blocks?.selecting(first)
  }

  func omnibus() throws(EstimationFault) -> ChiSquaredTest {
    let size = covariates.count
    var difference = [Double](repeating: 0, count: size)
    var covariance = Matrix(rows: size, columns: size)
    let blocks = blocks ?? Grouping(codes: treated.map { _ in 0 }, labels: ["all"])
    let order = blocks.sorted()
    for block in 0..<blocks.count {
      let rows = order.rows[order.starts[block]..<order.starts[block + 1]].map(Int.init)
      let flags = rows.map { treated[$0] }
      let n1 = Double(flags.count { $0 })
      let n = Double(rows.count)
      guard n1 > 0, n1 < n else { continue }  // such a block compares nothing
      let weight = n1 * (n - n1) / n
      let centred = covariates.map { values in
        let part = rows.map { values[$0] }
        let mean = Moments(part).mean
        return part.map { $0 - mean }
      }
      for i in 0..<size {
        let total = zip(centred[i], flags).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
        difference[i] += total  // = weight · (mean treated − mean control)
        for j in 0...i {
          let product = zip(centred[i], centred[j]).reduce(0) { $0 + $1.0 * $1.1 }
          covariance[i, j] += weight * product / (n - 1)
          covariance[j, i] = covariance[i, j]
        }
      }
    }
    let solution = try covariance.positiveSolution(difference)
    guard solution.rank > 0 else { throw .zeroVariance("every covariate") }
    let statistic = zip(solution.x, difference).reduce(0) { $0 + $1.0 * $1.1 }
    return ChiSquaredTest(statistic: statistic, degreesOfFreedom: Double(solution.rank))
  }
}
