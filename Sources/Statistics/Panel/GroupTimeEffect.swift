// SPDX-License-Identifier: EUPL-1.2

/// The effect on the units that adopted at one time, in one period.
public struct GroupTimeEffect: Sendable, Hashable {
  /// First treated time of the group.
  public let group: Int
  public let time: Int
  /// ATT(g, t), in the outcome's unit; zero by construction in the base period.
  public let estimate: Double
  /// Nil in the base period.
  public let standardError: Double?
  /// Units of the group, and units it is compared with.
  public let treatedCount: Int
  public let controlCount: Int

  /// Periods since adoption, in the panel's unit.
  public var eventTime: Int { time - group }
  public var isBase: Bool { standardError == nil }
}

/// A group and period for which no effect can be given.
public struct GroupTimeGap: Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    /// Fewer than two units are still untreated then.
    case noControls
    /// Among the controls the named covariates follow from the others.
    case dependentCovariates([String])
    /// The covariates tell the group from its controls.
    case noOverlap
  }

  public let group: Int
  public let time: Int
  public let reason: Reason

  public var isPlacebo: Bool { time < group }
}

/// What a group is compared with, and how.
public struct GroupTimeSettings: Sendable, Hashable {
  public enum Controls: String, Sendable, Hashable, CaseIterable {
    /// Units that never adopt in the panel.
    case never
    /// Those, and units that have not adopted yet (nor are about to, within the anticipation).
    case notYet = "not-yet"
  }

  /// How covariates are taken into account; without covariates all three are the same.
  public enum Estimation: String, Sendable, Hashable, CaseIterable {
    /// Both of the following, right where one of them is (Sant'Anna and Zhao 2020).
    case doublyRobust = "doubly-robust"
    /// The controls' change as a linear function of the covariates.
    case outcomeRegression = "outcome-regression"
    /// Controls weighted by the odds of a logit of belonging to the group, normalised to 1.
    case weighting
  }

  public var controls: Controls
  public var estimation: Estimation
  public var base: EventStudy.Base
  /// Periods before adoption that may already show an effect.
  public var anticipation: Int

  public init(
    controls: Controls = .never, estimation: Estimation = .doublyRobust,
    base: EventStudy.Base = .varying, anticipation: Int = 0
  ) {
    self.controls = controls
    self.estimation = estimation
    self.base = base
    self.anticipation = anticipation
  }
}
