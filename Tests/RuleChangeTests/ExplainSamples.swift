// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables
import Testing

@testable import RuleChange

extension Samples {
  /// The healthcare allowance of 2025 with the figures of its year (RULES, official figures), where
  /// each stands in the law, and what people call it.
  static let healthcareAllowance = """
    scheme:
      id: zorgtoeslag
      title: Zorgtoeslag
      legal: [{bwb: BWBR0018451, article: "2"}]
    parameters:
      standard_premium:
        title: {nl: De standaardpremie, en: The standard premium}
        unit: euro a year
        legal: {article: "4"}
        values: {2024-01-01: 1987, 2025-01-01: {value: 2112, source: Regeling standaardpremie 2025}}
      threshold_income:
        title: {nl: Het drempelinkomen, en: The threshold income}
        unit: euro a year
        values: {2024-01-01: 26819, 2025-01-01: 28406}
      rate_single: {unit: share, title: {nl: Het percentage voor één persoon, en: The share for one person}, values: {2024-01-01: 0.01879, 2025-01-01: 0.01896}}
      rate_partners: {unit: share, values: {2024-01-01: 0.04256, 2025-01-01: 0.04273}}
      taper_rate: {unit: share, title: {nl: Het afbouwpercentage, en: The taper rate}, values: {2024-01-01: 0.13670, 2025-01-01: 0.13700}}
      smallest:
        title: {nl: Het kleinste bedrag dat wordt uitbetaald, en: The smallest amount that is paid}
        unit: euro a year
        value: 24
    inputs:
      partners: {type: boolean, title: {nl: Toeslagpartner, en: Partner for the allowance}}
      income: {type: decimal, unit: euro a year, title: {nl: Het toetsingsinkomen, en: The income}}
    decisions:
      allowance:
        title: {nl: De zorgtoeslag, en: The healthcare allowance}
        unit: euro a year
        expression: if yearly < smallest then 0 else yearly
      yearly:
        title: {nl: De berekende toeslag, en: The computed allowance}
        unit: euro a year
        round: {to: 1, mode: half-up, legal: {article: "5"}}
        expression: max(0, premium - norm)
      premium:
        title: {nl: De premie, en: The premium}
        unit: euro a year
        expression: (if partners then 2 else 1) * standard_premium
      norm:
        title: {nl: De normpremie, en: The norm premium}
        unit: euro a year
        legal: {article: "2", paragraph: 2}
        expression: rate * threshold_income + taper_rate * max(0, income - threshold_income)
      rate: {title: {nl: Het percentage, en: The share}, expression: if partners then rate_partners else rate_single}

    """

  static func trace(
    _ yaml: String = healthcareAllowance, date: String? = "2025-06-01", case text: String,
    reforms: [String] = []
  ) throws -> CaseTrace {
    let scheme = try scheme(yaml, reforms: reforms)
    let (known, faults) = CaseFile.read(try root(text, name: "case.yaml"), for: [scheme])
    let file = try #require(known, "\(faults.diagnostics.map(\.message))")
    return try CaseEvaluation.trace(
      scheme, on: date.flatMap { CalendarDate($0) }, given: file.values)
  }
}
