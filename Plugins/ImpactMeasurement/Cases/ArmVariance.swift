// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics

/// How the variance of a difference between arms is estimated, and which one fits an assignment.
enum ArmVariance: String, ParameterChoice {
  case welch
  case pooled
  case hc2
  case neyman
  case cr0
  case cr1
  case cr2

  /// The one that was named, or else the one that fits: welch; with a block neyman, with a cluster cr2.
  static func chosen(_ named: ArmVariance?, block: ColumnName?, cluster: ColumnName?) -> ArmVariance
  {
    named ?? (cluster != nil ? .cr2 : block != nil ? .neyman : .welch)
  }

  /// - Throws: `StageFault` where the variance would pass over a named block or cluster.
  func validate(block: ColumnName?, cluster: ColumnName?) throws(StageFault) {
    switch self {
    case .cr0, .cr1, .cr2:
      guard cluster != nil else {
        throw .user(
          "variance \(rawValue) sums by cluster, and no 'cluster' is named",
          at: "variance", help: "add cluster: with the column of the unit that was assigned")
      }
    case .welch, .pooled, .hc2, .neyman:
      guard cluster == nil else {
        throw .user(
          "variance \(rawValue) passes over 'cluster': inference follows assignment",
          at: "variance", help: "use cr2, the default with 'cluster'")
      }
    }
    guard block == nil || self == .neyman || self == .cr2 else {
      throw .user(
        "variance \(rawValue) passes over 'block'", at: "variance",
        help: "leave 'variance' out, or leave 'block' out")
    }
  }

  var estimator: MeanDifference.Variance {
    switch self {
    case .welch: .welch
    case .pooled: .pooled
    case .hc2: .hc2
    case .neyman: .neyman
    case .cr0: .cr0
    case .cr1: .cr1
    case .cr2: .cr2
    }
  }
}

extension Effect {
  /// Takes over a difference between arms and how it came about.
  mutating func take(_ difference: MeanDifference) {
    take(difference.estimate)
    take(clusters: difference.clusters)
    take(variance: difference.variance.rawValue, rule: difference.degreesOfFreedomRule)
    count = difference.treated.count + difference.control.count
    treatedCount = difference.treated.count
    controlCount = difference.control.count
  }
}
