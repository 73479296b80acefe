// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics

/// Whether the arms have the sizes that were planned.
///
/// In many cases a test finds deviations that change no effect: a mismatch fails only where some arm's
/// share is off by `practical` or more, and warns where it is significant and smaller.
struct SampleRatioCheck {
  let shares: NamedValues<Double>
  let threshold: Double
  let practical: Double

  /// - Throws: `StageFault` where the planned arms are not those of the cases.
  func check(_ arms: Arms, _ units: AssignedUnits) throws(StageFault) -> TrustCheck {
    let planned = try planned(arms)
    let ratio: SampleRatio
    do throws(EstimationFault) {
      ratio = try SampleRatio(counts: units.counts, shares: planned)
    } catch {
      throw StageFault(error, of: "the sample ratio")
    }
    let passed = ratio.test.pValue >= threshold
    let deviation = ratio.largestDeviation
    let isSlight = deviation < practical
    let sizes = zip(arms.labels, units.counts).map { "\($0) \($1)" }.joined(separator: ", ")
    let figures = "\(sizes) \(units.noun); \(ratio.test.pValue.asPValue)"
    let message: String
    if passed {
      message = "arms have the planned sizes (\(figures))"
    } else if isSlight {
      message =
        "arms do not quite have the planned sizes (\(figures)), and no share is off by "
        + "\(practical.asPercentage) or more: too little to change an effect, and worth finding out"
    } else {
      message =
        "arms do not have the planned sizes (\(figures)): find out how some were lost or moved "
        + "before reading any effect"
    }
    var check = TrustCheck(
      "sample-ratio", subject: arms.column, passed: passed,
      severity: !passed && isSlight ? .warning : .error, message: message)
    check.take(ratio.test)
    check.value = ratio.test.pValue
    check.threshold = threshold
    check.flag = passed ? nil : isSlight ? "srm-slight" : "srm"
    return check
  }

  private func planned(_ arms: Arms) throws(StageFault) -> [Double]? {
    guard !shares.isEmpty else { return nil }
    for name in shares.names where arms.place(of: name) == nil {
      throw arms.unknown(name, at: "shares")
    }
    var planned: [Double] = []
    for label in arms.labels {
      guard let share = shares[label] else {
        throw StageFault(
          "'shares' says nothing of arm '\(label)'", at: "shares",
          help: "give every arm its share, or leave cases out with 'where'")
      }
      planned.append(share)
    }
    return planned
  }
}

extension TrustCheck {
  mutating func take(_ test: ChiSquaredTest) {
    statistic = test.statistic
    degreesOfFreedom = test.degreesOfFreedom
    pValue = test.pValue
  }
}

extension Double {
  /// A p-value for people: `p = 0.042`, `p below 0.001`.
  var asPValue: String {
    if self < 0.001 { return "p below 0.001" }
    let thousandths = Int((self * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "p = \(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// A share for people: `0.5 %`.
  var asPercentage: String {
    let tenths = Int((self * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
