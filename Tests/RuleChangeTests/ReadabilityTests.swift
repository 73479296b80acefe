// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct ReadabilityTests {
  private static let letters = Table.letters([
    ("standard", "De aanvraag wordt door ons behandeld. Indien u vragen heeft, belt u thans."),
    ("plain", "Wij lezen uw brief. U krijgt geld."),
    (nil, "Los blad."),
  ])

  /// Counted by hand.
  @Test(arguments: [
    ("huis", 1), ("uitkering", 3), ("inwoner", 3), ("nieuwe", 2), ("leeuwen", 2), ("mooie", 2),
    ("draaien", 2), ("koeien", 2), ("beëindigen", 4), ("geïnd", 2), ("cliënt", 2), ("ideeën", 3),
    ("radio", 3), ("theater", 3), ("loyaal", 2), ("hypotheek", 3), ("museum", 3), ("milieu", 3),
    ("bureau", 2), ("individueel", 5), ("politie", 3), ("station", 3), ("bijzondere", 4),
    ("gezamenlijke", 5), ("beoordelen", 4), ("zoiets", 2), ("eenoudergezin", 5), ("quotum", 2),
    ("BSN", 3), ("2025", 1), ("e-mail", 2), ("coördinatie", 5), ("officiële", 5),
    ("arbeidsongeschiktheid", 6), ("ij", 1),
  ])
  func `syllables of Dutch words`(word: String, count: Int) {
    #expect(DutchSyllables.count(in: word) == count)
  }

  @Test func `abbreviations, numbers and initials end no sentence`() {
    let text = DutchText("Zie art. 36 van de wet. U krijgt € 1.345,45 van dhr. A. Jansen! Goed?")
    #expect(text.sentences.map(\.count) == [6, 7, 1])
    #expect(text.sentences[1][2] == "1.345,45")
  }

  @Test func `headings and items of a list are sentences of their own`() {
    let text = DutchText(
      "Uw aanvraag\n\nStuur mee:\n- uw paspoort\n- uw loonstrook\nvan mei\n1. Bel")
    #expect(text.sentences.map(\.count) == [2, 2, 2, 4, 2])
  }

  @Test func `indices follow the formulas`() throws {
    // Six words and nine syllables in two sentences.
    let score = try #require(ReadabilityScore([DutchText("Uw geld komt. Wij betalen morgen.")]))
    #expect(score.words == 6 && score.sentences == 2 && score.syllables == 9)
    #expect(abs(score.fleschDouma - (206.84 - 0.93 * 3 - 77 * 1.5)) < 1e-12)
    #expect(abs(score.brouwer - (195 - 2 * 3 - 67 * 1.5)) < 1e-12)
  }

  @Test(arguments: [
    ("Uw aanvraag wordt behandeld", true), ("U werd uitgenodigd", true),
    ("De brief wordt verzonden", true), ("Het wordt koud", false), ("Wij hebben betaald", false),
    ("U wordt gebeld", true), ("De gegevens worden groter", false),
  ])
  func `passives are forms of worden with a participle`(sentence: String, isPassive: Bool) {
    #expect(PlainLanguage().isPassive(sentence.split(separator: " ").map(String.init)) == isPassive)
  }

  @Test func `a word inside a phrase counts once`() {
    let language = PlainLanguage(jargon: [("grond", "bodem"), ("op grond van", "volgens")])
    let found = language.jargon(in: ["Op", "grond", "van", "de", "wet"])
    #expect(found.map(\.official) == ["op grond van"])
  }

  @Test func `letters are scored per arm`() async throws {
    let run = StageRun(Readability.self, with: "arm: arm\ntext: text\nlongest_sentence: 6\n")
    #expect(run.diagnostics.isEmpty && run.validation == nil, "\(run.diagnostics)")
    let output = try await run(["letters": .table(Self.letters)])
    let scores = try output.table("scores")
    #expect(scores.names == ReadabilityTables.scores.map(\.name))
    #expect(try scores.column("arm").texts() == ["standard", "plain"])
    #expect(try scores.column("share_passive").texts() == ["0.5", "0"])
    let index = try scores.column("flesch_douma").doubles()?.values ?? []
    #expect(index[0] < index[1])
    let findings = try output.table("findings")
    #expect(findings.names == ReadabilityTables.findings.map(\.name))
    #expect(
      try findings.column("kind").texts() == ["passive", "long-sentence", "jargon", "jargon"])
    #expect(try findings.column("found").texts()[2...] == ["indien", "thans"])
  }

  @Test func `files give the same as a table`() async throws {
    let path = "\(NSTemporaryDirectory())readability-\(UUID().uuidString).txt"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "Wij lezen uw brief. U krijgt geld.".write(toFile: path, atomically: true, encoding: .utf8)
    let files = try await StageRun(Readability.self, with: "texts: {plain: \(path)}\n")([:])
    let table = try await StageRun(Readability.self, with: "arm: arm\ntext: text\n")(
      ["letters": .table(Self.letters)])
    #expect(
      try files.table("scores").column("brouwer").texts()
        == [table.table("scores").column("brouwer").texts()[1]])
  }

  @Test func `people's own words replace ours`() async throws {
    let run = StageRun(
      Readability.self, with: "arm: arm\ntext: text\njargon: {aanvraag: verzoek}\n")
    let findings = try await run(["letters": .table(Self.letters)]).table("findings")
    #expect(try findings.column("instead").texts().last == "verzoek")
  }

  @Test(arguments: [
    ("", "there is no text", "texts"), ("arm: arm\n", "need both", "text"),
    ("text: text\n", "need both", "arm"),
    ("arm: arm\ntext: text\njargon: {' ': x}\n", "is no word", "jargon"),
  ])
  func `parameters that say too little are faults`(with: String, message: String, at: String) {
    let fault = StageRun(Readability.self, with: with).validation
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.parameter == at)
  }

  @Test func `what cannot be read is a fault at its parameter`() async throws {
    let none = StageRun(Readability.self, with: "texts: {a: /nowhere/letter.txt}\n")
    await #expect(throws: StageFault.self) { _ = try await none([:]) }
    let run = StageRun(Readability.self, with: "arm: arm\ntext: text\n")
    for (letters, message) in [
      (Table.letters([("a", "…!")]), "no words"), (Table.letters([(nil, "x")]), "no letter"),
    ] {
      let fault = await #expect(throws: StageFault.self) {
        _ = try await run(["letters": .table(letters)])
      }
      #expect(fault?.message.contains(message) == true)
      #expect(fault?.parameter == "text")
    }
    let missing = await #expect(throws: StageFault.self) { _ = try await run([:]) }
    #expect(missing?.message.contains("no table comes in") == true)
  }

  @Test func `the stage is fit to publish`() {
    #expect(checkStage(Readability.self, plugin: "rules").isEmpty)
  }
}

extension Table {
  fileprivate static func letters(_ rows: [(String?, String?)]) -> Table {
    do {
      return try Table([
        ("arm", .category(CategoryColumn(rows.map(\.0)))),
        ("text", .text(TextColumn(rows.map(\.1)))),
      ])
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
