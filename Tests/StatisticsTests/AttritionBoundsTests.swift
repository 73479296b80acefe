// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct AttritionBoundsTests {
  /// The reference case, 400 assigned of whom some outcomes were not seen.
  private struct Case {
    let reference: Reference
    let arms: AttritedArms
    let cells: Grouping

    init() throws {
      reference = try Reference("lee-bounds")
      let treated = try reference.numbers("z").map { $0 == 1 }
      arms = try AttritedArms(
        treated: treated, outcome: try reference.texts("y").map { Double($0) })
      cells = try reference.groups("g")
    }
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `trimming gives the reference's bounds`() throws {
    let given = try Case()
    let lee = try LeeBounds(given.arms)
    let expected = try given.reference.list("overall/bounds_fractional")
    expectClose(lee.bounds.lower, expected[0], 1e-8)
    expectClose(lee.bounds.upper, expected[1], 1e-8)
    expectClose(lee.trimmedShare, try given.reference.number("overall/trim_share"), 1e-8)
    #expect(lee.trimsTreated && lee.reversedCells == 0)
  }

  /// Lee (2009), proposition 3, written out in numpy 2.4 for the reference case, times √(400⁄399); the
  /// interval with C = 1.6448537410230977 by scipy's brentq.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `standard errors are Lee's, and the interval is Imbens and Manski's`() throws {
    let bounds = try LeeBounds(Case().arms).bounds
    let factor = (400.0 / 399).squareRoot()
    expectClose(bounds.lowerError, 0.4101159282634268 * factor, 1e-10)
    expectClose(bounds.upperError, 0.4069754862180609 * factor, 1e-10)
    expectClose(bounds.interval.lower, 1.7769025852958933 - 1.64485374 * bounds.lowerError, 1e-7)
    expectClose(bounds.interval.upper, 3.392333959842995 + 1.64485374 * bounds.upperError, 1e-7)
  }

  /// Bounds: the reference's cells by the reference's weights.
  ///
  /// Errors: a bootstrap of 2,000 draws in
  /// numpy gave 0.400 and 0.406 (Monte Carlo error 0.006).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `a covariate tightens the bounds`() throws {
    let given = try Case()
    let lee = try LeeBounds(given.arms, cells: given.cells)
    expectClose(lee.bounds.lower, 1.7692627067261344, 1e-8)
    expectClose(lee.bounds.upper, 3.3705943373312435, 1e-8)
    expectClose(lee.bounds.lowerError, 0.400, 0.05)
    expectClose(lee.bounds.upperError, 0.406, 0.05)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `worst cases give the reference's bounds`() throws {
    let given = try Case()
    let bounds = try given.arms.worstCaseBounds(range: 0...20)
    let expected = try given.reference.list("manski_0_20")
    expectClose(bounds.lower, expected[0], 1e-8)
    expectClose(bounds.upper, expected[1], 1e-8)
    #expect(
      throws: EstimationFault.outOfRange(
        "every outcome", allowed: "within the outcome's range")
    ) { try given.arms.worstCaseBounds(range: 0...10) }
  }

  private let treated = [true, true, true, true, false, false, false, false]

  @Test func `where nothing is missing both bounds are the difference in means`() throws {
    let outcome: [Double?] = [3, 5, 4, 8, 1, 2, 4, 5]
    let arms = try AttritedArms(treated: treated, outcome: outcome)
    let lee = try LeeBounds(arms)
    expectClose(lee.bounds.lower, 2, 1e-12)
    expectClose(lee.bounds.upper, 2, 1e-12)
    #expect(lee.trimmedShare == 0 && !lee.trimsTreated)
    let worst = try arms.worstCaseBounds(range: 0...10)
    expectClose(worst.lower, 2, 1e-12)
    // C is the two-sided quantile where the bounds meet.
    expectClose(worst.interval.upper - worst.upper, 1.959963984540054 * worst.upperError, 1e-9)
  }

  /// One control is not seen: of the four treated exactly one is too many, the best or the worst.
  @Test func `one case too many is one case trimmed, whichever arm it is in`() throws {
    let outcome: [Double?] = [3, 5, 4, 8, 1, 2, 4, nil]
    let lee = try LeeBounds(AttritedArms(treated: treated, outcome: outcome))
    expectClose(lee.trimmedShare, 0.25, 1e-12)
    expectClose(lee.bounds.lower, 4 - 7.0 / 3, 1e-12)
    expectClose(lee.bounds.upper, 17.0 / 3 - 7.0 / 3, 1e-12)
    let mirrored = try LeeBounds(AttritedArms(treated: treated.map { !$0 }, outcome: outcome))
    #expect(!mirrored.trimsTreated)
    expectClose(mirrored.bounds.lower, -lee.bounds.upper, 1e-12)
    expectClose(mirrored.bounds.upper, -lee.bounds.lower, 1e-12)
    expectClose(mirrored.bounds.lowerError, lee.bounds.upperError, 1e-12)
  }

  @Test func `the order of cases and ties do not matter`() throws {
    let outcome: [Double?] = [1, 1, 0, 1, 0, 1, nil, nil]
    let forward = try LeeBounds(AttritedArms(treated: treated, outcome: outcome)).bounds
    let backward = try LeeBounds(
      AttritedArms(treated: treated.reversed(), outcome: outcome.reversed())
    ).bounds
    expectClose(forward.lower, backward.lower, 1e-12)
    expectClose(forward.upperError, backward.upperError, 1e-12)
    expectClose(forward.lower, 0.5 - 0.5, 1e-12)
    expectClose(forward.upper, 1 - 0.5, 1e-12)
  }

  @Test func `clusters of one case change nothing, and whole clusters do`() throws {
    let outcome: [Double?] = [3, 5, 4, 8, 1, 2, 4, nil]
    let alone = try LeeBounds(AttritedArms(treated: treated, outcome: outcome)).bounds
    let single = try LeeBounds(
      AttritedArms(treated: treated, outcome: outcome, clusters: Grouping(Array(0..<8)))
    ).bounds
    expectClose(single.lowerError, alone.lowerError, 1e-12)
    let pairs = try LeeBounds(
      AttritedArms(
        treated: treated, outcome: outcome, clusters: Grouping([0, 0, 1, 1, 2, 2, 3, 3]))
    ).bounds
    #expect(pairs.lower == alone.lower && pairs.lowerError != alone.lowerError)
  }

  @Test func `what cannot be bounded is a fault`() {
    #expect(throws: EstimationFault.emptyArm("control")) {
      try AttritedArms(treated: [true, true], outcome: [1, 2])
    }
    #expect(
      throws: EstimationFault.tooFew("outcomes seen in the treated arm", count: 1, needed: 2)
    ) {
      try AttritedArms(treated: [true, true, false, false], outcome: [1, nil, 2, 3])
    }
    #expect(throws: EstimationFault.oneCluster) {
      try AttritedArms(
        treated: treated, outcome: [1, 2, 3, 4, 5, 6, 7, 8],
        clusters: Grouping([Int](repeating: 0, count: 8)))
    }
    #expect(throws: EstimationFault.tooFew("cases of an arm in a cell", count: 0, needed: 1)) {
      try LeeBounds(
        AttritedArms(treated: treated, outcome: [1, 2, 3, 4, 5, 6, 7, nil]),
        cells: Grouping([0, 0, 0, 0, 1, 1, 1, 1]))
    }
    #expect(throws: EstimationFault.notFinite("outcome", rows: [0])) {
      try AttritedArms(treated: [true, true, false, false], outcome: [.nan, 1, 2, 3])
    }
  }
}
