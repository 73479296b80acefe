// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Python rdrobust 2.1.1 on `CutoffSample(600)`, cut-off 0.1: `rdrobust(y, x, c=0.1, …)`.
///
/// Fixed bandwidths (h 0.5 and 0.6, b 0.8 and 0.7 unless given) 1e-6, chosen bandwidths 1e-4.
struct RegressionDiscontinuityTests {
  typealias Settings = RegressionDiscontinuity.Settings

  /// One call of rdrobust and what it gave: τ, τ bias-corrected, se, robust se, h and b by side.
  struct Run: Sendable, CustomStringConvertible {
    let description: String
    var fixed: DiscontinuityBandwidths? = DiscontinuityBandwidths(
      main: CutoffPair(0.5, 0.6), bias: CutoffPair(0.8, 0.7))
    var change: @Sendable (inout Settings) -> Void = { _ in }
    var isHeaped = false
    var isFuzzy = false
    var isOneSided = false
    var hasCovariates = false
    /// τ and robust se of the treatment.
    var firstStage: [Double]?
    let expected: [Double]
  }

  private static let clusters = CutoffSample(600).clusters

  static let runs: [Run] = [
    Run(
      description: "nearest neighbours",
      expected: [
        0.9421496750745599, 0.9272599283280223, 0.1085327587238121, 0.13344390979958778, 0.5, 0.6,
        0.8, 0.7,
      ]),
    Run(
      description: "vce hc2, h above b",
      fixed: DiscontinuityBandwidths(main: CutoffPair(0.7, 0.6), bias: CutoffPair(0.5, 0.4)),
      change: { $0.variance = .hc2 },
      expected: [
        0.9249984495761623, 0.7404729376668755, 0.09233752405540006, 0.22321905802290626, 0.7, 0.6,
        0.5, 0.4,
      ]),
    Run(
      description: "vce hc0", change: { $0.variance = .hc0 },
      expected: [0.9421496750745599, 0.9272599283280223, 0.0989937915293345, 0.12407396181283806]),
    Run(
      description: "vce hc1", change: { $0.variance = .hc1 },
      expected: [0.9421496750745599, 0.9272599283280223, 0.09955096181305878, 0.1251387874936061]),
    Run(
      description: "vce hc2", change: { $0.variance = .hc2 },
      expected: [0.9421496750745599, 0.9272599283280223, 0.10050714049981309, 0.1266491133626968]),
    Run(
      description: "vce hc3", change: { $0.variance = .hc3 },
      expected: [0.9421496750745599, 0.9272599283280223, 0.10205009893493093, 0.12929684523100785]),
    Run(
      description: "cluster", change: { $0.variance = .cr1(clusters) },
      expected: [0.9421496750745599, 0.9272599283280223, 0.0731532473963647, 0.0876516678326215]),
    Run(
      description: "cluster, one bandwidth",
      fixed: DiscontinuityBandwidths(main: CutoffPair(0.6, 0.6)),
      change: { $0.variance = .cr1(clusters) },
      expected: [0.9324967688427883, 0.8970287048366425, 0.07073186020318246, 0.0969027972163231]),
    Run(
      description: "epanechnikov", change: { $0.kernel = .epanechnikov },
      expected: [0.9513864911366521, 0.9423745548201663, 0.10518469562876227, 0.13078072795846576]),
    Run(
      description: "uniform", change: { $0.kernel = .uniform },
      expected: [0.9525615824744462, 0.9670724123248, 0.09793626362429896, 0.12736316362306138]),
    Run(
      description: "p 2", change: { $0.order = 2 },
      expected: [0.8851610048868581, 0.8454588599772945, 0.15599300161796428, 0.17527496073390264]),
    Run(
      description: "p 2, q 4",
      change: {
        $0.order = 2
        $0.biasOrder = 4
      },
      expected: [0.8851610048868581, 0.6192695718212471, 0.15599300161796428, 0.37137068744261487]),
    Run(
      description: "covs", hasCovariates: true,
      expected: [0.7935095413053256, 0.8116779426298096, 0.08728306935225484, 0.10759676920205472]),
    Run(
      description: "fuzzy", isFuzzy: true, firstStage: [0.7185177801652074, 0.13755263100511803],
      expected: [0.9394524650735779, 0.9396166224789145, 0.1499788346148036, 0.18529616626607928]),
    Run(
      description: "fuzzy, covs", isFuzzy: true, hasCovariates: true,
      firstStage: [0.7219322305853525, 0.1378369762219811],
      expected: [1.0306583405480918, 1.0283421029918651, 0.11968921583378968, 0.14711829783388872]),
    Run(
      description: "mass points", isHeaped: true,
      expected: [0.8989214895306792, 0.8630845404671064, 0.09647797361978154, 0.11836912361791316]),
    Run(
      description: "mserd", fixed: nil,
      expected: [
        0.9293660705654974, 0.9196838447104243, 0.11605367769856773, 0.13879833190825877,
        0.47314899082242484, 0.47314899082242484, 0.6965851908132651, 0.6965851908132651,
      ]),
    Run(
      description: "mserd, hc2", fixed: nil, change: { $0.variance = .hc2 },
      expected: [
        0.9287082918452962, 0.9177420661413804, 0.1097498795397384, 0.13287199264166602,
        0.4663515599999316, 0.4663515599999316, 0.687466214977105, 0.687466214977105,
      ]),
    Run(
      description: "mserd, cluster", fixed: nil, change: { $0.variance = .cr1(clusters) },
      expected: [
        0.9208572379740625, 0.9068046974340347, 0.08054284129899052, 0.09387355171159019,
        0.41889523810237317, 0.41889523810237317, 0.6397986181401967, 0.6397986181401967,
      ]),
    Run(
      description: "cerrd, cluster", fixed: nil,
      change: {
        $0.variance = .cr1(clusters)
        $0.selector = .cerrd
      },
      expected: [
        0.8994643085618419, 0.8899623926760958, 0.08690930214470727, 0.09848422719643682,
        0.34447437688427024, 0.34447437688427024, 0.6397986181401967, 0.6397986181401967,
      ]),
    Run(
      description: "mserd, covs", fixed: nil, hasCovariates: true,
      expected: [
        0.7921541109122323, 0.7989032926111659, 0.0968364042568058, 0.11545698243451062,
        0.4088548663955827, 0.4088548663955827, 0.6170231385180897, 0.6170231385180897,
      ]),
    Run(
      description: "mserd, fuzzy", fixed: nil, isFuzzy: true,
      firstStage: [0.7037276356340996, 0.1446662017205943],
      expected: [
        0.9353020504521686, 0.9378780837845635, 0.166867359883522, 0.19582314195192307,
        0.4581323778027714, 0.4581323778027714, 0.716701076030881, 0.716701076030881,
      ]),
    Run(
      description: "mserd, fuzzy, covs", fixed: nil, isFuzzy: true, hasCovariates: true,
      firstStage: [0.706563627021911, 0.16066579298214187],
      expected: [
        1.0281282844254502, 1.028417527546568, 0.1351495117490891, 0.1609728970205088,
        0.40839209908548063, 0.40839209908548063, 0.6100371717219959, 0.6100371717219959,
      ]),
    Run(
      description: "mserd, fuzzy, nobody below", fixed: nil, isOneSided: true,
      firstStage: [0.8235646709913776, 0.09480042797684524],
      expected: [
        0.9316253806389834, 0.942382688551838, 0.11106223789685507, 0.13145959102641536,
        0.4895094885397264, 0.4895094885397264, 0.7544383998730294, 0.7544383998730294,
      ]),
    Run(
      description: "mserd, mass points", fixed: nil, isHeaped: true,
      expected: [
        0.8388232399119127, 0.8250220652492932, 0.12662828610634014, 0.1508338579261785,
        0.30735144298736183, 0.30735144298736183, 0.4820808136225234, 0.4820808136225234,
      ]),
    Run(
      description: "mserd, p 2", fixed: nil, change: { $0.order = 2 },
      expected: [
        0.8543010751816746, 0.8235780304468632, 0.16627633890478274, 0.1878073864990839,
        0.47120897030326253, 0.47120897030326253, 0.6382210518475877, 0.6382210518475877,
      ]),
    Run(
      description: "mserd, epanechnikov", fixed: nil, change: { $0.kernel = .epanechnikov },
      expected: [
        0.9383652144354961, 0.931035648972975, 0.11612297972957508, 0.13863160836519012,
        0.44562198383428325, 0.44562198383428325, 0.6820792214334649, 0.6820792214334649,
      ]),
    Run(
      description: "mserd, uniform", fixed: nil, change: { $0.kernel = .uniform },
      expected: [
        0.9570808607298122, 0.9499268643102927, 0.11543461106675858, 0.13729436772087475,
        0.3902335074802751, 0.3902335074802751, 0.6362506816322958, 0.6362506816322958,
      ]),
  ]

  private func estimate(_ run: Run) throws -> RegressionDiscontinuity {
    let sample = CutoffSample(600)
    var settings = Settings()
    settings.bandwidths = run.fixed
    run.change(&settings)
    return try RegressionDiscontinuity(
      outcome: run.isFuzzy
        ? sample.fuzzyOutcome : run.isOneSided ? sample.oneSidedOutcome : sample.outcome,
      running: run.isHeaped ? sample.heaped : sample.running, cutoff: 0.1,
      treatment: run.isFuzzy
        ? sample.treatment() : run.isOneSided ? sample.treatment(below: 0) : nil,
      covariates: run.hasCovariates ? sample.covariates : [], settings: settings)
  }

  @Test(arguments: runs)
  func `estimates, errors and bandwidths are rdrobust's`(run: Run) throws {
    let found = try estimate(run)
    let tolerance = run.fixed == nil ? 1e-4 : 1e-6
    let figures = [
      found.effect.conventional.value, found.effect.robust.value,
      found.effect.conventional.standardError, found.effect.robust.standardError,
      found.bandwidths.main.left, found.bandwidths.main.right, found.bandwidths.bias.left,
      found.bandwidths.bias.right,
    ]
    for (place, expected) in run.expected.enumerated() {
      expectClose(figures[place], expected, tolerance, "figure \(place)")
    }
    #expect(found.effect.biasCorrected.value == found.effect.robust.value)
    if let firstStage = run.firstStage {
      let jump = try #require(found.firstStage)
      expectClose(jump.conventional.value, firstStage[0], tolerance, "first stage")
      expectClose(jump.robust.standardError, firstStage[1], tolerance, "its error")
    }
  }

  /// `rdbwselect(y, x, c=0.1, all=True)`: h left, h right, b left, b right.
  @Test(arguments: [
    (
      BandwidthSelector.mserd,
      [0.4731489908226192, 0.4731489908226192, 0.6965851908135098, 0.6965851908135098]
    ),
    (.msetwo, [0.40346638821027053, 0.49181384453767796, 0.5991985993184452, 0.7468170884012808]),
    (.msesum, [0.4024967369423196, 0.4024967369423196, 0.6225366737216471, 0.6225366737216471]),
    (.msecomb1, [0.4024967369423196, 0.4024967369423196, 0.6225366737216471, 0.6225366737216471]),
    (.msecomb2, [0.40346638821027053, 0.4731489908226192, 0.6225366737216471, 0.6965851908135098]),
    (.cerrd, [0.3436294330710605, 0.3436294330710605, 0.6965851908135098, 0.6965851908135098]),
    (.certwo, [0.29302170972166375, 0.35718497947370387, 0.5991985993184452, 0.7468170884012808]),
    (.cersum, [0.2923174902856182, 0.2923174902856182, 0.6225366737216471, 0.6225366737216471]),
    (.cercomb1, [0.2923174902856182, 0.2923174902856182, 0.6225366737216471, 0.6225366737216471]),
    (.cercomb2, [0.29302170972166375, 0.3436294330710605, 0.6225366737216471, 0.6965851908135098]),
  ])
  func `every selector is rdbwselect's`(selector: BandwidthSelector, expected: [Double]) throws {
    let found = try estimate(
      Run(description: "", fixed: nil, change: { $0.selector = selector }, expected: []))
    let bandwidths = found.bandwidths
    expectClose(bandwidths.main.left, expected[0], 1e-4)
    expectClose(bandwidths.main.right, expected[1], 1e-4)
    expectClose(bandwidths.bias.left, expected[2], 1e-4)
    expectClose(bandwidths.bias.right, expected[3], 1e-4)
  }

  @Test func `a case very far away changes nothing within fixed bandwidths`() throws {
    let sample = CutoffSample(600)
    var settings = Settings()
    settings.bandwidths = DiscontinuityBandwidths(main: CutoffPair(0.5, 0.6))
    let plain = try RegressionDiscontinuity(
      outcome: sample.outcome, running: sample.running, cutoff: 0.1, settings: settings)
    let other = try RegressionDiscontinuity(
      outcome: sample.outcome + [5], running: sample.running + [1e15], cutoff: 0.1,
      settings: settings)
    #expect(other.effect == plain.effect)
    #expect(other.counts.right == plain.counts.right + 1)
  }

  @Test func `a treatment that everybody above gets is a sharp design`() throws {
    let sample = CutoffSample(600)
    let sharp = try RegressionDiscontinuity(
      outcome: sample.outcome, running: sample.running, cutoff: 0.1)
    let known = try RegressionDiscontinuity(
      outcome: sample.outcome, running: sample.running, cutoff: 0.1,
      treatment: sample.running.map { $0 >= 0.1 ? 2 : 0 })
    expectClose(known.effect.robust.value, sharp.effect.robust.value / 2, 1e-10)
    expectClose(known.effect.robust.standardError, sharp.effect.robust.standardError / 2, 1e-10)
    #expect(known.firstStage == nil)
  }

  @Test func `neither the order of rows nor the unit of measurement matters`() throws {
    let sample = CutoffSample(600)
    let plain = try RegressionDiscontinuity(
      outcome: sample.outcome, running: sample.running, cutoff: 0.1)
    let turned = try RegressionDiscontinuity(
      outcome: sample.outcome.reversed().map { 1000 * $0 + 5 },
      running: sample.running.reversed().map { 12 * $0 - 40 }, cutoff: 12 * 0.1 - 40)
    expectClose(turned.effect.robust.value, 1000 * plain.effect.robust.value, 1e-8)
    expectClose(
      turned.effect.robust.standardError, 1000 * plain.effect.robust.standardError, 1e-8)
    expectClose(turned.bandwidths.main.left, 12 * plain.bandwidths.main.left, 1e-8)
  }

  @Test func `without bias the uniform kernel of order 1 is least squares on both sides`() throws {
    let sample = CutoffSample(600)
    var settings = Settings()
    settings.kernel = .uniform
    settings.bandwidths = DiscontinuityBandwidths(main: CutoffPair(0.4, 0.4))
    settings.variance = .hc2
    let found = try RegressionDiscontinuity(
      outcome: sample.outcome, running: sample.running, cutoff: 0.1, settings: settings)
    let rows = sample.running.indices.filter { (sample.running[$0] - 0.1).magnitude <= 0.4 }
    let distance = rows.map { sample.running[$0] - 0.1 }
    var design = Design(rows: rows.count)
    design.append("right", distance.map { $0 >= 0 ? 1 : 0 })
    design.append("x", distance)
    design.append("x right", distance.map { max($0, 0) })
    let fit = try OLS(outcome: rows.map { sample.outcome[$0] }, design: design)
    expectClose(found.effect.conventional.value, fit.coefficients[1], 1e-10)
    expectClose(
      found.effect.conventional.standardError, try fit.covariance(.hc2).standardErrors[1], 1e-8)
    #expect(found.effectiveCounts.left + found.effectiveCounts.right == rows.count)
  }

  @Test func `what cannot be estimated is a fault`() throws {
    let sample = CutoffSample(100)
    func fault(
      _ outcome: [Double]? = nil, running: [Double]? = nil, cutoff: Double = 0.1,
      treatment: [Double]? = nil, covariates: [(name: String, values: [Double])] = [],
      _ change: (inout Settings) -> Void = { _ in }
    ) -> EstimationFault? {
      var settings = Settings()
      change(&settings)
      do throws(EstimationFault) {
        _ = try RegressionDiscontinuity(
          outcome: outcome ?? sample.outcome, running: running ?? sample.running, cutoff: cutoff,
          treatment: treatment, covariates: covariates, settings: settings)
        return nil
      } catch { return error }
    }
    #expect(
      fault(cutoff: 9)
        == .outOfRange(
          "the cut-off", allowed: "inside the range of the running variable"))
    #expect(
      fault(running: Array(repeating: 1, count: 100)) == .zeroVariance("the running variable"))
    let highest = try #require(sample.running.max())
    #expect(
      fault(cutoff: highest)
        == .tooFew(
          "different values of the running variable above the cut-off", count: 1, needed: 3))
    #expect(
      fault(treatment: Array(repeating: 1, count: 100)) == .zeroVariance("the treatment"))
    #expect(
      fault(covariates: [("a", sample.outcome), ("b", sample.outcome)])
        == .rankDeficient(columns: ["b"]))
    #expect(fault { $0.order = 5 } == .outOfRange("the order", allowed: "1 to 4"))
    #expect(
      fault { $0.biasOrder = 1 }
        == .outOfRange("the order of the bias", allowed: "more than the order and at most 5"))
    #expect(
      fault { $0.bandwidths = DiscontinuityBandwidths(main: CutoffPair(-1, 1)) }
        == .outOfRange("the bandwidth", allowed: "positive"))
    #expect(
      fault { $0.variance = .cr1(Grouping(Array(repeating: "a", count: 100))) } == .oneCluster)
    #expect(fault(Array(repeating: 1, count: 100)) != nil)
    #expect(
      fault(Array(repeating: .nan, count: 100)) == .notFinite("outcome", rows: Array(0..<100)))
    #expect(
      fault(Array(sample.outcome.prefix(12)), running: Array(sample.running.prefix(12)))
        == .tooFew("cases to choose a bandwidth", count: 12, needed: 20))
  }
}
