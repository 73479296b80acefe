// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables
import Testing

struct TrustDesignTests {
  private func run(_ with: String, _ cases: Table, card: PilotCard? = nil) async throws
    -> ImpactRun
  {
    try await ImpactRun("trust", with, cases: cases, card: card)
  }

  /// Twenty cases in arms a and b; five outcomes of a and two of b are missing; the last four of b, and
  /// one of a, got something else.
  private func trial() throws -> Table {
    var arms: [String] = []
    var received: [String?] = []
    var outcome: [Double?] = []
    var done: [Bool?] = []
    for row in 0..<40 {
      let arm = row < 20 ? "a" : "b"
      arms.append(arm)
      switch row {
      case 0: received.append(nil)
      case 1: received.append("b")
      case 36...: received.append("a")
      default: received.append(arm)
      }
      outcome.append(row < 5 || row > 37 ? nil : Double(row * 7 % 10))
      done.append(row < 20 && row % 8 == 0 ? nil : row % 3 == 0)
    }
    let rows = Array(0..<40)
    return try Table([
      ("arm", .text(TextColumn(arms))), ("y", .number(FixedColumn(outcome))),
      ("done", .boolean(BooleanColumn(done))), ("got", .text(TextColumn(received))),
      ("reached", .boolean(BooleanColumn(rows.map { $0 >= 20 && $0 % 2 == 0 }))),
      ("side", .text(TextColumn(rows.map { ["left", "right"][$0 % 2] }))),
      ("thirds", .number(FixedColumn(rows.map { Double($0 % 3) }))),
      ("words", .text(TextColumn(rows.map { $0 == 3 ? nil : "said" }))),
    ])
  }

  private func numbers(_ table: Table, _ column: String) throws -> [Double?] {
    let (values, validity) = try #require(table[column]?.doubles())
    return values.indices.map { validity?[$0] ?? true ? values[$0] : nil }
  }

  // MARK: bounds

  @Test(.enabled(if: Reference.isPresent, Reference.absent))
  func `bounds are the reference's`() async throws {
    let reference = try Reference("lee-bounds")
    let labels = try #require(reference.cases["z"]).texts().map { $0 == "1" ? "new" : "old" }
    let cases = try reference.cases.adding("arm", .text(TextColumn(labels)))
    let bounds = try await run(
      "{arm: arm, control: old, outcome: y, range: {y: [0, 20]}, tighten: g}", cases
    ).table("bounds")
    #expect(bounds["method"]?.texts() == ["lee", "lee-tightened", "manski"])
    #expect(bounds["within"]?.texts() == [nil, "g", nil])
    #expect(bounds["trimmed_arm"]?.texts() == ["new", "new", nil])
    let expected = [
      // reference/lee-bounds: overall fractional, cells fractional by weights_g, Manski.
      (1.7769025852958933, 3.392333959842995), (1.7692627067261344, 3.3705943373312435),
      (-3.395480533653725, 7.398241776175816),
    ]
    for (row, (lower, upper)) in expected.enumerated() {
      expectClose(try numbers(bounds, "lower")[row], lower, 1e-8)
      expectClose(try numbers(bounds, "upper")[row], upper, 1e-8)
    }
    #expect(try numbers(bounds, "n") == [400, 400, 400])
  }

  @Test func `a yes or no outcome has worst cases without saying so`() async throws {
    let run = try await run("{arm: arm, control: a, outcome: done}", trial())
    let bounds = try run.table("bounds")
    #expect(bounds["method"]?.texts() == ["lee", "manski"])
    #expect(try run.check("attrition-bounds", "done, b - a").severity == .info)
    #expect(bounds["trimmed_arm"]?.texts() == ["b", nil])
  }

  @Test func `bounds without a control are asked for, and texts have none`() async throws {
    let without = try await run("{arm: arm, outcome: [y, words]}", trial())
    #expect(without.notes.contains("bounds for 'y' need a control arm: add 'control'"))
    #expect(try without.table("bounds").rowCount == 0)
    let with = try await run("{arm: arm, control: a, outcome: [y, words]}", trial())
    #expect(try with.table("bounds")["outcome"]?.texts() == ["y"])
  }

  @Test func `an arm of which nothing was seen has no bounds, and the rest goes on`() async throws {
    let cases = try Table([
      ("arm", .text(TextColumn(["a", "a", "a", "b", "b", "b"]))),
      ("y", .number(FixedColumn([1, 2, 3, 4, nil, nil]))),
    ])
    let run = try await run("{arm: arm, control: a, outcome: y}", cases)
    #expect(
      run.notes.contains(
        "bounds for 'y', b - a: there are none: 1 outcomes seen in the treated arm where at least 2 "
          + "are needed"))
  }

  @Test func `groups with one arm do not tighten, and the other bounds stand`() async throws {
    let run = try await run("{arm: arm, control: a, outcome: y, tighten: arm}", trial())
    #expect(try run.table("bounds")["method"]?.texts() == ["lee"])
    #expect(
      run.notes.contains(
        "bounds for 'y', b - a: within 'arm' there are none: 0 cases of an arm in a cell where at "
          + "least 1 are needed"))
  }

  /// On the left arm a loses more outcomes, as over all; on the right arm b does.
  @Test func `groups in which the other arm loses more are counted`() async throws {
    var arms: [String] = []
    var sides: [String] = []
    var outcomes: [Double?] = []
    for row in 0..<80 {
      let side = row < 40 ? "left" : "right"
      let arm = row % 2 == 0 ? "a" : "b"
      let isLost = side == "left" ? arm == "a" && row < 24 : arm == "b" && row < 46
      arms.append(arm)
      sides.append(side)
      outcomes.append(isLost ? nil : Double(row * 7 % 11))
    }
    let cases = try Table([
      ("arm", .text(TextColumn(arms))), ("side", .text(TextColumn(sides))),
      ("y", .number(FixedColumn(outcomes))),
    ])
    let run = try await run("{arm: arm, control: a, outcome: y, tighten: side}", cases)
    #expect(try run.table("bounds")["method"]?.texts() == ["lee", "lee-tightened"])
    #expect(
      run.notes.contains(
        "'y', b - a: in 1 of the groups of 'side' the other arm loses more outcomes, which Lee's "
          + "bounds do not expect"))
  }

  // MARK: crossover and exposure

  @Test func `what was assigned and received is a matrix`() async throws {
    let run = try await run("{arm: arm, control: a, received: got}", trial())
    let matrix = try run.table("crossover")
    #expect(matrix["assigned"]?.texts() == ["a", "a", "a", "b", "b"])
    #expect(matrix["received"]?.texts() == ["b", "a", nil, "b", "a"])
    #expect(try numbers(matrix, "n") == [1, 18, 1, 16, 4])
    #expect(try numbers(matrix, "share") == [0.05, 0.9, 0.05, 0.8, 0.2])
    let crossover = try run.check("crossover")
    expectClose(crossover.value, 5.0 / 39, 1e-12)
    #expect(!crossover.passed && crossover.flag == "crossover" && crossover.severity == .warning)
    let contamination = try run.check("contamination", "a")
    expectClose(contamination.value, 1.0 / 19, 1e-12)
    #expect(contamination.passed)
    #expect(try run.check("received-known").value == 1)
    #expect(
      run.notes.contains(
        "5 of 39 (12.8 %) cases got something else than what their arm was to get; evidence counts "
          + "as 4 of 5 at most: many cases got what another arm was to get"))
  }

  @Test func `received may say yes or no`() async throws {
    let run = try await run("{arm: arm, control: a, received: reached}", trial())
    expectClose(try run.check("crossover").value, 10.0 / 40, 1e-12)
    #expect(try run.check("contamination", "a").value == 0)
  }

  @Test func `an effect of assignment is diluted by those whom the change did not reach`()
    async throws
  {
    let run = try await run("{arm: arm, control: a, exposed: reached}", trial())
    let check = try run.check("exposure", "b - a")
    expectClose(check.value, 0.5, 1e-12)
    #expect(check.passed && check.flag == nil)
    #expect(
      check.message
        == "50.0 % of b and 0.0 % of a were exposed: an effect of the assignment is an effect of "
        + "exposure diluted to 0.50 of it")
    let strict = try await self.run(
      "{arm: arm, control: a, exposed: reached, exposure_limit: 0.6}", trial())
    #expect(try strict.check("exposure").flag == "dilution")
    let moved = try await self.run("{arm: arm, control: b, exposed: reached}", trial())
    #expect(try moved.check("exposure").message.hasSuffix("moved nobody into the change"))
  }

  // MARK: designs without arms

  @Test func `cases that crowd above a cut-off are flagged`() async throws {
    let crowded = (0..<120).map { Double($0 < 30 ? -1 - $0 : $0 - 29) }
    let cases = try Table([("score", .number(FixedColumn(crowded)))])
    let check = try await run("{running: score, cutoff: 0}", cases).check("manipulation")
    #expect(!check.passed && check.flag == "manipulation" && check.subject == "score")
    let even = try Table([
      ("score", .number(FixedColumn((0..<120).map { Double($0) - 60 })))
    ])
    #expect(try await run("{running: score, cutoff: 0}", even).check("manipulation").passed)
  }

  /// Ten offices over six months; the first four start in month 4 with another slope before.
  private func panel(slope: Double) throws -> Table {
    var columns: [[Double?]] = [[], [], [], []]
    for office in 0..<10 {
      for month in 0..<6 {
        let t = Double(month)
        columns[0].append(Double(office))
        columns[1].append(t)
        columns[2].append(office < 4 ? 4 : nil)
        columns[3].append(
          Double(office) + t + (office < 4 ? slope * t : 0)
            + Double((office * 13 + month * 29) % 11) / 10)
      }
    }
    return try Table(
      zip(["office", "month", "start", "y"], columns).map { ($0, .number(FixedColumn($1))) })
  }

  @Test func `trends that differ before the change are flagged`() async throws {
    let with = "{unit: office, time: month, adopted: start, outcome: y}"
    let check = try await run(with, try panel(slope: 1)).check("pre-trends", "y")
    #expect(!check.passed && check.flag == "pre-trends" && check.degreesOfFreedom == 9)
    let parallel = try await run(with, try panel(slope: 0)).check("pre-trends", "y")
    #expect(parallel.passed && parallel.message.contains("a test without power passes too"))
  }

  // MARK: faults

  @Test(arguments: [
    ("{running: score}", "running", "'running' has no 'cutoff'"),
    ("{arm: arm, cutoff: 3}", "cutoff", "'cutoff' has no 'running'"),
    ("{outcome: y}", "arm", "nothing says what is to be checked"),
    (
      "{running: thirds, cutoff: 1, received: got}", "received",
      "'received' is about arms, and 'arm' is not given"
    ),
    (
      "{unit: arm, time: thirds, outcome: y}", "unit",
      "trends before the change need 'adopted' as well"
    ),
    (
      "{unit: arm, time: thirds, adopted: y}", "adopted",
      "trends before the change need an 'outcome'"
    ),
    (
      "{arm: arm, outcome: y, range: {y: [3, 1]}}", "range",
      "the range of 'y' is no least and largest value"
    ),
    ("{arm: arm, range: {y: [0, 1]}}", "range", "'range' names 'y', which is no outcome here"),
    (
      "{arm: arm, control: a, outcome: y, range: {y: [0, 5]}}", "range",
      "'y' has values outside its range"
    ),
    (
      "{arm: arm, control: a, received: side}", "received",
      "nothing in column 'side' is an arm of 'arm'"
    ),
    (
      "{arm: arm, control: a, exposed: thirds}", "exposed",
      "'thirds' holds other numbers than 0 and 1"
    ),
    (
      "{arm: arm, received: got}", "arm",
      "'control' is missing: which arm are the others compared with?"
    ),
    (
      "{running: thirds, cutoff: 9}", "running",
      "'thirds': 0 cases above the cut-off where at least 1 are needed"
    ),
    (
      "{unit: side, time: y, adopted: thirds, outcome: done}", "adopted",
      "a unit of 'side' has two values of 'thirds'"
    ),
  ])
  func `what cannot be is a fault at its parameter`(
    with: String, parameter: String, message: String
  ) async throws {
    let found = try await fault("trust", with, cases: try trial())
    #expect(found.parameter == parameter)
    #expect(found.message == message)
  }

  @Test func `without units that never start there is no trend to compare`() async throws {
    let cases = try panel(slope: 0)
    let all = try Table(
      zip(cases.names, cases.columns).map { name, column in
        name == "start"
          ? (name, .number(FixedColumn([Double](repeating: 4, count: 60)))) : (name, column)
      })
    let found = try await fault(
      "trust", "{unit: office, time: month, adopted: start, outcome: y}", cases: all)
    #expect(found.parameter == "adopted")
    #expect(
      found.message
        == "trends of 'y' before 'start': 0 units that never start where at least 2 are needed")
  }
}
