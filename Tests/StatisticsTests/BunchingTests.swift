// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct BunchingTests {
  /// A third of the cases from −0.15 to 0.1 crowd into the first 0.04 above the threshold.
  private var crowded: [Double] {
    let running = CutoffSample(2000).running
    return running.indices.map { row in
      let k = Double(row + 1)
      guard running[row] > -0.15, running[row] < 0.1, (row + 1) % 3 == 0 else {
        return running[row]
      }
      return 0.1 + 0.04 * (k * 0.41421356237309503).truncatingRemainder(dividingBy: 1)
    }
  }

  /// R 4.2.2: `solve(crossprod(X), t(X) %*% counts)` with an indicator for the window's bin, its variance
  /// with `diag(counts)` in the middle, and the delta method for the ratio.
  @Test func `the excess is what an indicator of the window takes up`() throws {
    let found = try Bunching(
      running: crowded, threshold: 0.1, binWidth: 0.05, window: CutoffPair(0, 1),
      reach: CutoffPair(20, 20))
    expectClose(found.excess.value, 75.7498714134276, 1e-9)
    expectClose(found.excess.standardError, 10.648782863171, 1e-9)
    expectClose(found.relativeExcess.value, 2.21166677438767, 1e-9)
    expectClose(found.relativeExcess.standardError, 0.351620535789967, 1e-9)
    expectClose(found.expected, 34.2501285865724, 1e-9)
    #expect(found.observed == 110 && found.windowBins == 1 && found.outsideBins == 39)
  }

  @Test func `a smooth density has no excess`() throws {
    let found = try Bunching(
      running: CutoffSample(2000).running, threshold: 0.1, binWidth: 0.05, window: CutoffPair(1, 1),
      reach: CutoffPair(20, 20))
    #expect(found.excess.statistic.magnitude < 2)
  }

  @Test func `what cannot be counted is a fault`() throws {
    func fault(
      _ threshold: Double = 0.1, width: Double = 0.05, window: CutoffPair<Int> = CutoffPair(0, 1),
      reach: CutoffPair<Int> = CutoffPair(20, 20), order: Int = 5
    ) -> EstimationFault? {
      do throws(EstimationFault) {
        _ = try Bunching(
          running: CutoffSample(200).running, threshold: threshold, binWidth: width, window: window,
          reach: reach, order: order)
        return nil
      } catch { return error }
    }
    #expect(
      fault(90) == .outOfRange("the threshold", allowed: "inside the range of the running variable")
    )
    #expect(fault(width: 0) == .outOfRange("the bin width", allowed: "positive"))
    #expect(
      fault(window: CutoffPair(0, 0))
        == .outOfRange("the window", allowed: "at least one bin, and less than the reach"))
    #expect(fault(order: 12) == .outOfRange("the order", allowed: "1 to 9"))
    #expect(
      fault(reach: CutoffPair(3, 3)) == .tooFew("bins outside the window", count: 5, needed: 7))
  }
}
