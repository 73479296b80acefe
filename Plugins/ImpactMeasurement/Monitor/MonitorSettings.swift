// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics
import Tables

/// What the parameters of a look say together.
struct MonitorSettings {
  private let stage: Monitor

  init(_ stage: Monitor) { self.stage = stage }

  func validate() throws(StageFault) {
    guard stage.method != .controlChart else { return try validateChart() }
    try ArmParameters(
      arm: stage.arm, control: stage.control, treatment: stage.treatment, outcome: stage.outcome
    ).validateWhole()
    if stage.method == .groupSequential {
      guard stage.planned != nil else {
        throw .user(
          "information is a share of what was planned, and 'planned' is missing", at: "planned",
          help: "write how many cases the two arms of a contrast will have at the end")
      }
      let needsPositive = [.kimDemets, .haybittlePeto].contains(stage.spending)
      if let shape = stage.shape, needsPositive, !(shape > 0 && shape.isFinite) {
        throw .user("the shape of \(stage.spending.rawValue) is not positive", at: "shape")
      }
      let ascends = zip(stage.looks, stage.looks.dropFirst()).allSatisfy { $0 < $1 }
      guard ascends, stage.looks.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
        throw .user(
          "'looks' are shares of the information, in their order, the last of them 1", at: "looks",
          help: "as in looks: [0.5, 0.75, 1]")
      }
      if stage.spending.isFixed, stage.looks.last != 1 {
        throw .user(
          "\(stage.spending.rawValue) is made for planned looks, and 'looks' does not name them "
            + "up to 1", at: "looks",
          help: "name them, as in looks: [0.5, 0.75, 1], or let 'spending' be obrien-fleming")
      }
    }
    guard
      stage.limits.isEmpty || (stage.method == .confidenceSequence && stage.sequence == .bounded)
    else {
      throw .user(
        "only a bounded sequence looks at 'limits'", at: "limits",
        help: "leave it out, or use method: confidence-sequence and sequence: bounded")
    }
    guard stage.method == .confidenceSequence, stage.sequence != .asymptotic else { return }
    guard stage.cluster == nil else {
      throw .user(
        "a \(stage.sequence.rawValue) sequence takes cases that were assigned one by one",
        at: "cluster", help: "use sequence: asymptotic, which takes clusters")
    }
    guard stage.sequence == .bounded else { return }
    guard stage.limits.count == 2, stage.limits[0] < stage.limits[1] else {
      throw .user(
        "a bounded sequence needs the lowest and the highest value", at: "limits",
        help: "as in limits: [0, 100]")
    }
    guard stage.time != nil else {
      throw .user(
        "a bounded sequence needs the order in which cases came", at: "time",
        help: "add time: with a column of dates or numbers")
    }
  }

  private func validateChart() throws(StageFault) {
    guard !stage.outcome.isEmpty else { throw .user("'outcome' names no column", at: "outcome") }
    guard stage.time != nil else {
      throw .user(
        "a control chart is a series in time, and 'time' is missing", at: "time",
        help: "add time: with a column of dates or numbers")
    }
    for (name, isGiven) in [
      ("arm", stage.arm != nil), ("treatment", stage.treatment != nil),
      ("guardrails", !stage.guardrails.isEmpty),
    ] where isGiven {
      throw .user("a control chart has no arms and no '\(name)'", at: name)
    }
    if stage.chart.needsExposure, stage.exposure == nil {
      throw .user(
        "a \(stage.chart.rawValue) chart counts among something, and 'exposure' is missing",
        at: "exposure", help: "name the column with the number of cases, or days, of each period")
    }
    if !stage.chart.needsExposure, stage.exposure != nil {
      throw .user(
        "\(stage.chart.rawValue) charts take measurements and pass over 'exposure'", at: "exposure",
        help: "use chart: p for shares or chart: u for rates")
    }
  }

  /// The method with everything that has to stay the same from look to look.
  func name(_ role: Look.Role) -> String {
    switch stage.method {
    case .controlChart: return "control-chart \(stage.chart.rawValue)"
    case .confidenceSequence:
      return "confidence-sequence \(stage.sequence.rawValue)"
        + (role == .guardrail ? ", one-sided" : ", two-sided")
    case .groupSequential:
      if role == .guardrail { return "group-sequential pocock, one-sided" }
      let shape = stage.shape.map { " \($0.asFigure)" } ?? ""
      return "group-sequential \(stage.spending.rawValue)\(shape), two-sided"
    }
  }

  func judge(
    _ look: Look, _ compared: ComparedLook, _ history: LookHistory, alpha: Double, order: [Double]?
  ) throws(StageFault) -> Look {
    let isGuardrail = look.role == .guardrail
    let alpha = isGuardrail ? 1 - stage.guardrailLevel : alpha
    guard stage.method == .groupSequential, let planned = stage.planned else {
      let limits = stage.limits.count == 2 ? stage.limits[0]...stage.limits[1] : nil
      return try ConfidenceSequenceLook(
        sequence: stage.sequence, tunedFor: stage.tunedFor ?? stage.planned, limits: limits,
        order: order, alpha: alpha, futility: stage.futility
      ).judge(look, compared)
    }
    return try GroupSequentialLook(
      spending: isGuardrail ? .pocock : stage.spending, shape: isGuardrail ? nil : stage.shape,
      plannedLooks: stage.looks, planned: planned, isFinal: stage.final, alpha: alpha,
      futility: isGuardrail ? nil : stage.futility, sides: isGuardrail ? .one : .two
    ).judge(look, compared, history)
  }

  /// When each case came in.
  func order(_ cases: Cases) throws(StageFault) -> [Double]? {
    guard stage.method == .confidenceSequence, stage.sequence == .bounded, let time = stage.time
    else { return nil }
    return try TimeOrder(cases, time).keys
  }
}

/// The day of a look.
struct LookDate: ParameterValue {
  let day: CalendarDate

  static var schema: ParameterSchema { .date }

  static func read(_ node: Node, in reading: inout ParameterReading) -> LookDate? {
    if let day = node.text.flatMap({ CalendarDate($0) }) { return LookDate(day: day) }
    reading.reportWrongType(node, wanted: "a date", help: "write it as 2026-03-31")
    return nil
  }

  var json: JSONValue { .string("\(day)") }
}
