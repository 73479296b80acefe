// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Tells how hard Dutch letters are to read, arm by arm.
struct Readability: Stage {
  static let info = StageInfo(
    "readability", version: 1,
    summary: "Measures how hard Dutch letters are to read, and finds passives and official words.",
    example: """
      letters:
        use: rules/readability
        with:
          texts: {standard: letters/standard.txt, plain: letters/plain.txt}
          longest_sentence: 15
      """,
    source: """
      Douma (1960), De leesbaarheid van landbouwbladen: 206.84 − 0.93 words per sentence − 77 syllables \
      per word; Brouwer (1963), Pedagogische Studiën 40: 195 − 2 words per sentence − 67 syllables per \
      word, coefficients not verified in the paper. Syllable rules and the lists of words are ours.
      """)

  @Parameter("Text files (UTF-8) by arm.") var texts = NamedValues<InputFile>()
  @Parameter("Column of the arm, where letters come in as a table.") var arm: ColumnName?
  @Parameter("Column of the text, where letters come in as a table.") var text: ColumnName?
  @Parameter("Sentences of more words than this are findings.", in: 1...) var longestSentence = 20
  @Parameter("Official words or phrases with a plain one for each, in place of our own short list.")
  var jargon: NamedValues<String>?

  struct Input: PortSet {
    @Port("One row per letter, with its arm and text.") var letters: Table?
  }

  struct Output: PortSet {
    @Port("One row per arm: the indices and what they are made of.") var scores: Table
    @Port("One row per long or passive sentence, by its number in the arm, and per official word.")
    var findings: Table
  }

  func validate() throws(StageFault) {
    if (arm == nil) != (text == nil) {
      throw StageFault(
        "letters of a table need both 'arm' and 'text'", at: arm == nil ? "arm" : "text",
        help: "name the columns of the arm and of the text", kind: .user)
    }
    if texts.isEmpty, arm == nil {
      throw StageFault(
        "there is no text", at: "texts",
        help: "name a file for each arm, or a table's columns under 'arm' and 'text'", kind: .user)
    }
    if let empty = jargon?.names.first(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw StageFault("'\(empty)' is no word", at: "jargon", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["scores": ReadabilityTables.scores, "findings": ReadabilityTables.findings])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    var arms = try files()
    if let arm, let text {
      guard let letters = input.letters else {
        throw StageFault(
          "'arm' and 'text' name columns, and no table comes in", at: "arm",
          help: "connect the port 'letters'", kind: .user)
      }
      let (more, missing) = try Self.letters(letters, arm: arm, text: text)
      if missing > 0 { context.note("\(missing) rows without arm or text are left out") }
      for (name, texts) in more { arms.append((name, texts)) }
    } else if input.letters != nil {
      throw StageFault(
        "a table comes in, and nothing says which columns hold arm and text", at: "arm",
        help: "name them under 'arm' and 'text'", kind: .user)
    }
    if let twice = Set(arms.map(\.arm)).first(where: { name in
      arms.count { $0.arm == name } > 1
    }) {
      throw StageFault("arm '\(twice)' comes from a file and from the table", at: "texts")
    }
    let language = jargon.map { list in
      PlainLanguage(jargon: list.entries.map { ($0.name, $0.value) })
    }
    var tables = ReadabilityTables(
      language: language ?? PlainLanguage(), longestSentence: longestSentence)
    for (arm, texts) in arms {
      guard tables.add(arm: arm, texts.map { DutchText($0) }) else {
        throw StageFault(
          "the text of arm '\(arm)' has no words",
          at: self.texts[arm] == nil ? "text" : "texts")
      }
    }
    if jargon == nil {
      context.note("official words come from a short list of our own, which is no standard")
    }
    var output = Output()
    output.scores = try tables.scoreTable()
    output.findings = try tables.findingTable()
    return output
  }
}

// Where texts come from
extension Readability {
  private func files() throws(StageFault) -> [(arm: String, texts: [String])] {
    var arms: [(arm: String, texts: [String])] = []
    for entry in texts.entries {
      do throws(LetterFile.Fault) {
        arms.append((entry.name, [try LetterFile.text(at: entry.value.location)]))
      } catch {
        let path = entry.value.path
        throw StageFault(
          error == .unreadable
            ? "the file '\(path)' cannot be read" : "the file '\(path)' is no text in UTF-8",
          at: "texts", entry: entry.name,
          help: error == .unreadable
            ? "paths are relative to the pipeline file" : "save the letter as plain text",
          kind: .user)
      }
    }
    return arms
  }

  /// The texts by arm in the order in which arms come, and how many rows lack one of both.
  private static func letters(
    _ table: Table, arm: ColumnName, text: ColumnName
  ) throws -> (arms: [(String, [String])], missing: Int) {
    let arms = try table.column(arm.name).texts()
    let column = try table.column(text.name)
    guard column.type.isTextual else {
      throw StageFault("column '\(text)' holds no text but \(column.type.name)", at: "text")
    }
    var found: [(String, [String])] = []
    var places: [String: Int] = [:]
    var missing = 0
    for (arm, text) in zip(arms, column.texts()) {
      guard let arm, let text else {
        missing += 1
        continue
      }
      if let place = places[arm] {
        found[place].1.append(text)
      } else {
        places[arm] = found.count
        found.append((arm, [text]))
      }
    }
    guard !found.isEmpty else { throw StageFault("the table has no letter", at: "text") }
    return (found, missing)
  }
}
