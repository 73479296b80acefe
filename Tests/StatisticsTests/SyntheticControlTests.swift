// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables
import Testing

/// Reference case scm-prop99 unless a test says otherwise.
struct SyntheticControlTests {
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `weights on the simplex are the exact optimum`() throws {
    let california = try Prop99()
    let control = try SyntheticControl(california.panel, .outcomes)
    let unit = try #require(control.units.first)
    let weights = try california.reference.numbers(under: "scm/weights")
    for (donor, weight) in zip(unit.donors, unit.weights) {
      let name = california.panel.units[donor]
      let expected = weights[name] ?? 0
      #expect((weight - expected).magnitude < 1e-6, "\(name): \(weight), not \(expected)")
    }
    #expect(unit.isUnique)
    let squares = unit.gaps[..<19].reduce(0) { $0 + $1 * $1 }
    expectClose(squares, try california.reference.number("scm/info/objective"), 1e-8)
    expectClose(
      control.effect, try california.reference.number("scm/att_post_mean"), 1e-8, "effect")
    expectClose(
      control.errorBefore, try california.reference.number("scm/pre_rmspe"), 1e-8, "before")
    expectClose(unit.errorAfter, try california.reference.number("scm/post_rmspe"), 1e-8, "after")
    for (time, gap) in zip(california.panel.times, unit.gaps) {
      let expected = try california.reference.number("scm/gap/\(time)")
      #expect((gap - expected).magnitude < 1e-6, "\(time)")
    }
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `placebos in space give the reference's ratios, rank and p-value`() throws {
    let california = try Prop99()
    let control = try SyntheticControl(california.panel, .outcomes)
    let placebos = try control.placebosInSpace()
    for placebo in placebos[0] {
      let name = california.panel.units[placebo.unit]
      expectClose(
        [placebo].errorRatio, try california.reference.number("placebo/ratio/\(name)"), 1e-6, name)
    }
    let rank = try control.rank(among: placebos, draws: 0, streams: streams)
    #expect(rank.rank == 3 && rank.count == 39 && rank.monteCarloError == nil)
    expectClose(rank.pValue, try california.reference.number("placebo/p"), 1e-12)
    expectClose(
      rank.ratio, try california.reference.number("placebo/ratio/California"), 1e-6, "ratio")
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `synthetic difference-in-differences reaches the exact optimum`() throws {
    let california = try Prop99()
    let fit = try SyntheticDifference(california.panel)
    expectClose(fit.effect, try california.reference.number("sdid/estimate"), 1e-8, "effect")
    // STATISTICS: −15.605397916, to 1e-7.
    expectClose(fit.effect, -15.605397916, 1e-9)
    let cohort = try #require(fit.cohorts.first)
    expectClose(cohort.regularisation, try california.reference.number("sdid/zeta_omega"), 1e-12)
    let omega = try california.reference.numbers(under: "sdid/omega")
    let lambda = try california.reference.numbers(under: "sdid/lambda")
    for (place, donor) in california.panel.donors.enumerated() {
      let name = california.panel.units[donor]
      let expected = omega[name] ?? 0
      #expect((cohort.unitWeights[place] - expected).magnitude < 1e-8, "\(name)")
    }
    for (place, weight) in cohort.timeWeights.enumerated() {
      let time = california.panel.times[place]
      let expected = lambda[time] ?? 0
      #expect((weight - expected).magnitude < 1e-6, "\(time): \(weight), not \(expected)")
    }
  }

  /// pysyncon 1.7.0 AugSynth on prop99, `fit(dataprep, lambda_=…, use_covariates=False)`.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      (100.0, -14.343384000944909), (5000, -17.881777446360047), (1e6, -19.47342593754223),
    ])
  func `augmented weights are those of pysyncon at the same ridge`(
    ridge: Double, effect: Double
  ) throws {
    let control = try SyntheticControl(try Prop99().panel, .augmented(ridge: ridge))
    expectClose(control.effect, effect, 1e-5)
    expectClose(control.units[0].weights.reduce(0, +), 1, 1e-10)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `a chosen ridge fits the past no worse than the simplex`() throws {
    let panel = try Prop99().panel
    let plain = try SyntheticControl(panel, .outcomes)
    let augmented = try SyntheticControl(panel, .augmented(ridge: nil))
    #expect(augmented.errorBefore <= plain.errorBefore)
    #expect(try #require(augmented.units[0].ridge) > 0)
    let interval = try #require(try augmented.timeJackknifeInterval(level: 0.9))
    #expect(interval.contains(augmented.effect))
    #expect(try augmented.timeJackknifeInterval(level: 0.99) == nil)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `an enormous ridge leaves the simplex weights as they are`() throws {
    let panel = try Prop99().panel
    let plain = try SyntheticControl(panel, .outcomes)
    let augmented = try SyntheticControl(panel, .augmented(ridge: 1e16))
    expectClose(augmented.effect, plain.effect, 1e-8)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `every outcome before as predictor, all equal, is the fit of outcomes`() throws {
    let panel = try Prop99().panel
    // Importances that undo the division by the standard deviation.
    let rows = (0..<19).map { panel.outcomes.row($0) }
    var predictors = Matrix(rows: 19, columns: 39)
    var values: [Double] = []
    for unit in 0..<39 { values += rows.map { $0[unit] } }
    predictors = Matrix(rows: 19, columns: 39, values: values)
    let importance = try rows.map { try Sample("", $0).variance }
    let fit = try SyntheticControl(panel, .predictors(predictors, importance: importance))
    let plain = try SyntheticControl(panel, .outcomes)
    expectClose(fit.effect, plain.effect, 1e-7)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `importances are never worse than equal ones nor better than the outcomes' own fit`() throws
  {
    let panel = try Prop99().panel
    // Three periods as predictors, as Abadie, Diamond and Hainmueller (2010) take them.
    var values: [Double] = []
    for unit in 0..<39 { values += [5, 10, 18].map { panel.outcomes[$0, unit] } }
    let predictors = Matrix(rows: 3, columns: 39, values: values)
    let chosen = try SyntheticControl(panel, .predictors(predictors, importance: nil))
    let equal = try SyntheticControl(panel, .predictors(predictors, importance: [1, 1, 1]))
    let best = try SyntheticControl(panel, .outcomes)
    #expect(chosen.errorBefore <= equal.errorBefore + 1e-12)
    #expect(chosen.errorBefore >= best.errorBefore)
    expectClose(try #require(chosen.units[0].predictorWeights).reduce(0, +), 1, 1e-12)
  }

  /// Every fourth problem has whole numbers, so that columns repeat and many follow from others.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `the conditions of an optimum hold whatever the problem`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let rows = Int.random(in: 1...12, using: &random)
    let count = Int.random(in: 1...25, using: &random)
    let ridge = seed % 3 == 0 ? 0.5 : 0
    func draw() -> Double {
      seed % 4 == 1 ? Double(Int.random(in: 99...101, using: &random)) : random.normal() + 100
    }
    let matrix = Matrix(
      rows: rows, columns: count, values: (0..<(rows * count)).map { _ in draw() })
    let target = (0..<rows).map { _ in draw() + 0.5 }
    let fit = try SimplexLeastSquares(columns: matrix, target: target, ridge: ridge)
    #expect(fit.weights.allSatisfy { $0 >= 0 })
    expectClose(fit.weights.reduce(0, +), 1, 1e-12)
    // ∂⁄∂wⱼ of half the objective is the same in use, and no less out of use.
    var residual = target.map { -$0 }
    for column in 0..<count {
      for row in 0..<rows { residual[row] += fit.weights[column] * matrix[row, column] }
    }
    let gradient = (0..<count).map { column in
      ridge * fit.weights[column]
        + (0..<rows).reduce(0) { $0 + (matrix[$1, column] - target[$1]) * residual[$1] }
    }
    let used = (0..<count).filter { fit.weights[$0] > 0 }
    let level = gradient[used[0]]
    for column in 0..<count {
      #expect(gradient[column] - level > -1e-10)
      if used.contains(column) { #expect((gradient[column] - level).magnitude < 1e-10) }
    }
  }

  @Test func `a target that a mixture of columns meets is met, and said to be met by others too`()
    throws
  {
    let columns = Matrix(rows: 1, columns: 3, values: [0, 1, 2])
    let fit = try SimplexLeastSquares(columns: columns, target: [1.5])
    #expect(fit.objective < 1e-25)
    #expect(!fit.isUnique)
    #expect(try SimplexLeastSquares(columns: columns, target: [3]).weights == [0, 0, 1])
  }

  @Test func `several treated units and cohorts are averaged by unit-periods`() throws {
    let panel = try Steps.panel(adoption: [nil, nil, nil, nil, nil, nil, 4, 4, 6])
    let control = try SyntheticControl(panel, .outcomes)
    #expect(control.units.count == 3)
    let gaps = control.units.flatMap { $0.gaps[$0.treatedPeriods] }
    #expect(gaps.count == 4 + 4 + 2)
    expectClose(control.effect, gaps.reduce(0, +) / 10, 1e-12)
    let difference = try SyntheticDifference(panel)
    #expect(difference.cohorts.map(\.from) == [4, 6])
    expectClose(
      difference.effect,
      (8 * difference.cohorts[0].effect + 2 * difference.cohorts[1].effect) / 10, 1e-12)
    // The change adds 5 to noise of size 0.3.
    #expect((difference.effect - 5).magnitude < 1)
    let placebos = try control.placebosInSpace()
    let rank = try control.rank(among: placebos, draws: 99, streams: streams)
    #expect(rank.count == 100 && rank.monteCarloError != nil)
    #expect(rank.pValue <= 0.05)
  }

  @Test func `standard errors repeat, and say how precise they are`() throws {
    let panel = try Steps.panel(adoption: [nil, nil, nil, nil, nil, nil, 4, 4, 4])
    let fit = try SyntheticDifference(panel)
    for variance in SyntheticDifference.Variance.allCases {
      let first = try fit.uncertainty(variance, draws: 40, streams: streams)
      let second = try fit.uncertainty(variance, draws: 40, streams: streams)
      #expect(first == second)
      #expect(first.standardError > 0.01 && first.standardError < 2, "\(variance)")
      #expect((first.monteCarloError == nil) == (variance == .jackknife))
    }
  }

  /// Algorithm 3 in NumPy 2.4, with the reference's exact solver, for three treated states.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the jackknife leaves out each state with the others' weights kept`() throws {
    let states = ["California", "Nevada", "Utah"]
    let panel = try Prop99(treated: states).panel
    let fit = try SyntheticDifference(panel)
    expectClose(fit.effect, -8.79619537022522, 1e-7)
    let error = try fit.uncertainty(.jackknife, draws: 0, streams: streams)
    expectClose(error.standardError, 10.55589633246737, 1e-7)
  }

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the placebo error of prop99 is that of the literature`() throws {
    let fit = try SyntheticDifference(try Prop99().panel)
    let error = try fit.uncertainty(.placebo, draws: 200, streams: streams)
    // Arkhangelsky and others (2021), table 1: 8.4; 200 draws leave an error of 5 %, and of 38 donors
    // each draw takes one.
    #expect(error.standardError > 7.5 && error.standardError < 11)
  }

  @Test func `leaving a donor out leaves those that count`() throws {
    let panel = try Steps.panel(adoption: [nil, nil, nil, nil, nil, nil, nil, nil, 5])
    let control = try SyntheticControl(panel, .outcomes)
    let left = try control.leavingOutDonors()
    let used = zip(control.units[0].donors, control.units[0].weights).filter { $1 > 1e-3 }.map(\.0)
    #expect(left.map(\.donor) == used)
    let time = try #require(
      try control.placeboInTime(earlier: 2, draws: 0, streams: streams))
    #expect(time.units[0].treatedPeriods == 3..<5)
    #expect(time.units.meanGap.magnitude < 2)
    #expect(try control.placeboInTime(earlier: 4, draws: 0, streams: streams) == nil)
  }

  @Test func `donors in the treated unit's place are what a panel without it gives`() throws {
    let panel = try Steps.panel(adoption: [nil, nil, nil, nil, nil, nil, nil, nil, 5])
    let fit = try SyntheticDifference(panel)
    let placebos = try #require(try fit.placebosInSpace())
    #expect(placebos.map(\.donor) == Array(0..<8))
    // Unit 0 treated, and unit 8 not there: the same weights and effect.
    let rest = try SyntheticDifference(
      try Steps.panel(adoption: [5, nil, nil, nil, nil, nil, nil, nil]) { values in
        for time in 5..<8 { values[time] -= 5 }
      })
    expectClose(placebos[0].cohort.effect, rest.effect, 1e-10)
    let left = try fit.leavingOutDonors()
    let used = zip(panel.donors, fit.cohorts[0].unitWeights).filter { $1 > 1e-3 }.map(\.0)
    #expect(left.map(\.donor) == used)
    let early = try #require(panel.withChange(earlier: 2))
    #expect(early.times.count == 5 && early.adoption[8] == 3)
    #expect(try SyntheticDifference(early).effect.magnitude < 1)
    #expect(panel.withChange(earlier: 4) == nil)
  }

  @Test func `panels that cannot be are refused in words`() {
    func fault(_ adoption: [Int?], _ change: (inout [Double]) -> Void = { _ in }) -> String {
      do throws(EstimationFault) {
        _ = try Steps.panel(adoption: adoption, change)
      } catch {
        return error.message
      }
      return ""
    }
    #expect(
      fault([nil, nil, 0]) == "0 periods before the change of 'u2' where at least 2 are needed")
    #expect(
      fault([nil, 4, 4])
        == "1 units that never got the change where at least 2 are needed")
    #expect(fault([nil, nil, nil]) == "0 treated units where at least 1 are needed")
    #expect(
      fault([nil, nil, 4]) { values in for time in 0..<4 { values[16 + time] = 7 } }
        == "the outcome of 'u2' before the change does not vary, so no uncertainty can be estimated"
    )
    #expect(fault([nil, nil, 4]) { $0[3] = .nan } == "'outcome' is missing or infinite in 1 row")
  }

  @Test func `what cannot be drawn is refused in words`() throws {
    let one = try SyntheticDifference(try Steps.panel(adoption: [nil, nil, 4]))
    func fault(_ variance: SyntheticDifference.Variance) -> String {
      do throws(EstimationFault) {
        _ = try one.uncertainty(variance, draws: 20, streams: streams)
      } catch {
        return error.message
      }
      return ""
    }
    #expect(fault(.placebo) == "2 donors for a placebo where at least 3 are needed")
    #expect(
      fault(.jackknife)
        == "1 treated units from '2004' on for a jackknife where at least 2 are needed")
    #expect(fault(.bootstrap) == "1 treated units for a bootstrap where at least 2 are needed")
  }

  private let streams = RandomStreams(seed: 7, name: "synthetic")
}

/// The panel of reference case scm-prop99.
private struct Prop99 {
  let panel: TreatedPanel
  let reference: Reference

  init(treated: [String] = ["California"]) throws {
    reference = try Reference("scm-prop99")
    let states = try reference.groups("state")
    let years = try reference.groups("year")
    let packs = try reference.numbers("packs")
    var outcomes = Matrix(rows: years.count, columns: states.count)
    var values = outcomes.values
    for row in packs.indices {
      values[Int(states.codes[row]) * years.count + Int(years.codes[row])] = packs[row]
    }
    outcomes = Matrix(rows: years.count, columns: states.count, values: values)
    panel = try TreatedPanel(
      units: states.labels, times: years.labels, outcomes: outcomes,
      adoption: states.labels.map { treated.contains($0) ? 19 : nil })
  }
}

/// Eight periods of units that move together, each at its level, with a change that adds 5.
private enum Steps {
  static func panel(
    adoption: [Int?], _ change: (inout [Double]) -> Void = { _ in }
  ) throws(EstimationFault) -> TreatedPanel {
    var random = SeededGenerator(3)
    var values: [Double] = []
    for unit in adoption.indices {
      for time in 0..<8 {
        let effect = adoption[unit].map { time >= $0 ? 5.0 : 0 } ?? 0
        let trend = Double(time * time) / 4 * (1 + Double(unit % 3) / 10)
        values.append(Double(unit * 5 % 9) + trend + effect + 0.3 * random.normal())
      }
    }
    change(&values)
    return try TreatedPanel(
      units: adoption.indices.map { "u\($0)" }, times: (0..<8).map { "\(2000 + $0)" },
      outcomes: Matrix(rows: 8, columns: adoption.count, values: values), adoption: adoption)
  }
}
