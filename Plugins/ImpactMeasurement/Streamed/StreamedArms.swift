// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The arms of cases that come in batches: a first look at one column.
struct StreamedArms {
  /// The arms without any case's place, for everything that asks for labels only.
  let arms: Arms
  private let arm: ColumnName?
  private let treatment: ColumnName?
  /// How many cases have no arm.
  let missing: Int
  let total: Int

  init(_ cases: CaseStream, arm: ColumnName?, treatment: ColumnName?) throws {
    var labels = LabelNumbers()
    var missing = 0
    var total = 0
    var isZeroOne = true
    try cases.forEachBatch { batch in
      total += batch.count
      if let arm {
        let groups = try batch.groups(arm, at: "arm")
        missing += groups.validity.map { $0.count - $0.setCount } ?? 0
        _ = labels.codes(of: groups)
        guard labels.count <= Arms.limit else { throw Arms.tooMany(arm) }
      } else if let treatment {
        let numbers = try batch.partOfNumbers(treatment, at: "treatment")
        missing += numbers.validity.map { $0.count - $0.setCount } ?? 0
        for (row, value) in numbers.values.enumerated() where numbers.validity?[row] ?? true {
          if value != 0, value != 1 { isZeroOne = false }
        }
      } else {
        throw StageFault.noArm
      }
    }
    guard total > 0 else { throw StageFault("'where' keeps none of the cases", at: "where") }
    self.arm = arm
    self.treatment = treatment
    self.missing = missing
    self.total = total
    if let arm {
      arms = try Arms(labels: labels.labels, of: arm)
    } else if let treatment, isZeroOne {
      arms = Arms(zeroOneOf: treatment)
    } else {
      throw Arms.isDose(treatment)
    }
  }

  /// For each case of a batch the place of its arm, −1 where it has none.
  func codes(of batch: Cases) throws -> [Int32] {
    if let arm {
      let groups = try batch.groups(arm, at: "arm")
      let places = groups.labels.map { Int32(arms.place(of: $0) ?? -1) }
      return groups.codes.map { $0 < 0 ? -1 : places[Int($0)] }
    }
    guard let treatment else { return [] }
    let numbers = try batch.partOfNumbers(treatment, at: "treatment")
    return numbers.values.indices.map { row in
      numbers.validity?[row] ?? true ? Int32(numbers.values[row]) : -1
    }
  }

  /// What is said of the cases without an arm.
  var note: String? {
    missing == 0
      ? nil
      : "\(missing) of \(total) cases have no '\(arms.column)' (\(arms.parameter)) and are left out"
  }
}
