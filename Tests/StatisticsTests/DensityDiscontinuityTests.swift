// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Python rddensity 3.0 on `CutoffSample`, cut-off 0.1, with its defaults otherwise.
///
/// Those are unrestricted, jackknife and comb. Fixed bandwidths 1e-6, chosen bandwidths 1e-4.
struct DensityDiscontinuityTests {
  private struct Run {
    let order: Int
    let kernel: LocalKernel
    let fixed: CutoffPair<Double>?
    let heaped: Bool
    /// f̂₋, f̂₊, se of the difference, p, h on the left and on the right.
    let expected: [Double]
  }

  private static let runs = [
    Run(
      order: 2, kernel: .triangular, fixed: CutoffPair(0.4, 0.3), heaped: false,
      expected: [
        0.4101232903717289, 0.3939275499695327, 0.20257476549088974, 0.9362774638, 0.4, 0.3,
      ]),
    Run(
      order: 2, kernel: .triangular, fixed: nil, heaped: false,
      expected: [
        0.40518484638874436, 0.40270369770280373, 0.1107907128714492, 0.9821329359417093,
        1.119377353602135, 1.205217604514872,
      ]),
    Run(
      order: 1, kernel: .triangular, fixed: nil, heaped: false,
      expected: [
        0.40074692602687134, 0.40128282868651616, 0.08267660952245569, 0.9948282172369007,
        0.894284065860767, 0.8011361613134417,
      ]),
    Run(
      order: 3, kernel: .uniform, fixed: nil, heaped: false,
      expected: [
        0.4120626411610847, 0.4026782309088526, 0.15997325177782512, 0.95322103125776,
        1.0545773553739943, 1.29099358552308,
      ]),
    Run(
      order: 2, kernel: .epanechnikov, fixed: nil, heaped: false,
      expected: [
        0.4041820645190383, 0.40351696794241, 0.11376494331276629, 0.9953354060435347,
        1.1442573494736712, 1.144925608906633,
      ]),
    Run(
      order: 2, kernel: .triangular, fixed: nil, heaped: true,
      expected: [
        0.40580692980532396, 0.40373383418976677, 0.11335377504843194, 0.985408524953691,
        1.1145017609477403, 1.1727106104351128,
      ]),
  ]

  @Test(arguments: runs.indices)
  func `the test is rddensity's`(place: Int) throws {
    let run = Self.runs[place]
    var running = CutoffSample(800).running
    if run.heaped { running = running.map { ($0 * 40).rounded(.toNearestOrEven) / 40 } }
    let test = try DensityDiscontinuity(
      running: running, cutoff: 0.1, order: run.order, bandwidths: run.fixed, kernel: run.kernel)
    let tolerance = run.fixed == nil ? 1e-4 : 1e-6
    let figures = [
      test.densities.left, test.densities.right, test.difference.standardError,
      test.difference.pValue, test.bandwidths.left, test.bandwidths.right,
    ]
    for (place, figure) in figures.enumerated() {
      expectClose(figure, run.expected[place], tolerance, "figure \(place)")
    }
    #expect(test.counts.left == (run.heaped ? 388 : 392))
    #expect(run.heaped == (test.tiedShare > 0.5))
  }

  @Test func `cases pushed over the cut-off are found`() throws {
    let running = CutoffSample(2000).running.enumerated().map { row, x in
      x > -0.5 && x < 0.1 && row % 3 > 0 ? 0.2 - x : x
    }
    let test = try DensityDiscontinuity(running: running, cutoff: 0.1)
    #expect(test.difference.pValue < 0.001)
    #expect(test.densities.right > test.densities.left)
  }

  @Test func `turning the running variable around turns the sign`() throws {
    let running = CutoffSample(800).running
    let bandwidths = CutoffPair(0.5, 0.3)
    let there = try DensityDiscontinuity(running: running, cutoff: 0.1, bandwidths: bandwidths)
    let back = try DensityDiscontinuity(
      running: running.map { -$0 }, cutoff: -0.1, bandwidths: CutoffPair(0.3, 0.5))
    expectClose(back.difference.value, -there.difference.value, 1e-8)
    expectClose(back.difference.standardError, there.difference.standardError, 1e-2)
  }

  @Test func `what cannot be tested is a fault`() throws {
    let running = CutoffSample(200).running
    #expect(
      throws: EstimationFault.outOfRange(
        "the cut-off", allowed: "inside the range of the running variable")
    ) { try DensityDiscontinuity(running: running, cutoff: 3) }
    #expect(throws: EstimationFault.zeroVariance("the running variable")) {
      try DensityDiscontinuity(running: [2, 2, 2], cutoff: 2)
    }
    #expect(throws: EstimationFault.outOfRange("the order", allowed: "1 to 4")) {
      try DensityDiscontinuity(running: running, cutoff: 0, order: 7)
    }
    #expect(throws: EstimationFault.outOfRange("the bandwidth", allowed: "positive")) {
      try DensityDiscontinuity(running: running, cutoff: 0, bandwidths: CutoffPair(0, 1))
    }
    #expect(throws: EstimationFault.notFinite("the running variable", rows: [1])) {
      try DensityDiscontinuity(running: [0, .nan, 1], cutoff: 0.5)
    }
    #expect(
      throws: EstimationFault.tooFew(
        "different values of the running variable within the bandwidth on one side", count: 2,
        needed: 5)
    ) { try DensityDiscontinuity(running: [0, 1, 2, 3, 4, 5, 6, 7], cutoff: 6) }
  }
}

/// Cases around the cut-off 0.1 that Python repeats bit for bit: fractions of k·a, as in
/// `k = np.arange(1, n + 1); u = (k * 0.6180339887498949) % 1.0`.
struct CutoffSample {
  let running: [Double]
  private let count: Int

  init(_ count: Int) {
    self.count = count
    running = Self.fractions(count, 0.6180339887498949).map { 2 * $0 - 1 + 0.5 * $0 * $0 }
  }

  static func fractions(_ count: Int, _ step: Double) -> [Double] {
    (1...count).map { (Double($0) * step).truncatingRemainder(dividingBy: 1) }
  }

  /// The running variable in steps of a thirtieth.
  var heaped: [Double] { running.map { ($0 * 30).rounded(.toNearestOrEven) / 30 } }

  /// `e`, `z`, `g`: noise, and what covariates and clusters are made of.
  private var noise: [Double] { Self.fractions(count, 0.41421356237309503) }
  private var spread: [Double] { Self.fractions(count, 0.23606797749978958) }

  /// `z1 = z + 0.2 * x`, `z2 = g - 0.5`.
  var covariates: [(name: String, values: [Double])] {
    let z = Self.fractions(count, 0.7320508075688772)
    return [
      ("z1", (0..<count).map { z[$0] + 0.2 * running[$0] }), ("z2", spread.map { $0 - 0.5 }),
    ]
  }

  /// `floor(g * 25)`.
  var clusters: Grouping { Grouping(spread.map { Int($0 * 25) }) }

  /// `s = (k * k * 0.6457513110645906) % 1.0`; received by 80 % above and 20 % below the cut-off.
  func treatment(below: Double = 0.2) -> [Double] {
    (0..<count).map { row in
      let k = Double(row + 1)
      let draw = (k * k * 0.6457513110645906).truncatingRemainder(dividingBy: 1)
      return draw < (running[row] >= 0.1 ? 0.8 : below) ? 1 : 0
    }
  }

  /// A jump of 0.7 in a cubic.
  var outcome: [Double] {
    let covariates = covariates
    let noise = noise
    return (0..<count).map { row in
      let x = running[row]
      let curve: Double = 1 + 0.8 * x - 0.6 * x * x + 0.4 * x * x * x
      let jump: Double = x >= 0.1 ? 0.7 : 0
      let error: Double = (noise[row] - 0.5) * (1 + 0.3 * x)
      let rest: Double = 0.5 * covariates[0].values[row] - 0.3 * covariates[1].values[row]
      return curve + jump + error + rest
    }
  }

  /// 0.9 for those who got the treatment.
  var fuzzyOutcome: [Double] {
    let treatment = treatment()
    let z1 = covariates[0].values
    let noise = noise
    return (0..<count).map { row in
      let x = running[row]
      let curve: Double = 1 + 0.8 * x - 0.6 * x * x
      return curve + 0.9 * treatment[row] + (noise[row] - 0.5) + 0.5 * z1[row]
    }
  }

  /// `1 + 0.8 * x + 0.9 * d + (e - 0.5)` where nobody below the cut-off is treated.
  var oneSidedOutcome: [Double] {
    let treatment = treatment(below: 0)
    let noise = noise
    return (0..<count).map { row in
      let curve: Double = 1 + 0.8 * running[row]
      return curve + 0.9 * treatment[row] + (noise[row] - 0.5)
    }
  }
}
