// SPDX-License-Identifier: EUPL-1.2

extension MeanDifference {
  /// Welch's test: arms with unequal variances.
  ///
  /// se² = v₁ + v₀ with v = s²⁄n; df = (v₁ + v₀)² ⁄ (v₁²⁄(n₁ − 1) + v₀²⁄(n₀ − 1)).
  ///
  /// - Parameters:
  ///   - treated: in the outcome's unit.
  ///   - control: in the outcome's unit.
  ///   - level: two-sided confidence level.
  /// - Returns: treated − control.
  /// - Throws: `EstimationFault.emptyArm`, `.tooFew` for an arm of one case, `.zeroVariance` if no
  ///   arm varies.
  ///
  /// Source: Welch (1947), Biometrika 34:28–35; Satterthwaite (1946), Biometrics 2:110–114. Agrees
  /// with R `t.test` and estimatr (reference cases two-sample-tests, diff-in-means) to 1e-8.
  public static func welch(
    treated: Sample, control: Sample, level: Double = 0.95
  ) throws(EstimationFault) -> MeanDifference {
    try checkSizes(treated, control)
    let first = treated.squaredErrorOfMean
    let second = control.squaredErrorOfMean
    let sum = first + second
    let degreesOfFreedom =
      sum * sum
      / (first * first / Double(treated.count - 1) + second * second / Double(control.count - 1))
    let estimate = try estimate(
      treated, control, squaredError: sum, degreesOfFreedom: degreesOfFreedom, level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .welch, rule: "Satterthwaite")
  }

  /// Student's test: one variance common to both arms.
  ///
  /// se² = s²(1⁄n₁ + 1⁄n₀), s² = ((n₁ − 1)s₁² + (n₀ − 1)s₀²) ⁄ (n − 2), df = n − 2.
  ///
  /// - Parameters:
  ///   - treated: in the outcome's unit.
  ///   - control: in the outcome's unit.
  ///   - level: two-sided confidence level.
  /// - Returns: treated − control.
  /// - Throws: as `welch(treated:control:level:)`.
  ///
  /// Source: Student (1908), Biometrika 6:1–25. Agrees with R `t.test(var.equal = TRUE)` to 1e-8.
  public static func pooled(
    treated: Sample, control: Sample, level: Double = 0.95
  ) throws(EstimationFault) -> MeanDifference {
    try checkSizes(treated, control)
    let n1 = Double(treated.count)
    let n0 = Double(control.count)
    let common = ((n1 - 1) * treated.variance + (n0 - 1) * control.variance) / (n1 + n0 - 2)
    let estimate = try estimate(
      treated, control, squaredError: common * (1 / n1 + 1 / n0), degreesOfFreedom: n1 + n0 - 2,
      level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .pooled, rule: "rows − 2")
  }

  /// Neyman's conservative variance for complete randomisation, which is regression's HC2.
  ///
  /// se² = s₁²⁄n₁ + s₀²⁄n₀, df = n − 2.
  ///
  /// - Parameters:
  ///   - treated: in the outcome's unit.
  ///   - control: in the outcome's unit.
  ///   - level: two-sided confidence level.
  /// - Returns: treated − control.
  /// - Throws: as `welch(treated:control:level:)`.
  ///
  /// Source: Samii and Aronow (2012), Statistics & Probability Letters 82:365–370. Agrees with R
  /// estimatr `lm_robust(y ~ z, se_type = "HC2")` to 1e-8.
  public static func hc2(
    treated: Sample, control: Sample, level: Double = 0.95
  ) throws(EstimationFault) -> MeanDifference {
    try checkSizes(treated, control)
    let estimate = try estimate(
      treated, control, squaredError: treated.squaredErrorOfMean + control.squaredErrorOfMean,
      degreesOfFreedom: Double(treated.count + control.count - 2), level: level)
    return MeanDifference(
      estimate, treated: treated, control: control, variance: .hc2, rule: "rows − 2")
  }

  private static func estimate(
    _ treated: Sample, _ control: Sample, squaredError: Double, degreesOfFreedom: Double,
    level: Double
  ) throws(EstimationFault) -> Estimate {
    try Estimate(
      of: "the outcome of '\(treated.label)' and '\(control.label)'",
      value: treated.mean - control.mean, standardError: squaredError.squareRoot(),
      degreesOfFreedom: degreesOfFreedom, level: level)
  }

  static func checkSizes(_ samples: Sample...) throws(EstimationFault) {
    for sample in samples {
      guard sample.count > 0 else { throw .emptyArm(sample.label) }
      guard sample.count > 1 else {
        throw .tooFew("cases in arm '\(sample.label)'", count: sample.count, needed: 2)
      }
    }
  }
}
