// SPDX-License-Identifier: EUPL-1.2

/// The codes of a verdict's reasons; a report sorts them into what went well and what can be better.
enum VerdictCode: String, CaseIterable {
  case intervalAboveMinimum = "interval-above-minimum"
  case intervalAboveZero = "interval-above-zero"
  case intervalBelowMinimum = "interval-below-minimum"
  case noWorthwhileEffect = "no-worthwhile-effect"
  case harmful
  case benefitSizeUnclear = "benefit-size-unclear"
  case effectUnclear = "effect-unclear"
  case intervalNotPublished = "interval-not-published"
  case notAfterMultiplicity = "not-after-multiplicity"
  case multiplicityNotAdjusted = "multiplicity-not-adjusted"
  case estimatesDisagree = "estimates-disagree"
  case noPrimaryEffect = "no-primary-effect"
  case guardrailKept = "guardrail-kept"
  case guardrailUnclear = "guardrail-unclear"
  case guardrailHarmed = "guardrail-harmed"
  case guardrailUnbounded = "guardrail-without-bound"
  case guardrailMissing = "guardrail-missing"
  case trustFailed = "trust-failed"
  case trustWarning = "trust-warning"
  case trustPassed = "trust-passed"
  case trustUnchecked = "trust-unchecked"
  case evidenceStrong = "evidence-strong"
  case evidenceModerate = "evidence-moderate"
  case evidenceWeak = "evidence-weak"
  case evidenceUnknown = "evidence-unknown"
  case subgroupHarmed = "subgroup-harmed"
  case flagged

  var isGood: Bool {
    switch self {
    case .intervalAboveMinimum, .intervalAboveZero, .guardrailKept, .trustPassed, .evidenceStrong,
      .evidenceModerate:
      true
    default: false
    }
  }
}
