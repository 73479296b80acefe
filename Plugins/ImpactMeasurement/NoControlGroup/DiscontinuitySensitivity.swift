// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Tables

/// The effect with other bandwidths, without the nearest cases, and where there should be none.
struct DiscontinuitySensitivity {
  struct Line {
    let kind: String
    /// The covariate; nil otherwise.
    let subject: String?
    /// The bandwidth, the radius of the donut, or the cut-off.
    let value: Double?
    let found: Statistics.RegressionDiscontinuity
  }

  private(set) var lines: [Line] = []
  /// What could not be estimated, and why.
  private(set) var notes: [String] = []

  static var empty: EstimateTable {
    EstimateTable(
      keys: ["outcome", "kind", "subject"],
      bases: ["value", "h_left", "h_right", "n_left", "n_right"])
  }

  init(_ cases: DiscontinuityCases, _ found: Statistics.RegressionDiscontinuity) {
    for factor in [0.5, 0.75, 1.25, 1.5, 2] {
      var settings = cases.stage.settings
      settings.bandwidths = found.bandwidths.scaled(by: factor)
      add("bandwidth", value: found.bandwidths.main.left * factor) {
        () throws(EstimationFault) in
        try cases.estimate(
          cases.outcome, among: nil, cutoff: cases.stage.cutoff, treatment: cases.treatment,
          covariates: cases.covariates, settings)
      }
    }
    let narrower = min(found.bandwidths.main.left, found.bandwidths.main.right)
    let radii = cases.stage.donut.isEmpty ? [0.05 * narrower, 0.1 * narrower] : cases.stage.donut
    for radius in radii {
      let rows = cases.running.indices.filter {
        (cases.running[$0] - cases.stage.cutoff).magnitude >= radius
      }
      var settings = cases.stage.settings
      settings.bandwidths = found.bandwidths
      add("donut", value: radius) { () throws(EstimationFault) in
        try cases.estimate(
          cases.outcome, among: rows, cutoff: cases.stage.cutoff, treatment: cases.treatment,
          covariates: cases.covariates, settings)
      }
    }
    addPlacebos(cases)
    for covariate in cases.covariates {
      add("covariate", subject: covariate.name) { () throws(EstimationFault) in
        try cases.estimate(
          covariate.values, among: nil, cutoff: cases.stage.cutoff, treatment: nil, covariates: [],
          cases.stage.settings)
      }
    }
  }

  /// Cut-offs away from the real one, among the cases of the same side, all treated or all not.
  private mutating func addPlacebos(_ cases: DiscontinuityCases) {
    let cutoff = cases.stage.cutoff
    let sides = [true, false].map { isLeft in
      cases.running.indices.filter { (cases.running[$0] < cutoff) == isLeft }
    }
    let places =
      cases.stage.placebo.isEmpty
      ? sides.compactMap { rows in
        rows.map { cases.running[$0] }.sorted().dropFirst(rows.count / 2).first
      } : cases.stage.placebo
    for place in places where place != cutoff {
      add("placebo", value: place) { () throws(EstimationFault) in
        try cases.estimate(
          cases.outcome, among: sides[place < cutoff ? 0 : 1], cutoff: place, treatment: nil,
          covariates: cases.covariates, cases.stage.settings)
      }
    }
  }

  private mutating func add(
    _ kind: String, subject: String? = nil, value: Double? = nil,
    _ estimate: () throws(EstimationFault) -> Statistics.RegressionDiscontinuity
  ) {
    do throws(EstimationFault) {
      lines.append(
        Line(
          kind: kind, subject: subject, value: value, found: try estimate()))
    } catch {
      let what = subject ?? value.map { NumberText.print($0) } ?? ""
      notes.append("no estimate for \(kind) \(what): \(error.message)")
    }
  }

  func append(to table: inout EstimateTable, outcome: String) {
    for line in lines {
      table.append(
        [outcome, line.kind, line.subject],
        line.found.effect.robust,
        [
          line.value, line.found.bandwidths.main.left, line.found.bandwidths.main.right,
          Double(line.found.effectiveCounts.left), Double(line.found.effectiveCounts.right),
        ])
    }
  }
}

extension DiscontinuityBandwidths {
  fileprivate func scaled(by factor: Double) -> DiscontinuityBandwidths {
    DiscontinuityBandwidths(
      main: CutoffPair(main.left * factor, main.right * factor),
      bias: CutoffPair(bias.left * factor, bias.right * factor))
  }
}
