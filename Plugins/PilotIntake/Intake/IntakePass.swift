// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// One pass over the cases of an intake, batch by batch: nothing in it grows with the number of cases.
struct IntakePass {
  private let intake: Intake
  private let content: CaseFileContent
  private let context: StageContext
  private let personalData: PersonalData
  private var contract: ContractCheck?
  private var sourceNumbers: CitizenServiceNumberCheck
  private var derivedNumbers: CitizenServiceNumberCheck
  private let expressions: CaseExpressions
  private var flow: CaseFlow
  private var key: CaseKey?
  /// By the place of a column in the batches.
  private var columns: [ColumnTally] = []
  private var cases: TableSpool

  init(
    _ intake: Intake, _ content: CaseFileContent, in context: StageContext
  ) throws(StageFault) {
    self.intake = intake
    self.content = content
    self.context = context
    personalData = intake.personalData
    contract = try intake.contract.map { contract throws(StageFault) in
      try ContractCheck(contract, over: content.schema, folder: context.scratch)
    }
    sourceNumbers = CitizenServiceNumberCheck(personalData)
    derivedNumbers = CitizenServiceNumberCheck(personalData)
    expressions = CaseExpressions(
      derive: intake.derive, conditions: intake.eligible?.conditions ?? [])
    flow = CaseFlow(
      intake.eligible?.conditions ?? [], malformedCount: content.malformedCount)
    key =
      intake.key.isEmpty ? nil : CaseKey(intake.key.map(\.name), folder: context.scratch)
    cases = TableSpool(folder: context.scratch)
  }

  /// Takes in the rows of a batch.
  mutating func take(_ batch: Table, firstRow: Int) throws {
    try context.checkCancellation()
    do {
      sourceNumbers.look(at: batch)
      try contract?.check(batch, firstRow: firstRow)
      let readable = try personalData.pseudonymised(batch, in: context)
      let (derived, conditions) = try expressions.evaluated(
        over: intake.generalise.applied(to: readable))
      derivedNumbers.look(at: derived)
      try tally(derived)
      let eligible = try flow.keep(from: derived, conditions)
      try key?.add(derived, among: eligible, firstRow: firstRow)
      try cases.append(derived.filtered(by: eligible), typesOf: derived)
    } catch let fault as SpoolFault {
      throw StageFault(fault.description, help: fault.help)
    } catch let fault as RowFault {
      throw fault.stageFault(
        firstRow: firstRow, isPart: batch.rowCount < content.rowCount)
    }
    context.progress(firstRow + batch.rowCount, of: content.rowCount)
  }

  /// What the stage gives out.
  consuming func finish() throws -> Intake.Output {
    try sourceNumbers.refuse(at: "source")
    let agreed = try contractReport()
    try derivedNumbers.refuse(at: "derive")
    for (reason, count) in flow.open {
      context.note("\(count) cases are excluded since '\(reason)' is open: a value is missing")
    }
    guard cases.rowCount > 0 else { throw StageFault.noCases }
    var output = Intake.Output()
    output.quality = try quality(agreed)
    output.flow = try flow.table()
    output.cases = try cases.finish()
    output.pilot = intake.card?.card
    context.metric("cases", Double(output.cases.rowCount), unit: "rows")
    return output
  }
}

extension IntakePass {
  /// What `quality` says of a column.
  private struct ColumnTally {
    let name: String
    /// The type of the first batch, which counts where no batch has a value.
    let firstType: ColumnType
    var type: ColumnType?
    var missing = 0
    var distinct: DistinctCensus
  }

  private mutating func tally(_ batch: Table) throws {
    if columns.isEmpty {
      columns = batch.schema.map {
        ColumnTally(
          name: $0.name, firstType: $0.type, distinct: DistinctCensus(folder: context.scratch))
      }
    }
    for (place, column) in batch.columns.enumerated() {
      columns[place].missing += column.missingCount
      guard column.missingCount < column.count else { continue }
      let type = columns[place].type
      columns[place].type = type.flatMap { ColumnType.common($0, column.type) } ?? column.type
      try columns[place].distinct.add(column)
    }
  }

  private func quality(_ agreed: ContractReport?) throws -> Table {
    var quality = QualityTable()
    for finding in content.types {
      let isPseudonym = intake.identifiers.contains { $0.name.isExactly(finding.column) }
      try addLine(
        to: &quality, finding.column, why: isPseudonym ? "pseudonyms" : finding.why)
    }
    for name in intake.derive.names { try addLine(to: &quality, name, why: "derived") }
    if intake.malformed == .leaveOut { quality.addMalformed(content) }
    agreed?.add(to: &quality)
    guard let key else { return try quality.table() }
    let name = key.name
    let (repeated, absent) = try key.finish()
    if intake.duplicates == .refuse, let fault = CaseKey.refusal(repeated, of: name) {
      throw fault
    }
    quality.add(rule: "the key is unique", of: name, broken: repeated, among: cases.rowCount)
    quality.add(rule: "the key is complete", of: name, broken: absent, among: cases.rowCount)
    if !repeated.isEmpty {
      context.note("\(repeated.count) cases repeat the key '\(name)'; see 'quality'")
    }
    return try quality.table()
  }

  /// How the rows fared under the contract; breaches of severity error end the stage.
  private func contractReport() throws -> ContractReport? {
    guard let terms = intake.contract, let contract else { return nil }
    let report = ContractReport(
      contract: terms, outcomes: try contract.outcomes(), rowCount: content.rowCount)
    report.tell(context)
    try report.refuseBreaches()
    return report
  }

  private func addLine(
    to quality: inout QualityTable, _ name: String, why: String
  ) throws {
    guard let tally = columns.first(where: { $0.name.isExactly(name) }) else { return }
    quality.add(
      name, tally.type ?? tally.firstType, rows: content.rowCount, missing: tally.missing,
      distinct: try tally.distinct.finish(), why: why)
  }
}

extension StageFault {
  fileprivate static var noCases: StageFault {
    StageFault(
      "no case is left: every one is excluded", at: "eligible",
      help: "check the conditions; texts compare letter by letter, and null meets none")
  }
}
