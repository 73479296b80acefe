// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Several outcomes and contrasts of one experiment, tested together on the same draws.
///
/// Each hypothesis is "no difference in means between two arms on an outcome", its statistic the
/// difference (blocks weighted by their rows) over its standard error: Welch's, Neyman's within
/// blocks, and from sums of clusters where clusters were assigned. Joint draws keep what outcomes of
/// the same person have to do with each other, which is what makes the adjustment sharper than Holm's.
/// A row without one outcome (not a number) still counts for the others.
public struct JointTest: Sendable {
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
  public let observed: [Difference]
  private let assignment: Assignment
  /// For each outcome what each unit adds: S, N, S², SN, N².
  private let units: [[Double]]

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
    units = outcomes.map { Self.units($0, assignment) }
    self.hypotheses = hypotheses
    let sums = Self.sums(units, assignment, codes: assignment.codes)
    var observed: [Difference] = []
    for hypothesis in hypotheses {
      try Self.check(sums[hypothesis.outcome], hypothesis, assignment)
      let (estimate, error) = Self.difference(sums[hypothesis.outcome], hypothesis)
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
    let isExact = assignment.count(upTo: limit) != nil
    var null: [[Double]] = []
    if isExact {
      assignment.enumerate { null.append(statistics(Self.sums(units, assignment, codes: $0))) }
    } else {
      null = Replicates.map(draws) { range in
        range.map { index in
          var codes = assignment.codes
          var random = streams[index]
          assignment.shuffle(&codes, &random)
          return statistics(Self.sums(units, assignment, codes: codes))
        }
      }
    }
    return JointPValues(observed.map(\.statistic), null, families, stepDown, isExact: isExact)
  }

  /// The p-values of Romano and Wolf: units are drawn with replacement within each arm (and block),
  /// and each replicate is held against the estimate: t* = (θ* − θ̂) ⁄ se*.
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
          let (estimate, error) = Self.difference(sums[hypothesis.outcome], hypothesis)
          return Self.ratio(estimate - observed[place].estimate, error)
        }
      }
    }
    return JointPValues(observed.map(\.statistic), null, families, .maxT, isExact: false)
  }
}

/// p-values of a joint test, in the order of the hypotheses.
public struct JointPValues: Sendable, Hashable {
  /// Within the family.
  public private(set) var adjusted: [Double]
  public private(set) var unadjusted: [Double]
  /// How many draws there were.
  public let draws: Int
  public let isExact: Bool

  fileprivate init(
    _ observed: [Double], _ null: [[Double]], _ families: [[Int]], _ stepDown: StepDown,
    isExact: Bool
  ) {
    adjusted = [Double](repeating: 1, count: observed.count)
    unadjusted = adjusted
    for family in families {
      let result = stepDown.adjust(
        family.map { observed[$0] }, null: null.map { row in family.map { row[$0] } },
        isExact: isExact)
      for (place, hypothesis) in family.enumerated() {
        adjusted[hypothesis] = result.adjusted[place]
        unadjusted[hypothesis] = result.unadjusted[place]
      }
    }
    draws = null.count
    self.isExact = isExact
  }

  /// The standard error of a drawn p-value; nil where every assignment was looked at.
  public func monteCarloError(of pValue: Double) -> Double? {
    isExact ? nil : (pValue * (1 - pValue) / Double(draws + 1)).squareRoot()
  }
}

extension JointTest {
  /// The sums of one outcome by stratum and arm: S, N, S², SN, N², and the units that have it.
  private struct Cells {
    static let width = 6
    let codeCount: Int
    var values: [Double]

    init(strata: Int, codes: Int) {
      codeCount = codes
      values = [Double](repeating: 0, count: strata * codes * Self.width)
    }

    var strata: Int { values.count / (codeCount * Self.width) }

    mutating func add(_ units: [Double], _ unit: Int, stratum: Int, code: Int) {
      let rows = units[unit * 5 + 1]
      guard rows > 0 else { return }
      let at = (stratum * codeCount + code) * Self.width
      for term in 0..<5 { values[at + term] += units[unit * 5 + term] }
      values[at + 5] += 1
    }

    /// Arms taken together.
    func part(_ stratum: Int, _ codes: [Int]) -> SIMD8<Double> {
      var part = SIMD8<Double>.zero
      for code in codes {
        let at = (stratum * codeCount + code) * Self.width
        for term in 0..<Self.width { part[term] += values[at + term] }
      }
      return part
    }
  }

  private static func units(_ outcome: [Double], _ assignment: Assignment) -> [Double] {
    var sum = [Double](repeating: 0, count: assignment.unitCount)
    var rows = sum
    let present = outcome.filter(\.isFinite)
    let mean = present.reduce(0, +) / Double(max(1, present.count))
    for row in outcome.indices where outcome[row].isFinite {
      sum[Int(assignment.placeOfRow[row])] += outcome[row] - mean
      rows[Int(assignment.placeOfRow[row])] += 1
    }
    return [sum, rows, product(sum, sum), product(sum, rows), product(rows, rows)].interleaved
  }

  private static func sums(
    _ units: [[Double]], _ assignment: Assignment, codes: [Int32]
  ) -> [Cells] {
    units.map { units in
      var cells = Cells(strata: assignment.strata.count, codes: assignment.codeCount)
      for stratum in assignment.strata.indices {
        for place in assignment.starts[stratum]..<assignment.starts[stratum + 1] {
          cells.add(units, place, stratum: stratum, code: Int(codes[place]))
        }
      }
      return cells
    }
  }

  /// The places of each stratum and arm.
  private var cells: [(stratum: Int, code: Int, places: [Int])] {
    assignment.strata.indices.flatMap { stratum in
      (0..<assignment.codeCount).map { code in
        let places = assignment.starts[stratum]..<assignment.starts[stratum + 1]
        return (stratum, code, places.filter { Int(assignment.codes[$0]) == code })
      }
    }
  }

  private func resampled(
    _ members: [(stratum: Int, code: Int, places: [Int])], _ random: inout RandomStream
  ) -> [Cells] {
    var sums = units.map { _ in
      Cells(strata: assignment.strata.count, codes: assignment.codeCount)
    }
    for cell in members {
      for _ in cell.places {
        let place = cell.places[random.integer(below: cell.places.count)]
        for outcome in units.indices {
          sums[outcome].add(units[outcome], place, stratum: cell.stratum, code: cell.code)
        }
      }
    }
    return sums
  }

  private func statistics(_ sums: [Cells]) -> [Double] {
    hypotheses.map { hypothesis in
      let (estimate, error) = Self.difference(sums[hypothesis.outcome], hypothesis)
      return Self.ratio(estimate, error)
    }
  }

  /// A difference without any spread left is extreme, and none at all is not.
  private static func ratio(_ difference: Double, _ squaredError: Double) -> Double {
    if squaredError > 0 { return difference / squaredError.squareRoot() }
    return difference == 0 ? 0 : .infinity
  }

  /// The difference and its squared standard error; blocks without one of the arms are passed over.
  private static func difference(
    _ cells: Cells, _ hypothesis: Hypothesis
  ) -> (estimate: Double, squaredError: Double) {
    var estimate = 0.0
    var error = 0.0
    var rows = 0.0
    for stratum in 0..<cells.strata {
      let treated = cells.part(stratum, hypothesis.treated)
      let control = cells.part(stratum, [hypothesis.control])
      guard treated[1] > 0, control[1] > 0 else { continue }
      let weight = treated[1] + control[1]
      rows += weight
      estimate += weight * (treated[0] / treated[1] - control[0] / control[1])
      error += weight * weight * (squaredErrorOfMean(treated) + squaredErrorOfMean(control))
    }
    return rows > 0 ? (estimate / rows, error / (rows * rows)) : (0, 0)
  }

  private static func squaredErrorOfMean(_ arm: SIMD8<Double>) -> Double {
    guard arm[5] > 1 else { return 0 }
    let mean = arm[0] / arm[1]
    let squares = arm[2] - mean * (2 * arm[3] - mean * arm[4])
    return arm[5] / (arm[5] - 1) * max(0, squares) / (arm[1] * arm[1])
  }

  private static func check(
    _ cells: Cells, _ hypothesis: Hypothesis, _ assignment: Assignment
  ) throws(EstimationFault) {
    var thin: [String] = []
    for stratum in assignment.strata.indices {
      let counts = [hypothesis.treated, [hypothesis.control]].map { cells.part(stratum, $0)[5] }
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
