// SPDX-License-Identifier: EUPL-1.2

/// What an experiment is: who does what for whom, why, on which legal ground, and how it is judged.
public struct PilotCard: Sendable, Hashable {
  public var id: String
  public var title: String
  public var organisation: Organisation
  public var owner: String
  public var targetGroup: String
  public var theme: String?
  public var track: Track
  public var problem: String
  public var goal: String
  public var change: Change
  public var legalBasis: LegalBasis
  public var arms: [Arm]
  public var outcomes: [Outcome]
  public var design: Design
  public var unitOfAssignment: String
  public var unitOfAnalysis: String
  public var recruitment: Recruitment?
  public var plan: Plan
  public var stakeholders: [Stakeholder]
  public var risks: [String]
  public var start: String?
  public var end: String?
  public var nextDecision: String?
  /// Where the card's facts were published, for an experiment of somebody else's.
  public var sources: [String]
  /// In which findings are told; English where the card does not say.
  public var language: Language?

  public struct Organisation: Sendable, Hashable {
    public var name: String
    /// Such as `municipality`, `agency`, `ministry`.
    public var type: String
  }

  public enum Track: String, Sendable, Hashable, CaseIterable {
    case acute
    case cause
    case experiment
    case structural
  }

  public struct Change: Sendable, Hashable {
    public var description: String
    public var kind: Kind

    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case letter
      case rule
      case outreach
      case tailoring
      case process
      case organisation
      case digital
      case other
    }
  }

  public struct LegalBasis: Sendable, Hashable {
    public var type: Kind
    public var reference: String?

    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case withinExistingRules = "within-existing-rules"
      case experimentClause = "experiment-clause"
      case hardshipClause = "hardship-clause"
      case exemption
      case policyRule = "policy-rule"
      case subsidy
    }
  }

  public struct Arm: Sendable, Hashable {
    public var id: String
    public var label: String
    public var isControl: Bool
    /// Who gets what and why, where the arm is tailored.
    public var tailoringRule: String?
  }

  public enum Role: String, Sendable, Hashable, CaseIterable {
    case primary
    case secondary
    /// May not get worse.
    case guardrail
    /// Where the effect might move to.
    case displacement
  }

  public enum Direction: String, Sendable, Hashable, CaseIterable {
    case increase
    case decrease
  }

  public struct Outcome: Sendable, Hashable {
    public var id: String
    /// `metric@version`.
    public var metric: String?
    public var label: String
    public var column: String?
    public var unit: String?
    public var direction: Direction
    public var role: Role
    /// The smallest difference that would matter, in the outcome's unit.
    public var minimumDifference: Double?
    public var window: String?
  }

  public enum Design: String, Sendable, Hashable, CaseIterable {
    case individualRCT = "individual-rct"
    case clusterRCT = "cluster-rct"
    case steppedWedge = "stepped-wedge"
    case differenceInDifferences = "difference-in-differences"
    case regressionDiscontinuity = "regression-discontinuity"
    case interruptedTimeSeries = "interrupted-time-series"
    case syntheticControl = "synthetic-control"
    case matching
    case beforeAfter = "before-after"
    case qualitative
    case simulation
    /// An experiment of somebody else's of which this was not made known.
    case notPublished = "not-published"
  }

  /// How many were asked and how many took part.
  public struct Recruitment: Sendable, Hashable {
    public var invited: Double?
    public var participants: Double?
  }

  public struct Plan: Sendable, Hashable {
    public var estimand: String?
    public var method: String?
    public var variance: String?
    public var covariates: [String] = []
    public var subgroups: [String] = []
    public var multiplicity: String?
    public var stopping: String?

    public init() {}
  }

  public struct Stakeholder: Sendable, Hashable {
    public var name: String
    public var role: String
    /// The date of the sign-off, where there is one.
    public var signedOff: String?
  }

  /// The outcome measured by a column, or of that id.
  public func outcome(for column: String) -> Outcome? {
    outcomes.first { $0.column == column } ?? outcomes.first { $0.id == column }
  }

  public var controlArm: Arm? { arms.first(where: \.isControl) }
}
