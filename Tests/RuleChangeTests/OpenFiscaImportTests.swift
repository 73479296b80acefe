// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables
import Testing

@testable import RuleChange

/// Parameter and test files in the forms that OpenFisca's documentation describes.
struct OpenFiscaImportTests {
  private static let premium = """
    description: Standard premium
    documentation: |
      The average premium of a year.
      It is set by ministerial order.
    metadata:
      unit: currency-EUR
      last_value_still_valid_on: 2025-01-01
      reference:
        - title: Wet op de zorgtoeslag, article 4
          href: https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=4
        - https://example.org/premium
    values:
      2024-01-01:
        value: 1_987
        reference: Stcrt. 2023, 1
      2025-01-01:
        value: 2112.
        metadata: {reference: {title: Stcrt. 2024, href: "https://example.org/2024"}}
      2026-01-01: expected

    """

  private static let rates = """
    description: Shares of the norm
    single: {description: One person, unit: /1, values: {2024-01-01: 0.01879, 2025-01-01: 0.01896}}
    partners:
      2024-01-01: 0.04256
      2025-01-01: {value: 0.04273}
    above:
      description: Above the threshold
      values:
        2024-01-01: 0.1367
        2025-01-01: 0.137
        2030-01-01: null

    """

  /// RULES, Zorgtoeslag: the formula of 2025 gives 1,573 at most to a single person.
  private static let decisions = """

    inputs:
      partners: {type: boolean}
      income: {type: decimal}
    decisions:
      rate: {expression: if partners then norm_rates_partners else norm_rates_single}
      norm:
        expression: rate * norm_threshold + norm_rates_above * max(0, income - norm_threshold)
      allowance:
        round: {to: 1, mode: half-up}
        expression: max(0, (if partners then 2 else 1) * standard_premium - norm)

    """

  private static let tests = """
    - name: Single with a low income
      period: 2025
      absolute_error_margin: 0.5
      input: {partners: no, income: 20_000}
      output: {allowance: 1573}
    - name: Partners
      period: 2025-01
      relative_error_margin: 0.001
      input:
        income: {2025-01: 20000}
        partners: yes
      output: {allowance: {2025-01: 3010}}
    - name: Two at once
      period: month:2025-01
      input: {partners: [false, true], income: 20000}
      output: {allowance: [1573, 3010]}

    """

  private func model() throws -> OpenFiscaImport {
    let folder = try ImportFolder([
      "parameters/standard_premium.yaml": Self.premium,
      "parameters/norm/index.yaml": "description: The norm premium\n",
      "parameters/norm/rates.yaml": Self.rates,
      "parameters/norm/threshold.yaml":
        "description: Threshold income\nunit: currency:EUR\nreference: art. 1\nvalues:\n  2024-01-01: 26819\n  2025-01-01: 28406\n",
      "parameters/notes.md": "no parameter",
      "tests/allowance.yaml": Self.tests,
    ])
    // Both folders' names stay out of the parameters' where a folder each is imported.
    return OpenFiscaImport(path: folder.path + "/parameters")
  }

  @Test func `a folder becomes parameters with units, laws, dates and sources`() throws {
    var model = try model()
    let yaml = model.yaml(id: "zorgtoeslag", title: "Zorgtoeslag")
    #expect(
      yaml == """
        scheme: {id: zorgtoeslag, title: Zorgtoeslag}

        parameters:
          # norm: The norm premium
          # norm.rates: Shares of the norm
          norm_rates_single:
            # norm.rates.single
            title: "One person"
            values:
              2024-01-01: 0.01879
              2025-01-01: 0.01896
          norm_rates_partners:
            # norm.rates.partners
            values:
              2024-01-01: 0.04256
              2025-01-01: 0.04273
          norm_rates_above:
            # norm.rates.above
            title: "Above the threshold"
            values:
              2024-01-01: 0.1367
              2025-01-01: 0.137
          norm_threshold:
            # norm.threshold
            title: "Threshold income"
            unit: euro
            legal: [{title: "art. 1"}]
            values:
              2024-01-01: 26819
              2025-01-01: 28406
          # The average premium of a year.
          # It is set by ministerial order.
          standard_premium:
            title: "Standard premium"
            unit: euro
            legal: [{bwb: BWBR0018451, article: "4", title: "Wet op de zorgtoeslag, article 4", \
        url: "https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=4"}, \
        {url: "https://example.org/premium"}]
            values:
              2024-01-01: {value: 1987, source: "Stcrt. 2023, 1"}
              2025-01-01: {value: 2112.0, source: "Stcrt. 2024, https://example.org/2024"}

        """)
  }

  @Test func `what is not carried over is told with file and line`() throws {
    var model = try model()
    _ = model.yaml(id: "s", title: "s")
    let faults = model.faults.diagnostics
    #expect(faults.allSatisfy { $0.code == .importLoss && $0.severity == .warning })
    let told = faults.map {
      "\($0.file.split(separator: "/").last ?? ""):\($0.span?.start.line ?? 0) \($0.message)"
    }
    #expect(
      told == [
        "rates.yaml:11 'norm.rates.above' ends on 2030-01-01; the scheme's parameter keeps its last value",
        "standard_premium.yaml:19 not carried over: the expected value of 'standard_premium' from 2026-01-01",
        "standard_premium.yaml:7 not carried over: metadata 'last_value_still_valid_on'",
      ])
  }

  @Test func `parameters and tests pass the check with the scheme's own decisions`() throws {
    var parameters = try model()
    let folder = try ImportFolder(["allowance.yaml": Self.tests])
    var examples = OpenFiscaImport(path: folder.path + "/allowance.yaml")
    let text = examples.yaml(id: "x", title: "x")
    let block = text[(try #require(text.range(of: "\ntests:\n"))).lowerBound...]
    let scheme = try Samples.scheme(
      parameters.yaml(id: "zorgtoeslag", title: "Zorgtoeslag") + Self.decisions + block)
    #expect(examples.faults.diagnostics.isEmpty)
    #expect(
      scheme.tests.map(\.name) == [
        "Single with a low income", "Partners", "Two at once #1", "Two at once #2",
      ])
    #expect(scheme.tests.allSatisfy { $0.date.map { "\($0)" } == "2025-01-01" })
    // 0.001 × 3010
    #expect(scheme.tests.map { "\($0.tolerance)" } == ["0.5", "3.01", "0", "0"])
    #expect(scheme.runTests().map(\.passed) == [true, true, true, true])
  }

  @Test func `a scale keeps its brackets`() throws {
    let folder = try ImportFolder([
      "taxes/contribution.yaml": """
      description: Contribution
      metadata: {threshold_unit: currency-EUR, rate_unit: /1}
      brackets:
        - threshold: {2024-01-01: {value: 0}}
          rate: {2024-01-01: {value: 0.0932}, 2025-01-01: {value: 0.0817}}
        - threshold: {2024-01-01: {value: 38098}, 2026-01-01: {value: null}}
          rate: {2024-01-01: 0.3697}

      """,
      "taxes/meal.yaml": """
      metadata: {type: single_amount}
      brackets:
        - {threshold: {values: {2024-01-01: 0}}, amount: {2024-01-01: 1}}

      """,
      "taxes/based.yaml": """
      brackets:
        - {threshold: {2024-01-01: 0}, rate: {2024-01-01: 1}, base: {2024-01-01: 0.5}}

      """,
    ])
    var model = OpenFiscaImport(path: folder.path)
    let yaml = model.yaml(id: "s", title: "s")
    #expect(
      yaml.hasSuffix(
        """
          taxes_contribution:
            # taxes.contribution
            title: Contribution
            unit: euro
            brackets:
              - threshold: {2024-01-01: 0}
                rate: {2024-01-01: 0.0932, 2025-01-01: 0.0817}
              - threshold: {2024-01-01: 38098, 2026-01-01: null}
                rate: {2024-01-01: 0.3697}
          taxes_meal:
            # taxes.meal
            type: single-amount
            brackets:
              - threshold: {2024-01-01: 0}
                amount: {2024-01-01: 1}

        """))
    #expect(
      model.faults.diagnostics.map(\.message) == [
        "scale 'taxes.based' multiplies its values by a base, and is left out"
      ])
  }

  @Test func `an imported scale is called by the scheme's decisions`() throws {
    let folder = try ImportFolder([
      "contribution.yaml": """
      brackets:
        - threshold: {2024-01-01: {value: 0}}
          rate: {2024-01-01: {value: 0.0932}, 2025-01-01: {value: 0.0817}}
        - threshold: {2024-01-01: {value: 38098}}
          rate: {2024-01-01: 0.3697}

      """
    ])
    var model = OpenFiscaImport(path: folder.path)
    let scheme = try Samples.scheme(
      model.yaml(id: "s", title: "s") + """
        inputs: {income: {type: decimal}}
        decisions: {tax: {expression: contribution(income)}}
        tests:
          - {name: first bracket, date: 2025-06-01, in: {income: 10000}, out: {tax: 817}}
          - {name: both, date: 2024-06-01, in: {income: 40000}, out: {tax: 4253.9030}}

        """)
    // 0.0932 × 38,098 + 0.3697 × 1,902 = 3,550.7336 + 703.1694
    #expect(scheme.runTests().map(\.passed) == [true, true])
  }

  @Test func `names of one word stay apart`() throws {
    let value = "values: {2024-01-01: 1}\n"
    let folder = try ImportFolder([
      "a_b/c.yaml": value, "a/b_c.yaml": value, "é/3.yaml": value, "for.yaml": value,
    ])
    var model = OpenFiscaImport(path: folder.path)
    let scheme = try Samples.scheme(
      model.yaml(id: "s", title: "s")
        + "inputs: {x: {type: number}}\ndecisions: {d: {expression: x}}\n")
    #expect(scheme.parameters.map(\.name) == ["a_b_c", "a_b__c", "for_2", "e_3"])
    #expect(model.faults.diagnostics.count == 2)
    #expect(
      model.faults.diagnostics.first?.message
        == "'a_b.c' becomes 'a_b__c': 'a_b_c' is taken, or means something")
  }

  @Test func `a household with members keeps them in their roles`() throws {
    let folder = try ImportFolder([
      "t.yaml": """
      name: A household
      period: 2025-W01
      input:
        household: {parents: [Ann, Ben], children: [Cor], rent: {2024-12-30: 600}}
        persons:
          Ann: {income: 20000, birth: 1990-01-01}
          Ben: {}
          Cor: {age: 3}
      output:
        household: {allowance: 10}
        persons: {Ann: {tax: 1}, Ben: {tax: 2}}

      """
    ])
    var model = OpenFiscaImport(path: folder.path + "/t.yaml")
    let yaml = model.yaml(id: "s", title: "s")
    #expect(
      yaml.contains(
        """
            date: 2024-12-30
            in: {rent: 600, members: [{role: parent, income: 20000, birth: 1990-01-01}, \
        {role: parent}, {role: child, age: 3}]}
            out: {allowance: 10, members: [{tax: 1}, {tax: 2}, {}]}
        """))
    #expect(
      yaml.contains(
        "\nentities: {household: {members: person, roles: {parent: {}, child: {}}}}\n"))
    #expect(model.faults.diagnostics.isEmpty)
    let scheme = try Samples.scheme(
      yaml + """
        inputs:
          rent: {type: number, entity: household}
          income: {type: number, entity: person}
          birth: {type: date, entity: person}
          age: {type: number, entity: person}
        decisions:
          tax: {entity: person, expression: if birth = null then 2 else 1}
          allowance: {entity: household, expression: rent / 60}

        """)
    #expect(scheme.tests.first?.members.count == 3)
    #expect(scheme.tests.first?.expectedOfMembers.map(\.count) == [1, 1, 0])
  }

  @Test func `outputs of several periods are examples of their dates`() throws {
    let folder = try ImportFolder([
      "t.yaml": """
      - period: 2024
        input: {income: {2024: 10, 2025: 20}, size: {2024-01: 40}}
        output: {tax: {2024: 1, 2025: 2}}

      """
    ])
    var model = OpenFiscaImport(path: folder.path + "/t.yaml")
    let yaml = model.yaml(id: "s", title: "s")
    #expect(yaml.contains("date: 2024-01-01\n    in: {income: 10, size: 40}\n    out: {tax: 1}"))
    #expect(yaml.contains("date: 2025-01-01\n    in: {income: 20, size: 40}\n    out: {tax: 2}"))
  }

  @Test(
    arguments: [
      ("2025", "2025-01-01"), ("2025-07", "2025-07-01"), ("month:2025-03:3", "2025-03-01"),
      ("2025-W01", "2024-12-30"), ("2026-W53", "2026-12-28"), ("2020-W53-5", "2021-01-01"),
      ("ETERNITY", nil), ("2025-13", nil), ("soon", nil),
    ] as [(String, String?)])
  func `a period begins on a day`(period: String, day: String?) {
    // Weeks: ISO 8601, by the calendar of Python's date.fromisocalendar.
    #expect(PeriodText.firstDay(period) == day)
  }

  @Test func `the tool writes a file and lists what is lost`() async throws {
    let folder = try ImportFolder(["in/rates.yaml": Self.rates])
    let tool = ToolDeclaration(ImportRules.self, plugin: "rules")
    let target = folder.path + "/scheme.yaml"
    let answer = try await tool.run(
      ["path": Samples.scalar(folder.path + "/in"), "output": Samples.scalar(target)],
      Samples.reading)
    guard case .table(let table) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(table.names == ["file", "line", "severity", "finding", "help"])
    #expect(table["line"] == .integer(FixedColumn([Int64(11)])))
    #expect(answer.succeeded)
    #expect(try String(contentsOfFile: target, encoding: .utf8).contains("  rates_above:\n"))
  }

  @Test func `a file that is no YAML is a fault of that file`() async throws {
    let folder = try ImportFolder(["a.yaml": "x: [1\n", "b.yaml": "values: {2024-01-01: 1}\n"])
    let tool = ToolDeclaration(ImportRules.self, plugin: "rules")
    let answer = try await tool.run(["path": Samples.scalar(folder.path)], Samples.reading)
    #expect(!answer.succeeded)
    guard case .text(let text) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(text.contains("  b:\n"))
  }

  @Test func `a table becomes the block of a decision`() async throws {
    let folder = try ImportFolder([
      "supplement.csv": """
      Income supplement;;;;;;
      U;Household type;Income percent;;amount;Toelichting;Artikel
      ;"single, couple";;;;;
      1;single;t/m 120;;513,50;by law;art. 3 lid 2
      2;couple;> 120;;732;;

      """
    ])
    let tool = ToolDeclaration(ImportRules.self, plugin: "rules")
    let answer = try await tool.run(
      ["path": Samples.scalar(folder.path + "/supplement.csv")], Samples.reading)
    guard case .text(let text) = answer.content else {
      Issue.record("\(answer.content)")
      return
    }
    #expect(
      text == """
        decisions:
          supplement:
            title: "Income supplement"
            table:
              hit: UNIQUE
              inputs: [{expression: household_type, values: [single, couple]}, income_percent]
              outputs: [amount]
              rows:
                - {row: ["\\"single\\"", "<= 120", 513.50], \
        legal: [{article: "3", paragraph: "2"}]}  # by law
                - ["\\"couple\\"", "> 120", 732]

        """)
    let scheme = try Samples.scheme(
      "scheme: {id: s}\ninputs: {household_type: {type: text}, income_percent: {type: number}}\n"
        + text)
    #expect(scheme.decisions.first?.table?.rows.count == 2)
    #expect(answer.notes.first?.contains("read as 513.50") == true)
  }
}
