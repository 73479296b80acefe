// SPDX-License-Identifier: EUPL-1.2

import Documents
import Statistics
import Tables

/// A learned rule in words: as a condition for people, and as the cells of a decision table.
struct RuleText {
  private let features: [PolicyFeature]
  private let kinds: [TailoringCases.SplitKind]

  init(_ cases: TailoringCases) {
    features = cases.features
    kinds = cases.kinds
  }

  /// The features that a rule splits on, in the order in which they were named.
  func used(_ tree: PolicyTree) -> [Int] {
    Set(tree.leaves.flatMap { $0.conditions.map(\.feature) }).sorted()
  }

  /// As in `age < 35 and site = "north"`; `everybody` without a condition.
  func condition(_ conditions: [PolicyTree.Condition]) -> String {
    let parts = Set(conditions.map(\.feature)).sorted().compactMap { feature -> String? in
      let name = features[feature].name
      switch bins(feature, conditions) {
      case .all: return nil
      case .below(let high): return "\(name) < \(high)"
      case .from(let low): return "\(name) >= \(low)"
      case .between(let low, let high): return "\(name) >= \(low) and \(name) < \(high)"
      case .flag(let value): return "\(name) = \(value)"
      case .labels(let labels):
        return labels.count == 1
          ? "\(name) = \(labels[0])" : "\(name) in (\(labels.joined(separator: ", ")))"
      }
    }
    return parts.isEmpty ? "everybody" : parts.joined(separator: " and ")
  }

  /// The cell of a decision table for one feature.
  func cell(_ feature: Int, _ conditions: [PolicyTree.Condition]) -> String {
    switch bins(feature, conditions) {
    case .all: "-"
    case .below(let high): "< \(high)"
    case .from(let low): ">= \(low)"
    case .between(let low, let high): "[\(low)..\(high))"
    case .flag(let value): value
    case .labels(let labels): labels.joined(separator: ", ")
    }
  }

  private enum Bins {
    case all
    case below(String)
    case from(String)
    case between(String, String)
    case flag(String)
    case labels([String])
  }

  /// What is left of a feature where all conditions hold.
  private func bins(_ feature: Int, _ conditions: [PolicyTree.Condition]) -> Bins {
    let own = conditions.filter { $0.feature == feature }
    switch features[feature].kind {
    case .ordered(let cuts):
      let low = own.filter { !$0.isLeft }.map { $0.at + 1 }.max() ?? 0
      let high = own.filter(\.isLeft).map(\.at).min() ?? cuts.count
      let start = low > 0 ? NumberText.print(cuts[low - 1]) : nil
      let end = high < cuts.count ? NumberText.print(cuts[high]) : nil
      if kinds[feature] == .boolean, start != nil || end != nil {
        return .flag(start != nil ? "true" : "false")
      }
      return switch (start, end) {
      case (nil, nil): .all
      case (nil, let high?): .below(high)
      case (let low?, nil): .from(low)
      case (let low?, let high?): .between(low, high)
      }
    case .labels(let labels):
      let left = labels.indices.filter { bin in
        own.allSatisfy { ($0.at == bin) == $0.isLeft }
      }
      guard left.count < labels.count else { return .all }
      return .labels(
        left.map { labels[$0] }.sorted { $0.isExactlyBefore($1) }
          .map { JSONValue.string($0).compact })
    }
  }
}
