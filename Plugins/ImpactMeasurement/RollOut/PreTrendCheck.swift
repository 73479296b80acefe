// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// Whether those who adopted and those who did not changed alike before anybody adopted.
///
/// A failed check lowers the grade of the evidence to 2. One that passes proves little: with few
/// periods or units it would hardly fail.
struct PreTrendCheck {
  let outcome: String
  let threshold: Double

  /// Tests the placebos of effects over time.
  func check(_ study: EventStudy) -> TrustCheck {
    do throws(EstimationFault) {
      guard let test = try study.preTrend() else { return untestable(Self.tooShort) }
      return check(test)
    } catch {
      return untestable(Self.singular)
    }
  }

  /// Takes a test of the placebos, which is nil where there is none.
  func check(_ test: () throws(EstimationFault) -> WaldTest?) -> TrustCheck {
    do throws(EstimationFault) {
      guard let test = try test() else { return untestable(Self.tooShort) }
      return check(test)
    } catch {
      return untestable(Self.singular)
    }
  }

  /// Takes the placebos together, or one by one where units are few for that.
  func check(_ result: CallawaySantAnna) -> TrustCheck {
    if result.canTestPlacebosTogether {
      return check { () throws(EstimationFault) in try result.preTrend() }
    }
    guard let test = result.separatePlacebos() else { return untestable(Self.tooShort) }
    var check = verdict(
      test.pValue, of: test.count, how: ", each tested by itself, as units are few")
    check.statistic = test.statistic
    check.degreesOfFreedom = test.degreesOfFreedom
    return check
  }

  static let tooShort = "there is no second period before adoption"
  static let singular = "there are too few units for the number of periods before adoption"

  private func check(_ test: WaldTest) -> TrustCheck {
    var check = verdict(test.pValue, of: Int(test.degreesOfFreedom))
    check.statistic = test.statistic
    check.degreesOfFreedom = test.degreesOfFreedom
    return check
  }

  private func verdict(_ pValue: Double, of count: Int, how: String = "") -> TrustCheck {
    let passed = pValue >= threshold
    let placebos = "\(count) \(count == 1 ? "placebo" : "placebos") before adoption\(how)"
    var check = TrustCheck(
      "pre-trends", subject: outcome, passed: passed, severity: .warning,
      message: passed
        ? "\(outcome): no sign of different trends in \(placebos) (\(pValue.asPValue))"
        : "\(outcome): trends differed before adoption (\(placebos), \(pValue.asPValue)): "
          + "the effect may be a trend that was there already")
    check.pValue = pValue
    check.value = pValue
    check.threshold = threshold
    check.flag = passed ? nil : "pre-trends"
    return check
  }

  /// A check that could not be made fails nothing, and says so.
  func untestable(_ why: String) -> TrustCheck {
    TrustCheck(
      "pre-trends", subject: outcome, passed: true, severity: .info,
      message: "\(outcome): trends before adoption cannot be tested, because \(why)")
  }
}

extension EvidenceGrade {
  /// Takes a check of trends into account.
  mutating func take(_ check: TrustCheck) {
    guard !check.passed, check.flag == "pre-trends" else { return }
    lower(to: 2, because: "trends differed before adoption (\((check.pValue ?? 0).asPValue))")
  }
}

extension StageFault {
  /// What an estimator of roll-outs refused, at the parameter that can change it.
  init(rollOut fault: EstimationFault, of what: String) {
    let parameter: String
    var help = fault.help
    switch fault {
    case .repeatedPeriods: parameter = "unit"
    case .changingAdoption: parameter = "adopted"
    case .noOverlap, .rankDeficient, .leverageOne: parameter = "covariates"
    case .oneCluster, .noDegreesOfFreedom: parameter = "cluster"
    case .outOfRange(let name, _):
      parameter =
        name.contains("weight")
        ? "weight" : name.contains("anticipation") ? "anticipation" : "level"
    case .tooFew(let name, _, _):
      switch true {
      case name.hasPrefix("never treated"):
        parameter = "control_group"
        help = "use control_group: not-yet, which compares with units that adopt later"
      case name.hasPrefix("periods"), name.hasPrefix("draws"):
        parameter = name.hasPrefix("draws") ? "draws" : "time"
        help = "use more periods, or another method"
      case name.hasPrefix("units seen"):
        parameter = "unit"
        help = "leave out periods in which many units are missing, with 'where'"
      case name.hasPrefix("groups of two"):
        parameter = "adopted"
        help = "for a single unit that adopts, see impact/synthetic-control"
      case name.hasPrefix("rows"): parameter = "covariates"
      default:
        parameter = "adopted"
        help = "without units that are not treated (yet) there is nothing to compare with"
      }
    default: parameter = "outcome"
    }
    self.init("\(what): \(fault.message)", at: parameter, help: help)
  }
}
