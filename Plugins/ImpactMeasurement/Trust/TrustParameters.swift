// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// What `impact/trust` is asked for, held against what each check needs.
struct TrustParameters {
  let stage: Trust

  func validate() throws(StageFault) {
    try checkDesign()
    for entry in stage.shares.entries where !(entry.value > 0 && entry.value.isFinite) {
      throw .user("the share of '\(entry.name)' is not positive", at: "shares")
    }
    for column in stage.covariates where column == stage.arm || stage.outcome.contains(column) {
      throw .user("'\(column)' is a covariate and something else at once", at: "covariates")
    }
    for entry in stage.range.entries {
      guard stage.outcome.contains(where: { $0.name == entry.name }) else {
        throw .user("'range' names '\(entry.name)', which is no outcome here", at: "range")
      }
      guard entry.value.count == 2, entry.value[0] < entry.value[1] else {
        throw .user(
          "the range of '\(entry.name)' is no least and largest value", at: "range",
          help: "write two numbers, the smaller first: range: {\(entry.name): [0, 100]}")
      }
    }
  }

  /// What is about arms needs to know them.
  func checkArms() throws(StageFault) {
    guard stage.arm == nil else { return }
    let needy: [(String, Bool)] = [
      ("covariates", !stage.covariates.isEmpty), ("shares", !stage.shares.isEmpty),
      ("received", stage.received != nil), ("exposed", stage.exposed != nil),
      ("tighten", stage.tighten != nil), ("range", !stage.range.isEmpty),
    ]
    for (name, isGiven) in needy where isGiven {
      throw .user(
        "'\(name)' is about arms, and 'arm' is not given", at: name,
        help: "name the column that says which arm a case was in: arm: condition")
    }
    guard stage.running != nil || stage.adopted != nil else {
      throw .user(
        "nothing says what is to be checked", at: "arm",
        help: "name 'arm'; or 'running' and 'cutoff'; or 'unit', 'time' and 'adopted'")
    }
  }

  private func checkDesign() throws(StageFault) {
    switch (stage.running, stage.cutoff) {
    case (.some, nil):
      throw .user(
        "'running' has no 'cutoff'", at: "running",
        help: "add cutoff: with the value that sorts cases")
    case (nil, .some): throw .user("'cutoff' has no 'running'", at: "cutoff")
    default: break
    }
    let panel = [("unit", stage.unit), ("time", stage.time), ("adopted", stage.adopted)]
    let given = panel.filter { $0.1 != nil }
    guard given.isEmpty || given.count == 3 else {
      let missing = panel.filter { $0.1 == nil }.map { "'\($0.0)'" }.joined(separator: " and ")
      throw .user(
        "trends before the change need \(missing) as well", at: given[0].0,
        help: "name unit, time and adopted, or none of them")
    }
    guard given.isEmpty || !stage.outcome.isEmpty else {
      throw .user(
        "trends before the change need an 'outcome'", at: "adopted",
        help: "name the column whose trends are compared")
    }
  }
}
