// SPDX-License-Identifier: EUPL-1.2

/// Sets of treated cases and controls that are alike; every case is in one set or in none.
public struct MatchedSets: Sendable, Hashable {
  /// The set of each case, −1 where it is in none.
  public let sets: [Int32]
  public let count: Int
  public let estimand: TreatmentEstimand
  public let treated: [Bool]
  /// What each case counts in its arm's mean; 0 for a case in no set.
  ///
  /// For everybody's effect the set's size ⁄ the cases of its arm in the set; for the effect on the
  /// treated 1 for these, and its set's treated ⁄ controls for a control.
  public let weights: [Double]

  /// - Parameters:
  ///   - sets: the set of each case; sets without both arms are dissolved.
  ///   - treated: whether each case was.
  ///   - estimand: whose effect the weights are for.
  /// - Throws: `EstimationFault.tooFew` where no set has both arms.
  public init(
    sets: [Int32], treated: [Bool], estimand: TreatmentEstimand
  ) throws(EstimationFault) {
    let size = Int((sets.max() ?? -1) + 1)
    var sizes = [(treated: Int, control: Int)](repeating: (0, 0), count: size)
    for (row, set) in sets.enumerated() where set >= 0 {
      if treated[row] { sizes[Int(set)].treated += 1 } else { sizes[Int(set)].control += 1 }
    }
    var places = [Int32](repeating: -1, count: size)
    var next: Int32 = 0
    for set in 0..<size where sizes[set].treated > 0 && sizes[set].control > 0 {
      places[set] = next
      next += 1
    }
    guard next > 0 else { throw .tooFew("sets with cases of both arms", count: 0, needed: 1) }
    self.sets = sets.map { $0 < 0 ? -1 : places[Int($0)] }
    count = Int(next)
    self.estimand = estimand
    self.treated = treated
    weights = sets.indices.map { row in
      guard sets[row] >= 0, places[Int(sets[row])] >= 0 else { return 0 }
      let (ones, zeros) = sizes[Int(sets[row])]
      switch estimand {
      case .treated: return treated[row] ? 1 : Double(ones) / Double(zeros)
      case .everybody: return Double(ones + zeros) / Double(treated[row] ? ones : zeros)
      }
    }
  }

  /// Sets of cases that agree exactly.
  ///
  /// - Throws: `EstimationFault.tooFew` where no group has both arms.
  public init(
    exactly groups: Grouping, treated: [Bool], estimand: TreatmentEstimand
  ) throws(EstimationFault) {
    try self.init(sets: groups.codes, treated: treated, estimand: estimand)
  }

  /// The rows that are in a set.
  public var rows: [Int] { sets.indices.filter { sets[$0] >= 0 } }

  /// The weighted difference of means, with a variance clustered by set.
  ///
  /// Weighted least squares of the outcome on the treatment over the matched cases, CR1 by set with
  /// G − 1 degrees of freedom: the weights and sets are taken as given.
  ///
  /// - Parameters:
  ///   - outcome: one value per case.
  ///   - clusters: units of assignment to cluster by in place of the sets.
  ///   - level: two-sided confidence level.
  /// - Returns: in the outcome's unit.
  /// - Throws: `EstimationFault.oneCluster`, `.tooFew`, `.zeroVariance`.
  ///
  /// Source: Abadie and Spiess (2022), J. American Statistical Association 117:983–995. Agrees with R
  /// MatchIt 4.5.1 and sandwich 3.0.2 `vcovCL(cluster = ~subclass)` on reference case matching-ipw.
  public func effect(
    _ outcome: [Double], clusters: Grouping? = nil, level: Double = 0.95
  ) throws(EstimationFault) -> Estimate {
    let rows = rows
    var design = Design(rows: rows.count, capacity: 1)
    design.append("treated", rows.map { treated[$0] ? 1 : 0 })
    let fit = try OLS(
      outcome: rows.map { outcome[$0] }, design: design, weights: rows.map { weights[$0] })
    let groups =
      clusters?.selecting(rows)
      ?? Grouping(codes: rows.map { sets[$0] }, labels: (0..<count).map { "\($0)" })
    return try fit.estimate(1, try fit.covariance(.cr1(groups)), level: level)
  }
}
