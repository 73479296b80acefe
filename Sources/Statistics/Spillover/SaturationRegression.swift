// SPDX-License-Identifier: EUPL-1.2

extension SaturationDesign {
  /// How a saturation regression sums its residuals by cluster.
  public enum Variance: String, Sendable, Hashable, CaseIterable {
    case cr0
    case cr1
    case cr2
  }

  /// The same effects by regression on cases, every case alike.
  ///
  /// y = α + Σ (τ_s · treated at s + γ_s · untreated at s) over the saturations, the untreated cases of the
  /// reference in α: τ_s is the total effect, γ_s the indirect one, τ_s − γ_s the direct one. The overall
  /// effect is that of y on the saturations alone.
  ///
  /// - Parameters:
  ///   - variance: clustered.
  ///   - level: two-sided confidence level.
  /// - Returns: for each saturation the effects that exist there, in the order of `Kind`.
  /// - Throws: as `OLS`.
  ///
  /// Source: Baird, Bohren, McIntosh and Özler (2018), Review of Economics and Statistics 100:844–860.
  public func regression(
    _ variance: Variance = .cr2, level: Double = 0.95
  ) throws(EstimationFault) -> [SaturationEffect] {
    var design = Design(rows: outcome.count, capacity: 2 * labels.count)
    var alone = Design(rows: outcome.count, capacity: labels.count)
    for place in labels.indices {
      if shares[place] > 0 { design.append(name(place, true), indicator(place, treated: true)) }
      guard place > 0 else { continue }
      if shares[place] < 1 { design.append(name(place, false), indicator(place, treated: false)) }
      alone.append("all at \(labels[place])", indicator(place, treated: nil))
    }
    let model = try OLS(outcome: outcome, design: design)
    let whole = try OLS(outcome: outcome, design: alone)
    var effects: [SaturationEffect] = []
    for place in labels.indices {
      for kind in kinds(at: place) {
        let what = "\(kind.rawValue) at \(labels[place])"
        let estimate =
          kind == .overall
          ? try whole.contrast(
            weights(whole, ["all at \(labels[place])": 1]), named: what, estimator(variance),
            level: level)
          : try model.contrast(
            weights(model, terms(kind, place)), named: what, estimator(variance), level: level)
        effects.append(
          effect(
            kind, place, estimate, variance.rawValue, estimator(variance).degreesOfFreedomRule,
            clusters: clusters.count))
      }
    }
    return effects
  }

  /// One direct, indirect and total effect over all saturations, against a pure control.
  ///
  /// y = α + τ·treated + γ·untreated at a positive saturation. Cases are weighted by 1⁄share treated
  /// (treated) or 1⁄share untreated, so that every saturation counts by its cases and not by how many of
  /// them it treats; the pure control has weight 1.
  ///
  /// - Parameters:
  ///   - variance: clustered.
  ///   - level: two-sided confidence level.
  /// - Returns: direct, indirect and total.
  /// - Throws: `EstimationFault.tooFew` without a pure control, and as `OLS`.
  ///
  /// Source: as `regression(_:level:)`, section III.
  public func pooled(
    _ variance: Variance = .cr2, level: Double = 0.95
  ) throws(EstimationFault) -> [SaturationEffect] {
    guard hasPureControl else {
      throw .tooFew("clusters without any treated case", count: 0, needed: 2)
    }
    let hasUntreated = shares.dropFirst().contains { $0 < 1 }
    var design = Design(rows: outcome.count, capacity: 2)
    design.append("treated", isTreated.map { $0 ? 1 : 0 })
    if hasUntreated {
      design.append(
        "untreated", outcome.indices.map { saturation[$0] > 0 && !isTreated[$0] ? 1 : 0 })
    }
    let weights = outcome.indices.map { row in
      let share = shares[saturation[row]]
      return saturation[row] == 0 ? 1 : isTreated[row] ? 1 / share : 1 / (1 - share)
    }
    let model = try OLS(outcome: outcome, design: design, weights: weights)
    var effects: [SaturationEffect] = []
    for (kind, terms) in [
      (SaturationEffect.Kind.direct, ["treated": 1, "untreated": -1]),
      (.indirect, ["untreated": 1]), (.total, ["treated": 1.0]),
    ] where hasUntreated || kind == .total {
      let estimate = try model.contrast(
        self.weights(model, terms), named: "\(kind.rawValue), pooled", estimator(variance),
        level: level)
      effects.append(
        effect(
          kind, nil, estimate, variance.rawValue, estimator(variance).degreesOfFreedomRule,
          clusters: clusters.count))
    }
    return effects
  }

  private func estimator(_ variance: Variance) -> VarianceEstimator {
    switch variance {
    case .cr0: .cr0(clusters)
    case .cr1: .cr1(clusters)
    case .cr2: .cr2(clusters)
    }
  }

  private func name(_ place: Int, _ treated: Bool) -> String {
    "\(treated ? "treated" : "untreated") at \(labels[place])"
  }

  private func terms(_ kind: SaturationEffect.Kind, _ place: Int) -> [String: Double] {
    switch kind {
    case .indirect: [name(place, false): 1]
    case .direct: [name(place, true): 1, name(place, false): -1]
    case .total, .overall: [name(place, true): 1]
    }
  }

  private func weights(_ model: OLS, _ terms: [String: Double]) -> [Double] {
    model.names.map { terms[$0] ?? 0 }
  }

  private func indicator(_ place: Int, treated: Bool?) -> [Double] {
    outcome.indices.map {
      saturation[$0] == place && (treated == nil || isTreated[$0] == treated) ? 1 : 0
    }
  }
}
