// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables
import Testing

struct TrendSensitivityTests {
  private let county = "outcome: lemp\nunit: countyreal\ntime: year\nadopted: adopted\n"
  private let base = "outcome: y\nunit: unit\ntime: time\nadopted: adopted\n"

  /// The ends of `StatisticsTests/TrendSensitivityTests` (SciPy, honestdid 0.1.1), which are for a universal
  /// base, while placebos keep their varying base.
  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `the county panel has a row for each target and bound`() async throws {
    let run = try await ImpactRun(
      "staggered-adoption",
      county + "draws: 100\nsmoothness: [0, 0.01]\nrelative_magnitudes: [0.5, 1, 2]",
      cases: try RollOutSample.counties())
    let rows = try Rows(try run.table("sensitivity"))
    #expect(rows.restrictions.count == 2 * (1 + 2 + 3))
    #expect(
      Array(rows.restrictions.prefix(6))
        == ["original", "smoothness", "smoothness"]
        + Array(repeating: "relative-magnitudes", count: 3))
    #expect(
      rows.targets == Array(repeating: "first", count: 6) + Array(repeating: "average", count: 6))
    let smooth = try #require(rows.place("first", "smoothness", 0.01))
    #expect((rows.low[smooth] + 0.0455971658125578).magnitude < 1e-7)
    #expect((rows.high[smooth] - 0.03683164888644224).magnitude < 1e-7)
    let relative = try #require(rows.place("average", "relative-magnitudes", 1))
    #expect((rows.low[relative] + 0.2108310795780888).magnitude < 1e-3)
    #expect((rows.high[relative] - 0.05640238183583312).magnitude < 1e-3)
    #expect(try #require(rows.error[relative]) > 0)
    // The average is told from zero under parallel trends, but not where they differ half as much as before.
    let check = try run.check("trend-sensitivity", "lemp")
    let breakdown = try #require(check.value)
    #expect(!check.passed && check.severity == .warning && breakdown > 0.4 && breakdown < 0.5)
    #expect(check.flag == "trend-sensitivity" && rows.breakdown[relative] == breakdown)
    #expect(try run.effects[0].flags.contains("trend-sensitivity"))
    #expect(try run.effects[0].smsLevel == 3)
    #expect(
      run.notes.contains {
        $0.hasPrefix(
          "lemp: the average effect since adoption is told from zero under trends that differ by")
          && $0.contains("Monte Carlo error")
      })
    #expect(
      run.notes.contains(
        "lemp: the effect in the first treated period is not told from zero even with parallel trends"
      ))
    #expect(
      try run.table("event_study")["event_time"]?.doubles()?.values == [-3, -2, -1, 0, 1, 2, 3])
  }

  @Test(arguments: [
    ("difference-in-differences", "method: event-study"),
    ("staggered-adoption", "method: sun-abraham"),
    ("staggered-adoption", "base: universal"),
  ])
  func `a clear effect stands while trends differ as much as before`(
    stage: String, with: String
  ) async throws {
    let run = try await ImpactRun(
      stage, base + with + "\ndraws: 100\nsmoothness: [0]\nrelative_magnitudes: [1]",
      cases: try RollOutSample(units: 48).table())
    let rows = try Rows(try run.table("sensitivity"))
    #expect(rows.excludesZero.allSatisfy(\.self) && rows.restrictions.count == 6)
    let check = try run.check("trend-sensitivity")
    #expect(check.passed && check.flag == nil && check.threshold == 1)
    #expect(try #require(check.value) > 1)
    let again = try await ImpactRun(
      stage, base + with + "\ndraws: 100\nsmoothness: [0]\nrelative_magnitudes: [1]",
      cases: try RollOutSample(units: 48).table())
    #expect(try again.table("sensitivity") == run.table("sensitivity"))
  }

  @Test func `without bounds nothing is held against them`() async throws {
    let run = try await ImpactRun(
      "difference-in-differences", base, cases: try RollOutSample().table())
    #expect(try run.table("sensitivity").rowCount == 0)
    #expect(try !run.checks.contains { $0.check == "trend-sensitivity" })
  }

  @Test func `one earlier difference is enough, and said to be all there is`() async throws {
    let run = try await ImpactRun(
      "difference-in-differences", base + "draws: 100\nrelative_magnitudes: 1",
      cases: try RollOutSample(dates: [3, nil]).table())
    #expect(run.notes.contains { $0.contains("a single difference is all there is to go by") })
  }

  @Test(arguments: [
    ("smoothness: [-0.1]", "smoothness", "a bound in 'smoothness' is below zero"),
    (
      "relative_magnitudes: [1, -1]", "relative_magnitudes",
      "a bound in 'relative_magnitudes' is below zero"
    ),
    (
      "relative_magnitudes: 1\ndraws: 0", "draws",
      "'relative_magnitudes' needs random draws, and 'draws' is 0"
    ),
    (
      "relative_magnitudes: 1\nmethod: imputation", "relative_magnitudes",
      "imputation lists no estimates before adoption that bounds on trends could start from"
    ),
    (
      "smoothness: 0\nmethod: roth-santanna", "smoothness",
      "roth-santanna lists no estimates before adoption that bounds on trends could start from"
    ),
  ])
  func `bounds that cannot be are faults at their parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault(
      "staggered-adoption", base + with, cases: try RollOutSample().table())
    #expect(found.parameter == parameter && found.message == message)
  }

  @Test(
    arguments: [
      (
        [2, nil], 24,
        "y: there is one period before adoption, and bounds on trends need two at least"
      ),
      (
        [3, 4], 24,
        "y: there are no effects over time whose trends could be bounded, because every unit adopts, and two"
      ),
      ([5, nil], 4, "y: the covariance of the effects over time is singular at time"),
    ] as [([Int?], Int, String)])
  func `panels on which trends cannot be bounded are told`(
    dates: [Int?], units: Int, message: String
  ) async throws {
    let found = try await fault(
      "difference-in-differences", base + "variance: cr1\nsmoothness: 0",
      cases: try RollOutSample(dates: dates, units: units).table())
    #expect(found.message.hasPrefix(message), "\(found.message)")
    #expect(found.parameter == "smoothness" && found.help != nil)
  }

  @Test func `bounds that periods before adoption do not fit are marked`() async throws {
    let table = try RollOutSample(dates: [5, nil]).table()
    let dates = try #require(table["adopted"]?.doubles())
    let times = try #require(table["time"]?.doubles()?.values)
    let outcome = try #require(table["y"]?.doubles()?.values)
    let kinked = outcome.indices.map { row -> Double? in
      outcome[row] + (dates.validity?[row] ?? true && times[row] == 3 ? 20 : 0)
    }
    let run = try await ImpactRun(
      "difference-in-differences",
      base.replacing("outcome: y", with: "outcome: bent") + "smoothness: [0, 100]",
      cases: try table.adding("bent", .number(FixedColumn(kinked))))
    guard case .boolean(let refuted)? = try run.table("sensitivity")["refuted"] else {
      throw StageFault("no 'refuted'")
    }
    #expect((0..<6).map { refuted[$0] } == [false, true, false, false, true, false])
    #expect(
      run.notes.contains {
        $0.hasPrefix("bent: bounds on smoothness below ")
          && $0.contains("no effect agrees with them")
      })
  }

  @Test func `a period that is left out is told`() async throws {
    let found = try await fault(
      "difference-in-differences", base + "where: time != 2\nrelative_magnitudes: 1",
      cases: try RollOutSample(dates: [5, nil]).table())
    #expect(
      found.message
        == "y: times since adoption must be consecutive, none left out, for trends to be bounded from one "
        + "to the next")
    #expect(found.parameter == "relative_magnitudes")
  }

  @Test func `other people in two periods have no trends to bound`() async throws {
    let found = try await fault(
      "difference-in-differences", "outcome: y\ntime: time2\ntreatment: treated\nsmoothness: 0",
      cases: try RollOutSample(ends: 7).table())
    #expect(
      found.parameter == "smoothness"
        && found.message.hasSuffix("nothing says in which period the change came"))
  }

  /// The columns of the table of intervals.
  private struct Rows {
    let targets: [String]
    let restrictions: [String]
    let bounds: [Double?]
    let low: [Double]
    let high: [Double]
    let breakdown: [Double?]
    let error: [Double?]
    let excludesZero: [Bool]

    init(_ table: Table) throws {
      func texts(_ name: String) throws -> [String] {
        guard case .text(let column)? = table[name] else { throw StageFault("no '\(name)'") }
        return (0..<table.rowCount).map { column[$0] ?? "" }
      }
      func numbers(_ name: String) throws -> [Double?] {
        let column = try #require(table[name]?.doubles())
        return (0..<table.rowCount).map { column.validity?[$0] ?? true ? column.values[$0] : nil }
      }
      targets = try texts("target")
      restrictions = try texts("restriction")
      bounds = try numbers("bound")
      low = try numbers("conf_low").compactMap(\.self)
      high = try numbers("conf_high").compactMap(\.self)
      breakdown = try numbers("breakdown")
      error = try numbers("critical_mcse")
      excludesZero = zip(low, high).map { $0 > 0 || $1 < 0 }
    }

    func place(_ target: String, _ restriction: String, _ bound: Double) -> Int? {
      targets.indices.first {
        targets[$0] == target && restrictions[$0] == restriction && bounds[$0] == bound
      }
    }
  }
}
