// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The followed cases of all arms, and what is read off them arm by arm.
struct SurvivalCases {
  let outcome: String
  let event: String
  let contrasts: [ArmContrast]
  let times: SurvivalTimes
  let blocks: Statistics.Grouping?
  let clusters: Statistics.Grouping?
  let covariates: [CovariateColumns]
  private(set) var flags: [String]
  private(set) var notes: [String]

  let stage: Survival
  /// The arm of each case, in the order of `labels`.
  let codes: [Int32]
  let labels: [String]
  private let horizon: Double
  private let unit: String?

  /// - Throws: `StageFault` at the parameter whose column does not do, and for an arm without cases.
  init(_ stage: Survival, _ cases: Cases, card: PilotCard?) throws(StageFault) {
    let arms = try Self.arms(stage, cases)
    contrasts = try arms.contrasts(
      control: arms.control(stage.control, card: card), pool: stage.pool)
    var followed = try FollowedCases(stage, cases)
    followed.require(arms.parameter, arms.column, arms.validity)
    let cluster = try cases.groups(stage.cluster, at: "cluster")
    let block = try cases.groups(stage.block, at: "block")
    if let cluster { followed.require("cluster", cluster.column, cluster.validity) }
    if let block { followed.require("block", block.column, block.validity) }
    var covariates: [Covariate] = []
    for name in stage.covariates {
      let covariate = try cases.covariate(name, at: "covariates")
      followed.require("covariate", covariate.column, covariate.validity)
      covariates.append(covariate)
    }
    let rows = followed.selection.rows
    let times = try followed.times()
    let codes = rows.map { arms.codes[$0] }
    labels = arms.labels
    for (place, label) in labels.enumerated() where !codes.contains(Int32(place)) {
      throw StageFault(EstimationFault.emptyArm(label), of: "the cases left")
    }
    self.stage = stage
    self.times = times
    self.codes = codes
    self.covariates = covariates.map { CovariateColumns($0, rows: rows) }
    outcome = followed.outcome
    event = followed.event
    unit = followed.unit
    blocks = block?.grouping(rows)
    clusters = cluster?.grouping(rows)
    flags = followed.selection.flags
    notes = followed.selection.notes
    // As far as every arm was followed: its last time, or for ever where its curve has come down to 0.
    var reach = Double.infinity
    for arm in labels.indices {
      let curve = try Self.curve(times.selecting(codes.rows(of: arm)), stage.level)
      if (curve.steps.last?.survival ?? 0) > 0 { reach = min(reach, curve.lastTime) }
      if stage.entry != nil, let end = curve.steps.first(where: { $0.survival == 0 }),
        end.time < curve.lastTime
      {
        throw StageFault(
          "\(outcome): in arm '\(labels[arm])' all who were under observation at time "
            + "\(NumberText.print(end.time)) had the event before others came under observation, so "
            + "its curve ends too early", at: "entry",
          help: "leave out the cases that end before most have entered, with 'where'")
      }
    }
    let longest = times.time.max() ?? 0
    horizon = stage.horizon ?? min(reach, longest)
    guard horizon <= reach else {
      throw StageFault(
        "the horizon \(NumberText.print(horizon)) lies after \(NumberText.print(reach)), the time up "
          + "to which every arm was followed", at: "horizon", help: "choose an earlier one")
    }
    guard horizon > 0 else {
      throw StageFault("every case was followed for no time at all", at: "time")
    }
    let open = times.count - times.eventCount
    notes.append(
      "\(outcome): \(open) of \(times.count) cases are open and count as long as they were followed; "
        + "means are taken up to \(NumberText.print(horizon))\(unit.map { " \($0)" } ?? "")")
    if let clusters {
      let arms = Statistics.Grouping(codes: codes, labels: labels)
      if clusters.isMixed(over: arms) { flags.append("mixed-clusters") }
    }
  }

  private static func arms(_ stage: Survival, _ cases: Cases) throws(StageFault) -> Arms {
    if let arm = stage.arm { return try Arms(cases, arm: arm) }
    guard let treatment = stage.treatment else { throw .noArm }
    guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
      throw Arms.isDose(treatment)
    }
    return arms
  }

  private static func curve(
    _ times: SurvivalTimes, _ level: Double
  ) throws(StageFault) -> KaplanMeier {
    do throws(EstimationFault) {
      return try KaplanMeier(times, level: level)
    } catch {
      throw StageFault(error, of: "the curve")
    }
  }

  /// The cases of the arms that a contrast compares.
  func rows(_ contrast: ArmContrast, treated: Bool? = nil) -> [Int] {
    codes.indices.filter { row in
      contrast.isTreated(codes[row]).map { treated == nil || $0 == treated } ?? false
    }
  }

  /// Whether one of the two arms had no event at all.
  func isWithoutEvents(_ contrast: ArmContrast) -> Bool {
    [true, false].contains { side in
      !rows(contrast, treated: side).contains { times.isEvent[$0] }
    }
  }

  func count(_ contrast: ArmContrast, into effect: inout Effect) {
    effect.treatedCount = rows(contrast, treated: true).count
    effect.controlCount = rows(contrast, treated: false).count
    effect.count = rows(contrast).count
    effect.take(clusters: clusters.map { $0.selecting(rows(contrast)).count })
  }

  /// The difference in restricted mean time.
  func restrictedMean(
    _ contrast: ArmContrast, into effect: inout Effect
  ) throws(StageFault) {
    effect.method = "\(Survival.info.name) (restricted mean)"
    effect.unit = effect.unit ?? unit
    effect.time = "up to \(NumberText.print(horizon))\(unit.map { " \($0)" } ?? "")"
    do throws(EstimationFault) {
      let treated = try mean(rows(contrast, treated: true), contrast.treatedLabel)
      let control = try mean(rows(contrast, treated: false), contrast.controlLabel)
      effect.take(
        try RestrictedMean.difference(treated: treated, control: control, level: stage.level))
      effect.variance =
        clusters == nil
        ? "greenwood, df normal" : "jackknife by cluster × G/(G − 1), df clusters − 2"
    } catch .zeroVariance {
      throw StageFault(
        "\(outcome), \(contrast.name): no event happened up to \(NumberText.print(horizon)), so there is "
          + "nothing to compare", at: "horizon", help: "choose a later horizon")
    } catch {
      throw StageFault(error, of: "\(outcome), \(contrast.name)")
    }
  }

  private func mean(_ rows: [Int], _ label: String) throws(EstimationFault) -> RestrictedMean {
    let part = clusters?.selecting(rows)
    if let part, part.count < 2 {
      throw .tooFew("clusters in arm '\(label)'", count: part.count, needed: 2)
    }
    return try RestrictedMean(times.selecting(rows), horizon: horizon, clusters: part)
  }

  /// Kaplan and Meier's curve of every arm.
  func curves() throws -> Table {
    var table = CurvesTable(hasErrors: clusters == nil)
    for (place, label) in labels.enumerated() {
      table.append(
        try Self.curve(times.selecting(codes.rows(of: place)), stage.level), arm: label,
        outcome: outcome)
    }
    return try table.table()
  }

  /// The log-rank test of every contrast, and of all arms where there are several.
  func tests() throws -> Table {
    var table = LogRankTable()
    for contrast in contrasts {
      let rows = rows(contrast)
      let sides = Statistics.Grouping(
        codes: rows.map { contrast.isTreated(codes[$0]) == true ? 1 : 0 },
        labels: [contrast.controlLabel, contrast.treatedLabel])
      table.append(
        try logRank(rows, sides: sides), events: rows.count { times.isEvent[$0] },
        subject: contrast.name, outcome: outcome)
    }
    if labels.count > 2 {
      table.append(
        try logRank(Array(codes.indices)), events: times.eventCount, subject: "all arms",
        outcome: outcome)
    }
    return try table.table(
      named: "log-rank" + (blocks == nil ? "" : " within blocks")
        + (clusters == nil ? "" : ", robust by cluster"))
  }

  /// Nil where nothing is compared: no events, or strata in which one arm alone is at risk.
  ///
  /// `sides` are the arms as they are compared, where some are taken together.
  private func logRank(
    _ rows: [Int], sides: Statistics.Grouping? = nil
  ) throws(StageFault) -> ChiSquaredTest? {
    let part = times.selecting(rows)
    let groups = sides ?? Statistics.Grouping(codes: rows.map { codes[$0] }, labels: labels)
    let strata = blocks?.selecting(rows)
    do throws(EstimationFault) {
      guard let clusters = clusters?.selecting(rows) else {
        return try LogRank(part, groups: groups, strata: strata).test
      }
      return try .some(
        LogRank.clustered(part, groups: groups, strata: strata, clusters: clusters))
    } catch {
      guard case .zeroVariance = error else { throw StageFault(error, of: outcome) }
      return nil
    }
  }

  func hazards() throws(StageFault) -> SurvivalHazards { try SurvivalHazards(self) }
}

extension [Int32] {
  /// The places at which a code stands.
  fileprivate func rows(of code: Int) -> [Int] { indices.filter { Int(self[$0]) == code } }
}
