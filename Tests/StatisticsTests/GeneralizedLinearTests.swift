// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// R 4.2.2 `glm` (epsilon 1e-14), sandwich 3.0.2, MASS 7.3-58.2: the reference case glm-robust.
@Suite(.enabled(if: Reference.isPresent, Reference.absent))
struct GeneralizedLinearReferenceTests {
  private func design(_ reference: Reference) throws -> Design {
    let z = try reference.numbers("z")
    var design = Design(rows: z.count)
    design.append("z", z)
    design.append("x", try reference.numbers("x"))
    return design
  }

  private func model(_ name: String, _ reference: Reference) throws -> GeneralizedLinearModel {
    let design = try design(reference)
    return switch name {
    case "logit":
      try GeneralizedLinearModel(.logit, outcome: reference.numbers("b"), design: design)
    case "probit":
      try GeneralizedLinearModel(.probit, outcome: reference.numbers("b"), design: design)
    case "modified_poisson":
      try GeneralizedLinearModel(.poisson, outcome: reference.numbers("b"), design: design)
    default:
      try GeneralizedLinearModel(
        .poisson, outcome: reference.numbers("k"), design: design,
        exposure: reference.numbers("expo"))
    }
  }

  @Test(arguments: ["logit", "probit", "poisson_offset", "modified_poisson"])
  func `coefficients, deviance and standard errors are those of glm and sandwich`(
    name: String
  ) throws {
    let reference = try Reference("glm-robust")
    let model = try model(name, reference)
    let clusters = try reference.groups("cl")
    let variances: [(String, VarianceEstimator)] = [
      ("se_model", .classical), ("se_HC0", .hc0), ("se_HC1", .hc1),
      ("se_CL_HC0_noadj", .cr0(clusters)), ("se_CL_HC1", .cr1(clusters)),
    ]
    for (position, term) in model.names.enumerated() {
      expectClose(
        model.coefficients[position], try reference.number("\(name)/coef/\(term)"), 1e-8, term)
      for (path, estimator) in variances {
        expectClose(
          try model.covariance(estimator).standardErrors[position],
          try reference.number("\(name)/\(path)/\(term)"), 1e-8, "\(name) \(path) \(term)")
      }
    }
    expectClose(model.deviance, try reference.number("\(name)/deviance"), 1e-10, "deviance")
    expectClose(model.logLikelihood, try reference.number("\(name)/loglik"), 1e-10, "likelihood")
  }

  /// R clubSandwich 0.5.8: `vcovCR(lm(√w·z ~ 0 + √w·X), cl, "CR2")` on the weighted rows of the last step.
  ///
  /// `vcovCR` of the `glm` itself takes another square root of the same matrix (a Cholesky factor of
  /// the working variances in between) and differs by up to 2e-3.
  @Test(arguments: [
    (
      "logit", [0.1915493189349181, 0.2415413492993562, 0.1421824460029639],
      [26.30057474061034, 28.84464245370835, 26.44065332534604]
    ),
    (
      "probit", [0.11522039083098479, 0.14608727818797829, 0.08161864259278581],
      [26.25317811140340, 28.87363423781554, 25.93840747278304]
    ),
    (
      "poisson_offset", [0.08257622368454211, 0.07453974457457660, 0.04283646166785784],
      [26.52243037262244, 28.53313848499614, 24.69220374834130]
    ),
  ])
  func `CR2 and its degrees of freedom are clubSandwich's on the weighted rows`(
    name: String, errors: [Double], freedom: [Double]
  ) throws {
    let reference = try Reference("glm-robust")
    let covariance = try model(name, reference).covariance(.cr2(reference.groups("cl")))
    for position in errors.indices {
      expectClose(covariance.standardErrors[position], errors[position], 1e-8)
      expectClose(covariance.degreesOfFreedom[position], freedom[position], 1e-6)
    }
  }

  @Test func `average marginal effects and their delta-method errors are the reference's`() throws {
    let reference = try Reference("glm-robust")
    let model = try model("logit", reference)
    let arm = try model.averageDifference(1, .classical)
    expectClose(arm.value, try reference.number("logit_ame/z/estimate"), 1e-8)
    expectClose(arm.standardError, try reference.number("logit_ame/z/se"), 1e-8)
    let robust = try model.averageDifference(1, .hc1)
    expectClose(robust.standardError, try reference.number("logit_ame/z_se_HC1"), 1e-8)
    let slope = try model.averageSlope(2, .classical)
    expectClose(slope.value, try reference.number("logit_ame/x/estimate"), 1e-8)
    expectClose(slope.standardError, try reference.number("logit_ame/x/se"), 1e-8)
  }

  /// `mean(μ₁ − μ₀)` and `√(JᵀVJ)` by hand in R, with sandwich `vcovHC(type = "HC1")` and
  /// `vcovCL(~cl, type = "HC1")`; tolerance 1e-8.
  @Test(arguments: [
    ("poisson_offset", 0.7567915936663834, 0.2656096482040264, 0.2494520834624391),
    ("probit", 0.12584731783520620, 0.05406827995417829, 0.05088214526444257),
  ])
  func `average effects keep exposures, and take any variance`(
    name: String, estimate: Double, robust: Double, clustered: Double
  ) throws {
    let reference = try Reference("glm-robust")
    let model = try model(name, reference)
    expectClose(try model.averageDifference(1, .hc1).value, estimate, 1e-8)
    expectClose(try model.averageDifference(1, .hc1).standardError, robust, 1e-8)
    let byCluster = try model.averageDifference(1, .cr1(reference.groups("cl")))
    expectClose(byCluster.standardError, clustered, 1e-8)
    #expect(byCluster.degreesOfFreedom == 29)
  }

  @Test func `the dispersion of counts is quasipoisson's`() throws {
    let reference = try Reference("glm-robust")
    let model = try model("poisson_offset", reference)
    expectClose(
      model.pearson.statistic / model.pearson.degreesOfFreedom,
      try reference.number("quasipoisson/dispersion"), 1e-8)
  }

  @Test func `the negative binomial is glm.nb's, to its optimiser's accuracy`() throws {
    let reference = try Reference("glm-robust")
    let model = try GeneralizedLinearModel.negativeBinomial(
      outcome: reference.numbers("k"), design: design(reference),
      exposure: reference.numbers("expo"))
    let errors = try model.covariance(.classical).standardErrors
    for (position, term) in model.names.enumerated() {
      expectClose(
        model.coefficients[position], try reference.number("negbin/coef/\(term)"), 1e-5, term)
      expectClose(errors[position], try reference.number("negbin/se/\(term)"), 1e-5, term)
    }
    expectClose(try #require(model.theta), try reference.number("negbin/theta"), 1e-5, "theta")
    expectClose(model.logLikelihood, try reference.number("negbin/loglik"), 1e-9, "likelihood")
  }
}

struct GeneralizedLinearTests {
  private func design(_ columns: [(String, [Double])]) -> Design {
    var design = Design(rows: columns[0].1.count)
    for (name, values) in columns { design.append(name, values) }
    return design
  }

  private let arm: [Double] = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
  private let done: [Double] = [0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1]

  /// 2 of 6 and 6 of 8: the difference of shares, and Neyman's variance with n.
  @Test(arguments: [ResponseFamily.logit, .probit, .poisson])
  func `without covariates the average effect is the difference of means`(
    family: ResponseFamily
  ) throws {
    let model = try GeneralizedLinearModel(
      family, outcome: done, design: design([("arm", arm)]))
    let effect = try model.averageDifference(1, .hc0)
    expectClose(effect.value, 0.75 - 1.0 / 3, 1e-10)
    expectClose(
      effect.standardError, (0.75 * 0.25 / 8 + 2.0 / 9 / 6).squareRoot(), 1e-10)
    #expect(effect.degreesOfFreedom == .infinity)
  }

  @Test func `the order of rows does not matter`() throws {
    let x = done.indices.map { Double($0 * 7 % 5) }
    let order = [3, 9, 1, 13, 7, 0, 5, 11, 2, 12, 4, 10, 6, 8]
    let first = try GeneralizedLinearModel(
      .logit, outcome: done, design: design([("arm", arm), ("x", x)]))
    let second = try GeneralizedLinearModel(
      .logit, outcome: order.map { done[$0] },
      design: design([("arm", order.map { arm[$0] }), ("x", order.map { x[$0] })]))
    for (a, b) in zip(first.coefficients, second.coefficients) { expectClose(a, b, 1e-10) }
  }

  @Test func `several arms are set one at a time`() throws {
    let first: [Double] = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    let second: [Double] = [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    let outcome: [Double] = [1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0]
    let model = try GeneralizedLinearModel(
      .logit, outcome: outcome, design: design([("a", first), ("b", second)]))
    expectClose(try model.averageDifference(1, among: [1, 2], .hc0).value, 0.5, 1e-10)
    expectClose(try model.averageDifference(2, among: [1, 2], .hc0).value, 0.25, 1e-10)
  }

  @Test(arguments: [ResponseFamily.logit, .probit])
  func `complete separation names the column that tells all outcomes`(
    family: ResponseFamily
  ) throws {
    let x: [Double] = done.map { $0 == 1 ? 3 : 1 }
    let noise = done.indices.map { Double($0 * 5 % 7) / 100 }
    let fault = #expect(throws: EstimationFault.self) {
      try GeneralizedLinearModel(
        family, outcome: done, design: design([("income", zip(x, noise).map { $0 + $1 })]))
    }
    #expect(fault == .separated(columns: ["income"], complete: true))
    #expect(
      fault?.message
        == "'income' tells the outcome of every row exactly (complete separation), so the "
        + "coefficient has no finite value")
  }

  @Test(arguments: [ResponseFamily.logit, .probit])
  func `quasi-complete separation names the level, and not its neighbours`(
    family: ResponseFamily
  ) throws {
    let level: [Double] = done.indices.map { [2, 6].contains($0) ? 1 : 0 }
    let x = done.indices.map { Double($0 * 7 % 5) }
    #expect(throws: EstimationFault.separated(columns: ["site.b"], complete: false)) {
      try GeneralizedLinearModel(
        family, outcome: done, design: design([("arm", arm), ("site.b", level), ("x", x)]))
    }
  }

  /// Outcomes that a hyperplane parts are separated; where every row has a twin with the other outcome,
  /// nothing can be. (Against a linear programme, 4,500 random problems were told apart without error.)
  @Test(arguments: [ResponseFamily.logit, .probit], 0..<15 as Range<UInt64>)
  func `separation is found where it is, and only there`(
    family: ResponseFamily, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed)
    let first = (0..<20).map { _ in 20 * random.normal() }
    let second = (0..<20).map { _ in Double(Int.random(in: 0...3, using: &random)) }
    let parted = zip(first, second).map { $0 + 3 * $1 > 5 ? 1.0 : 0 }
    let fault = #expect(throws: EstimationFault.self) {
      try GeneralizedLinearModel(
        family, outcome: parted, design: design([("x", first), ("y", second)]))
    }
    guard case .separated(_, complete: true) = fault else {
      Issue.record("not separated, but \(String(describing: fault))")
      return
    }
    let twins = design([("x", first + first), ("y", second + second)])
    let model = try GeneralizedLinearModel(
      family, outcome: parted + parted.map { 1 - $0 }, design: twins)
    #expect(model.coefficients.allSatisfy { $0.magnitude < 1e-8 })
  }

  @Test func `an arm without any event is separated in a count model`() throws {
    let counts = arm.indices.map { arm[$0] == 1 ? 0 : Double($0 % 3) }
    #expect(throws: EstimationFault.separated(columns: ["arm"], complete: false)) {
      try GeneralizedLinearModel(.poisson, outcome: counts, design: design([("arm", arm)]))
    }
  }

  @Test func `counts of Poisson's spread have no theta`() throws {
    let counts: [Double] = arm.indices.map { [1, 2, 3, 2][$0 % 4] }
    let fault = #expect(throws: EstimationFault.self) {
      try GeneralizedLinearModel.negativeBinomial(outcome: counts, design: design([("arm", arm)]))
    }
    #expect(fault == .noOverdispersion)
    #expect(fault?.help == "use the family poisson with a robust variance")
  }

  @Test func `what is outside a family's domain is a fault`() throws {
    let arm = design([("arm", arm)])
    let constant = [Double](repeating: 1, count: 14)
    #expect(throws: EstimationFault.zeroVariance("the outcome")) {
      try GeneralizedLinearModel(.logit, outcome: constant, design: arm)
    }
    #expect(throws: EstimationFault.outOfRange("the outcome of every row", allowed: "0 or 1")) {
      try GeneralizedLinearModel(.logit, outcome: done.map { $0 * 2 }, design: arm)
    }
    #expect(
      throws: EstimationFault.outOfRange("the count of every row", allowed: "zero or more")
    ) {
      try GeneralizedLinearModel(.poisson, outcome: done.map { $0 - 1 }, design: arm)
    }
    #expect(
      throws: EstimationFault.outOfRange(
        "the exposure of every row", allowed: "positive and finite")
    ) {
      try GeneralizedLinearModel(
        .poisson, outcome: done, design: arm, exposure: constant.map { $0 - 1 })
    }
    #expect(throws: EstimationFault.rankDeficient(columns: ["twice"])) {
      try GeneralizedLinearModel(
        .logit, outcome: done, design: design([("arm", self.arm), ("twice", self.arm)]))
    }
  }
}
