// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Several outcomes and contrasts of one experiment, tested together on the same draws.
///
/// Each hypothesis is "no difference in means between two arms on an outcome", its statistic the
/// difference (blocks weighted by their rows) over its standard error: Welch's, Neyman's within
/// blocks, that of the pairs' differences where all blocks are pairs, and from sums of clusters where
/// clusters were assigned. Joint draws keep what outcomes of
/// the same person have to do with each other, which is what makes the adjustment sharper than Holm's.
/// A row without one outcome (not a number) still counts for the others.
public struct JointDifferences: Sendable {
  /// One hypothesis.
  public struct Hypothesis: Sendable, Hashable {
    /// The outcome's place.
    public let outcome: Int
    /// The codes of the arms that are taken together as treated.
    public let treated: [Int]
    public let control: Int
    /// For messages.
    public let name: String

    public init(outcome: Int, treated: [Int], control: Int, name: String) {
      self.outcome = outcome
      self.treated = treated
      self.control = control
      self.name = name
    }
  }

  /// What is known of a hypothesis before any adjustment.
  public struct Difference: Sendable, Hashable {
    public let estimate: Double
    public let standardError: Double
    public var statistic: Double { estimate / standardError }
  }

  public let hypotheses: [Hypothesis]
  public private(set) var observed: [Difference]
  private let assignment: Assignment
  private let outcomeCount: Int
  /// Whether each block is one unit of either of two arms.
  private let arePairs: Bool
  /// By place and outcome what a unit adds.
  private let units: [Sums]

  /// - Parameters:
  ///   - outcomes: n values each; not a number where missing.
  ///   - arms: the arm of each row, from 0.
  ///   - blocks: the stratum of assignment of each row.
  ///   - clusters: the unit of assignment of each row.
  ///   - hypotheses: which outcome and arms are compared.
  /// - Throws: as `Assignment`; `EstimationFault.thinBlocks` and `.tooFew` where an arm has fewer than
  ///   two units with the outcome, `.zeroVariance` naming the hypothesis.
  public init(
    outcomes: [[Double]], arms: [Int32], blocks: Grouping?, clusters: Grouping?,
    hypotheses: [Hypothesis]
  ) throws(EstimationFault) {
    assignment = try Assignment(
      .init(hasBlocks: blocks != nil, hasClusters: clusters != nil), codes: arms, blocks: blocks,
      clusters: clusters)
    let assignment = assignment
    outcomeCount = outcomes.count
    arePairs =
      blocks != nil && assignment.codeCount == 2
      && assignment.strata.indices.allSatisfy {
        assignment.size(of: $0) == 2 && assignment.treatedCount(in: $0) == 1
      }
    units = Self.units(outcomes, assignment)
    self.hypotheses = hypotheses
    observed = []
    let sums = sums(assignment.codes)
    var observed: [Difference] = []
    for hypothesis in hypotheses {
      try check(sums, hypothesis)
      let (estimate, error) = difference(sums, hypothesis)
      guard error > 0 else { throw .zeroVariance(hypothesis.name) }
      observed.append(Difference(estimate: estimate, standardError: error.squareRoot()))
    }
    self.observed = observed
  }

  /// The p-values of Westfall and Young: the assignment is drawn again, for all arms at once.
  ///
  /// The arms' labels change places over all arms (within blocks, whole clusters), which is right
  /// under "no arm differs from another"; studentising keeps it right, with many units, where other
  /// arms do differ.
  ///
  /// - Parameters:
  ///   - families: the hypotheses (by place) that are adjusted together.
  ///   - stepDown: by the largest |t| or the smallest p.
  ///   - draws: how many where there are more assignments than `limit`.
  ///   - limit: up to how many assignments each is looked at.
  ///   - streams: one for each draw.
  /// - Returns: in the order of the hypotheses; 1 for one that is in no family.
  public func westfallYoung(
    families: [[Int]], _ stepDown: StepDown, draws: Int, limit: Int = 200_000,
    streams: RandomStreams
  ) -> JointPValues {
    let isExact =
      assignment.count(upTo: min(limit, 1_000_000_000 / assignment.unitCount)) != nil
    var null: [[Double]] = []
    if isExact {
      assignment.enumerate { null.append(statistics(sums($0))) }
    } else {
      null = Replicates.map(draws) { range in
        range.map { index in
          var codes = assignment.codes
          var random = streams[index]
          assignment.shuffle(&codes, &random)
          return statistics(sums(codes))
        }
      }
    }
    return JointPValues(observed.map(\.statistic), null, families, stepDown, isExact: isExact)
  }

  /// The p-values of Romano and Wolf: units are drawn with replacement within each arm (and block),
  /// pairs as a whole, and each replicate is held against the estimate: t* = (θ* − θ̂) ⁄ se*.
  public func romanoWolf(
    families: [[Int]], draws: Int, streams: RandomStreams
  ) -> JointPValues {
    let members = cells
    let null = Replicates.map(draws) { range in
      range.map { index in
        var random = streams[index]
        let sums = resampled(members, &random)
        return hypotheses.indices.map { place in
          let hypothesis = hypotheses[place]
          let (estimate, error) = difference(sums, hypothesis)
          return Self.ratio(estimate - observed[place].estimate, error)
        }
      }
    }
    return JointPValues(observed.map(\.statistic), null, families, .maxT, isExact: false)
  }
}

extension JointDifferences {
  /// S, N, S², SN, N² and the number of units that have the outcome; the rest is zero.
  private typealias Sums = SIMD8<Double>

  private static func units(_ outcomes: [[Double]], _ assignment: Assignment) -> [Sums] {
    var units = [Sums](repeating: .zero, count: assignment.unitCount * outcomes.count)
    for (outcome, values) in outcomes.enumerated() {
      let present = values.filter(\.isFinite)
      let mean = present.reduce(0, +) / Double(max(1, present.count))
      for row in values.indices where values[row].isFinite {
        let unit = Int(assignment.placeOfRow[row]) * outcomes.count + outcome
        units[unit][0] += values[row] - mean
        units[unit][1] += 1
      }
    }
    for unit in units.indices where units[unit][1] > 0 {
      let (s, n) = (units[unit][0], units[unit][1])
      units[unit] = Sums(s, n, s * s, s * n, n * n, 1, 0, 0)
    }
    return units
  }

  private func place(_ stratum: Int, _ code: Int) -> Int {
    (stratum * assignment.codeCount + code) * outcomeCount
  }

  private var noSums: [Sums] {
    [Sums](repeating: .zero, count: place(assignment.strata.count, 0))
  }

  /// By stratum, arm and outcome the sums over units with these codes.
  private func sums(_ codes: [Int32]) -> [Sums] {
    var sums = noSums
    for stratum in assignment.strata.indices {
      for unit in assignment.starts[stratum]..<assignment.starts[stratum + 1] {
        add(unit, to: &sums, at: place(stratum, Int(codes[unit])))
      }
    }
    return sums
  }

  @inline(__always)
  private func add(_ unit: Int, to sums: inout [Sums], at target: Int) {
    let source = unit * outcomeCount
    for outcome in 0..<outcomeCount { sums[target + outcome] += units[source + outcome] }
  }

  /// The units of each stratum and arm.
  private var cells: [(stratum: Int, code: Int, units: [Int])] {
    assignment.strata.indices.flatMap { stratum in
      (0..<assignment.codeCount).map { code in
        let units = assignment.starts[stratum]..<assignment.starts[stratum + 1]
        return (stratum, code, units.filter { Int(assignment.codes[$0]) == code })
      }
    }
  }

  private func resampled(
    _ cells: [(stratum: Int, code: Int, units: [Int])], _ random: inout RandomStream
  ) -> [Sums] {
    var sums = noSums
    if arePairs {
      for stratum in assignment.strata.indices {
        let drawn = random.integer(below: assignment.strata.count)
        for code in 0..<2 {
          let units = cells[2 * drawn + code].units
          add(units[0], to: &sums, at: place(stratum, code))
        }
      }
      return sums
    }
    for cell in cells {
      let target = place(cell.stratum, cell.code)
      for _ in cell.units {
        add(cell.units[random.integer(below: cell.units.count)], to: &sums, at: target)
      }
    }
    return sums
  }

  /// Arms taken together.
  private func part(
    _ sums: [Sums], _ outcome: Int, _ stratum: Int, _ codes: [Int]
  ) -> Sums {
    codes.reduce(.zero) { $0 + sums[place(stratum, $1) + outcome] }
  }

  private func statistics(_ sums: [Sums]) -> [Double] {
    hypotheses.map { hypothesis in
      let (estimate, error) = difference(sums, hypothesis)
      return Self.ratio(estimate, error)
    }
  }

  /// A difference without any spread left is extreme, and none at all is not.
  private static func ratio(_ difference: Double, _ squaredError: Double) -> Double {
    if squaredError > 0 { return difference / squaredError.squareRoot() }
    return difference == 0 ? 0 : .infinity
  }

  /// The difference and its squared standard error; blocks without one of the arms are passed over.
  private func difference(
    _ sums: [Sums], _ hypothesis: Hypothesis
  ) -> (estimate: Double, squaredError: Double) {
    var estimate = 0.0
    var error = 0.0
    var rows = 0.0
    var pairs = 0.0
    for stratum in assignment.strata.indices {
      let treated = part(sums, hypothesis.outcome, stratum, hypothesis.treated)
      let control = part(sums, hypothesis.outcome, stratum, [hypothesis.control])
      guard treated[1] > 0, control[1] > 0 else { continue }
      let weight = treated[1] + control[1]
      rows += weight
      let difference = weight * (treated[0] / treated[1] - control[0] / control[1])
      estimate += difference
      pairs += 1
      error +=
        arePairs
        ? difference * difference
        : weight * weight * (Self.squaredErrorOfMean(treated) + Self.squaredErrorOfMean(control))
    }
    if arePairs {
      // The spread of the pairs' differences around their mean.
      error = pairs > 1 ? max(0, error - estimate * estimate / pairs) * pairs / (pairs - 1) : 0
    }
    return rows > 0 ? (estimate / rows, error / (rows * rows)) : (0, 0)
  }

  private static func squaredErrorOfMean(_ arm: Sums) -> Double {
    guard arm[5] > 1 else { return 0 }
    let mean = arm[0] / arm[1]
    let squares = arm[2] - mean * (2 * arm[3] - mean * arm[4])
    return arm[5] / (arm[5] - 1) * max(0, squares) / (arm[1] * arm[1])
  }

  private func check(_ sums: [Sums], _ hypothesis: Hypothesis) throws(EstimationFault) {
    if arePairs {
      let whole = assignment.strata.indices.count { stratum in
        (0..<2).allSatisfy { part(sums, hypothesis.outcome, stratum, [$0])[5] > 0 }
      }
      guard whole > 1 else {
        throw .tooFew("whole pairs of \(hypothesis.name)", count: whole, needed: 2)
      }
      return
    }
    var thin: [String] = []
    for stratum in assignment.strata.indices {
      let counts = [hypothesis.treated, [hypothesis.control]].map {
        part(sums, hypothesis.outcome, stratum, $0)[5]
      }
      guard counts.contains(where: { $0 < 2 }) else { continue }
      guard assignment.strata.count > 1 else {
        throw .tooFew(
          "\(assignment.scheme.usesClusters == true ? "clusters" : "cases") in each arm of "
            + hypothesis.name, count: Int(counts.min() ?? 0), needed: 2)
      }
      thin.append(assignment.strata[stratum])
    }
    guard thin.isEmpty else { throw .thinBlocks(thin) }
  }
}
