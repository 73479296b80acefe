// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct GroupSequentialTests {
  private static func even(_ looks: Int) -> [Double] {
    (1...looks).map { Double($0) / Double(looks) }
  }

  private func expect(
    _ bound: GroupSequentialBound, equals name: String, spent tolerance: Double = 1e-6
  ) throws {
    let reference = try Reference("group-sequential")
    for (mine, theirs) in zip(bound.critical, try reference.list("\(name)/critical")) {
      #expect((mine - theirs).magnitude < 1e-6, "\(name): \(mine), not \(theirs)")
    }
    for (mine, theirs) in zip(bound.spent, try reference.list("\(name)/alpha_spent")) {
      #expect((mine - theirs).magnitude < tolerance, "\(name): \(mine) spent, not \(theirs)")
    }
  }

  /// R rpact 3.3.4, getDesignGroupSequential; critical values 1e-6 (reference/README.md).
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `classical bounds agree with rpact`() throws {
    try expect(
      GroupSequentialBound(shape: 0, information: Self.even(3), alpha: 0.025, sides: .one),
      equals: "OF_k3_1s025")
    try expect(
      GroupSequentialBound(shape: 0, information: Self.even(5)), equals: "OF_k5_2s05")
    try expect(
      GroupSequentialBound(shape: 0.5, information: Self.even(4)), equals: "P_k4_2s05")
    try expect(
      GroupSequentialBound(shape: 0.25, information: Self.even(4), alpha: 0.025, sides: .one),
      equals: "WT_025")
    try expect(
      GroupSequentialBound(
        haybittlePeto: 3, information: Self.even(4), alpha: 0.025, sides: .one),
      equals: "HP_k4_1s025")
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `bounds by spending agree with rpact, at even and uneven looks`() throws {
    try expect(
      GroupSequentialBound(
        .obrienFleming, information: Self.even(4), alpha: 0.025, sides: .one),
      equals: "asOF_k4_1s025")
    try expect(
      GroupSequentialBound(
        .obrienFleming, information: [0.3, 0.55, 0.8, 1], alpha: 0.025, sides: .one),
      equals: "asOF_unequal")
    try expect(
      GroupSequentialBound(.pocock, information: Self.even(3)), equals: "asP_k3_2s05")
    try expect(
      GroupSequentialBound(.power(2), information: Self.even(4), alpha: 0.025, sides: .one),
      equals: "asKD_g2")
  }

  /// rpact 3.3.4: typeOfDesign = "asOF", sided = 2, alpha = .05; "asHSD", gammaA = −4; 1e-6.
  @Test func `two sides each spend half, and Hwang, Shih and DeCani spend theirs`() throws {
    let both = try GroupSequentialBound(.obrienFleming, information: Self.even(3))
    let slow = try GroupSequentialBound(
      .hwangShihDeCani(-4), information: Self.even(3), alpha: 0.025, sides: .one)
    for (mine, theirs) in zip(
      both.critical + slow.critical,
      [
        3.71030287326250, 2.51142748445272, 1.99304748326540, 3.01073948538569, 2.54653055220842,
        1.99922635406256,
      ])
    { #expect((mine - theirs).magnitude < 1e-6, "\(mine), not \(theirs)") }
  }

  /// STATISTICS.md, two-sided 0.05; 1e-4.
  @Test(arguments: zip([2, 3, 4, 5], [2.178272, 2.289478, 2.361298, 2.413176]))
  func `Pocock's constants`(looks: Int, constant: Double) throws {
    let bound = try GroupSequentialBound(shape: 0.5, information: Self.even(looks))
    #expect(bound.critical.allSatisfy { ($0 - constant).magnitude < 1e-5 })
  }

  /// The last critical value; STATISTICS.md, two-sided 0.05; 1e-4.
  @Test(arguments: zip([2, 3, 4, 5], [1.977431, 2.004036, 2.024295, 2.040073]))
  func `O'Brien and Fleming's constants`(looks: Int, constant: Double) throws {
    let bound = try GroupSequentialBound(shape: 0, information: Self.even(looks))
    #expect(((bound.critical.last ?? 0) - constant).magnitude < 1e-5)
  }

  @Test func `one look is the fixed test`() throws {
    let bound = try GroupSequentialBound(.pocock, information: [1])
    expectClose(bound.critical[0], 1.959963984540054, 1e-9)
    expectClose(bound.spent[0], 0.05, 1e-9)
  }

  @Test func `looks taken earlier keep their bounds, and no alpha is spent twice`() throws {
    let planned = try GroupSequentialBound(.obrienFleming, information: [0.4, 0.7, 1])
    let first = try GroupSequentialBound(.obrienFleming, information: [0.4])
    #expect((first.critical[0] - planned.critical[0]).magnitude < 1e-9)
    let third = try GroupSequentialBound(
      .obrienFleming, information: [0.4, 0.7, 1], fixed: Array(planned.critical.prefix(2)))
    #expect((third.critical[2] - planned.critical[2]).magnitude < 1e-9)
    expectClose(third.spent[2], 0.05, 1e-9)
    // Bounds that were drawn too low spend more, and what is left is less.
    let careless = try GroupSequentialBound(
      .obrienFleming, information: [0.4, 0.7, 1], fixed: [2.2, 2.2])
    #expect(careless.critical[2] > planned.critical[2])
  }

  @Test func `a trial that ends early or late spends all there is`() throws {
    for end in [0.8, 1.1] {
      let bound = try GroupSequentialBound(.pocock, information: [0.5, end], closes: true)
      expectClose(bound.spent[1], 0.05, 1e-9)
    }
    let open = try GroupSequentialBound(.pocock, information: [0.5, 0.8])
    #expect(open.spent[1] < 0.046)
  }

  @Test func `a look at which nothing is to be spent stops nobody`() throws {
    let bound = try GroupSequentialBound(.obrienFleming, information: [0.01, 1])
    #expect(bound.critical[0] > 8)
    expectClose(bound.critical[1], 1.959963984540054, 1e-9)
  }

  @Test func `looks close together keep their precision`() throws {
    let dense = try GroupSequentialBound(shape: 0.5, information: [0.98, 0.99, 1])
    expectClose(dense.spent[2], 0.05, 1e-9)
    #expect(dense.critical[0] < 2.1)
  }

  @Test func `settings outside their domain are a fault`() {
    #expect(throws: EstimationFault.outOfRange("α", allowed: "between 0 and 0.5")) {
      try GroupSequentialBound(.pocock, information: [1], alpha: 0.6)
    }
    #expect(throws: EstimationFault.tooFew("looks", count: 0, needed: 1)) {
      try GroupSequentialBound(.pocock, information: [])
    }
    let order = EstimationFault.outOfRange(
      "the information of each look", allowed: "above that of the look before")
    #expect(throws: order) { try GroupSequentialBound(.pocock, information: [0.5, 0.5]) }
    #expect(throws: order) { try GroupSequentialBound(.pocock, information: [0, 0.5]) }
    let bar = EstimationFault.outOfRange(
      "the bar of the interim looks", allowed: "so high that α is left")
    #expect(throws: bar) { try GroupSequentialBound(haybittlePeto: 1.5, information: [0.5, 1]) }
  }
}

struct ConditionalPowerTests {
  /// rpact 3.3.4: getPowerAndAverageSampleNumber(asOF, α = .025, t = .3 .6 1, theta = .3, nMax = 100); 1e-7.
  @Test func `the power of each look agrees with rpact`() throws {
    let bound = try GroupSequentialBound(
      .obrienFleming, information: [0.3, 0.6, 1], alpha: 0.025, sides: .one)
    let power = ConditionalPower.crossing(bound, drift: 0.3 * 10)
    for (mine, theirs) in zip(
      power, [0.0111445493567527, 0.3536777077998058, 0.4831295330968032])
    { #expect((mine - theirs).magnitude < 1e-7, "\(mine), not \(theirs)") }
  }

  /// rpact's inflation factor: (z.975 + z.8)² × it is the squared drift of a power of 80 %.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `a design of that size has the power it was made for`() throws {
    let reference = try Reference("group-sequential")
    let bound = try GroupSequentialBound(
      .obrienFleming, information: [1 / 3.0, 2 / 3.0, 1], alpha: 0.025, sides: .one)
    let fixed = 1.959963984540054 + 0.8416212335729143
    let drift = fixed * (try reference.number("inflation_factor")).squareRoot()
    let power = ConditionalPower.crossing(bound, drift: drift)
    #expect((power.reduce(0, +) - 0.8).magnitude < 1e-6)
    let early = try reference.number("n_means/early_stop")
    #expect((power[0] + power[1] - early).magnitude < 1e-5)
  }

  /// (c − Z√t − θ(1 − t)) ⁄ √(1 − t) by SciPy 1.x, norm.sf; 1e-10.
  @Test func `one final look has a closed form`() throws {
    let power = try ConditionalPower(
      statistic: 1.2, information: 0.4, ahead: [(1, 1.96)], plannedDrift: 3)
    expectClose(power.underTrend, 0.467776893399393, 1e-10)
    expectClose(power.underPlan ?? 0, 0.7803088701923349, 1e-10)
    expectClose(power.predictive, 0.4796069970260385, 1e-10)
  }

  @Test func `another look ahead never takes power away`() throws {
    let one = try ConditionalPower(statistic: 1.2, information: 0.4, ahead: [(1, 2)])
    let two = try ConditionalPower(
      statistic: 1.2, information: 0.4, ahead: [(0.7, 2.5), (1, 2)])
    #expect(two.underTrend > one.underTrend && two.underTrend < one.underTrend + 0.05)
    #expect(one.underPlan == nil)
  }

  @Test func `looks that do not lie ahead are a fault`() {
    #expect(throws: EstimationFault.self) {
      try ConditionalPower(statistic: 1, information: 0.4, ahead: [(0.4, 2)])
    }
    #expect(throws: EstimationFault.tooFew("looks to come", count: 0, needed: 1)) {
      try ConditionalPower(statistic: 1, information: 0.4, ahead: [])
    }
  }
}

struct ConfidenceSequenceTests {
  /// The formulas in Python 3.11 with SciPy (betaln, brentq); 1e-9.
  @Test(arguments: [
    (37, 100, 0.95, 0.22294264511242354, 0.5355868585909723),
    (0, 50, 0.95, 0, 0.10464247710451556), (50, 50, 0.9, 0.9078562481411945, 1),
    (1, 2000, 0.95, 1.577751115237205e-07, 0.005189759363680068),
  ])
  func `the binomial sequence`(
    successes: Int, count: Int, level: Double, lower: Double, upper: Double
  ) throws {
    let interval = try BinomialConfidenceSequence(Proportion(successes, of: count), level: level)
      .interval
    #expect((interval.lower - lower).magnitude < 1e-9, "\(interval.lower)")
    #expect((interval.upper - upper).magnitude < 1e-9, "\(interval.upper)")
  }

  @Test func `the asymptotic sequence`() throws {
    let sequence = try AsymptoticConfidenceSequence(
      value: 4.2, standardError: 1, count: 1000, tunedFor: 500)
    expectClose(sequence.interval.halfWidth, 3.0614772188674166, 1e-12)
    expectClose(sequence.pValue, 0.0010236167461953917, 1e-12)
  }

  @Test func `the bounded sequence`() throws {
    let values = (0..<60).map { Double($0 * 37 % 100) / 100 }
    let interval = try BoundedConfidenceSequence(values, limits: 0...1).interval
    expectClose(interval.lower, 0.3399097409091256, 1e-12)
    expectClose(interval.upper, 0.6567569257575411, 1e-12)
    let scaled = try BoundedConfidenceSequence(
      values.map { 10 + 40 * $0 }, limits: 10...50
    ).interval
    expectClose(scaled.lower, 10 + 40 * interval.lower, 1e-12)
  }

  @Test func `the interval at which a value is just left out has that p-value as its error`() throws
  {
    let sequence = try AsymptoticConfidenceSequence(
      value: 3.4, standardError: 1, count: 800, tunedFor: 800)
    let tuned = try AsymptoticConfidenceSequence(
      value: 3.4, standardError: 1, count: 800, tunedFor: 800, level: 1 - sequence.pValue)
    // Another level also tunes anew, so that zero is near the bound and not on it.
    #expect(tuned.interval.lower.magnitude < 0.05)
  }

  /// Looked at after every case, a 95 % interval for one time misses in about a third of such runs.
  @Test func `looked at after every case, the truth is missed seldom`() throws {
    var missed = 0
    for seed in 0..<60 {
      var random = SeededGenerator(UInt64(seed))
      var successes = 0
      for count in 1...150 {
        successes += Double.random(in: 0..<1, using: &random) < 0.3 ? 1 : 0
        let interval = try BinomialConfidenceSequence(Proportion(successes, of: count)).interval
        if !interval.contains(0.3) {
          missed += 1
          break
        }
      }
    }
    #expect(missed <= 7)
  }

  @Test func `a difference takes half the error for each arm`() throws {
    let treated = try Proportion(60, of: 100)
    let control = try Proportion(20, of: 100)
    let difference = try BinomialConfidenceSequence.difference(treated, control)
    let first = try BinomialConfidenceSequence(treated, level: 0.975).interval
    let second = try BinomialConfidenceSequence(control, level: 0.975).interval
    #expect(difference.lower == first.lower - second.upper && difference.lower > 0)
    #expect(difference.upper == first.upper - second.lower)
    let wide = try BoundedConfidenceSequence.difference([0.5, 0.6], [0.1], limits: 0...1)
    #expect(wide.lower == -1 && wide.upper == 1)
  }

  @Test func `what is outside its domain is a fault`() {
    #expect(throws: EstimationFault.zeroVariance("the estimate")) {
      try AsymptoticConfidenceSequence(value: 1, standardError: 0, count: 10, tunedFor: 10)
    }
    #expect(
      throws: EstimationFault.outOfRange("the number of cases to tune for", allowed: "above 0")
    ) { try AsymptoticConfidenceSequence(value: 1, standardError: 1, count: 10, tunedFor: 0) }
    #expect(throws: EstimationFault.outOfRange("every value", allowed: "between 0.0 and 1.0")) {
      try BoundedConfidenceSequence([0.5, 2], limits: 0...1)
    }
    #expect(throws: EstimationFault.outOfRange("the limits", allowed: "apart from each other")) {
      try BoundedConfidenceSequence([1], limits: 1...1)
    }
  }
}
