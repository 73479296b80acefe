// SPDX-License-Identifier: EUPL-1.2

/// Group-time effects drawn together.
///
/// Groups count by their share of the (weighted) units, and the standard errors take in that these
/// shares are estimated.
/// - simple: all effects since adoption, weighted by the group's share;
/// - group: for each group the mean over its periods since adoption; overall weighted by share;
/// - dynamic: for each time since adoption the groups seen then, weighted by share; overall the mean
///   over the times from adoption on;
/// - calendar: for each period the groups treated then, weighted by share; overall the mean over
///   periods.
///
/// Source: Callaway and Sant'Anna (2021), section 3. Agrees with R did `aggte` (reference case
/// did-mpdta) to 1e-9, standard errors 1e-6.
public struct GroupTimeAggregate: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case simple
    case group
    case dynamic
    case calendar
  }

  /// One group, time since adoption, or period.
  public struct Part: Sendable, Hashable {
    public let key: Int
    public let estimate: Double
    /// Nil where the effect is zero by construction.
    public let standardError: Double?
  }

  public let kind: Kind
  public let overall: Double
  public let standardError: Double
  /// Ascending; none for `simple`.
  public let parts: [Part]
  /// What each part, and the overall effect last, is made of: weights of effects and of the groups'
  /// shares; empty where it was not found by influence functions.
  let weights: Matrix

  init(
    kind: Kind, overall: Double, standardError: Double, parts: [Part],
    weights: Matrix = Matrix(rows: 0, columns: 0)
  ) {
    self.kind = kind
    self.overall = overall
    self.standardError = standardError
    self.parts = parts
    self.weights = weights
  }
}

extension CallawaySantAnna {
  /// Draws the effects together.
  public func aggregate(_ kind: GroupTimeAggregate.Kind) -> GroupTimeAggregate {
    let since = effects.indices.filter { effects[$0].eventTime >= 0 }
    switch kind {
    case .simple: return aggregate(kind, [], overall: combination(since))
    case .group:
      let parts = keyed(since) { effects[$0].group }.map { key, places in
        KeyedPart(key: key, effect: mean(places.map(single)), places: places)
      }
      return aggregate(
        kind, parts,
        overall: weighted(parts.map(\.effect), groups: parts.map { groupPlace($0.key) }))
    case .dynamic:
      let parts = keyed(Array(effects.indices)) { effects[$0].eventTime }.map { key, places in
        KeyedPart(key: key, effect: combination(places), places: places)
      }
      return aggregate(
        kind, parts, overall: mean(parts.filter { $0.key >= 0 }.map(\.effect)))
    case .calendar:
      let parts = keyed(since) { effects[$0].time }.map { key, places in
        KeyedPart(key: key, effect: combination(places), places: places)
      }
      return aggregate(kind, parts, overall: mean(parts.map(\.effect)))
    }
  }

  /// The dynamic effects with their covariance, for tests of trends and sensitivity to them.
  public func eventStudy() -> EventStudy {
    let dynamic = aggregate(.dynamic)
    let used = dynamic.parts.indices.filter { dynamic.parts[$0].standardError != nil }
    let all = dynamic.weights.transposed.sandwich(moments)
    return EventStudy(
      times: used.map { dynamic.parts[$0].key }, estimates: used.map { dynamic.parts[$0].estimate },
      covariance: all.selecting(used),
      reference: dynamic.parts.last { $0.standardError == nil }?.key,
      base: settings.base, anticipation: settings.anticipation)
  }
}

/// A number, and what its influence function is made of: those of the effects, then those of the
/// groups' shares.
private struct Influenced {
  var value: Double
  var weights: [Double]
}

private struct KeyedPart {
  let key: Int
  let effect: Influenced
  /// The effects that it is drawn from.
  let places: [Int]
}

extension CallawaySantAnna {
  private func aggregate(
    _ kind: GroupTimeAggregate.Kind, _ parts: [KeyedPart], overall: Influenced
  ) -> GroupTimeAggregate {
    let all = parts.map(\.effect) + [overall]
    let errors = all.map { effect in
      let spread = zip(effect.weights, moments * effect.weights).reduce(0) { $0 + $1.0 * $1.1 }
      return max(0, spread).squareRoot()
    }
    return GroupTimeAggregate(
      kind: kind, overall: overall.value, standardError: errors[parts.count],
      parts: parts.enumerated().map { place, part in
        GroupTimeAggregate.Part(
          key: part.key, estimate: part.effect.value,
          standardError: part.places.allSatisfy { effects[$0].isBase } ? nil : errors[place])
      },
      weights: Matrix(
        rows: moments.rows, columns: all.count, values: all.flatMap(\.weights)))
  }

  private func keyed(_ places: [Int], _ key: (Int) -> Int) -> [(Int, [Int])] {
    Dictionary(grouping: places, by: key).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func single(_ place: Int) -> Influenced {
    var weights = [Double](repeating: 0, count: moments.rows)
    weights[place] = 1
    return Influenced(value: effects[place].estimate, weights: weights)
  }

  private func mean(_ parts: [Influenced]) -> Influenced {
    sum(parts, Array(repeating: 1 / Double(parts.count), count: parts.count))
  }

  private func combination(_ places: [Int]) -> Influenced {
    weighted(places.map(single), groups: places.map { groupPlace(effects[$0].group) })
  }

  private func groupPlace(_ group: Int) -> Int { groups.firstIndex { $0.time == group } ?? 0 }

  /// Σ pₖθₖ ⁄ Σp over parts with the shares p of their groups, which are estimated: the share of
  /// group j moves the whole by Σ_{k of j} (θₖ − whole) ⁄ Σp.
  private func weighted(_ parts: [Influenced], groups places: [Int]) -> Influenced {
    let total = places.reduce(0) { $0 + shares[$1] }
    var result = sum(parts, places.map { shares[$0] / total })
    for (part, group) in zip(parts, places) {
      result.weights[effects.count + group] += (part.value - result.value) / total
    }
    return result
  }

  private func sum(_ parts: [Influenced], _ factors: [Double]) -> Influenced {
    var result = Influenced(value: 0, weights: [Double](repeating: 0, count: moments.rows))
    for (part, factor) in zip(parts, factors) {
      result.value += factor * part.value
      for place in result.weights.indices { result.weights[place] += factor * part.weights[place] }
    }
    return result
  }
}
