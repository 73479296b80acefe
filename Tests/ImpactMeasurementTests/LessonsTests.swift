// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import ImpactMeasurement
import StageKit
import Tables
import Testing

struct LessonsTests {
  /// Twelve cases in four places; two coders for the first eight, who differ once.
  private static func cases(quoting quote: String = "they sent me from one desk to another") throws
    -> Table
  {
    var rows: [(name: String, coder: String, code: String?, place: Int)] = []
    for place in 1...12 {
      for coder in place <= 8 ? ["a", "b"] : ["a"] {
        var codes: [String?] = []
        if place <= 10 { codes.append("one_contact") }
        if place % 3 == 0, !(place == 3 && coder == "b") { codes.append("debt") }
        if place == 2 { codes.append("rare") }
        for code in codes.isEmpty ? [nil] : codes { rows.append(("c\(place)", coder, code, place)) }
      }
    }
    return try Table([
      ("casus", .text(TextColumn(rows.map(\.name)))),
      ("rater", .text(TextColumn(rows.map(\.coder)))),
      ("code", .text(TextColumn(rows.map(\.code)))),
      ("score", .integer(FixedColumn(rows.map { Int64($0.place % 5) }))),
      ("mood", .text(TextColumn(rows.map { $0.place % 2 == 0 ? "calm" : "tense" }))),
      ("actor", .text(TextColumn(rows.map { $0.place % 2 == 0 ? "interview" : "file" }))),
      ("town", .text(TextColumn(rows.map { "t\($0.place % 4)" }))),
      ("day", .date(FixedColumn(rows.map { Int32(20_000 + $0.place) }))),
      ("quote", .text(TextColumn(rows.map { _ in quote }))),
    ])
  }

  private static let claim = """
    claims:
      - claim: A single contact person clears blockers.
        codes: [one_contact]
        for: [Files show fewer hand-overs.]
        against: [One household did well without.]
        counter_cases: [c12]
        rivals:
          - {explanation: Debt help had begun., finding: weaker, because: In two of ten only.}
    """

  private static let columns = """
    case: casus
    coder: rater
    code: code
    source: actor
    site: town
    order: day

    """

  private func run(_ more: String = "", claim: String = claim) async throws -> ImpactRun {
    try await ImpactRun("lessons", Self.columns + claim + "\n" + more, cases: try Self.cases())
  }

  private func lesson(_ run: ImpactRun) throws -> Lesson {
    guard case .record(let record) = run.outputs["lesson"] else {
      throw StageFault("'lesson' carries no record")
    }
    return try Lesson(record: record)
  }

  @Test func `a claim that is seen widely enough is broad, and says by which rule`() async throws {
    let lesson = try lesson(try await run())
    #expect(lesson.experiment == "test-pipeline")
    #expect(lesson.confidence == .broad && lesson.cases == 12 && lesson.isSaturated == true)
    #expect(
      lesson.rule
        == "found in 10 cases, in 4 places, by 2 kinds of sources, with coders who agree, "
        + "no rival open, and saturation reached")
    let claim = try #require(lesson.claims.first)
    #expect(claim.cases == 10 && claim.sites == 4 && claim.sources == 2)
    #expect(claim.counterCases == ["c12"])
    #expect(claim.rivals.first?.finding == .weaker)
  }

  @Test(arguments: [
    ("broad_cases: 11", "repeated", "it takes 11 cases"),
    ("broad_sites: 5", "repeated", "it takes 5 places, and there is 4"),
    ("saturation_base: 11", "repeated", "further cases may still bring new codes"),
    ("{repeated_cases: 11, broad_cases: 12}", "once", "it takes 11 cases"),
    ("least_sources: 3", "once", "it takes 3 kinds of sources, and there is 2"),
  ])
  func `what is missing lowers the confidence, and is said`(
    setting: String, confidence: String, why: String
  ) async throws {
    let flat = setting.trimmingBraces.replacing(", ", with: "\n")
    let lesson = try lesson(try await run(flat))
    #expect(lesson.confidence.rawValue == confidence)
    #expect(lesson.rule.contains(why), "\(lesson.rule)")
  }

  @Test func `an open rival keeps a claim at once`() async throws {
    let open = Self.claim.replacing("finding: weaker", with: "finding: open")
    let run = try await run(claim: open)
    #expect(try lesson(run).confidence == .once)
    let check = try run.check("rivals")
    #expect(!check.passed && check.flag == "rival-open" && check.value == 1)
  }

  /// Eight double-coded cases and three codes; coders differ on one of 24 pairs.
  ///
  /// By hand: 48 values of
  /// which 21 are 1; disagreement 2 ⁄ (2 · 21 · 27) · 47.
  @Test func `agreement over all codes is Krippendorff's alpha`() async throws {
    let run = try await run()
    let agreement = try run.table("agreement")
    #expect(agreement["subject"]?.texts() == ["all codes", "debt", "one_contact"])
    guard case .number(let alphas) = agreement["alpha"],
      case .number(let lower) = agreement["lower"]
    else { throw StageFault("alpha is no number") }
    let ones = 16.0 + 3 + 2
    expectClose(alphas[0], 1 - 47 * 2 / (2 * ones * (48 - ones)), 1e-12)
    #expect((lower[0] ?? 1) < (alphas[0] ?? 0))
    // All eight have one_contact: there is nothing that coders could have disagreed on.
    #expect(alphas[2] == nil)
    #expect(agreement["verdict"]?.texts() == ["dependable", "low", "no-variation"])
    #expect(try run.check("double-coding").passed)
  }

  @Test func `scores are compared on their scale`() async throws {
    let run = try await run("ordinal: [score]\nnominal: [mood]")
    let agreement = try run.table("agreement")
    #expect(agreement["measurement"]?.texts().suffix(2) == ["nominal", "ordinal"])
    guard case .number(let alphas) = agreement["alpha"] else { throw StageFault("no alpha") }
    #expect(alphas[3] == 1 && alphas[4] == 1)
  }

  @Test func `the curve of new codes names no case`() async throws {
    let saturation = try await run().table("saturation")
    #expect(
      saturation["new_codes"]?.texts() == ["1", "1", "1"] + [String](repeating: "0", count: 9))
    #expect(saturation["saturated"]?.texts().firstIndex(of: "true") == 6)
  }

  @Test func `codes of few cases are not named anywhere`() async throws {
    let run = try await run()
    #expect(try run.table("codes")["code"]?.texts() == ["one_contact", "debt"])
    #expect(run.notes.contains("1 of the codes were given in fewer than 3 cases and are not named"))
    for port in ["codes", "agreement", "saturation", "checks"] {
      let table = try run.table(port)
      let cells = table.columns.flatMap { $0.texts() }.compactMap(\.self)
      #expect(!cells.contains { $0.contains("rare") || $0.contains("desk") }, "\(port)")
    }
  }

  @Test func `a most significant change keeps its reason and who chose`() async throws {
    let change = """
      significant_changes:
        - {case: c3, change: It kept its home., reason: All hung on it., chosen_by: the case table}
      next_question: How long does a decision take?
      """
    let run = try await ImpactRun(
      "lessons", "case: casus\ncoder: rater\n" + change, cases: try Self.cases())
    let lesson = try lesson(run)
    #expect(lesson.claims.isEmpty && lesson.confidence == .once)
    #expect(lesson.significantChanges.first?.chosenBy == "the case table")
    #expect(lesson.nextQuestion == "How long does a decision take?")
  }

  @Test(arguments: [
    (
      "rivals:\n      - {explanation: Debt help had begun., finding: weaker, because: In two of ten only.}",
      "", "'claims' needs 'rivals'"
    ),
    ("against: [One household did well without.]", "", "'claims' needs 'against'"),
    ("counter_cases: [c12]", "", "'claims' needs 'counter_cases'"),
    ("[c12]", "[]", "'claims' names no counter-case, and no search for one"),
    ("[One household did well without.]", "[]", "'claims.against' is empty"),
    ("finding: weaker", "finding: weak", "'claims.rivals.finding' has no choice 'weak'"),
    ("codes:", "code:", "'claims' has no 'code'"),
    ("[c12]", "[c99]", "claim 1 names a case that is not among the cases of 'casus'"),
    ("[c12]", "[c1]", "claim 1 has a counter-case in which all coders found it"),
    ("[one_contact]", "[one_contract]", "claim 1 names a code that nobody gave"),
    (
      "Files show fewer hand-overs.", "'She said “nobody ever rang me back”.'",
      "claim 1 quotes somebody"
    ),
    (
      "Files show fewer hand-overs.", "They sent me from one desk on and on.",
      "claim 1 repeats 5 words in a row of a text column: those are somebody's own"
    ),
  ])
  func `a claim that is not whole, or not the lead's own, is a fault`(
    text: String, other: String, message: String
  ) async throws {
    let claim = Self.claim.replacing(text, with: other)
    #expect(claim != Self.claim)
    let found = try await fault("lessons", Self.columns + claim, cases: try Self.cases())
    #expect(found.message == message)
    #expect(!found.message.contains("desk") && found.help?.contains("desk") != true)
  }

  @Test(arguments: [
    ("order: town", "column 'town' is text, and cases are ordered by a date or number"),
    ("ordinal: [mood]", "column 'mood' is text, and 'ordinal' needs numbers or true and false"),
    ("interval: [row]", "column 'row' has several values from one coder for one case"),
    ("code: quote", "column 'quote' holds sentences, and a code is a word or a few"),
    (
      "next_question: They say one two three four five.",
      "the next question repeats 5 words in a row of a text column: those are somebody's own"
    ),
    ("broad_cases: 3", "broad takes more cases than repeated"),
    ("code: nowhere", "there is no column 'nowhere'"),
  ])
  func `columns and settings that do not do are a fault`(
    setting: String, message: String
  ) async throws {
    let cases = try Self.cases(quoting: "one two three four five six seven eight nine")
    let numbered = try cases.adding(
      "row", .integer(FixedColumn((0..<cases.rowCount).map { Int64($0) })))
    let key = setting.split(separator: ":")[0]
    let columns = Self.columns.split(separator: "\n").filter { !$0.hasPrefix("\(key):") }
    let found = try await fault(
      "lessons", columns.joined(separator: "\n") + "\n" + Self.claim + "\n" + setting,
      cases: numbered)
    #expect(found.message == message)
  }

  @Test func `what one coder saw alone is seen once, however often`() async throws {
    let run = try await ImpactRun(
      "lessons", Self.columns + Self.claim + "\nwhere: rater = \"a\"", cases: try Self.cases())
    let lesson = try lesson(run)
    #expect(lesson.confidence == .once && lesson.claims.first?.cases == 10)
    #expect(lesson.rule.contains("no two coders coded the same cases"))
    #expect(lesson.reliability.first?.verdict == .notDoubleCoded)
    let check = try run.check("double-coding")
    #expect(!check.passed && check.flag == "single-coded" && check.value == 0)
  }

  @Test func `neither a claim nor a change is a fault`() async throws {
    let found = try await fault("lessons", "{case: casus, coder: rater}", cases: try Self.cases())
    #expect(found.message == "there is neither a claim nor a significant change")
    let codeless = try await fault(
      "lessons", "case: casus\ncoder: rater\n" + Self.claim, cases: try Self.cases())
    #expect(codeless.message == "claims show in codes, and no 'code' is named")
  }

  @Test func `the order of rows changes nothing where an order is named`() async throws {
    let cases = try Self.cases()
    let turned = cases.taking(rows: (0..<cases.rowCount).reversed())
    let first = try await ImpactRun("lessons", Self.columns + Self.claim, cases: cases)
    let second = try await ImpactRun("lessons", Self.columns + Self.claim, cases: turned)
    #expect(try lesson(first) == lesson(second))
    #expect(try first.table("saturation") == second.table("saturation"))
  }
}

/// No way leads from a lesson to an effect.
struct LessonIsNoEffectTests {
  private struct TakesEffects: Stage {
    static let info = StageInfo("takes-effects", version: 1, summary: "Takes effects.")
    struct Input: PortSet { @Port("Effects.") var effects: Table }
    struct Output: PortSet { @Port("Effects.") var effects: Table }
    func run(_ input: Input, in context: StageContext) async throws -> Output {
      var output = Output()
      output.effects = input.effects
      return output
    }
  }

  private static let lesson = Lesson(
    experiment: "e", confidence: .once, rule: "r", claims: [],
    significantChanges: [
      Lesson.SignificantChange(
        caseName: "c", change: "c", reason: "r", chosenBy: "t", considered: nil)
    ], reliability: [], isSaturated: nil, cases: 1, nextQuestion: nil)

  @Test func `a port that takes effects refuses a lesson`() async throws {
    let declaration = StageDeclaration(TakesEffects.self, plugin: "test")
    var reading = ParameterReading(
      file: SourceFile(name: "with.yaml", text: ""), folder: "", constants: [:])
    let loaded = try #require(declaration.load([:], &reading))
    let context = StageContext(stage: "test", instance: "test", experiment: "test")
    let inputs = ["effects": [Labeled("lesson", Artifact.record(Self.lesson.record))]]
    await #expect(throws: StageFault.self) {
      _ = try await loaded.run(inputs.delivered, context)
    }
    do {
      _ = try await loaded.run(inputs.delivered, context)
    } catch let fault as StageFault {
      #expect(fault.message == "a port takes a table, not a record")
    }
  }

  @Test func `the stage gives no effects, and no table that reads as effects`() async throws {
    let declaration = try #require(
      Catalog(plugins: [ImpactMeasurementPlugin.self])["impact/lessons"])
    #expect(!declaration.outputs.contains { $0.name == "effects" })
    let lesson = try #require(declaration.outputs.first { $0.name == "lesson" })
    #expect(lesson.kind == .record && lesson.recordType == "lesson")
    let effects = Set(EffectsTable.schema.map(\.name)).subtracting(["level"])
    var reading = ParameterReading(
      file: SourceFile(name: "with.yaml", text: ""), folder: "", constants: [:])
    let document = Document.parse(SourceFile(name: "w", text: "{case: a, coder: b}"))
    let nodes = (document.root?.entries ?? []).map { ($0.name, $0.value) }
    let loaded = try #require(
      declaration.load(Dictionary(uniqueKeysWithValues: nodes), &reading))
    for (port, columns) in loaded.outputColumns(KnownColumns()).ports where port != "checks" {
      #expect(effects.isDisjoint(with: columns.map(\.name)), "\(port)")
    }
  }
}

extension String {
  fileprivate var trimmingBraces: String { filter { $0 != "{" && $0 != "}" } }
}
