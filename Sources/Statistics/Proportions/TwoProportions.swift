// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// Two arms with a yes/no outcome, treated against control.
///
/// All figures agree with R (reference case proportions) to 1e-8.
public struct TwoProportions: Sendable, Hashable {
  public let treated: Proportion
  public let control: Proportion

  public init(treated: Proportion, control: Proportion) {
    self.treated = treated
    self.control = control
  }

  /// The difference in shares with Wald's standard error, se² = p₁q₁⁄n₁ + p₀q₀⁄n₀.
  ///
  /// - Throws: `EstimationFault.zeroVariance` where both shares are 0 or 1.
  public func difference(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    let squared = [treated, control].reduce(0.0) { sum, arm in
      sum + arm.share * (1 - arm.share) / Double(arm.count)
    }
    return try Estimate(
      of: "the outcome", value: treated.share - control.share,
      standardError: squared.squareRoot(), level: level)
  }

  /// Newcombe's interval for the difference, from Wilson's for each share: right also near 0 and 1.
  ///
  /// Source: Newcombe (1998), Statistics in Medicine 17:873–890, method 10.
  public func newcombe(level: Double = 0.95) throws(EstimationFault) -> ConfidenceInterval {
    let first = try treated.wilson(level: level)
    let second = try control.wilson(level: level)
    let difference = treated.share - control.share
    return ConfidenceInterval(
      difference
        - root(square(treated.share - first.lower) + square(second.upper - control.share)),
      difference
        + root(square(first.upper - treated.share) + square(control.share - second.lower)))
  }

  /// Pearson's χ² test of equal shares, without continuity correction.
  public func pearson() throws(EstimationFault) -> ChiSquaredTest {
    try ContingencyTable(
      [treated, control].map { [$0.successes, $0.count - $0.successes] }
    ).pearson()
  }

  /// log(p₁⁄p₀), with se² = 1⁄x₁ − 1⁄n₁ + 1⁄x₀ − 1⁄n₀.
  ///
  /// If any of the four cells is empty, ½ is added to each, as R metafor does.
  ///
  /// - Throws: `EstimationFault.zeroVariance` where all cases succeed.
  public func logRiskRatio(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    let cells = cells
    let squared =
      1 / cells.x1 - 1 / (cells.x1 + cells.y1) + 1 / cells.x0 - 1 / (cells.x0 + cells.y0)
    let ratio = cells.x1 / (cells.x1 + cells.y1) / (cells.x0 / (cells.x0 + cells.y0))
    return try Estimate(
      of: "the log risk ratio", value: log(ratio), standardError: root(squared), level: level)
  }

  /// log of the odds ratio, with Woolf's se² = Σ 1⁄cell.
  ///
  /// If any of the four cells is empty, ½ is added to each.
  public func logOddsRatio(level: Double = 0.95) throws(EstimationFault) -> Estimate {
    let cells = cells
    return try Estimate(
      of: "the log odds ratio", value: log(cells.x1 * cells.y0 / (cells.y1 * cells.x0)),
      standardError: root(1 / cells.x1 + 1 / cells.y1 + 1 / cells.x0 + 1 / cells.y0),
      level: level)
  }

  private var cells: (x1: Double, y1: Double, x0: Double, y0: Double) {
    let counts = [
      treated.successes, treated.count - treated.successes, control.successes,
      control.count - control.successes,
    ]
    let extra = counts.contains(0) ? 0.5 : 0
    return (
      Double(counts[0]) + extra, Double(counts[1]) + extra, Double(counts[2]) + extra,
      Double(counts[3]) + extra
    )
  }

  private func square(_ x: Double) -> Double { x * x }
  private func root(_ x: Double) -> Double { x.squareRoot() }
}
