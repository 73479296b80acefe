// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct MixedModelTests {
  private func sleep() throws -> (Reference, Design, Grouping, [Double]) {
    let reference = try Reference("mixed-models")
    let days = try reference.numbers("days")
    var design = Design(rows: days.count)
    design.append("days", days)
    return (reference, design, try reference.groups("subject"), try reference.numbers("y"))
  }

  /// lme4 1.1.31, reference case mixed-models: tolerance 1e-6, its optimiser's.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      (LinearMixedModel.Criterion.restrictedMaximumLikelihood, "REML"),
      (.maximumLikelihood, "ML"),
    ])
  func `random intercepts and slopes are lme4's`(
    criterion: LinearMixedModel.Criterion, name: String
  ) throws {
    let (reference, design, subjects, y) = try sleep()
    let structures: [(String, CovarianceStructure)] = [
      ("intercept", .exchangeable(rows: y.count)),
      ("slope", .randomSlope("days", design.column(1))),
    ]
    for (kind, structure) in structures {
      let model = try LinearMixedModel(
        outcome: y, design: design, structure: structure, clusters: subjects, criterion: criterion)
      let path = "\(kind)_\(name)"
      for (place, term) in ["(Intercept)", "days"].enumerated() {
        expectClose(model.coefficients[place], try reference.number("\(path)/fixed/\(term)"), 1e-6)
        expectClose(
          model.covariance[place, place].squareRoot(), try reference.number("\(path)/se/\(term)"),
          1e-6)
      }
      let variances = try reference.list("\(path)/varcorr")
      let ours = model.components.map(\.value) + [model.residualVariance]
      for (ours, theirs) in zip(ours, variances) { expectClose(ours, theirs, 2e-6, path) }
      expectClose(model.logLikelihood, try reference.number("\(path)/loglik"), 1e-9)
    }
  }

  /// Balanced cases have the solution in closed form: tolerance 1e-10.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the balanced random intercept has its closed form`() throws {
    let (reference, design, subjects, y) = try sleep()
    let model = try LinearMixedModel(
      outcome: y, design: design, structure: .exchangeable(rows: y.count), clusters: subjects)
    let path = "intercept_REML_closed_form"
    expectClose(model.residualVariance, try reference.number("\(path)/sigma2"), 1e-10)
    expectClose(model.components[0].value, try reference.number("\(path)/sigma2_subject"), 1e-10)
    expectClose(
      model.covariance[1, 1].squareRoot(), try reference.number("\(path)/se_slope"), 1e-10)
    expectClose(model.intraclassCorrelation, try reference.number("icc"), 1e-6)
  }

  private struct Published {
    let estimate: Double
    let standardError: Double
    let adjusted: Double
    let degreesOfFreedom: Double
    let variances: [Double]
    let logLikelihood: Double
  }

  /// R 4.2.2, lme4 1.1.31 `lmer(y ~ x + period + …)` by REML and pbkrtest 0.5.2 `vcovAdj`, `get_Lb_ddf` on
  /// the cases of `Wedge`; tolerance 1e-6 (variances 2e-6, the optimiser's).
  private static let wedge: [(String, Published)] = [
    (
      "cluster",
      Published(
        estimate: 0.940822271675, standardError: 0.277643654957, adjusted: 0.279333062579,
        degreesOfFreedom: 471.650780328, variances: [1.29946031271, 2.87196530276],
        logLikelihood: -952.05370615)
    ),
    (
      "period",
      Published(
        estimate: 0.923848360324, standardError: 0.481742495832, adjusted: 0.491796082727,
        degreesOfFreedom: 50.7596975592,
        variances: [1.14695469534, 0.885033485647, 2.21263050261], logLikelihood: -922.597243106)
    ),
    (
      "slope",
      Published(
        estimate: 0.986735184898, standardError: 0.440870778939, adjusted: 0.442268051715,
        degreesOfFreedom: 17.8402969804,
        variances: [2.15775196838, 1.48578867373, -1.02165047695, 2.58411521626],
        logLikelihood: -937.482033704)
    ),
  ]

  @Test(arguments: wedge.map(\.0)) func `a wedge is pbkrtest's`(name: String) throws {
    let cases = Wedge()
    let published = try #require(Self.wedge.first { $0.0 == name }).1
    let structure: CovarianceStructure =
      switch name {
      case "cluster": .exchangeable(rows: cases.outcome.count)
      case "period": .nestedExchangeable(periods: cases.periods)
      default: .randomSlope("treated", cases.treated)
      }
    let model = try LinearMixedModel(
      outcome: cases.outcome, design: cases.design, structure: structure,
      clusters: cases.clusters)
    expectClose(model.coefficients[1], published.estimate, 1e-6)
    expectClose(model.covariance[1, 1].squareRoot(), published.standardError, 1e-6)
    let ours = model.components.map(\.value) + [model.residualVariance]
    for (ours, theirs) in zip(ours, published.variances) { expectClose(ours, theirs, 2e-6, name) }
    expectClose(model.logLikelihood, published.logLikelihood, 1e-9)
    let adjusted = try model.kenwardRoger()
    expectClose(adjusted.standardErrors[1], published.adjusted, 1e-6)
    expectClose(adjusted.degreesOfFreedom[1], published.degreesOfFreedom, 1e-6)
    #expect(model.componentsAtZero.isEmpty && adjusted.clusters == 12)
  }

  @Test func `a variance that the data put at zero is zero, and named`() throws {
    let cases = Wedge()
    // Within each cell the outcome alternates about the same mean everywhere.
    let outcome = cases.outcome.indices.map { $0 % 2 == 0 ? 1.0 : -1 }
    let model = try LinearMixedModel(
      outcome: outcome, design: cases.design,
      structure: .nestedExchangeable(periods: cases.periods), clusters: cases.clusters)
    #expect(model.components.allSatisfy { $0.value == 0 })
    #expect(model.componentsAtZero == ["cluster", "cluster and period"])
    let plain = try OLS(outcome: outcome, design: cases.design).covariance(.classical)
    let adjusted = try model.kenwardRoger()
    expectClose(adjusted.standardErrors[1], plain.standardErrors[1], 1e-9)
    expectClose(adjusted.degreesOfFreedom[1], 474, 1e-9)
  }

  @Test func `the order of rows does not matter`() throws {
    let cases = Wedge()
    let order = cases.outcome.indices.map { ($0 * 7) % cases.outcome.count }
    var design = Design(rows: order.count)
    design.append("treated", order.map { cases.treated[$0] })
    design.appendIndicators("period", Grouping(order.map { Int(cases.periods.codes[$0]) }))
    let other = try LinearMixedModel(
      outcome: order.map { cases.outcome[$0] }, design: design,
      structure: .exchangeable(rows: order.count),
      clusters: Grouping(order.map { Int(cases.clusters.codes[$0]) }))
    let model = try LinearMixedModel(
      outcome: cases.outcome, design: cases.design,
      structure: .exchangeable(rows: order.count), clusters: cases.clusters)
    expectClose(other.coefficients[1], model.coefficients[1], 1e-10)
    expectClose(other.covariance[1, 1], model.covariance[1, 1], 1e-9)
  }

  @Test func `what leaves nothing to estimate is a fault`() throws {
    let cases = Wedge()
    let rows = cases.outcome.count
    #expect(throws: EstimationFault.oneCluster) {
      try LinearMixedModel(
        outcome: cases.outcome, design: cases.design, structure: .exchangeable(rows: rows),
        clusters: Grouping([Int](repeating: 0, count: rows)))
    }
    #expect(throws: EstimationFault.zeroVariance("what the model leaves of the outcome")) {
      try LinearMixedModel(
        outcome: cases.treated, design: cases.design, structure: .exchangeable(rows: rows),
        clusters: cases.clusters)
    }
    var twice = cases.design
    twice.append("again", cases.treated)
    #expect(throws: EstimationFault.rankDeficient(columns: ["again"])) {
      try LinearMixedModel(
        outcome: cases.outcome, design: twice, structure: .exchangeable(rows: rows),
        clusters: cases.clusters)
    }
  }
}
