// SPDX-License-Identifier: EUPL-1.2

/// Which period each group-time effect is measured from, whom it is compared with, and its figures.
struct GroupTimePlan: Sendable {
  private let periods: [Int]
  private let settings: GroupTimeSettings
  private let members: [Int: [Int]]
  private let never: [Int]
  /// Units that adopt within the panel, in the order of their adoption.
  private let adopters: [(unit: Int, date: Int)]

  init(_ panel: BalancedPanel, _ chosen: CohortChoice, _ settings: GroupTimeSettings) {
    periods = panel.periods
    self.settings = settings
    never = chosen.never
    adopters = chosen.units.filter { !chosen.isNever[$0] }.map {
      ($0, panel.adoption[$0] ?? .max)
    }
    members = Dictionary(grouping: adopters, by: \.date).mapValues { $0.map(\.unit) }
  }

  /// An effect with ψ over the units that took part, or the reason why there is none.
  struct Result: Sendable {
    struct Found: Sendable {
      let group: Int
      let time: Int
      let estimate: Double
      let isBase: Bool
      let treatedCount: Int
      let controlCount: Int
      let units: [Int]
      let influence: [Double]
    }

    var found: Found?
    var gap: GroupTimeGap?
  }

  /// What cells of a group share: the controls, and the period whose covariates count.
  private struct Key: Hashable {
    let cutoff: Int
    let base: Int
  }

  private typealias Contrasts = [Key: Swift.Result<CohortContrast, CohortContrast.Fault>]

  /// All periods of one group, in their order.
  func results(
    of group: Int, _ panel: BalancedPanel, _ covariates: StandardCovariates
  ) -> [Result] {
    guard let lastBefore = periods.lastIndex(where: { $0 + settings.anticipation < group }) else {
      return []
    }
    var contrasts: Contrasts = [:]
    var results: [Result] = []
    for place in periods.indices {
      let base: Int
      switch settings.base {
      case .universal: base = lastBefore
      case .varying:
        if place == 0 { continue }
        base = periods[place] >= group ? lastBefore : place - 1
      }
      results.append(cell(group, place, base, panel, covariates, &contrasts))
    }
    return results
  }

  private func cell(
    _ group: Int, _ place: Int, _ base: Int, _ panel: BalancedPanel,
    _ covariates: StandardCovariates, _ contrasts: inout Contrasts
  ) -> Result {
    let time = periods[place]
    let treated = members[group] ?? []
    let cutoff =
      settings.controls == .never
      ? Int.max : max(time, periods[base]) + settings.anticipation
    func gap(_ reason: GroupTimeGap.Reason) -> Result {
      Result(gap: GroupTimeGap(group: group, time: time, reason: reason))
    }
    if place == base {
      return Result(
        found: Result.Found(
          group: group, time: time, estimate: 0, isBase: true, treatedCount: treated.count,
          controlCount: controls(of: group, after: cutoff).count, units: [], influence: []))
    }
    let key = Key(cutoff: cutoff, base: covariates.areConstant ? -1 : base)
    if contrasts[key] == nil {
      let controls = controls(of: group, after: cutoff)
      if controls.count < 2 { return gap(.noControls) }
      contrasts[key] = Swift.Result { () throws(CohortContrast.Fault) in
        try CohortContrast(
          treated: treated, controls: controls,
          covariates: covariates.of(treated + controls, at: base), weights: panel.weights,
          estimation: settings.estimation)
      }
    }
    switch contrasts[key] {
    case .success(let contrast):
      let change = contrast.units.map { panel.change($0, from: base, to: place) }
      let (estimate, influence) = contrast.effect(change)
      return Result(
        found: Result.Found(
          group: group, time: time, estimate: estimate, isBase: false,
          treatedCount: treated.count, controlCount: contrast.units.count - treated.count,
          units: contrast.units, influence: influence))
    case .failure(.dependent(let places)):
      return gap(.dependentCovariates(places.filter { $0 >= 0 }.map { covariates.names[$0] }))
    case .failure(.noOverlap), nil: return gap(.noOverlap)
    }
  }

  private func controls(of group: Int, after cutoff: Int) -> [Int] {
    adopters.filter { $0.date > cutoff && $0.date != group }.map(\.unit) + never
  }
}
