// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct SunAbrahamTests {
  private func fit(_ sample: PanelSample, covariate: Bool = false) throws -> SunAbraham {
    let units = Grouping(sample.units)
    return try SunAbraham(
      sample.rows(), outcome: sample.outcome,
      covariates: covariate ? [("x", sample.covariate)] : []
    ) { .cr1(units.selecting($0)) }
  }

  /// pyfixest 0.60.0 `event_study(estimator = "saturated", cluster = "countyreal").aggregate()`.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the county panel gives pyfixest's effects over time`() throws {
    let study = try fit(PanelSample.counties()).eventStudy()
    #expect(study.times == [-4, -3, -2, 0, 1, 2, 3] && study.reference == -1)
    let estimates = [
      0.003306356692512471, 0.0250218295975551, 0.024458744971169653, -0.019931816789259205,
      -0.050957367065193854, -0.13725873888940351, -0.10081136308540437,
    ]
    let errors = [
      0.024555095531863635, 0.0181543444100485, 0.014266792154618239, 0.011857538963453285,
      0.016870678384610115, 0.03658947596376606, 0.034504271910207863,
    ]
    for place in study.times.indices {
      expectNear(study.estimates[place], estimates[place], 1e-10)
      expectClose(study.covariance[place, place].squareRoot(), errors[place], 1e-8)
    }
  }

  @Test func `on a balanced panel effects are Callaway and Sant'Anna's with a universal base`()
    throws
  {
    let sample = PanelSample.simulated()
    let sun = try fit(sample)
    let callaway = try CallawaySantAnna(sample.balanced(), GroupTimeSettings(base: .universal))
    for cell in sun.effects.cells {
      let other = try #require(
        callaway.effects.first { $0.group == cell.group && $0.time == cell.time })
      expectNear(cell.estimate, other.estimate, 1e-10)
    }
    for kind in GroupTimeAggregate.Kind.allCases {
      expectNear(
        try sun.effects.aggregate(kind).overall, callaway.aggregate(kind).overall, 1e-10,
        kind.rawValue)
    }
  }

  @Test(arguments: GroupTimeAggregate.Kind.allCases)
  func `the whole is the same as a sum of coefficients`(kind: GroupTimeAggregate.Kind) throws {
    let sun = try fit(PanelSample.simulated())
    let (one, other) = (try sun.overall(kind), try sun.effects.aggregate(kind))
    expectClose(one.value, other.overall, 1e-10)
    expectClose(one.standardError, other.standardError, 1e-9)
    #expect(one.degreesOfFreedom == 59)
  }

  @Test func `where all adopt the last group is the control, up to its adoption`() throws {
    let all = PanelSample.simulated(noise: 0)
    let sample = all.taking(all.units.indices.filter { all.adopted[$0] != nil })
    let sun = try fit(sample)
    #expect(sun.controlGroup == 6 && sun.effects.cells.allSatisfy { $0.time < 6 && $0.group < 6 })
    #expect(Set(sun.rows.map { sample.times[$0] }) == [1, 2, 3, 4, 5])
  }

  @Test func `units treated from the start and lone groups are left out`() throws {
    var sample = PanelSample.simulated()
    for row in sample.adopted.indices {
      if sample.units[row] < 2 { sample.adopted[row] = 1 }
      if sample.units[row] == 2 { sample.adopted[row] = 5 }
    }
    let sun = try fit(sample)
    #expect(sun.alwaysTreated == 2 && sun.loneGroups == [5])
    #expect(Set(sun.rows.map { sample.units[$0] }).isDisjoint(with: [0, 1, 2]))
  }

  @Test func `without a control there is no estimate`() throws {
    let all = PanelSample.simulated()
    let one = all.taking(all.units.indices.filter { all.adopted[$0] == 4 })
    #expect(
      throws: EstimationFault.tooFew(
        "units that adopt at another time or never", count: 0, needed: 1)
    ) { try fit(one) }
    #expect(throws: EstimationFault.rankDeficient(columns: ["x"])) {
      try fit(all, covariate: true)
    }
  }
}
