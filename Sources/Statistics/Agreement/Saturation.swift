// SPDX-License-Identifier: EUPL-1.2

/// Whether further cases still bring new codes.
///
/// The first `base` cases give the base: the number of different codes in them. From there on each case
/// closes a run of the last `run` cases; the new information is the number of codes that came up first
/// in that run, as a share of the base. Saturation is reached at the first case whose run stays at or
/// below the threshold.
///
/// Source: Guest, Namey and Chen (2020), PLOS ONE 15:e0232076.
public struct Saturation: Sendable, Hashable {
  /// What one more case brought.
  public struct Step: Sendable, Hashable {
    /// Counted from 1, in the order in which cases came.
    public let position: Int
    public let newCodes: Int
    public let cumulative: Int
    /// New codes in the run that ends here as a share of the base; nil before the first whole run.
    public let newInformation: Double?
  }

  public let steps: [Step]
  /// Different codes in the first cases.
  public let base: Int
  /// The case at which the threshold was first met; nil where it was not.
  public let reachedAt: Int?

  /// - Parameters:
  ///   - cases: the codes of each case, in the order in which cases came.
  ///   - base: cases that make the base.
  ///   - run: cases in a run.
  ///   - threshold: share of new information that counts as none.
  /// - Throws: `EstimationFault.tooFew` with fewer cases than a base and a run, `.outOfRange` for
  ///   settings below 1, `.zeroVariance` where the base holds no code.
  public init(
    _ cases: [Set<Int>], base: Int = 4, run: Int = 2, threshold: Double = 0.05
  ) throws(EstimationFault) {
    guard base > 0, run > 0 else { throw .outOfRange("base and run", allowed: "at least 1") }
    guard cases.count >= base + run else {
      throw .tooFew("coded cases", count: cases.count, needed: base + run)
    }
    var known: Set<Int> = []
    var fresh: [Int] = []
    var steps: [Step] = []
    var baseCodes = 0
    var reached: Int?
    for (place, codes) in cases.enumerated() {
      fresh.append(codes.subtracting(known).count)
      known.formUnion(codes)
      if place == base - 1 {
        baseCodes = known.count
        guard baseCodes > 0 else { throw .zeroVariance("the codes of the first cases") }
      }
      var information: Double?
      if place >= base + run - 1 {
        let share = Double(fresh.suffix(run).reduce(0, +)) / Double(baseCodes)
        if share <= threshold, reached == nil { reached = place + 1 }
        information = share
      }
      steps.append(
        Step(
          position: place + 1, newCodes: fresh[place], cumulative: known.count,
          newInformation: information))
    }
    self.steps = steps
    self.base = baseCodes
    reachedAt = reached
  }
}
