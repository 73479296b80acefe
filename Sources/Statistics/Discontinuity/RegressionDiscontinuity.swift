// SPDX-License-Identifier: EUPL-1.2

/// The effect at a cut-off, by local polynomials with bias correction and robust intervals.
///
/// τ̂ is the difference of the levels of two polynomials of order p at the cut-off, fitted within h by
/// kernel weights. Its bias is that of the term of order p + 1, estimated by polynomials of order q
/// within b and taken away; `robust` carries the variance of both steps together:
/// τ̂ᵇᶜ ± z·ŝᵣ, normal probabilities. With a treatment the estimate is the ratio of both jumps (fuzzy),
/// its error by the delta method. Covariates enter with slopes common to both sides and add no bias
/// where they do not jump themselves.
///
/// The difference is right of the cut-off minus left of it; cases at the cut-off are on the right.
///
/// - Missing values: none are accepted.
/// - Complexity: O(n·(p + q + covariates)) time, O(n) memory.
///
/// Source: Calonico, Cattaneo and Titiunik (2014), Econometrica 82:2295–2326; Calonico, Cattaneo,
/// Farrell and Titiunik (2019), Review of Economics and Statistics 101:442–451. Agrees with Python
/// rdrobust 2.1.1: 1e-6 at fixed bandwidths, 1e-4 at chosen ones (RegressionDiscontinuityTests). It
/// differs in one thing: the bias of h comes from the term of order p + 1 where q > p + 1, too.
public struct RegressionDiscontinuity: Sendable {
  /// What may be chosen; the values that stand here are rdrobust's.
  public struct Settings: Sendable, Hashable {
    /// p, 1 to 4.
    public var order = 1
    /// q, more than p and at most 5; p + 1 where nil.
    public var biasOrder: Int?
    public var kernel = LocalKernel.triangular
    public var selector = BandwidthSelector.mserd
    /// Fixed bandwidths instead of chosen ones.
    public var bandwidths: DiscontinuityBandwidths?
    public var variance = DiscontinuityVariance.neighbours(3)
    /// Two-sided confidence level.
    public var level = 0.95

    public init() {}
  }

  /// Three ways to report one jump.
  public struct Jump: Sendable, Hashable {
    /// τ̂ with its own standard error: its interval leaves the bias out and is too narrow.
    public let conventional: Estimate
    /// τ̂ᵇᶜ with the standard error of τ̂.
    public let biasCorrected: Estimate
    /// τ̂ᵇᶜ with the standard error of both steps: the interval to report.
    public let robust: Estimate
  }

  /// The effect: in the outcome's unit, or per unit of treatment.
  public let effect: Jump
  /// The jump of the treatment; nil in a sharp design, and where each side has one treatment only.
  public let firstStage: Jump?
  /// The levels of the outcome on either side of the cut-off, of order p, adjusted for covariates.
  public let levels: CutoffPair<Double>
  public let bandwidths: DiscontinuityBandwidths
  public let counts: CutoffPair<Int>
  /// The cases within the main bandwidths.
  public let effectiveCounts: CutoffPair<Int>
  /// The different values of the running variable.
  public let differentValues: CutoffPair<Int>
  /// Whether a fifth of the cases on a side share their value with another.
  public let isHeaped: Bool
  /// The clusters within the wider window, on either side; nil without clusters.
  public let clusters: CutoffPair<Int>?

  /// Estimates the effect.
  ///
  /// - Parameters:
  ///   - outcome: n values in the outcome's unit.
  ///   - running: the running variable.
  ///   - cutoff: from which cases are treated.
  ///   - treatment: what was received, for a fuzzy design.
  ///   - covariates: measured before, with their names.
  ///   - settings: orders, kernel, bandwidths, variance.
  /// - Throws: `EstimationFault.outOfRange` (cut-off outside the data, orders, bandwidths), `.tooFew`
  ///   (cases or different values on a side), `.zeroVariance` (running variable, treatment, outcome),
  ///   `.rankDeficient` (covariates), `.oneCluster`, `.notFinite`, `.notConverged` (the bandwidth).
  public init(
    outcome: [Double], running: [Double], cutoff: Double, treatment: [Double]? = nil,
    covariates: [(name: String, values: [Double])] = [], settings: Settings = Settings()
  ) throws(EstimationFault) {
    let p = settings.order
    let q = settings.biasOrder ?? p + 1
    guard (1...4).contains(p) else { throw .outOfRange("the order", allowed: "1 to 4") }
    guard q > p, q <= 5 else {
      throw .outOfRange("the order of the bias", allowed: "more than the order and at most 5")
    }
    let columns = [outcome] + (treatment.map { [$0] } ?? []) + covariates.map(\.values)
    precondition(columns.allSatisfy { $0.count == running.count }, "one value for each case")
    let names = ["outcome"] + (treatment == nil ? [] : ["treatment"]) + covariates.map(\.name)
    for (name, column) in zip(names, columns) {
      guard column.allSatisfy(\.isFinite) else {
        throw .notFinite(name, rows: column.indices.filter { !column[$0].isFinite })
      }
    }
    let order = try CutoffOrder(running, cutoff: cutoff)
    let codes = settings.variance.clusters?.codes
    precondition(codes.map { $0.count == running.count } ?? true, "one cluster for each case")
    let halves = [(order.left, -1.0), (order.right, 1)]
    let found = Replicates.map(2, chunk: 1) { range in
      halves[range].map { rows, direction in
        CutoffSide(
          rows: rows, direction: direction, running: running, cutoff: cutoff, columns: columns,
          clusters: codes)
      }
    }
    let sides = CutoffPair(found[0], found[1])
    for (side, word) in [(sides.left, "below"), (sides.right, "above")] {
      guard side.differentCount > q else {
        throw .tooFew(
          "different values of the running variable \(word) the cut-off",
          count: side.differentCount, needed: q + 1)
      }
    }
    let model = DiscontinuityModel(
      hasTreatment: treatment != nil, covariates: covariates.map(\.name))
    bandwidths = try Self.bandwidths(sides, running, model, settings, p: p, q: q)
    let windows = CutoffPair(
      try CutoffWindow(
        sides.left, order: p, biasOrder: q, main: bandwidths.main.left,
        bias: bandwidths.bias.left, kernel: settings.kernel),
      try CutoffWindow(
        sides.right, order: p, biasOrder: q, main: bandwidths.main.right,
        bias: bandwidths.bias.right, kernel: settings.kernel))
    let slopes = try model.slopes([
      (sides.left, windows.left.polynomial), (sides.right, windows.right.polynomial),
    ])
    let pair = WindowPair(left: windows.left, right: windows.right, settings: settings)
    let direct = pair.jump(model.adjusted(0, slopes))
    if model.hasTreatment {
      let received = pair.jump(model.adjusted(1, slopes))
      let combination = try model.ratio(
        outcome: direct.plain, treatment: received.plain, slopes)
      let ratio = direct.plain / received.plain
      let bias =
        (direct.plain - direct.corrected) / received.plain
        - direct.plain / (received.plain * received.plain) * (received.plain - received.corrected)
      effect = try pair.estimates(
        of: "the effect", combination, plain: ratio, corrected: ratio - bias)
      // Where a side has one treatment only, both sides, the jump is known and no estimate.
      let isKnown = !sides.left.treatmentVaries && !sides.right.treatmentVaries
      firstStage =
        isKnown
        ? nil
        : try pair.estimates(
          of: "the treatment", model.adjusted(1, slopes), plain: received.plain,
          corrected: received.corrected)
    } else {
      effect = try pair.estimates(
        of: "the outcome", model.adjusted(0, slopes), plain: direct.plain,
        corrected: direct.corrected)
      firstStage = nil
    }
    levels = pair.levels(model.adjusted(0, slopes))
    counts = CutoffPair(sides.left.count, sides.right.count)
    effectiveCounts = CutoffPair(windows.left.polynomial.count, windows.right.polynomial.count)
    differentValues = CutoffPair(sides.left.differentCount, sides.right.differentCount)
    isHeaped = sides.left.isHeaped || sides.right.isHeaped
    clusters =
      codes == nil
      ? nil
      : CutoffPair(
        sides.left.clusterCount(among: windows.left.rows),
        sides.right.clusterCount(among: windows.right.rows))
  }

  private static func bandwidths(
    _ sides: CutoffPair<CutoffSide>, _ running: [Double], _ model: DiscontinuityModel,
    _ settings: Settings, p: Int, q: Int
  ) throws(EstimationFault) -> DiscontinuityBandwidths {
    if let fixed = settings.bandwidths {
      for width in [fixed.main.left, fixed.main.right, fixed.bias.left, fixed.bias.right] {
        guard width > 0, width.isFinite else {
          throw .outOfRange("the bandwidth", allowed: "positive")
        }
      }
      return fixed
    }
    var chosenFor = model
    if model.hasTreatment {
      let varies = [sides.left.treatmentVaries, sides.right.treatmentVaries]
      if varies == [false, false], sides.left.columns[1][0] == sides.right.columns[1][0] {
        throw .zeroVariance("the treatment")
      }
      // Where nobody crosses over on a side there is no ratio to look at there.
      if varies.contains(false) {
        chosenFor = DiscontinuityModel(hasTreatment: false, covariates: model.covariates)
      }
    }
    let kept =
      chosenFor.hasTreatment == model.hasTreatment
      ? sides : CutoffPair(sides.left.droppingTreatment(), sides.right.droppingTreatment())
    return try BandwidthChoice(
      kept, running: running, model: chosenFor, order: p, biasOrder: q, kernel: settings.kernel,
      variance: settings.variance
    ).bandwidths(settings.selector)
  }
}
