// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables
import Testing

@testable import RuleChange

struct ExplainCaseTests {
  private static let single = "in: {partners: false, income: 20000}\n"

  /// RULES: 2,112 − 0.01896 × 28,406 = 1,573.42…, in whole euros 1,573.
  @Test func `the official amount is told in Dutch`() throws {
    let trace = try Samples.trace(case: Self.single)
    #expect(TraceText(trace: trace, language: .nl).text == Self.dutch)
  }

  @Test func `and in English`() throws {
    let trace = try Samples.trace(case: Self.single)
    #expect(TraceText(trace: trace, language: .en).text == Self.english)
  }

  @Test func `only the branch that was taken is told`() throws {
    let trace = try Samples.trace(case: "in: {partners: true, income: 60000}\n")
    let names = try #require(trace.decision("rate")).uses.map(\.name)
    #expect(names == ["partners", "rate_partners"])
    // RULES: partners get nothing above 50,206.
    #expect(trace.decision("allowance")?.results.first?.value == .integer(0))
    #expect(trace.decision("allowance")?.uses.map(\.name) == ["yearly", "smallest"])
    #expect(trace.outcomes.map(\.name) == ["allowance"])
  }

  @Test func `the figure of the day is told with its day`() throws {
    let trace = try Samples.trace(date: "2024-06-01", case: Self.single)
    let use = try #require(trace.decision("premium")?.uses.first { $0.name == "standard_premium" })
    #expect(use.value == .integer(1987))
    guard case .parameter(let version, let legal) = use.origin else {
      Issue.record("\(use.origin)")
      return
    }
    #expect(version?.from == CalendarDate("2024-01-01"))
    #expect(legal.map(\.article) == ["4"])
  }

  @Test func `a table tells the row that fired`() throws {
    let trace = try Samples.trace(
      Samples.supplement, case: "in: {household_type: couple, income_percent: 124}\n",
      reforms: [Samples.taper, Samples.edges])
    let text = TraceText(trace: trace, language: .nl).text
    #expect(
      text.contains(
        "2. Share is 0,75. Dat volgt uit: rij 2 (income percent: 124%, hoger dan 120% en ten hoogste "
          + "124%).\n"))
    #expect(text.contains("Amount is € 549. Dat volgt uit: full amount (732) maal share (0,75).\n"))
  }

  @Test func `a gap tells the row that comes nearest`() throws {
    let yaml = """
      scheme: {id: s, title: S}
      inputs:
        x: {type: integer, unit: euro}
        kind: {type: text, values: [single, couple]}
      decisions:
        d:
          table:
            hit: UNIQUE
            inputs: [kind, x]
            rows: [[single, "< 10", 5], [couple, "(20..30)", 6]]

      """
    let trace = try Samples.trace(yaml, case: "in: {x: 15, kind: couple}\n")
    #expect(
      TraceText(trace: trace, language: .en).text.contains(
        "1. D cannot be decided. No row of the table applies. Row 2 comes nearest: x is €15, and would "
          + "have to be above €20 and below €30.\n"))
    guard case .table(let table) = try #require(trace.decision("d")).basis else { return }
    #expect(table.nearest?.failures.map(\.source) == ["(20..30)"])
  }

  @Test func `a reform tells where the outcomes part`() throws {
    let scheme = try Samples.scheme()
    let reforms = [try Samples.reform(Samples.taper), try Samples.reform(Samples.edges)]
    let reformed = try Samples.scheme(reforms: [Samples.taper, Samples.edges])
    let given: [String: FEELValue] = [
      "household_type": .text("single"), "income_percent": .integer(122),
    ]
    let comparison = TraceComparison(
      before: try CaseEvaluation.trace(scheme, on: nil, given: given),
      after: try CaseEvaluation.trace(reformed, on: nil, given: given), reforms: reforms)
    #expect(comparison.partings.map(\.name) == ["share", "amount"])
    #expect(comparison.partings.map(\.causes) == [[.rule], [.decision("share")]])
    let text = ComparisonText(comparison: comparison, language: .en).text
    #expect(
      text.hasSuffix(
        """
        With the reform “Taper” and “edges”

        Amount becomes €384.75; now it is €0.

        Where the outcomes part
        - Share: 0 → 0.75 (another rule).
          Now: row 2 (income percent: 122%, above 120%).
          With the reform: row 2 (income percent: 122%, above 120% and at most 124%).

        """), "\(text)")
  }

  @Test func `a figure of a reform is named as the cause`() throws {
    let reform = "reform: {id: r}\nparameters: {limit: {2025-01-01: 125}}\n"
    let given: [String: FEELValue] = [
      "household_type": .text("single"), "income_percent": .integer(122),
    ]
    let comparison = TraceComparison(
      before: try CaseEvaluation.trace(try Samples.scheme(), on: nil, given: given),
      after: try CaseEvaluation.trace(try Samples.scheme(reforms: [reform]), on: nil, given: given),
      reforms: [try Samples.reform(reform)])
    #expect(comparison.origins.map(\.causes) == [[.figure("limit")]])
  }

  /// By hand: 9.32 % of 38,441 is 3,582.7012, and 36.97 % of the 1,559 above it is 576.3623.
  @Test func `a scale tells its brackets`() throws {
    let yaml = """
      scheme: {id: s, title: S}
      parameters:
        tax:
          title: {nl: Het tarief, en: The tariff}
          unit: euro a year
          legal: {law: Wet IB 2001, article: "2.10"}
          brackets:
            - {threshold: 0, rate: {2024-01-01: 0.0932, 2025-01-01: 0.0817}}
            - {threshold: {2024-01-01: 38441}, rate: {2024-01-01: 0.3697}}
      inputs: {income: {type: decimal, unit: euro a year, title: {nl: Het inkomen, en: The income}}}
      decisions:
        owed: {unit: euro a year, title: {nl: De heffing, en: The levy}, expression: tax(income)}

      """
    let trace = try Samples.trace(yaml, date: "2024-06-01", case: "in: {income: 40000}\n")
    #expect(
      trace.decision("owed")?.results.first?.value == Decimal128("4159.0635").map { .number($0) })
    #expect(
      TraceText(trace: trace, language: .nl).text.hasSuffix(
        """
        1. De heffing is € 4.159,0635 per jaar. Dat volgt uit: het tarief over het inkomen (€ 40.000 per jaar).
           Het tarief gaat in schijven: vanaf € 0 per jaar 9,32% sinds 1 januari 2024; vanaf € 38.441 per jaar 36,97% sinds 1 januari 2024 (art. 2.10 Wet IB 2001).

        """))
    let use = trace.json["decisions"]?.arrayValue?.first?["uses"]?.arrayValue?.first
    #expect(use?["kind"]?.stringValue == "scale")
    #expect(use?["brackets"]?.arrayValue?.first?["rate"]?.doubleValue == 0.0932)
  }

  @Test func `two rules that apply at once are a fault with the article`() throws {
    let yaml = """
      scheme: {id: s, legal: {law: Verordening, article: "3"}}
      inputs: {x: {type: integer}}
      decisions: {d: {table: {hit: UNIQUE, inputs: [x], rows: [["< 10", 5], ["< 20", 6]]}}}

      """
    let fault = #expect(throws: StageFault.self) {
      try Samples.trace(yaml, case: "in: {x: 5}\n")
    }
    #expect(
      fault?.message
        == "decision 'd' of scheme 's' (article 3, Verordening): the table is UNIQUE, and rules 1 and "
        + "2 apply at once (scheme.yaml:3:24)")
  }

  @Test func `JSON holds values, figures, articles and rows`() throws {
    let json = try Samples.trace(case: Self.single).json
    let steps = try #require(json["decisions"]?.arrayValue)
    #expect(
      steps.compactMap { $0["name"]?.stringValue } == [
        "premium", "rate", "norm", "yearly", "allowance",
      ])
    #expect(steps[3]["results"]?.arrayValue?.first?["unrounded"]?.doubleValue == 1573.42224)
    #expect(steps[3]["rounding"]?["mode"]?.stringValue == "half-up")
    let figure = steps[0]["uses"]?.arrayValue?.first {
      $0["name"]?.stringValue == "standard_premium"
    }
    #expect(figure?["from"]?.stringValue == "2025-01-01")
    #expect(figure?["legal"]?.arrayValue?.first?["article"]?.stringValue == "4")
    let table = try Samples.trace(
      Samples.supplement, case: "in: {household_type: single, income_percent: 1}\n"
    ).json["decisions"]?.arrayValue?[1]["table"]
    #expect(table?["fired"]?.arrayValue?.first?["row"]?.integerValue == 1)
  }
}

extension ExplainCaseTests {
  private static let dutch = """
    Zorgtoeslag, 1 juni 2025

    De zorgtoeslag is € 1.573 per jaar.
    De regeling steunt op art. 2 BWBR0018451.

    Wat bekend is
    - Toeslagpartner: nee
    - Het toetsingsinkomen: € 20.000 per jaar

    Hoe dat volgt
    1. De premie is € 2.112 per jaar. Dat volgt uit: (1, want toeslagpartner: nee) maal de standaardpremie (€ 2.112 per jaar).
       De standaardpremie is € 2.112 per jaar vanaf 1 januari 2025 (art. 4 BWBR0018451; bron: Regeling standaardpremie 2025).
    2. Het percentage is 0,01896. Dat volgt uit: het percentage voor één persoon (0,01896), want toeslagpartner: nee.
       Het percentage voor één persoon is 0,01896 vanaf 1 januari 2025.
    3. De normpremie is € 538,57776 per jaar. Dat volgt uit: het percentage (0,01896) maal het drempelinkomen (€ 28.406 per jaar) plus het afbouwpercentage (0,137) maal (het hoogste van 0 en (het toetsingsinkomen (€ 20.000 per jaar) min het drempelinkomen)).
       Het drempelinkomen is € 28.406 per jaar vanaf 1 januari 2025.
       Het afbouwpercentage is 0,137 vanaf 1 januari 2025.
       Dit staat in art. 2 lid 2 BWBR0018451.
    4. De berekende toeslag is € 1.573 per jaar. Dat volgt uit: het hoogste van 0 en (de premie (€ 2.112 per jaar) min de normpremie (€ 538,57776 per jaar)).
       Dit is afgerond van € 1.573,42224 per jaar op hele euro's, een half naar boven (art. 5 BWBR0018451).
    5. De zorgtoeslag is € 1.573 per jaar. Dat volgt uit: de berekende toeslag (€ 1.573 per jaar), want de berekende toeslag is ten minste het kleinste bedrag dat wordt uitbetaald (€ 24 per jaar).
       Het kleinste bedrag dat wordt uitbetaald is € 24 per jaar.

    """

  private static let english = """
    Zorgtoeslag, 1 June 2025

    The healthcare allowance is €1,573 a year.
    The scheme rests on article 2, BWBR0018451.

    What is known
    - Partner for the allowance: no
    - The income: €20,000 a year

    How it follows
    1. The premium is €2,112 a year. That follows from: (1, because partner for the allowance: no) times the standard premium (€2,112 a year).
       The standard premium is €2,112 a year from 1 January 2025 (article 4, BWBR0018451; source: Regeling standaardpremie 2025).
    2. The share is 0.01896. That follows from: the share for one person (0.01896), because partner for the allowance: no.
       The share for one person is 0.01896 from 1 January 2025.
    3. The norm premium is €538.57776 a year. That follows from: the share (0.01896) times the threshold income (€28,406 a year) plus the taper rate (0.137) times (the highest of 0 and (the income (€20,000 a year) minus the threshold income)).
       The threshold income is €28,406 a year from 1 January 2025.
       The taper rate is 0.137 from 1 January 2025.
       The rule stands in article 2(2), BWBR0018451.
    4. The computed allowance is €1,573 a year. That follows from: the highest of 0 and (the premium (€2,112 a year) minus the norm premium (€538.57776 a year)).
       This is rounded from €1,573.42224 a year to whole euros, a half up (article 5, BWBR0018451).
    5. The healthcare allowance is €1,573 a year. That follows from: the computed allowance (€1,573 a year), because the computed allowance is at least the smallest amount that is paid (€24 a year).
       The smallest amount that is paid is €24 a year.

    """
}
