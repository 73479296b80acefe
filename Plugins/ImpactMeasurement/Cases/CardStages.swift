// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What comes into a stage that may leave its outcomes and arms to the pilot card.
protocol CardInput: PortSet {
  associatedtype CaseTable: LabelledCases
  var cases: CaseTable { get }
  var pilot: PilotCard? { get }
}

/// Cases of which some columns can be looked at, whether in memory or not.
protocol LabelledCases {
  var schema: [ColumnSchema] { get }
  /// One column in memory.
  func column(alone name: String) throws -> Column
}

extension Table: LabelledCases {
  func column(alone name: String) throws -> Column { try column(name) }
}

extension TableBatches: LabelledCases {
  func column(alone name: String) throws -> Column { try table(columns: [name]).column(name) }
}

/// A stage whose outcomes are those of the pilot card, unless its parameters name some.
protocol OutcomeStage: Stage where Input: CardInput {
  var outcome: [ColumnName] { get set }
  /// Puts in what the parameters leave to the card.
  func filled(by input: Input, in context: StageContext) throws -> Self
  /// Whether something is left to the card.
  func check(connected ports: Set<String>) throws(StageFault)
}

extension OutcomeStage {
  func completed(by input: Input, in context: StageContext) throws -> Self {
    try filled(by: input, in: context)
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    try check(connected: ports)
  }

  func filled(by input: Input, in context: StageContext) throws -> Self {
    try withOutcomes(by: input, in: context)
  }

  func check(connected ports: Set<String>) throws(StageFault) {
    guard !outcome.isEmpty || ports.contains("pilot") else { throw .noOutcome }
  }

  /// Whether the cases have a column of any outcome of the card.
  func hasOutcome(in input: Input) -> Bool {
    input.pilot?.outcomes.contains { declared in
      input.cases.schema.contains { $0.name.isExactly(declared.column ?? declared.id) }
    } ?? false
  }

  /// The outcomes of the card that the cases have a column for; those that they have not are told.
  func withOutcomes(by input: Input, in context: StageContext) throws -> Self {
    guard outcome.isEmpty else { return self }
    guard let card = input.pilot else { throw StageFault.noOutcome }
    let names = input.cases.schema.map(\.name)
    var found: [ColumnName] = []
    for declared in card.outcomes {
      let column = declared.column ?? declared.id
      if names.contains(where: { $0.isExactly(column) }) {
        found.append(ColumnName(column))
      } else {
        context.note("the cases have no column '\(column)', an outcome of the pilot card")
      }
    }
    guard !found.isEmpty else {
      throw StageFault(
        "the cases have no column of any outcome that the pilot card declares", at: "outcome",
        help: "give the outcomes of the card their column:, or name the columns here")
    }
    var stage = self
    stage.outcome = found
    return stage
  }
}

/// A stage that compares the arms of the pilot card, unless its parameters name a column of arms.
protocol ArmStage: OutcomeStage {
  var arm: ColumnName? { get set }
  var treatment: ColumnName? { get }
  /// Whether the parameters leave open who was in which arm.
  var leavesArmOpen: Bool { get }
}

extension ArmStage {
  var leavesArmOpen: Bool { arm == nil && treatment == nil }

  func filled(by input: Input, in context: StageContext) throws -> Self {
    try withOutcomes(by: input, in: context).withArm(by: input, in: context)
  }

  func check(connected ports: Set<String>) throws(StageFault) {
    guard !ports.contains("pilot") else { return }
    guard !outcome.isEmpty else { throw .noOutcome }
    guard !leavesArmOpen else { throw .noArm }
  }

  /// The column whose values are the arms of the card: the one called `arm`, as `pilot/assign` writes it, or
  /// the only one of its kind.
  func withArm(by input: Input, in context: StageContext) throws -> Self {
    guard leavesArmOpen else { return self }
    guard let card = input.pilot else { throw StageFault.noArm }
    let arms = Set((card.arms.map(\.id) + card.arms.map(\.label)).map { ExactText($0) })
    var found: [String] = []
    for column in input.cases.schema where column.type.isTextual {
      let labels = try input.cases.column(alone: column.name).grouping().labels
      guard labels.count > 1, labels.allSatisfy({ arms.contains(ExactText($0)) }) else { continue }
      found.append(column.name)
    }
    let chosen = found.first { $0.isExactly("arm") } ?? (found.count == 1 ? found[0] : nil)
    guard let chosen else {
      throw StageFault(
        found.isEmpty
          ? "no column of the cases holds the arms of the pilot card"
          : "several columns hold the arms of the pilot card: " + found.joined(separator: ", "),
        at: "arm", help: "name the column that says which arm a case was in: arm: condition")
    }
    context.note("arms are read from '\(chosen)', whose values are the arms of the pilot card")
    var stage = self
    stage.arm = ColumnName(chosen)
    return stage
  }
}

extension StageFault {
  static var noOutcome: StageFault {
    .user(
      "'outcome' names no column", at: "outcome",
      help:
        "name one, or connect the pilot card, which declares outcomes: from: {pilot: intake.pilot}"
    )
  }
}
