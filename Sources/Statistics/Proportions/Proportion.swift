// SPDX-License-Identifier: EUPL-1.2

/// A number of successes among a number of cases.
public struct Proportion: Sendable, Hashable {
  public let successes: Int
  public let count: Int

  /// - Throws: `EstimationFault.tooFew` without cases, `.outOfRange` for successes outside 0…count.
  public init(_ successes: Int, of count: Int) throws(EstimationFault) {
    guard count > 0 else { throw .tooFew("cases", count: count, needed: 1) }
    guard (0...count).contains(successes) else {
      throw .outOfRange("the number of successes", allowed: "between 0 and the number of cases")
    }
    self.successes = successes
    self.count = count
  }

  public var share: Double { Double(successes) / Double(count) }

  /// Wilson's score interval: the shares that a score test does not reject.
  ///
  /// Source: Wilson (1927), J. American Statistical Association 22:209–212.
  public func wilson(level: Double = 0.95) throws(EstimationFault) -> ConfidenceInterval {
    let z = Distribution.normal.upperQuantile(try ConfidenceInterval.tail(outside: level))
    let n = Double(count)
    let x = Double(successes)
    let centre = (x + z * z / 2) / (n + z * z)
    let reach = z / (n + z * z) * (x * (n - x) / n + z * z / 4).squareRoot()
    return ConfidenceInterval(centre - reach, centre + reach)
  }

  /// The exact interval of Clopper and Pearson, never too short.
  ///
  /// Source: Clopper and Pearson (1934), Biometrika 26:404–413.
  public func clopperPearson(level: Double = 0.95) throws(EstimationFault) -> ConfidenceInterval {
    let tail = try ConfidenceInterval.tail(outside: level)
    let x = Double(successes)
    let rest = Double(count - successes)
    return ConfidenceInterval(
      successes == 0 ? 0 : Distribution.beta(x, rest + 1).quantile(tail),
      successes == count ? 1 : Distribution.beta(x + 1, rest).upperQuantile(tail))
  }
}
