// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct QuickScanTests {
  private static let with = """
    proposal: Motion to raise the limit
    organisations: [municipalities, benefits office]
    change: one figure | of a by-law
    answers:
      feasibility: {answer: a figure | in a table, light: green}
    largest_unknown: how many will apply

    """

  private func page(_ output: [String: Artifact]) throws -> String {
    guard case .file(let file) = output["page"] else { throw StageFault("there is no page") }
    #expect(file.mediaType == "text/markdown")
    return String(decoding: file.bytes, as: UTF8.self)
  }

  @Test func `the page says it is no formal test, and names what nobody knows`() async throws {
    let run = StageRun(QuickScan.self, with: Self.with)
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run(["proposal": .table(Samples.proposal)])
    let page = try page(output)
    #expect(page.contains("**Geen formele toets.**"))
    #expect(page.contains("| doelgroep | oranje | 40 gain and 3 lose |"))
    #expect(page.contains("| uitvoerbaarheid | groen | a figure \\| in a table |"))
    #expect(page.contains("| gegevens | onbekend | onbekend |"))
    #expect(page.contains("Advies: **kan, mits"))
    #expect(
      page.contains(
        "Niet bekend: doenvermogen, regeldruk, gegevens, ICT, complexiteit, personeel, tijd."))
    let record = try output.record("feasibility")
    #expect(record["formal"] == false && record["conclusion"] == "possible-if")
    #expect(try output.table("form").rowCount == QuickScan.questions.count)
  }

  @Test func `the page is there in English`() async throws {
    let page = try page(try await StageRun(QuickScan.self, with: Self.with + "language: en\n")([:]))
    #expect(page.contains("**No formal test.**") && page.contains("| target group | unknown |"))
  }

  @Test func `lights give the advice, which people may overrule`() async throws {
    #expect(QuickScan.advice(by: [.green, .green]) == .possible)
    #expect(QuickScan.advice(by: [.green, .unknown]) == .conditional)
    #expect(QuickScan.advice(by: [.orange, .green]) == .conditional)
    #expect(QuickScan.advice(by: [.unknown, .red]) == .test)
    let output = try await StageRun(QuickScan.self, with: Self.with + "advice: test-needed\n")([:])
    #expect(try page(output).contains("**eerst een uitvoeringstoets**"))
  }

  @Test func `more than a page is a fault`() async throws {
    let long = String(repeating: "word ", count: 700)
    let with = Self.with.replacing("a figure | in a table", with: long)
    let fault = await #expect(throws: StageFault.self) {
      _ = try await StageRun(QuickScan.self, with: with)([:])
    }
    #expect(fault?.parameter == "answers" && fault?.message.contains("one page holds 3000") == true)
  }

  @Test(arguments: [
    ("[municipalities, benefits office]", "[]", "organisations"),
    ("how many will apply", "\" \"", "largest_unknown"), ("feasibility:", "feasible:", "answers"),
  ])
  func `a scan that says too little is a fault`(old: String, new: String, at: String) {
    let run = StageRun(QuickScan.self, with: Self.with.replacing(old, with: new))
    #expect(run.validation?.parameter == at)
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(QuickScan.self, plugin: "rules").isEmpty)
  }
}
