// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct EstimatingEquationsTests {
  typealias Model = GeneralizedEstimatingEquations

  /// R 4.2.2, geepack 1.3.9 on the cases of `Wedge`; tolerance 1e-7.
  ///
  /// `geeglm(… ~ x + period, id = cluster, corstr = "exchangeable")` gives the coefficient, its sandwich
  /// standard error, α and φ. Kauermann–Carroll and Mancl–DeRouen are direct n × n matrices from that fit.
  @Test(
    arguments: [
      (
        Model.Family.gaussian,
        [
          0.9401438911526, 0.4991890329273, 0.2937888053735, 4.0235695048478, 0.54608780425,
          0.59746468961,
        ]
      ),
      (
        .binomial,
        [
          0.6892489443388, 0.4238970618599, 0.1302787845811, 0.9959408522864, 0.4666607005,
          0.51379567627,
        ]
      ),
      (
        .poisson,
        [
          0.2284202448942, 0.1575114695422, 0.2713646846509, 1.1467706778416, 0.17199805927,
          0.18786764275,
        ]
      ),
    ])
  func `exchangeable cases are geepack's`(family: Model.Family, figures: [Double]) throws {
    let cases = Wedge()
    let outcome =
      switch family {
      case .gaussian: cases.outcome
      case .binomial: cases.binary
      case .poisson: cases.counts
      }
    let model = try Model(
      outcome: outcome, design: cases.design, clusters: cases.clusters, family: family)
    expectClose(model.coefficients[1], figures[0], 1e-7)
    expectClose(try model.covariance(.none).standardErrors[1], figures[1], 1e-7)
    expectClose(model.correlation, figures[2], 1e-7)
    expectClose(model.dispersion, figures[3], 1e-7)
    expectClose(try model.covariance(.kauermannCarroll).standardErrors[1], figures[4], 1e-7)
    expectClose(try model.covariance(.manclDeRouen).standardErrors[1], figures[5], 1e-7)
  }

  /// As above with `corstr = "independence"`.
  @Test func `independent cases are geepack's`() throws {
    let cases = Wedge()
    let model = try Model(
      outcome: cases.binary, design: cases.design, clusters: cases.clusters, family: .binomial,
      correlation: .independence)
    expectClose(model.coefficients[1], 0.6953003665432, 1e-7)
    expectClose(try model.covariance(.none).standardErrors[1], 0.5385883217513, 1e-7)
    #expect(model.correlation == 0)
  }

  @Test func `corrections follow each other, and degrees of freedom the clusters`() throws {
    let cases = Wedge()
    let model = try Model(
      outcome: cases.binary, design: cases.design, clusters: cases.clusters, family: .binomial)
    let errors = try [Model.Correction.none, .kauermannCarroll, .manclDeRouen]
      .map { try model.covariance($0).standardErrors[1] }
    #expect(errors[0] < errors[1] && errors[1] < errors[2])
    let covariance = try model.covariance(.manclDeRouen)
    #expect(covariance.degreesOfFreedom.allSatisfy { $0 == 6 } && covariance.clusters == 12)
  }

  @Test func `identity and independence are least squares clustered by CR0`() throws {
    let cases = Wedge()
    let model = try Model(
      outcome: cases.outcome, design: cases.design, clusters: cases.clusters, family: .gaussian,
      correlation: .independence)
    let plain = try OLS(outcome: cases.outcome, design: cases.design)
    expectClose(model.coefficients[1], plain.coefficients[1], 1e-10)
    expectClose(
      try model.covariance(.none).standardErrors[1],
      try plain.covariance(.cr0(cases.clusters)).standardErrors[1], 1e-9)
  }

  @Test func `outcomes that a family does not have are faults`() throws {
    let cases = Wedge()
    func fault(_ outcome: [Double], _ family: Model.Family) -> EstimationFault? {
      do throws(EstimationFault) {
        _ = try Model(
          outcome: outcome, design: cases.design, clusters: cases.clusters, family: family)
        return nil
      } catch { return error }
    }
    #expect(
      fault(cases.outcome, .binomial)
        == .outOfRange("the outcome of every row", allowed: "0 or 1"))
    #expect(
      fault(cases.outcome.map { $0 - 20 }, .poisson)
        == .outOfRange("the count of every row", allowed: "zero or more"))
    #expect(
      fault(cases.outcome.map { _ in 1 }, .binomial) == .zeroVariance("the outcome"))
    #expect(
      fault(cases.treated, .binomial)
        == .separated(columns: ["treated"], complete: true))
  }

  @Test func `a cluster that decides a coefficient alone has no correction`() throws {
    let cases = Wedge()
    var design = cases.design
    design.append("alone", cases.clusters.indicator(0))
    let model = try Model(
      outcome: cases.outcome, design: design, clusters: cases.clusters, family: .gaussian)
    #expect(throws: EstimationFault.self) { try model.covariance(.manclDeRouen) }
  }
}
