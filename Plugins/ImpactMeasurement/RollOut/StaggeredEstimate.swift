// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Statistics
import Tables

/// What a method of `impact/staggered-adoption` found for one outcome.
struct StaggeredEstimate {
  let overall: Estimate
  /// The method with the choices that matter.
  let method: String
  /// The variance estimator, and its rule for degrees of freedom.
  let variance: String
  let rule: String
  let clusters: Int
  var count = 0
  var treatedCount = 0
  var controlCount = 0
  var groupTime: [GroupTimeTable.Line] = []
  var groupTimeBand: SimultaneousBand?
  var aggregates: [(aggregate: GroupTimeAggregate, band: SimultaneousBand?)] = []
  var study: EventStudy?
  /// The same with all times measured from one reference, as bounds on trends need it.
  var universalStudy: EventStudy?
  var references: [Int] = []
  var checks: [TrustCheck] = []
  var notes: [String] = []
  var flags: [String] = []
  /// Why the grade is 2 at most.
  var limits: [String] = []

  init(overall: Estimate, method: String, variance: String, rule: String, clusters: Int) {
    self.overall = overall
    self.method = method
    self.variance = variance
    self.rule = rule
    self.clusters = clusters
  }

  func fill(_ effect: inout Effect) {
    effect.raise(flags)
    effect.take(overall)
    effect.take(clusters: clusters)
    effect.take(variance: variance, rule: rule)
    effect.count = count
    effect.treatedCount = treatedCount
    effect.controlCount = controlCount
  }

  func lower(_ grade: inout EvidenceGrade?) {
    for check in checks { grade?.take(check) }
    for limit in limits { grade?.lower(to: 2, because: limit) }
  }

  /// Says what was left out, if anything was.
  mutating func leaveOut(_ count: Int, _ flag: String, _ note: (Int) -> String) {
    guard count > 0 else { return }
    flags.append(flag)
    notes.append(note(count))
  }

  /// What all methods leave out.
  mutating func leaveOut(alwaysTreated: Int, loneGroups: [Int]) {
    leaveOut(alwaysTreated, "always-treated") { count in
      "\(count) \(count == 1 ? "unit is" : "units are") treated from the first period on, with no "
        + "period before, and left out; where a date such as 0 stands for never, leave it empty"
    }
    leaveOut(loneGroups.count, "single-unit-group") { count in
      "\(count) \(count == 1 ? "group is" : "groups are") a single unit (or cluster), in which nothing "
        + "shows the variance, and left out: adopted "
        + loneGroups.prefix(10).map(String.init).joined(separator: ", ")
    }
  }
}

/// The details of all outcomes on their way out.
struct StaggeredTables {
  private(set) var groupTime = GroupTimeTable()
  private(set) var studies = EventStudyTable()
  private(set) var aggregates = AggregatesTable()
  private(set) var checks: [TrustCheck] = []

  mutating func append(_ estimate: StaggeredEstimate, outcome: String, level: Double) {
    groupTime.append(
      estimate.groupTime, outcome: outcome, band: estimate.groupTimeBand,
      degreesOfFreedom: estimate.overall.degreesOfFreedom, level: level)
    if let study = estimate.study {
      let band = estimate.aggregates.first { $0.aggregate.kind == .dynamic }?.band
      studies.append(
        study, references: estimate.references, outcome: outcome, band: band, level: level)
    }
    for (aggregate, band) in estimate.aggregates {
      aggregates.append(
        aggregate, outcome: outcome, band: band,
        degreesOfFreedom: estimate.overall.degreesOfFreedom, level: level)
    }
    checks += estimate.checks
  }
}
