// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What a streamed regression is about: arms against a control, or a number per unit.
struct StreamedExposure {
  /// The arms in the order of their bytes; none for a dose.
  let labels: [String]
  /// The place of the reference arm; nil for a dose.
  let control: Int?
  let parameter: String
  let column: String
  private let arms: StreamedArms?
  private let treatment: ColumnName?

  init(_ cases: CaseStream, _ stage: Regression, card: PilotCard?) throws {
    let found = try Self.arms(cases, stage)
    arms = found
    treatment = stage.treatment
    labels = found?.arms.labels ?? []
    control = try found.map { try $0.arms.control(stage.control, card: card) }
    parameter = found?.arms.parameter ?? "treatment"
    column = found?.arms.column ?? stage.treatment?.name ?? ""
  }

  /// Nil where the treatment holds other numbers than 0 and 1.
  private static func arms(_ cases: CaseStream, _ stage: Regression) throws -> StreamedArms? {
    guard stage.arm == nil else {
      return try StreamedArms(cases, arm: stage.arm, treatment: nil)
    }
    do {
      return try StreamedArms(cases, arm: nil, treatment: stage.treatment)
    } catch let fault as StageFault where fault == Arms.isDose(stage.treatment) {
      return nil
    }
  }

  /// The places of all arms but the control.
  var treatedArms: [Int] { labels.indices.filter { $0 != control } }

  /// The names of the columns that stand for the exposure.
  var regressors: [String] {
    labels.isEmpty ? [column] : treatedArms.map { labels[$0] }
  }

  /// For each case of a batch its arm, or its dose.
  func values(
    of batch: Cases
  ) throws -> (arms: [Int32], doses: [Double], validity: Bitmap?) {
    if let arms {
      let codes = try arms.codes(of: batch)
      return (codes, [], Bitmap(codes.map { $0 >= 0 }))
    }
    guard let treatment else { throw StageFault.noArm }
    let numbers = try batch.partOfNumbers(treatment, at: "treatment")
    return ([], numbers.values, numbers.validity)
  }
}
