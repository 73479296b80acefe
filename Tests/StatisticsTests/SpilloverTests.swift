// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Eighteen clusters of eight at saturations 0, 0.25 and 0.75, by a formula.
///
/// `i <- 0:143; cl <- i %/% 8; s <- c(0, .25, .75)[cl %% 3 + 1]; tr <- (i %% 8) < 8*s`,
/// `y <- 3 + 1.5*tr + 2*s + (i*37 %% 29)/10 + (cl*11 %% 7)/5`. R 4.2.2 `t.test` on cluster means and
/// clubSandwich 0.5.8 (CR2, Satterthwaite; CR1S); tolerances 1e-8 and 1e-6 for degrees of freedom.
struct SpilloverTests {
  private let rows = Array(0..<144)
  private func saturation(_ row: Int) -> Double { [0, 0.25, 0.75][row / 8 % 3] }
  private func isTreated(_ row: Int) -> Bool { Double(row % 8) < 8 * saturation(row) }

  private func design(_ order: [Int]? = nil) throws -> SaturationDesign {
    let order = order ?? rows
    return try SaturationDesign(
      outcome: order.map { row in
        let base = 3 + (isTreated(row) ? 1.5 : 0) + 2 * saturation(row)
        return base + Double(row * 37 % 29) / 10 + Double(row / 8 * 11 % 7) / 5
      }, isTreated: order.map(isTreated), clusters: Grouping(order.map { $0 / 8 }),
      saturations: Grouping(order.map { "\(saturation($0))" }))
  }

  private func expect(
    _ effects: [SaturationEffect], _ kind: SaturationEffect.Kind, at place: Int?,
    _ figures: [Double]
  ) throws {
    let effect = try #require(effects.first { $0.kind == kind && $0.saturation == place })
    expectClose(effect.estimate.value, figures[0], 1e-8, "\(kind)")
    expectClose(effect.estimate.standardError, figures[1], 1e-8, "\(kind)")
    expectClose(effect.estimate.degreesOfFreedom, figures[2], 1e-6, "\(kind)")
  }

  @Test func `Hudgens and Halloran's effects are t-tests of cluster means`() throws {
    let effects = try design().hudgensHalloran()
    #expect(effects.count == 8)
    for (kind, place, figures) in [
      (SaturationEffect.Kind.direct, 1, [1.5222222222222221, 0.2970742102905486, 5]),
      (.indirect, 1, [0.3569444444444443, 0.2495659812801931, 9.8380336811617219]),
      (.total, 1, [1.8791666666666664, 0.2796699443590208, 9.1444815637679131]),
      (.overall, 1, [0.7374999999999998, 0.2229770167528483, 9.9161143454084471]),
      (.direct, 2, [1.4416666666666667, 0.3691519309825536, 5]),
      (.indirect, 2, [1.5625, 0.4001301871474665, 6.9599788657103137]),
      (.total, 2, [3.0041666666666673, 0.2584453162304968, 9.6615059621830550]),
      (.overall, 2, [2.64375, 0.2541068918782016, 9.7528627886993853]),
    ] { try expect(effects, kind, at: place, figures) }
  }

  @Test func `the saturated regression is clubSandwich's`() throws {
    let effects = try design().regression()
    for (kind, place, figures) in [
      (SaturationEffect.Kind.direct, 1, [1.5222222222222219, 0.2970742102905486, 5]),
      (.indirect, 1, [0.3569444444444436, 0.2495659812801928, 9.7999999999999972]),
      (.total, 1, [1.8791666666666655, 0.2796699443590205, 7.3529411764705852]),
      (.overall, 1, [0.7374999999999988, 0.2229770167528481, 10]),
      (.direct, 2, [1.4416666666666664, 0.3691519309825537, 5]),
    ] { try expect(effects, kind, at: place, figures) }
  }

  @Test func `the pooled regression weights saturations alike`() throws {
    let effects = try design().pooled(.cr1)
    try expect(effects, .total, at: nil, [2.4416666666666664, 0.2700022884626028, 17])
    try expect(effects, .indirect, at: nil, [0.9597222222222224, 0.3072655011872344, 17])
    let direct = try #require(effects.first { $0.kind == .direct })
    expectClose(direct.estimate.value, 2.4416666666666664 - 0.9597222222222224, 1e-10)
  }

  @Test func `counts are those of the cases compared`() throws {
    let effects = try design().hudgensHalloran()
    let total = try #require(effects.first { $0.kind == .total && $0.saturation == 2 })
    #expect(total.treatedCount == 36 && total.controlCount == 48 && total.clusters == 12)
    let direct = try #require(effects.first { $0.kind == .direct && $0.saturation == 1 })
    #expect(direct.treatedCount == 12 && direct.controlCount == 36 && direct.clusters == 6)
  }

  @Test func `the order of rows does not matter`() throws {
    let shuffled = try design(rows.map { $0 * 37 % 144 }).hudgensHalloran()
    for (first, second) in zip(try design().hudgensHalloran(), shuffled) {
      expectClose(first.estimate.value, second.estimate.value, 1e-12)
      expectClose(first.estimate.standardError, second.estimate.standardError, 1e-10)
    }
  }

  @Test func `a fully treated saturation has a total effect and no spillover`() throws {
    let rows = Array(0..<24)
    let design = try SaturationDesign(
      outcome: rows.map { Double($0 * 7 % 11) }, isTreated: rows.map { $0 >= 12 },
      clusters: Grouping(rows.map { $0 / 4 }), saturations: Grouping(rows.map { $0 / 12 }))
    #expect(try design.hudgensHalloran().map(\.kind) == [.total, .overall])
    #expect(try design.pooled().map(\.kind) == [.total])
  }

  @Test func `a saturation with one cluster, and other designs that show nothing, are faults`()
    throws
  {
    let rows = Array(0..<12)
    func design(
      clusters: [Int], saturations: [Int], treated: (Int) -> Bool = { $0 % 2 == 0 }
    ) throws -> SaturationDesign {
      try SaturationDesign(
        outcome: rows.map { Double($0) }, isTreated: rows.map(treated),
        clusters: Grouping(clusters), saturations: Grouping(saturations))
    }
    #expect(throws: EstimationFault.tooFew("clusters at saturation '1'", count: 1, needed: 2)) {
      try design(clusters: rows.map { $0 / 4 }, saturations: rows.map { $0 / 8 })
    }
    #expect(throws: EstimationFault.tooFew("saturations", count: 1, needed: 2)) {
      try design(clusters: rows.map { $0 / 3 }, saturations: rows.map { _ in 1 })
    }
    #expect(
      throws: EstimationFault.outOfRange(
        "the saturation of every cluster", allowed: "the same for all its cases")
    ) { try design(clusters: rows.map { $0 / 3 }, saturations: rows.map { $0 % 2 }) }
    #expect(
      throws: EstimationFault.tooFew("untreated cases at saturation '0'", count: 0, needed: 1)
    ) {
      try design(
        clusters: rows.map { $0 / 3 }, saturations: rows.map { $0 / 6 }, treated: { _ in true })
    }
    #expect(
      throws: EstimationFault.tooFew("clusters without any treated case", count: 0, needed: 2)
    ) { try design(clusters: rows.map { $0 / 3 }, saturations: rows.map { $0 / 6 }).pooled() }
  }
}
