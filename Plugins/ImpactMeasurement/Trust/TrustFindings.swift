// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What the checks of one experiment found, as it grows from check to check.
struct TrustFindings {
  var checks: [TrustCheck] = []
  var balance: [BalanceTable.Line] = []
  var bounds: [BoundsTable.Line] = []
  var crossover: [Crossover.Line] = []

  /// What comparing arms asks for: their sizes, attrition, balance, crossover and exposure.
  mutating func add(
    armsOf cases: Cases, _ arms: Arms, for stage: Trust, card: PilotCard?
  ) throws(StageFault) {
    let units = try AssignedUnits(cases, arms, cluster: stage.cluster, block: stage.block)
    checks += units.checks
    checks.append(
      try SampleRatioCheck(
        shares: stage.shares, threshold: stage.srmThreshold, practical: stage.srmPractical
      ).check(arms, units))
    for column in stage.outcome {
      let attrition = Attrition(
        try cases.column(column, at: "outcome"), named: column.name, arms: arms)
      checks += attrition.checks(
        limit: stage.attritionLimit, threshold: stage.attritionThreshold,
        practical: stage.attritionPractical)
    }
    guard let contrasts = try contrasts(of: arms, for: stage, card) else {
      for column in stage.outcome where cases.table[column.name]?.missingCount ?? 0 > 0 {
        checks.append(
          TrustCheck(
            "attrition-bounds", subject: column.name, passed: false, severity: .info,
            message: "bounds for '\(column)' need a control arm: add 'control'"))
      }
      return
    }
    for column in stage.outcome { try addBounds(column, cases, arms, units, contrasts, stage) }
    try addBalance(cases, arms, units, contrasts, stage)
    if let received = stage.received, let control = contrasts.first?.control {
      let matrix = try Crossover(cases, received: received, arms: arms, control: control)
      crossover += matrix.lines
      checks += matrix.checks(limit: stage.crossoverLimit)
    }
    if let exposed = stage.exposed {
      let exposure = try ExposureCheck(cases, exposed: exposed, arms: arms)
      checks += contrasts.map { exposure.check($0, limit: stage.exposureLimit) }
    }
  }

  /// Every arm against the control; nil where nobody names the control and nothing needs one.
  private func contrasts(
    of arms: Arms, for stage: Trust, _ card: PilotCard?
  ) throws(StageFault) -> [ArmContrast]? {
    let needsControl =
      !stage.covariates.isEmpty || stage.received != nil || stage.exposed != nil
      || !stage.range.isEmpty || stage.tighten != nil
    guard needsControl || stage.control != nil || card?.controlArm != nil else { return nil }
    let control: Int
    do throws(StageFault) {
      control = try arms.control(stage.control, card: card)
    } catch {
      guard needsControl || stage.control != nil else { return nil }
      throw error
    }
    return try arms.contrasts(control: control, pool: NamedValues())
  }

  private mutating func addBounds(
    _ column: ColumnName, _ cases: Cases, _ arms: Arms, _ units: AssignedUnits,
    _ contrasts: [ArmContrast], _ stage: Trust
  ) throws(StageFault) {
    // Texts, and what nobody measured, have attrition and no bounds.
    let values = try cases.column(column, at: "outcome")
    guard values.doubles() != nil, values.missingCount < values.count else { return }
    let outcome = try cases.numbers(column, at: "outcome")
    let given = stage.range[column.name].flatMap { $0.count == 2 ? $0[0]...$0[1] : nil }
    let bounds = AttritionBounds(
      outcome: outcome, arms: arms, units: units,
      cells: try stage.tighten.map { name throws(StageFault) in
        try cases.groups(name, at: "tighten").limited(at: "tighten")
      },
      range: given ?? (values.type == .boolean ? 0...1 : nil),
      level: stage.level)
    for contrast in contrasts {
      let found = try bounds.lines(contrast)
      self.bounds += found.lines
      checks += found.checks
    }
  }

  private mutating func addBalance(
    _ cases: Cases, _ arms: Arms, _ units: AssignedUnits, _ contrasts: [ArmContrast],
    _ stage: Trust
  ) throws(StageFault) {
    guard !stage.covariates.isEmpty else { return }
    let columns = try cases.covariates(stage.covariates)
    for contrast in contrasts {
      let check = BalanceCheck(contrast, arms, columns, units)
      balance += check.lines
      checks += try check.checks(threshold: stage.balanceThreshold)
    }
  }

  /// Says of every check that did not pass what it found, and what it makes of the evidence.
  func tell(in context: StageContext) {
    for check in checks where !check.passed {
      let rule = GradeRule.rule(for: check).map { "; \($0.clause())" } ?? ""
      context.note(check.message + rule)
    }
  }
}
