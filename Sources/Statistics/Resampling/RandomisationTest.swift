// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Fisher's test of "no effect on anyone" by drawing the assignment again, and the interval of constant
/// effects that it does not reject.
///
/// p = the share of assignments whose |T| is at least the observed one, ties counted. Where there are
/// at most `limit` assignments each is looked at once, and p is exact; otherwise `draws` are drawn and
/// p = (b + 1) ⁄ (m + 1), the observed assignment among them. The interval holds every constant effect
/// τ for which the test on y − τ·treated does not reject. Where units are so many that looking at each
/// assignment would take over 4·10⁹ steps, assignments are drawn too.
///
/// - Missing values: none are accepted; drop such rows beforehand and count them.
/// - Complexity: a draw takes time in proportion to the units of the smaller arm. The interval needs no
///   further draws, except for rank sums, which are drawn again for some forty effects.
///
/// Source: Fisher (1935), The Design of Experiments; Phipson and Smyth (2010), Statistical
/// Applications in Genetics and Molecular Biology 9:39; Wu and Ding (2021), J. American Statistical
/// Association 116:1898–1913, for studentising; van Elteren (1960), Bull. ISI 37:351–361, for ranks in
/// blocks. Agrees with R coin and with full enumeration (reference case permutation-exact) exactly.
public struct RandomisationTest: Sendable, Hashable {
  /// What is compared over assignments.
  public enum Statistic: String, Sendable, Hashable, CaseIterable {
    /// The difference in means, blocks weighted by their rows.
    case difference
    /// That difference over its standard error: valid for "no effect on average" too, with many units.
    case studentised
    /// Wilcoxon's rank sum, in blocks van Elteren's.
    case rankSum = "rank-sum"
    /// The coefficient in a regression with covariates.
    case regression
  }

  /// The constant effect that fits best, in the outcome's unit: the difference in means, the
  /// coefficient, or for ranks the shift of Hodges and Lehmann.
  public let estimate: Double
  /// T as observed.
  public let statistic: Double
  /// Two-sided.
  public let pValue: Double
  /// The share of assignments with T at least, and at most, as observed.
  public let upperPValue: Double
  public let lowerPValue: Double
  /// The standard error of a drawn `pValue`; nil for an exact one.
  public let monteCarloError: Double?
  /// The number of assignments where each was looked at; nil where some were drawn.
  public let assignments: Int?
  /// How many assignments were looked at.
  public let draws: Int
  /// The standard deviation of T over assignments under "no effect".
  public let nullStandardDeviation: Double
  /// Nil on a side where no effect is rejected: too few assignments for that level.
  public let interval: OpenInterval
  public let level: Double

  /// How a test is to be done.
  public struct Setup: Sendable {
    let draws: Int
    let limit: Int
    let level: Double
    let streams: RandomStreams

    /// - Parameters:
    ///   - draws: how many assignments are drawn where there are more than the limit.
    ///   - limit: up to how many assignments each is looked at.
    ///   - level: of the interval.
    ///   - streams: one for each draw.
    public init(
      draws: Int = 9_999, limit: Int = 200_000, level: Double = 0.95, streams: RandomStreams
    ) {
      self.draws = draws
      self.limit = limit
      self.level = level
      self.streams = streams
    }

    func check() throws(EstimationFault) {
      _ = try ConfidenceInterval.tail(outside: level)
      guard draws > 0 else { throw .outOfRange("the number of draws", allowed: "positive") }
    }
  }

  /// Compares two arms.
  ///
  /// - Parameters:
  ///   - arms: the rows.
  ///   - scheme: how units were drawn; what blocks and clusters say unless given.
  ///   - statistic: which does not need covariates.
  ///   - setup: draws, limit, level, streams.
  /// - Throws: `EstimationFault.zeroVariance` where all outcomes are equal, and what `Assignment` and
  ///   the statistic throw.
  public init(
    _ arms: TwoArms, scheme: Assignment.Scheme? = nil, _ statistic: Statistic, _ setup: Setup
  ) throws(EstimationFault) {
    _ = try arms.treatedSample()
    _ = try arms.controlSample()
    let assignment = try Assignment(arms, scheme)
    try Self.checkVaries(arms.outcome)
    let units = UnitTable(assignment, outcome: arms.outcome)
    switch statistic {
    case .difference:
      try self.init(DifferenceStatistic(units), setup)
    case .studentised:
      try self.init(try StudentisedStatistic(units), setup)
    case .rankSum:
      try self.init(ranks: units, setup)
    case .regression:
      var nuisance = Design(rows: arms.outcome.count)
      if let blocks = arms.blocks { nuisance.appendIndicators("block", blocks) }
      try self.init(assignment, outcome: arms.outcome, nuisance: nuisance, setup)
    }
  }

  /// The coefficient of exposure beside other regressors.
  ///
  /// - Parameters:
  ///   - assignment: of the units.
  ///   - outcome: of each row.
  ///   - nuisance: the other regressors with an intercept; they are the same in every assignment.
  ///   - setup: draws, limit, level, streams.
  ///   - isExposed: whether a row is exposed where its unit holds a code: the treated arm's unless
  ///     given; in a stepped wedge whether the row's period is at or after the code's.
  /// - Throws: `EstimationFault.zeroVariance`, and as `OLS`.
  public init(
    _ assignment: Assignment, outcome: [Double], nuisance: Design, _ setup: Setup,
    isExposed: (_ row: Int, _ code: Int32) -> Bool = { $1 == 1 }
  ) throws(EstimationFault) {
    try Self.checkVaries(outcome)
    try self.init(
      try CoefficientStatistic(
        assignment, outcome: outcome, nuisance: nuisance, isExposed: isExposed), setup)
  }

  private static func checkVaries(_ outcome: [Double]) throws(EstimationFault) {
    guard outcome.contains(where: { $0 != outcome.first }) else {
      throw .zeroVariance("the outcome")
    }
  }

  private init(
    _ statistic: some RandomisationStatistic, _ setup: Setup
  ) throws(EstimationFault) {
    let observed = statistic.null(statistic.sums.observed)
    guard observed.v0 > 0 else { throw .zeroVariance("the outcome within the arms") }
    try setup.check()
    let inversion = Self.inversion(
      statistic, setup, estimate: observed.a, standardError: observed.v0.squareRoot())
    self.init(
      inversion, estimate: observed.a, interval: inversion.interval(level: setup.level), setup.level
    )
  }

  private init(ranks units: UnitTable, _ setup: Setup) throws(EstimationFault) {
    func observed(_ effect: Double) -> Double {
      let statistic = RankSumStatistic(units, shiftedBy: effect)
      return statistic.null(statistic.sums.observed).a
    }
    func test(_ effect: Double) -> TestInversion {
      let statistic = RankSumStatistic(units, shiftedBy: effect)
      return Self.inversion(
        statistic, setup, estimate: statistic.null(statistic.sums.observed).a, standardError: 1)
    }
    try setup.check()
    let difference = DifferenceStatistic(units)
    let start = difference.null(difference.sums.observed).a
    let step = 2 * (Moments(units.outcome).variance / Double(units.outcome.count)).squareRoot()
    // The sum of ranks falls as the shift rises. The estimate lies halfway between the last shift with a
    // positive sum and the first with a negative one: the median of the differences between pairs.
    func end(_ step: Double, _ isBefore: (Double) -> Bool) -> Double {
      TestInversion.end(from: start, step: isBefore(start) ? step : -step) {
        isBefore($0) == isBefore(start)
      } ?? start
    }
    let estimate = (end(step) { observed($0) > 0 } + end(-step) { observed($0) < 0 }) / 2
    let inversion = test(0)
    let interval = TestInversion.interval(
      around: estimate, step: step, precision: inversion.isExact ? 1e-13 : 1e-6
    ) {
      TestInversion.accepts(test($0).pValue(at: 0), level: setup.level)
    }
    self.init(inversion, estimate: estimate, interval: interval, setup.level)
  }

  private static func inversion(
    _ statistic: some RandomisationStatistic, _ setup: Setup, estimate: Double,
    standardError: Double
  ) -> TestInversion {
    // With very many units even a few assignments would take long.
    let limit = min(setup.limit, 4_000_000_000 / statistic.sums.assignment.unitCount)
    let isExact = statistic.sums.assignment.count(upTo: limit) != nil
    return TestInversion(
      estimate: estimate, standardError: standardError,
      null: statistic.sums.redraw(isExact ? nil : setup.draws, setup.streams) {
        statistic.null($0)
      }, isExact: isExact)
  }

  private init(
    _ inversion: TestInversion, estimate: Double, interval: OpenInterval, _ level: Double
  ) {
    self.estimate = estimate
    statistic = inversion.estimate / inversion.standardError
    pValue = inversion.pValue(at: 0)
    upperPValue = inversion.oneSided(1)
    lowerPValue = inversion.oneSided(-1)
    monteCarloError = inversion.monteCarloError(of: pValue)
    assignments = inversion.isExact ? inversion.null.count : nil
    draws = inversion.null.count
    nullStandardDeviation = inversion.nullStandardDeviation
    self.interval = interval
    self.level = level
  }
}
