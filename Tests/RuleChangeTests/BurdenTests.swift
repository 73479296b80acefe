// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct BurdenTests {
  private static let tariffs = """
    date: 2025-01-01
    tariffs:
      citizen:
        - {euro_per_hour: 15, valid_from: 2018-01-01, source: handbook, status: unverified}
        - {euro_per_hour: 18, valid_from: 2025-01-01, source: letter, status: verified}
        - {euro_per_hour: 99, valid_from: 2025-01-02, source: later, status: verified}
      firm: [{euro_per_hour: 50, valid_from: 2018-01-01, source: handbook, status: unverified}]

    """

  private static let before = """
    before:
      - {name: form, group: citizens, tariff: citizen, minutes: 30, number: 1000, frequency: 2,
         asks: [income, address]}
      - {name: payslip, group: citizens, tariff: citizen, minutes: 6, out_of_pocket: 1.5, number: 1000,
         asks: [income]}
      - {name: new software, group: businesses, tariff: firm, minutes: 120, number: 10, one_off: true}

    """

  private static let after = """
    after:
      - {name: check, group: citizens, tariff: citizen, minutes: 6, number: 1000}
    registers: {BRP: [address], polisadministratie: [income]}

    """

  @Test func `hours and euros are minutes and payments times cases`() async throws {
    let run = StageRun(Burden.self, with: Self.tariffs + Self.before + Self.after)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run([:])
    let summary = try output.table("summary")
    #expect(summary.names == BurdenTables.summary.map(\.name))
    #expect(
      try summary.column("group").texts()
        == ["citizens", "citizens", "businesses", "businesses", "professionals", "professionals"])
    // 1,000 hours for the form and 100 for the payslip at € 18, and € 1,500 for copies.
    #expect(try summary.column("hours_before").doubles()?.values == [1100, 0, 0, 20, 0, 0])
    #expect(try summary.column("euros_before").doubles()?.values == [21300, 0, 0, 1000, 0, 0])
    #expect(try summary.column("euros_after").doubles()?.values == [1800, 0, 0, 0, 0, 0])
    #expect(try summary.column("euros_change").doubles()?.values == [-19500, 0, 0, -1000, 0, 0])
    let actions = try output.table("actions")
    #expect(actions.names == BurdenTables.actions.map(\.name))
    #expect(try actions.column("rules").texts() == ["before", "before", "before", "after"])
    #expect(try actions.column("euros").doubles()?.values == [18000, 3300, 1000, 1800])
  }

  private static let handled = """
    before:
      - {name: form, group: citizens, tariff: citizen, minutes: 30, where: "supplement > 0"}
    after:
      - {name: check, group: citizens, tariff: citizen, minutes: 6, where: "reform > 0"}
    weight: w

    """

  @Test func `the number of handled cases comes from a population`() async throws {
    let population = try Table([
      ("supplement", .integer(FixedColumn([Int64(513), 0, 732, nil]))),
      ("reform", .integer(FixedColumn([Int64(513), 100, 732, nil]))),
      ("w", .number(FixedColumn([10.0, 20, 30, 40]))),
    ])
    let run = StageRun(Burden.self, with: Self.tariffs + Self.handled)
    #expect(run.diagnostics.isEmpty, "\(run.diagnostics)")
    #expect(run.validation?.message.contains("there is no population") == true)
    let output = try await run(["population": .table(population)])
    let summary = try output.table("summary")
    // 40 cases of half an hour, and 60 of a tenth of one.
    #expect(try summary.column("hours_before").doubles()?.values.first == 20)
    #expect(try summary.column("hours_after").doubles()?.values.first == 6)
    #expect(try output.table("data").rowCount == 0)
  }

  @Test func `data asked twice or held by a register are told`() async throws {
    let output = try await StageRun(Burden.self, with: Self.tariffs + Self.before + Self.after)([:])
    let data = try output.table("data")
    #expect(data.names == BurdenTables.data.map(\.name))
    #expect(try data.column("datum").texts() == ["income", "address"])
    #expect(try data.column("actions").texts() == ["form, payslip", "form"])
    #expect(try data.column("times").doubles()?.values == [3000, 2000])
    #expect(try data.column("asked_twice").texts() == ["true", "false"])
    #expect(try data.column("held_by").texts() == ["polisadministratie", "BRP"])
    let record = try output.record("burden")
    #expect(record["data_asked_twice"]?["before"] == 1)
    #expect(record["data_asked_twice"]?["after"] == 0)
    #expect(record["data_already_held"]?["before"] == 2)
  }

  @Test func `the record reads back as it was written`() async throws {
    let record = try await StageRun(Burden.self, with: Self.tariffs + Self.before + Self.after)([:])
      .record("burden")
    #expect(record["type"] == "burden" && record["version"] == 1 && record["label"] == "estimate")
    #expect(try BurdenRecord(record: record).record == record)
    #expect(record["tariffs"]?[0]?["euro_per_hour"]?.doubleValue == 18)
  }

  @Test func `a burden that stays as it is changes nothing`() async throws {
    let summary = try await StageRun(Burden.self, with: Self.tariffs + Self.before)([:])
      .table("summary")
    #expect(try summary.column("euros_change").doubles()?.values == [0, 0, 0, 0, 0, 0])
    #expect(try summary.column("hours_change").doubles()?.values == [0, 0, 0, 0, 0, 0])
  }

  @Test func `only verified tariffs make figures official`() async throws {
    let all = StageRun(Burden.self, with: Self.tariffs + Self.before + "label: official\n")
    #expect(all.validation?.parameter == "label")
    #expect(all.validation?.message.contains("tariff 'firm' from 2018-01-01 is unverified") == true)
    let citizens = """
      before: [{name: form, group: citizens, tariff: citizen, minutes: 30, number: 1}]
      label: official

      """
    let run = StageRun(Burden.self, with: Self.tariffs + citizens)
    #expect(run.validation == nil)
    #expect(try await run([:]).record("burden")["label"] == "official")
  }

  @Test func `an official record with an unverified tariff is refused`() async throws {
    let record = try await StageRun(Burden.self, with: Self.tariffs + Self.before)([:])
      .record("burden")
    let members = record.members.map { ($0.key, $0.key == "label" ? "official" : $0.value) }
    #expect(throws: RecordFault.self) { try BurdenRecord(record: .object(members: members)) }
  }

  @Test(arguments: [
    ("[{name: a, group: citizens, tariff: c, minutes: 1, number: 1}]", "is not there", "before"),
    ("[]", "no action", "before"),
    (
      """
      [{name: a, group: citizens, tariff: citizen, minutes: 1, number: 1}, \
      {name: a, group: citizens, tariff: citizen, minutes: 1, number: 1}]
      """, "two actions", "before"
    ),
  ])
  func `actions that do not fit are faults`(before: String, message: String, at: String) {
    let fault = StageRun(Burden.self, with: Self.tariffs + "before: \(before)\n").validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test func `a tariff without a value on the day is a fault of the day`() {
    let with = (Self.tariffs + Self.before).replacing("date: 2025-01-01", with: "date: 2017-01-01")
    #expect(StageRun(Burden.self, with: with).validation?.parameter == "date")
  }

  @Test(arguments: [
    ("{group: citizens, tariff: citizen, minutes: 1, number: 1}", "needs 'name'"),
    ("{name: a, group: citizens, tariff: citizen, minutes: -1, number: 1}", "of at least 0"),
    (
      "{name: a, group: citizens, tariff: citizen, minutes: 1, number: 1, where: 'x > 1'}",
      "a number and a condition"
    ),
    ("{name: a, group: citizens, tariff: citizen, minutes: 1}", "needs 'number'"),
    ("{name: a, group: people, tariff: citizen, minutes: 1, number: 1}", "has no choice 'people'"),
    ("{name: a, group: citizens, tariff: c, minutes: 1, number: 1, hours: 2}", "has no 'hours'"),
    (
      "{name: a, group: citizens, tariff: c, minutes: 1, number: 1, one_off: true, frequency: 2}",
      "one-off and has a frequency"
    ),
  ])
  func `a block that lacks or misspells something says so`(action: String, message: String) {
    let run = StageRun(Burden.self, with: Self.tariffs + "before: [\(action)]\n")
    #expect(run.diagnostics.contains { $0.message.contains(message) }, "\(run.diagnostics)")
  }

  @Test(arguments: [
    ("{c: [{valid_from: 2018-01-01, source: x, status: verified}]}", "needs 'euro_per_hour'"),
    (
      "{c: [{euro_per_hour: 1, valid_from: 2018-01-01, source: x, status: sure}]}",
      "has no choice 'sure'"
    ),
    ("{c: [{euro_per_hour: 1, valid_from: 2018-01-01, status: verified}]}", "needs 'source'"),
  ])
  func `a tariff says its amount, date, source and status`(tariffs: String, message: String) {
    let run = StageRun(
      Burden.self, with: "date: 2025-01-01\ntariffs: \(tariffs)\n" + Self.before)
    #expect(run.diagnostics.contains { $0.message.contains(message) }, "\(run.diagnostics)")
  }

  @Test func `the stage is fit to publish`() {
    #expect(
      checkStage(Burden.self, plugin: "rules").isEmpty,
      "\(checkStage(Burden.self, plugin: "rules"))")
  }
}
