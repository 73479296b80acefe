// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The bounds on differences in trends that a stage of roll-outs is asked to hold against.
struct TrendBounds {
  /// M: changes in slope, in the outcome's unit per period squared.
  let smoothness: [Double]
  /// M̄: multiples of the largest difference before adoption.
  let relative: [Double]

  var isEmpty: Bool { smoothness.isEmpty && relative.isEmpty }

  /// The parameter that faults point at.
  var parameter: String { relative.isEmpty ? "smoothness" : "relative_magnitudes" }

  /// - Throws: `StageFault` for a bound below zero.
  func validate(draws: Int) throws(StageFault) {
    for (name, bounds) in [("smoothness", smoothness), ("relative_magnitudes", relative)] {
      guard bounds.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw .user(
          "a bound in '\(name)' is below zero", at: name,
          help: name == "smoothness"
            ? "take 0 for a straight line, or more in the outcome's unit"
            : "take multiples of the largest difference before adoption, such as [0.5, 1, 2]")
      }
    }
    guard relative.isEmpty || draws > 0 else {
      throw .user(
        "'relative_magnitudes' needs random draws, and 'draws' is 0", at: "draws",
        help: "leave 'draws' out, or take 1000")
    }
  }
}

/// What one outcome's effect is when trends may have differed: intervals, breakdown values, a check.
struct TrendSensitivityRows {
  struct Line {
    let target: TrendSensitivity.Target
    let restriction: String
    let bound: Double?
    let interval: ConfidenceInterval
    var breakdown: Breakdown?
    var isRefuted = false
    var monteCarloError: Double?
  }

  private(set) var lines: [Line] = []
  private(set) var checks: [TrustCheck] = []
  private(set) var notes: [String] = []
  private let outcome: String

  /// Draws of a critical value that lies ten times as far out as that of an interval.
  static let drawsPerDraw = 10

  /// - Parameters:
  ///   - study: effects over time with a universal base.
  ///   - bounds: not empty.
  ///   - outcome: the column.
  ///   - level: two-sided.
  ///   - draws: as the stage counts them.
  ///   - streams: nil without relative bounds.
  /// - Throws: `StageFault` at the parameter of the bounds.
  init(
    _ study: EventStudy, _ bounds: TrendBounds, outcome: String, level: Double, draws: Int,
    streams: RandomStreams?
  ) throws(StageFault) {
    self.outcome = outcome
    do throws(EstimationFault) {
      for target in TrendSensitivity.Target.allCases {
        let trends = try TrendSensitivity(study, of: target, level: level)
        lines.append(
          Line(
            target: target, restriction: "original", bound: nil,
            interval: trends.original.interval))
        if !bounds.smoothness.isEmpty { try smooth(trends, bounds.smoothness) }
        if let streams, !bounds.relative.isEmpty {
          try relative(
            trends, bounds.relative, .hybrid(draws: draws * Self.drawsPerDraw, streams))
        }
      }
    } catch {
      throw Self.fault(error, outcome, bounds)
    }
  }

  /// Why there is nothing to bound.
  static func absent(_ reason: String, _ bounds: TrendBounds, outcome: String) -> StageFault {
    StageFault(
      "\(outcome): there are no effects over time whose trends could be bounded, because \(reason)",
      at: bounds.parameter, help: "leave the bounds out, or add units that do not adopt and periods"
    )
  }

  private mutating func smooth(
    _ trends: TrendSensitivity, _ bounds: [Double]
  ) throws(EstimationFault) {
    let sensitivity = try SmoothnessSensitivity(trends)
    let breakdown = try sensitivity.breakdown()
    let least = sensitivity.leastPossible
    for bound in bounds {
      lines.append(
        Line(
          target: trends.target, restriction: "smoothness", bound: bound,
          interval: try sensitivity.interval(bound).interval, breakdown: breakdown,
          isRefuted: bound < least))
    }
    notes.append(
      "\(outcome): \(trends.target.phrase) "
        + breakdown.sentence { "changes in the slope of trends of up to \($0) a period" })
    if trends.target == .first, bounds.contains(where: { $0 < least }) {
      notes.append(
        "\(outcome): bounds on smoothness below \(least.asSignificant) do not fit the periods before "
          + "adoption (their slopes change by more), so that no effect agrees with them")
    }
  }

  private mutating func relative(
    _ trends: TrendSensitivity, _ bounds: [Double], _ test: RelativeMagnitudes.Test
  ) throws(EstimationFault) {
    let sensitivity = try RelativeMagnitudes(trends, test)
    let breakdown = try sensitivity.breakdown()
    let found = try sensitivity.intervals(bounds)
    for interval in found {
      lines.append(
        Line(
          target: trends.target, restriction: "relative-magnitudes", bound: interval.bound,
          interval: interval.interval, breakdown: breakdown,
          monteCarloError: interval.monteCarloError))
    }
    let error = found.compactMap(\.monteCarloError).max() ?? 0
    notes.append(
      "\(outcome): \(trends.target.phrase) "
        + breakdown.sentence {
          "trends that differ by up to \($0) times the largest difference before adoption"
        }
        + " (Monte Carlo error of critical values at most \(error.asSignificant) standard errors"
        + (trends.periodsBefore == 1 ? "; a single difference is all there is to go by)" : ")"))
    if trends.target == .average { checks.append(check(breakdown)) }
  }

  private func check(_ breakdown: Breakdown) -> TrustCheck {
    let value = breakdown.value
    let passed = value.map { $0 >= 1 } ?? true
    let figure = (value ?? 0).asSignificant
    let message =
      switch (value, passed) {
      case (nil, _):
        "zero is within the interval of the average effect as it is, so no bound on trends is asked for"
      case (_, true):
        "the average effect stands while trends differ by up to \(figure) times the largest "
          + "difference before adoption"
      case (_, false):
        "the average effect is no longer told from zero where trends differ by more than \(figure) "
          + "times the largest difference before adoption: as much as was seen may explain it"
      }
    var check = TrustCheck(
      "trend-sensitivity", subject: outcome, passed: passed,
      severity: value == nil ? .info : .warning, message: "\(outcome): \(message)")
    check.value = value
    check.threshold = 1
    check.flag = passed ? nil : "trend-sensitivity"
    return check
  }

  private static func fault(
    _ fault: EstimationFault, _ outcome: String, _ bounds: TrendBounds
  ) -> StageFault {
    switch fault {
    case .tooFew(let what, _, _) where what.hasPrefix("periods before"):
      StageFault(
        "\(outcome): there is one period before adoption, and bounds on trends need two at least",
        at: bounds.parameter, help: "add earlier periods, or leave the bounds out")
    case .rankDeficient(let times):
      StageFault(
        "\(outcome): the covariance of the effects over time is singular at "
          + times.joined(separator: ", ") + ", so trends cannot be bounded",
        at: bounds.parameter, help: "use more units (or clusters) than periods, or fewer periods")
    case .outOfRange(let what, let allowed) where what.hasPrefix("times"):
      StageFault(
        "\(outcome): \(what) must be \(allowed), for trends to be bounded from one to the next",
        at: bounds.parameter,
        help:
          "give every period its rows; without units that never adopt a second period is left out")
    default:
      StageFault("\(outcome): \(fault.message)", at: bounds.parameter, help: fault.help)
    }
  }
}

extension TrendSensitivity.Target {
  fileprivate var phrase: String {
    switch self {
    case .first: "the effect in the first treated period"
    case .average: "the average effect since adoption"
    }
  }
}

extension Breakdown {
  fileprivate func sentence(_ bound: (String) -> String) -> String {
    switch self {
    case .none: "is not told from zero even with parallel trends"
    case .at(let value): "is told from zero under " + bound(value.asSignificant)
    case .above(let value): "is told from zero under " + bound(value.asSignificant) + " and more"
    }
  }
}

extension Double {
  /// Three significant digits for people: `0.00286`.
  fileprivate var asSignificant: String {
    guard self != 0, isFinite else { return "\(self)" }
    var unit = 1.0
    while magnitude * unit < 100 { unit *= 10 }
    return "\((self * unit).rounded() / unit)"
  }
}
