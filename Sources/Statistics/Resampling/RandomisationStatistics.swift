// SPDX-License-Identifier: EUPL-1.2

/// A statistic of a randomisation test: the numbers it needs of each unit, and what it makes of them.
protocol RandomisationStatistic: Sendable {
  var sums: UnitSums { get }

  /// T(τ) of an assignment, from its sums, stratum by stratum.
  func null(_ sums: [Double]) -> NullStatistic
}

/// Σ_b (n_b ⁄ n)·(ȳ₁b − ȳ₀b): the difference in means, blocks weighted by their rows.
struct DifferenceStatistic: RandomisationStatistic {
  let sums: UnitSums
  /// Whether units differ in size, so that the size of an arm depends on the draw.
  private let isSized: Bool
  private let rows: Double
  private let sizes: [Double]
  private let treatedRows: [Double]

  init(_ units: UnitTable) {
    isSized = !units.areEqual
    rows = units.size.reduce(0, +)
    let columns = [units.roundlyCentredOutcome, units.exposure] + (isSized ? [units.size] : [])
    sums = UnitSums(units.assignment, width: columns.count, values: columns.interleaved)
    let assignment = units.assignment
    let strata = (0..<sums.stratumCount).map { assignment.starts[$0]..<assignment.starts[$0 + 1] }
    sizes = strata.map { units.size[$0].reduce(0, +) }
    treatedRows = strata.map { units.exposure[$0].reduce(0, +) }
  }

  func null(_ drawn: [Double]) -> NullStatistic {
    let width = sums.width
    var a = 0.0
    var b = 0.0
    for stratum in sizes.indices {
      let at = stratum * width
      let treated = isSized ? drawn[at + 2] : treatedRows[stratum]
      let control = sizes[stratum] - treated
      let share = sizes[stratum] / rows
      a += share * (drawn[at] / treated - (sums.totals[at] - drawn[at]) / control)
      b += share * (drawn[at + 1] / treated - (sums.totals[at + 1] - drawn[at + 1]) / control)
    }
    return NullStatistic(a: a, b: b)
  }
}

/// The difference in means over its standard error: Welch's or Neyman's from the spread of units
/// within arm and block, and that of the differences where all blocks are pairs.
struct StudentisedStatistic: RandomisationStatistic {
  let sums: UnitSums
  private let rows: Double
  private let unitCounts: [(treated: Double, control: Double)]
  private let arePairs: Bool
  /// Whether units are single rows, for which four sums say all.
  private let areRows: Bool

  /// - Throws: `EstimationFault.thinBlocks` naming blocks in which an arm has one unit, unless all
  ///   blocks are pairs; `.tooFew` for such an arm without blocks.
  init(_ units: UnitTable) throws(EstimationFault) {
    rows = units.size.reduce(0, +)
    let assignment = units.assignment
    let y = units.centredOutcome
    let z = units.exposure
    let n = units.size
    areRows = n.allSatisfy { $0 == 1 }
    let columns =
      areRows
      ? [y, z, y.multiplied(by: y), y.multiplied(by: z)]
      : [
        y, z, y.multiplied(by: y), y.multiplied(by: z), n, y.multiplied(by: n), n.multiplied(by: n),
        z.multiplied(by: n),
        z.multiplied(by: z),
      ]
    sums = UnitSums(assignment, width: columns.count, values: columns.interleaved)
    unitCounts = assignment.strata.indices.map {
      let treated = assignment.treatedCount(in: $0)
      return (Double(treated), Double(assignment.size(of: $0) - treated))
    }
    arePairs = unitCounts.count > 1 && unitCounts.allSatisfy { $0.treated == 1 && $0.control == 1 }
    guard !arePairs else { return }
    let thin = unitCounts.indices.filter { min(unitCounts[$0].treated, unitCounts[$0].control) < 2 }
    guard let first = thin.first else { return }
    guard assignment.strata.count > 1 else {
      throw .tooFew(
        "\(assignment.scheme.usesClusters == true ? "clusters" : "cases") in each arm",
        count: Int(min(unitCounts[first].treated, unitCounts[first].control)), needed: 2)
    }
    throw .thinBlocks(thin.map { assignment.strata[$0] })
  }

  func null(_ drawn: [Double]) -> NullStatistic {
    arePairs ? pairs(drawn) : arms(drawn)
  }

  private func arms(_ drawn: [Double]) -> NullStatistic {
    var result = NullStatistic(a: 0, b: 0, v0: 0, v1: 0, v2: 0)
    for stratum in unitCounts.indices {
      let counts = unitCounts[stratum]
      let treated = part(drawn, stratum, counts.treated)
      let all = part(sums.totals, stratum, counts.treated + counts.control)
      let control = all - treated
      let share = all[Term.n] / rows
      for (sign, arm, count) in [(1.0, treated, counts.treated), (-1.0, control, counts.control)] {
        let mean = arm[Term.y] / arm[Term.n]
        let exposed = arm[Term.z] / arm[Term.n]
        result.a += sign * share * mean
        result.b += sign * share * exposed
        let scale = share * share * count / (count - 1) / (arm[Term.n] * arm[Term.n])
        result.v0 += scale * (arm[Term.yy] - mean * (2 * arm[Term.yn] - mean * arm[Term.nn]))
        result.v1 +=
          2 * scale
          * (mean * arm[Term.zn] + exposed * (arm[Term.yn] - mean * arm[Term.nn]) - arm[Term.yz])
        result.v2 +=
          scale * (arm[Term.zz] - exposed * (2 * arm[Term.zn] - exposed * arm[Term.nn]))
      }
    }
    return result
  }

  private func pairs(_ drawn: [Double]) -> NullStatistic {
    let count = Double(unitCounts.count)
    var a = 0.0
    var b = 0.0
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for stratum in unitCounts.indices {
      let treated = part(drawn, stratum, 1)
      let all = part(sums.totals, stratum, 2)
      let control = all - treated
      let share = all[Term.n] / rows
      let first =
        share * (treated[Term.y] / treated[Term.n] - control[Term.y] / control[Term.n])
      let second =
        share * (treated[Term.z] / treated[Term.n] - control[Term.z] / control[Term.n])
      a += first
      b += second
      aa += first * first
      ab += first * second
      bb += second * second
    }
    let scale = count / (count - 1)
    return NullStatistic(
      a: a, b: b, v0: scale * (aa - a * a / count), v1: -2 * scale * (ab - a * b / count),
      v2: scale * (bb - b * b / count))
  }

  private enum Term {
    static let y = 0
    static let z = 1
    static let yy = 2
    static let yz = 3
    static let n = 4
    static let yn = 5
    static let nn = 6
    static let zn = 7
    static let zz = 8
  }

  /// The sums of a stratum over so many units.
  private func part(_ all: [Double], _ stratum: Int, _ count: Double) -> SIMD16<Double> {
    var part = SIMD16<Double>.zero
    let width = sums.width
    for term in 0..<width { part[term] = all[stratum * width + term] }
    guard areRows else { return part }
    part[Term.n] = count
    part[Term.yn] = part[Term.y]
    part[Term.nn] = count
    part[Term.zn] = part[Term.z]
    part[Term.zz] = part[Term.z]
    return part
  }
}

/// Wilcoxon's sum of the treated ranks, against its mean; within blocks each block's sum is divided by
/// its rows plus one (van Elteren).
struct RankSumStatistic: RandomisationStatistic {
  let sums: UnitSums
  private let weights: [Double]
  private let expected: [Double]

  init(_ units: UnitTable, shiftedBy effect: Double = 0) {
    let assignment = units.assignment
    let ranks = units.rankSums(shiftedBy: effect)
    sums = UnitSums(
      assignment, width: 2, values: [ranks, ranks.map { _ in 0 }].interleaved)
    let strata = assignment.strata.indices
    weights = strata.map { stratum in
      guard strata.count > 1 else { return 1 }
      let places = assignment.starts[stratum]..<assignment.starts[stratum + 1]
      return 1 / (units.size[places].reduce(0, +) + 1)
    }
    let totals = sums.totals
    expected = strata.map {
      totals[2 * $0] * Double(assignment.treatedCount(in: $0)) / Double(assignment.size(of: $0))
    }
  }

  func null(_ drawn: [Double]) -> NullStatistic {
    var value = 0.0
    for stratum in weights.indices {
      value += weights[stratum] * (drawn[2 * stratum] - expected[stratum])
    }
    return NullStatistic(a: value, b: 0)
  }
}

extension [Double] {
  /// The products of two columns, row by row.
  func multiplied(by other: [Double]) -> [Double] { indices.map { self[$0] * other[$0] } }
}

extension [[Double]] {
  /// Columns of equal length as rows, one after the other.
  var interleaved: [Double] {
    var result: [Double] = []
    result.reserveCapacity((first?.count ?? 0) * count)
    for row in (first ?? []).indices {
      for column in self { result.append(column[row]) }
    }
    return result
  }
}
