// SPDX-License-Identifier: EUPL-1.2

/// One row of the standard effects table: one contrast on one outcome, as every impact stage emits it.
///
/// Names follow tidy regression output. What is not known is nil, never a made-up number.
public struct Effect: Sendable, Hashable {
  /// The scale on which the estimate stands.
  public enum Scale: String, Sendable, Hashable, CaseIterable {
    case difference
    case ratio
    case logOdds = "log_odds"
    case logRate = "log_rate"
    case logHazard = "log_hazard"
    case relative

    /// The estimate that means "no effect".
    public var null: Double { self == .ratio ? 1 : 0 }
  }

  /// The pilot card's id, else the pipeline's name.
  public var experiment: String
  /// The metric with its version, as on the card.
  public var metric: String?
  public var outcome: String
  /// `treated - control`, or `per unit of COLUMN`.
  public var contrast: String
  /// Such as `ATE`, `ITT`, `LATE`.
  public var estimand: String?
  public var design: String?
  public var method: String?
  public var estimate: Double?
  public var standardError: Double?
  public var statistic: Double?
  public var degreesOfFreedom: Double?
  public var pValue: Double?
  public var confidenceLow: Double?
  public var confidenceHigh: Double?
  public var level: Double?
  public var scale: Scale?
  public var unit: String?
  public var count: Int?
  public var treatedCount: Int?
  public var controlCount: Int?
  public var clusters: Int?
  /// The variance estimator, with its small-sample rule where it has one.
  public var variance: String?
  public var subgroup: String?
  public var time: String?
  public var adjustedPValue: Double?
  /// Maryland Scientific Methods Scale, 1 to 5.
  public var smsLevel: Int?
  /// The outcome's role on the card; `primary` without a card.
  public var role: PilotCard.Role
  /// Codes such as `few-clusters`, in order of discovery.
  public var flags: [String]

  public init(
    experiment: String, outcome: String, contrast: String, role: PilotCard.Role = .primary,
    flags: [String] = []
  ) {
    self.experiment = experiment
    self.outcome = outcome
    self.contrast = contrast
    self.role = role
    self.flags = flags
  }
}
