// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The parameters by which an effect's stage says what is compared, checked against each other.
struct ArmParameters {
  let arm: ColumnName?
  let control: String?
  let treatment: ColumnName?
  let outcome: [ColumnName]
  var pool: NamedValues<[String]> = NamedValues()

  /// For stages that leave nothing to the pilot card.
  func validateWhole() throws(StageFault) {
    guard !outcome.isEmpty else {
      throw .user("'outcome' names no column", at: "outcome")
    }
    guard arm != nil || treatment != nil else { throw .noArm }
    try validate()
  }

  /// For stages that may leave outcomes and arms to the pilot card.
  func validate() throws(StageFault) {
    switch (arm, treatment) {
    // Then the pilot card has to say it.
    case (nil, nil): break
    case (.some, .some):
      throw .user(
        "'arm' and 'treatment' say the same thing twice", at: "treatment",
        help: "keep 'arm' where cases have labels, 'treatment' where they have numbers")
    case (nil, .some):
      if control != nil {
        throw .user(
          "'control' names an arm, and 'treatment' has none", at: "control",
          help: "leave 'control' out: 0 is the control")
      }
    case (.some, nil): break
    }
    if treatment != nil, !pool.isEmpty {
      throw .user("'pool' takes arms together, and 'treatment' has none", at: "pool")
    }
    for (place, column) in outcome.enumerated() {
      if outcome[..<place].contains(column) {
        throw .user("'outcome' names '\(column)' twice", at: "outcome")
      }
      if column == arm || column == treatment {
        throw .user("'\(column)' is both the outcome and what is compared", at: "outcome")
      }
    }
  }
}

extension StageFault {
  /// A fault of what the pipeline asks for, whatever the data.
  static func user(_ message: String, at parameter: String, help: String? = nil) -> StageFault {
    StageFault(message, at: parameter, help: help, kind: .user)
  }

  static var noArm: StageFault {
    .user(
      "neither 'arm' nor 'treatment' is given", at: "arm",
      help: "name the column that says which arm a case was in: arm: condition")
  }
}

extension EffectsTable {
  /// What the next stage may count on.
  static var promises: [ColumnPromise] { schema.map { ColumnPromise($0.name, $0.type) } }
}
