// SPDX-License-Identifier: EUPL-1.2

/// What was learned from cases that were looked at closely: claims with what speaks for and against them.
///
/// A lesson says how sure it is in words, and by which rule. It has no estimate, no interval and no
/// p-value, and its record refuses such fields: nothing that reads a lesson can make an effect of it.
public struct Lesson: Sendable, Hashable {
  /// How often, and how widely, the same was seen.
  public enum Confidence: String, Sendable, Hashable, CaseIterable, Comparable {
    case once
    case `repeated`
    case broad

    /// eenmalig, herhaald, breed.
    public var dutch: String {
      switch self {
      case .once: "eenmalig"
      case .repeated: "herhaald"
      case .broad: "breed"
      }
    }

    public static func < (left: Confidence, right: Confidence) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// One thing that is said to have contributed to what was seen.
  public struct Claim: Sendable, Hashable {
    public var claim: String
    public var confidence: Confidence
    /// How the confidence was reached, in one sentence.
    public var rule: String
    /// Cases in which coders found it.
    public var cases: Int
    /// Cases that speak against it, by name.
    public var counterCases: [String]
    /// How counter-cases were looked for, where none is named.
    public var search: String?
    /// Different places and kinds of sources in which it was found; nil where nobody noted them.
    public var sites: Int?
    public var sources: Int?
    public var evidenceFor: [String]
    public var evidenceAgainst: [String]
    public var rivals: [Rival]

    public init(
      claim: String, confidence: Confidence, rule: String, cases: Int, counterCases: [String],
      search: String?, sites: Int?, sources: Int?, evidenceFor: [String],
      evidenceAgainst: [String], rivals: [Rival]
    ) {
      self.claim = claim
      self.confidence = confidence
      self.rule = rule
      self.cases = cases
      self.counterCases = counterCases
      self.search = search
      self.sites = sites
      self.sources = sources
      self.evidenceFor = evidenceFor
      self.evidenceAgainst = evidenceAgainst
      self.rivals = rivals
    }
  }

  /// Another explanation of the same, and what became of it.
  public struct Rival: Sendable, Hashable {
    public enum Finding: String, Sendable, Hashable, CaseIterable {
      case ruledOut = "ruled-out"
      case weaker
      /// It explains what was seen as well as the claim does.
      case open
    }

    public var explanation: String
    public var finding: Finding
    public var because: String

    public init(explanation: String, finding: Finding, because: String) {
      self.explanation = explanation
      self.finding = finding
      self.because = because
    }
  }

  /// The change that people chose as the one that mattered most.
  public struct SignificantChange: Sendable, Hashable {
    public var caseName: String
    public var change: String
    public var reason: String
    /// Who chose: a group or a role, not a person's name.
    public var chosenBy: String
    /// How many stories the choice was made from.
    public var considered: Int?

    public init(
      caseName: String, change: String, reason: String, chosenBy: String, considered: Int?
    ) {
      self.caseName = caseName
      self.change = change
      self.reason = reason
      self.chosenBy = chosenBy
      self.considered = considered
    }
  }

  /// How far coders agreed on one thing that they coded (Krippendorff's α).
  public struct Reliability: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
      /// 0.80 and above.
      case dependable
      /// From 0.667 to 0.80.
      case tentative
      case low
      /// All gave the same everywhere, which shows no agreement beyond chance.
      case noVariation = "no-variation"
      case notDoubleCoded = "not-double-coded"

      public init(alpha: Double) {
        self = alpha >= 0.8 ? .dependable : alpha >= 2 / 3.0 ? .tentative : .low
      }
    }

    public var subject: String
    public var verdict: Verdict
    public var alpha: Double?

    public init(subject: String, verdict: Verdict, alpha: Double?) {
      self.subject = subject
      self.verdict = verdict
      self.alpha = alpha
    }
  }

  public var experiment: String
  /// The least confident of its claims: a lesson is as sure as its weakest part.
  public var confidence: Confidence
  public var rule: String
  public var claims: [Claim]
  public var significantChanges: [SignificantChange]
  public var reliability: [Reliability]
  /// Whether further cases had stopped bringing new codes; nil where there were too few to tell.
  public var isSaturated: Bool?
  /// Cases that were coded.
  public var cases: Int
  /// What could be measured next.
  public var nextQuestion: String?

  public init(
    experiment: String, confidence: Confidence, rule: String, claims: [Claim],
    significantChanges: [SignificantChange], reliability: [Reliability], isSaturated: Bool?,
    cases: Int, nextQuestion: String?
  ) {
    self.experiment = experiment
    self.confidence = confidence
    self.rule = rule
    self.claims = claims
    self.significantChanges = significantChanges
    self.reliability = reliability
    self.isSaturated = isSaturated
    self.cases = cases
    self.nextQuestion = nextQuestion
  }
}
