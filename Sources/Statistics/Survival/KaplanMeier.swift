// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The share of cases without the event over time, with open cases counted for as long as they are seen.
///
/// S(t) = Π_{u ≤ t} (1 − d(u)⁄Y(u)), with d(u) events among the Y(u) at risk. Standard errors are
/// Greenwood's, S·√Σ d⁄(Y(Y − d)); intervals stand on the scale of log(−log S), so that they stay
/// between 0 and 1.
///
/// - Complexity: O(n log n) time, O(n) memory.
///
/// Source: Kaplan and Meier (1958), J. American Statistical Association 53:457–481; Kalbfleisch and
/// Prentice (2002), The Statistical Analysis of Failure Time Data, section 1.4. Agrees with R survival
/// `survfit(conf.type = "log-log")` to 1e-10.
public struct KaplanMeier: Sendable, Hashable {
  /// What happens at one time at which cases leave.
  public struct Step: Sendable, Hashable {
    /// In the unit of the times.
    public let time: Double
    public let atRisk: Int
    public let events: Int
    /// Cases that were last seen at this time without an event.
    public let censored: Int
    /// The share without the event just after this time.
    public let survival: Double
    /// Greenwood's, of `survival`; nil where nobody is left.
    public let standardError: Double?
    /// Nil where nobody is left, and before the first event.
    public let interval: ConfidenceInterval?
  }

  /// At every time at which a case had its event or was last seen, ascending.
  public let steps: [Step]
  /// Rows of the times, ascending by time.
  private let greatest: Double

  /// - Parameters:
  ///   - times: of one group.
  ///   - level: two-sided confidence level, pointwise.
  /// - Throws: `EstimationFault.tooFew` without rows, `.outOfRange` for the level.
  public init(_ times: SurvivalTimes, level: Double = 0.95) throws(EstimationFault) {
    guard times.count > 0 else { throw .tooFew("rows", count: 0, needed: 1) }
    let reach = Distribution.normal.upperQuantile(try ConfidenceInterval.tail(outside: level))
    let order = times.time.indices.sorted { times.time[$0] < times.time[$1] }
    let entries = (times.entry ?? []).sorted()
    var steps: [Step] = []
    var survival = 1.0
    var sum = 0.0
    var gone = 0
    var entered = 0
    while gone < order.count {
      let time = times.time[order[gone]]
      while entered < entries.count, entries[entered] < time { entered += 1 }
      let atRisk = (times.entry == nil ? order.count : entered) - gone
      var events = 0
      var censored = 0
      while gone < order.count, times.time[order[gone]] == time {
        if times.isEvent[order[gone]] { events += 1 } else { censored += 1 }
        gone += 1
      }
      survival *= 1 - Double(events) / Double(atRisk)
      sum += Double(events) / (Double(atRisk) * Double(atRisk - events))
      let isKnown = survival > 0
      var interval: ConfidenceInterval?
      if isKnown, survival < 1 {
        let width = reach * sum.squareRoot() / log(survival)
        interval = ConfidenceInterval(pow(survival, exp(-width)), pow(survival, exp(width)))
      }
      steps.append(
        Step(
          time: time, atRisk: atRisk, events: events, censored: censored, survival: survival,
          standardError: isKnown ? survival * sum.squareRoot() : nil, interval: interval))
    }
    self.steps = steps
    greatest = steps.last?.time ?? 0
  }

  /// The last time at which somebody was seen.
  public var lastTime: Double { greatest }

  /// The first time at which the share is a half or less; nil where it never is.
  public var median: Double? { steps.first { $0.survival <= 0.5 }?.time }

  /// The share without the event just before a time.
  func survival(before time: Double) -> Double {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 1 : steps[low - 1].survival
  }
}
