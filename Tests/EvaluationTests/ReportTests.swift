// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import StageTesting
import Tables
import Testing

@testable import Evaluation

struct ReportTests {
  private func report(
    _ inputs: [String: [Labeled<Artifact>]], with yaml: String = ""
  ) async throws -> (page: String, text: String) {
    let output = try await StageRun(WriteReport.self, with: yaml)(lists: inputs)
    return (try output.fileText("report"), try output.fileText("text"))
  }

  /// A whole evaluation: card, flow, effects, checks, verdict, comparison.
  private func whole(language: String = "en") async throws -> [String: [Labeled<Artifact>]] {
    let card = try Samples.card()
    let effects = EffectsTable.table([
      Samples.effect(low: 0.012, high: 0.06) { $0.controlCount = 990 },
      Samples.effect("contact", low: -0.2, high: 0.3, role: .secondary) { $0.scale = .logOdds },
    ])
    let checks = TrustChecks.table([
      Samples.check("sample-ratio", passed: true, severity: .error),
      missing("b1", share: 0), missing("standard", share: 0.01),
    ])
    var inputs: [String: [Labeled<Artifact>]] = [
      "pilots": [Labeled("intake", .record(card.record))],
      "flows": [Labeled("intake", .table(try flow()))],
      "effects": [Labeled("effect", .table(effects))],
      "checks": [Labeled("trust", .table(checks))],
    ]
    let verdict = try await StageRun(DecideVerdict.self, with: "language: \(language)")(lists: [
      "effects": inputs["effects"] ?? [], "trust": inputs["checks"] ?? [],
      "pilot": inputs["pilots"] ?? [],
    ])
    inputs["verdicts"] = [Labeled("verdict", .record(try verdict.record("verdict")))]
    let comparison = try await StageRun(Compare.self, with: "language: \(language)")(lists: [
      "effects": Samples.effects(
        Samples.effect(experiment: "north", estimate: 0.02),
        Samples.effect(experiment: "south", estimate: 0.04))
    ])
    inputs["comparisons"] = [Labeled("compare", .table(try comparison.table("comparison")))]
    inputs["comparability"] = [Labeled("compare", .table(try comparison.table("comparability")))]
    inputs["pooled"] = [Labeled("compare", .table(try comparison.table("pooled")))]
    return inputs
  }

  private func missing(_ arm: String, share: Double) -> TrustCheck {
    var check = Samples.check(
      "attrition-in-arm", subject: "applied, \(arm)", passed: true, severity: .info)
    check.value = share
    return check
  }

  private func flow() throws -> Table {
    try Table([
      ("step", .text(TextColumn(["read", "excluded", "eligible"]))),
      ("reason", .text(TextColumn([nil, "moved away", nil]))),
      ("count", .integer(FixedColumn([2100, 100, 2000] as [Int64]))),
      ("remaining", .integer(FixedColumn([2100, 2000, 2000] as [Int64]))),
    ])
  }

  @Test(arguments: ["en", "nl"])
  func `the text of a whole report`(language: String) async throws {
    let text = try await report(whole(language: language), with: "language: \(language)").text
    try expectSnapshot(text, named: "report-\(language).md")
  }

  @Test func `failed checks lower the evidence in the report, and it says so`() async throws {
    var inputs = try await whole()
    inputs["checks"] = [
      Labeled(
        "trust",
        .table(
          TrustChecks.table([
            Samples.check(
              "crossover", subject: "arm", passed: false, severity: .warning, flag: "crossover")
          ])))
    ]
    let text = try await report(inputs).text
    #expect(
      text.contains(
        "- Evidence counts as 4 of 5 at most: many cases got what another arm was to get."))
    #expect(text.contains("|  |  | level 4 of 5 |"))
  }

  @Test func `the page is well-formed, has a language and runs nothing`() async throws {
    let page = try await report(whole(), with: "language: nl").page
    let outline = try #require(XMLOutline(page))
    #expect(outline.named("html").first?.attributes["lang"] == "nl")
    #expect(outline.named("script").isEmpty)
    #expect(outline.elements.allSatisfy { $0.attributes["src"] == nil })
    let drawings = outline.named("svg")
    #expect(drawings.count == 4)
    #expect(drawings.allSatisfy { $0.attributes["aria-describedby"] != nil })
  }

  @Test func `the conclusion stands before everything else`() async throws {
    let text = try await report(whole()).text
    let verdict = try #require(text.firstRange(of: "Conclusion")).lowerBound
    let tried = try #require(text.firstRange(of: "## What was tried")).lowerBound
    #expect(verdict < tried)
  }

  @Test func `nothing that people wrote becomes markup`() async throws {
    let attack = "<script>alert(1)</script>&\"'"
    let card = try Samples.card {
      for key in ["title", "problem", "goal", "target_group"] { $0[key] = .string(attack) }
      $0["arms"] = [
        ["id": "standard", "control": true], ["id": "b1", "label": .string(attack)],
      ]
      $0["outcomes"] = Samples.outcomes { $0["label"] = .string(attack) }
    }
    let effect = Samples.effect(estimate: 0.03) {
      $0.subgroup = attack
      $0.flags = [attack]
    }
    let page = try await report([
      "pilots": [Labeled(attack, .record(card.record))],
      "effects": [Labeled(attack, .table(EffectsTable.table([effect])))],
      "checks": [
        Labeled(
          attack,
          .table(TrustChecks.table([Samples.check(attack, passed: false, severity: .error)])))
      ],
      "tables": [Labeled(attack, .table(try Table([(attack, .text(TextColumn([attack])))])))],
    ]).page
    #expect(!page.contains("<script"))
    #expect(try #require(XMLOutline(page)).named("script").isEmpty)
  }

  @Test func `a report of nothing says what is missing`() async throws {
    let text = try await report([:]).text
    for sentence in [
      "No conclusion was drawn in this run.", "There is no pilot card",
      "No effect is published here.", "Whether the data can be trusted was not checked.",
      "No next step was recorded.",
    ] {
      #expect(text.contains(sentence))
    }
  }

  @Test func `arms whose numbers do not add up have no number assigned`() async throws {
    var inputs = try await whole()
    inputs["checks"] = [
      Labeled(
        "trust",
        .table(TrustChecks.table([missing("b1", share: 0), missing("standard", share: 0.5)])))
    ]
    let text = try await report(inputs).text
    #expect(text.contains("Old letter: not available"))
  }

  @Test func `log ratios are shown as ratios`() async throws {
    let effect = Samples.effect(estimate: 0, standardError: 0.1) { $0.scale = .logOdds }
    let text = try await report([
      "effects": [Labeled("effect", .table(EffectsTable.table([effect])))]
    ]).text
    #expect(text.contains("| b1 against standard | 1.00 | 0.82 to 1.22 |"))
  }

  @Test func `a long table is cut and says so`() async throws {
    let table = try Table([("row", .integer(FixedColumn((1...100).map { Int64($0) })))])
    let text = try await report(["tables": [Labeled("rows", .table(table))]]).text
    #expect(text.contains("The first 60 of 100 rows."))
  }

  @Test func `studies are drawn with the effect they were pooled into`() async throws {
    let output = try await StageRun(PoolStudies.self, with: VaccineTrials.parameters)([
      "effects": .table(try VaccineTrials.table())
    ])
    let text = try await report([
      "pooled": [Labeled("meta", .table(try output.table("pooled")))],
      "studies": [Labeled("meta", .table(try output.table("studies")))],
    ]).text
    #expect(text.contains("Together 13 experiments give 0.49 (95% interval 0.33 to 0.73)."))
    #expect(text.contains("0.14 to 1.76"))
  }

  @Test func `studies that were pooled in several ways are drawn once`() async throws {
    var inputs: [String: [Labeled<Artifact>]] = ["pooled": [], "studies": []]
    for method in ["fixed", "reml"] {
      let run = StageRun(PoolStudies.self, with: VaccineTrials.parameters + "method: \(method)")
      let output = try await run(["effects": .table(try VaccineTrials.table())])
      for port in ["pooled", "studies"] {
        inputs[port]?.append(Labeled(method, .table(try output.table(port))))
      }
    }
    let page = try await report(inputs).page
    #expect(try #require(XMLOutline(page)).named("svg").count == 1)
    #expect(page.contains("reml: Together 13 experiments"))
  }

  @Test func `a report on a reform has no empty chapters on groups`() async throws {
    let table = try Table([("winners", .integer(FixedColumn([3] as [Int64])))])
    let text = try await report(["summary": [Labeled("proposal", .table(table))]]).text
    #expect(text.contains("## What the rules do"))
    #expect(!text.contains("## Who took part"))
  }

  @Test func `what rules do to households, letters and offices is shown without an experiment`()
    async throws
  {
    let table = try Table([("share", .number(FixedColumn([0.25])))])
    for (port, caption) in [
      ("deciles", "Per inkomensdeciel"), ("minima", "Voorbeeldhuishoudens, oud en nieuw"),
      ("scores", "Hoe leesbaar de brieven zijn"), ("form", "Is het uitvoerbaar?"),
    ] {
      let text = try await report(
        [port: [Labeled("stage", .table(table))]], with: "language: nl"
      ).text
      #expect(text.contains("## Wat de regels doen") && text.contains("\(caption) (stage)"))
      #expect(!text.contains("## Wie er meedeed"))
    }
  }

  @Test func `subgroups stand under the contrast that they belong to`() async throws {
    let part = Samples.effect(estimate: 0.02) { $0.subgroup = "district = south" }
    let table = EffectsTable.table([Samples.effect(estimate: 0.03), part])
    let text = try await report(["effects": [Labeled("effect", .table(table))]]).text
    #expect(text.contains("b1 against standard, everyone: 3.0"))
    #expect(text.contains("b1 against standard, district = south: 2.0"))
  }

  @Test func `effects of one comparison are told apart by what is estimated`() async throws {
    let rule = Samples.effect(estimate: -0.08)
    let scheme = Samples.effect(estimate: -0.2) { $0.estimand = "LATE" }
    let effects = EffectsTable.table([rule, scheme])
    let text = try await report(["effects": [Labeled("effect", .table(effects))]]).text
    #expect(text.contains("| b1 against standard (ITT) |"))
    #expect(text.contains("| b1 against standard (LATE) |"))
  }

  @Test(arguments: [
    ("en", "Seen broadly: coders found it in 9 of 12 cases.", "Another explanation (still open)"),
    ("nl", "Breed gezien: codeurs vonden het in 9 van 12 casussen.", "verklaring (nog open)"),
  ])
  func `a lesson is told with what speaks against it, and as no effect`(
    language: String, sure: String, rival: String
  ) async throws {
    let claim = Lesson.Claim(
      claim: "One contact clears blockers.", confidence: .broad, rule: "seen widely", cases: 9,
      counterCases: ["c7", "c9"], search: nil, sites: 3, sources: 2, evidenceFor: ["Fewer calls."],
      evidenceAgainst: ["Some did well without."],
      rivals: [
        Lesson.Rival(explanation: "Debt help.", finding: .open, because: "It had begun in 4.")
      ])
    let lesson = Lesson(
      experiment: "table", confidence: .broad, rule: "its weakest claim", claims: [claim],
      significantChanges: [], reliability: [], isSaturated: true, cases: 12,
      nextQuestion: "How long does it take?")
    let text = try await report(
      ["lessons": [Labeled("lesson", .record(lesson.record))]], with: "language: \(language)"
    ).text
    #expect(text.contains("### One contact clears blockers."))
    for part in [sure, rival, "c7", "Some did well without.", "How long does it take?"] {
      #expect(text.contains(part), "\(part)")
    }
    // The rows of coded cases are no cases, so their flow is not shown.
    let absent =
      language == "en" ? ["What we found", "Who took part"] : ["Wat we vonden", "Wie meededen"]
    for heading in absent { #expect(!text.contains("## \(heading)")) }
    #expect(
      text.contains(language == "en" ? "12 cases were coded." : "12 casussen zijn gecodeerd."))
  }

  @Test func `tiny p-values of any table are shown as such`() async throws {
    let table = try Table([
      ("p_value", .number(FixedColumn([1.6e-87]))), ("value", .number(FixedColumn([0.25]))),
    ])
    let text = try await report(["tables": [Labeled("found", .table(table))]]).text
    #expect(text.contains("0.001 | 0.25 |"))
  }

  @Test func `amounts keep their cents and counts their units`() async throws {
    let table = try Table([
      ("amount", .number(FixedColumn([384.75, 4]))), ("n", .number(FixedColumn([18_004, 3]))),
      ("paid", .decimal(FixedColumn([52_197, 500] as [Int64]), scale: 2)),
    ])
    let text = try await report(["tables": [Labeled("found", .table(table))]]).text
    #expect(text.contains("| 384.75 | 18,004 | 521.97 |"))
  }

  @Test func `a table that holds no effects is a fault that names its stage`() async throws {
    let table = try Table([("x", .integer(FixedColumn([1] as [Int64])))])
    await #expect { try await report(["effects": [Labeled("wrong", .table(table))]]) } throws: {
      ($0 as? StageFault)?.message.hasPrefix("wrong: ") ?? false
    }
  }
}

extension [String: Artifact] {
  /// The text of a file port.
  func fileText(_ port: String) throws -> String {
    guard case .file(let file) = self[port] else {
      throw StageFault("there is no file '\(port)'", kind: .bug)
    }
    return String(decoding: file.bytes, as: UTF8.self)
  }
}
