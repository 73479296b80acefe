// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The most that evidence can be, on the Maryland scale, once a trust check has failed.
///
/// | flag of the check | at most | since |
/// |---|---|---|
/// | `attrition`, `imbalance`, `crossover` | 4 | the design stands, and is not as strong as it was drawn |
/// | `differential-attrition`, `mixed-clusters` | 3 | what is compared is no longer what was drawn |
/// | `pre-trends`, `manipulation`, `density-jump` | 2 | what the design rests on does not hold |
/// | `srm` | 1 | nobody knows how cases came into their arms |
///
/// The scale itself asks that a design be carried out as it was drawn, and gives no numbers; these are
/// ours, in the spirit of What Works Clearinghouse (2022), Procedures and Standards 5.0, which takes a
/// trial with high differential attrition for a comparison of groups that nobody drew.
public struct GradeRule: Sendable, Hashable {
  /// The code that the failed check puts on effects and verdicts.
  public let flag: String
  /// 1 to 5.
  public let highest: Int
  /// Whether the check is on one outcome, so that it concerns the effects on that outcome only.
  public let isOnOutcome: Bool
  private let english: String
  private let dutch: String

  /// Why the evidence is no stronger, as a clause without a full stop.
  public func reason(in language: PilotCard.Language = .english) -> String {
    language == .dutch ? dutch : english
  }

  /// "evidence counts as 3 of 5 at most: …".
  public func clause(in language: PilotCard.Language = .english) -> String {
    language == .dutch
      ? "de bewijskracht telt als hooguit \(highest) van 5: \(dutch)"
      : "evidence counts as \(highest) of 5 at most: \(english)"
  }

  private static let choseSide = (
    english: "cases seem to have chosen their side of the cut-off",
    dutch: "gevallen lijken hun kant van de grens te hebben gekozen"
  )

  /// Every rule, the mildest first.
  public static let all: [GradeRule] = [
    GradeRule(
      flag: "attrition", highest: 4, isOnOutcome: true,
      english: "many outcomes are missing", dutch: "veel uitkomsten ontbreken"),
    GradeRule(
      flag: "imbalance", highest: 4, isOnOutcome: false,
      english: "the arms were not alike before the change",
      dutch: "de groepen leken vooraf niet op elkaar"),
    GradeRule(
      flag: "crossover", highest: 4, isOnOutcome: false,
      english: "many cases got what another arm was to get",
      dutch: "veel gevallen kregen wat een andere groep zou krijgen"),
    GradeRule(
      flag: "differential-attrition", highest: 3, isOnOutcome: true,
      english: "outcomes are missing more often in one arm than in another",
      dutch: "uitkomsten ontbreken in de ene groep vaker dan in de andere"),
    GradeRule(
      flag: "mixed-clusters", highest: 3, isOnOutcome: false,
      english: "units were not assigned whole", dutch: "eenheden zijn niet in hun geheel ingedeeld"),
    GradeRule(
      flag: "pre-trends", highest: 2, isOnOutcome: true,
      english: "the trends differed before the change",
      dutch: "de ontwikkeling verschilde al voor de verandering"),
    GradeRule(
      flag: "manipulation", highest: 2, isOnOutcome: false,
      english: choseSide.english, dutch: choseSide.dutch),
    GradeRule(
      flag: "density-jump", highest: 2, isOnOutcome: false,
      english: choseSide.english, dutch: choseSide.dutch),
    GradeRule(
      flag: "srm", highest: 1, isOnOutcome: false,
      english: "the arms do not have the planned sizes",
      dutch: "de groepen zijn niet zo groot als gepland"),
  ]

  /// The rule that a failed check brings to bear; nil where it passed, only informs, or lowers nothing.
  public static func rule(for check: TrustCheck) -> GradeRule? {
    guard !check.passed, check.severity != .info, let flag = check.flag else { return nil }
    return all.first { $0.flag == flag }
  }

  /// The rules that concern an effect, by the flags that it carries and by the checks of its experiment.
  public static func rules(for effect: Effect, checks: [TrustCheck]) -> [GradeRule] {
    let failed = checks.filter { check in
      rule(for: check).map { !$0.isOnOutcome || check.subject.isExactly(effect.outcome) } ?? false
    }
    // Where persons were drawn, a cluster with persons of several arms is as it should be.
    let own = effect.flags.filter {
      $0 != "mixed-clusters" || effect.design == PilotCard.Design.clusterRCT.rawValue
    }
    let flags = own + failed.compactMap(\.flag)
    return all.filter { flags.contains($0.flag) }
  }
}

extension EvidenceGrade {
  /// Takes failed checks into account, the mildest first, so that each that lowers the grade is named.
  public mutating func lower(by rules: [GradeRule], in language: PilotCard.Language = .english) {
    for rule in rules.sorted(by: { $0.highest > $1.highest }) {
      lower(to: rule.highest, because: rule.reason(in: language))
    }
  }
}

extension Effect {
  /// The evidence grade once the checks of the experiment are counted; nil where there is none.
  public func smsLevel(after checks: [TrustCheck]) -> Int? {
    smsLevel.map { level in
      min(level, GradeRule.rules(for: self, checks: checks).map(\.highest).min() ?? level)
    }
  }
}
