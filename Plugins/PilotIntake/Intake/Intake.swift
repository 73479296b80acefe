// SPDX-License-Identifier: EUPL-1.2

import Experiments
import FEEL
import StageKit
import Tables

/// Reads the cases of a pilot from a file, and says what came in, what was left out and why.
///
/// In this order: read, refuse columns that look like citizen service numbers, hold the rows against the
/// contract, pseudonymise, generalise, derive, exclude, check the key. Only the contract's own rules see an
/// identifying value, or one that was made coarser; conditions may use derived columns. The key is checked
/// among the eligible cases.
///
/// Pseudonyms are made for the card's id, else for `intake`: those of two experiments cannot be linked,
/// and a later file of the same experiment gets the same ones.
struct Intake: Stage, SourceSettings {
  static let info = StageInfo(
    "intake", version: 1,
    summary: "Reads a pilot's cases from a file or database, without personal numbers.",
    example: """
      intake:
        use: pilot/intake
        with:
          source: data/letters.csv
          missing: ["", NA]
          columns: {postcode: text}
          identifiers: [client_number]
          key: client_number
          generalise:
            postcode: {characters: 4}
          derive:
            recertified: if status = null then null else status = "Processed"
          eligible:
            adult: age >= 18
            not opted out: not(opt_out)
      """)

  @Parameter(
    "File of cases, or postgresql://user@host/database; left away where cases come in.")
  var source: InputFile?
  @Parameter("Format of the source; by its name unless given.") var format: FileFormat?
  @Parameter("Sheet of a workbook, by name or by place; the first unless given.")
  var sheet: SheetChoice?
  @Parameter("Cells of the sheet, as in B5:F200; all unless given.") var range: CellRange?
  @Parameter("Table or view of a database; the only one unless given.") var table: String?
  @Parameter("Statement in the database's own SQL that only reads, instead of 'table'.")
  var query: String?
  @Parameter("Sign between fields, or tab; found in the file unless given.")
  var delimiter: String?
  @Parameter(
    "Encoding of a text file, utf-8 unless given, or of a file that does not know its own.")
  var encoding: TextEncoding?
  @Parameter("Decimal mark in a text file's numbers; a point unless given.")
  var decimalMark: DecimalMark?
  @Parameter("Rows with another number of fields than the header; fault unless given.")
  var malformed: MalformedRows?
  @Parameter("Whether the first row names the columns.") var header = true
  @Parameter("Texts that stand for a missing value.") var missing = [""]
  @Parameter("Types of columns by name; the others are inferred from all values.")
  var columns = DeclaredColumns()
  @Parameter("Columns that together identify a case.") var key: [ColumnName] = []
  @Parameter("Cases that repeat a key: kept and counted, or refused.")
  var duplicates: DuplicateCases = .keep
  @Parameter("Columns made coarser before anything else sees them: bands, characters, date, round.")
  var generalise = Generalisation()
  @Parameter(
    "Condition that cases must meet, or several by name; each name is a reason in the flow.")
  var eligible: Eligibility?
  @Parameter("New columns by name, each an expression; a later one may use an earlier one.")
  var derive = NamedValues<Expression>()
  @Parameter("Columns that identify people: kept as keyed pseudonyms only.")
  var identifiers: [ColumnName] = []
  @Parameter("Secret that pseudonyms are made with.")
  var pseudonymKey = Secret("PROEFTUIN_PSEUDONYM_KEY")
  @Parameter("Columns that look like citizen service numbers (BSN) and are something else.")
  var allowBsn: [ColumnName] = []
  @Parameter("What the rows must keep to: a contract block, or the path of a YAML file.")
  var contract: DataContract?
  @Parameter("The pilot card: a block, or the path of a YAML file.") var card: PilotCardAnswers?

  struct Input: PortSet {
    @Port("Cases that another stage made, instead of a file.") var cases: TableBatches?
  }

  struct Output: PortSet {
    @Port("One row per eligible case.") var cases: TableBatches
    @Port("Cases read, excluded by each reason, and left: the CONSORT flow.") var flow: Table
    @Port("Per column its type and gaps; per rule the rows that break it.") var quality: Table
    @Port("The pilot card, where one is given.") var pilot: PilotCard?
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    try contract?.refuseAfterRetention(on: context.referenceDate)
    let content = try content(input.cases)
    context.metric("rows_read", Double(content.rowCount), unit: "rows")
    for note in content.notes { context.note(note) }
    try refuseReservedNames(content.names)
    var pass = try IntakePass(self, content, in: context)
    try content.forEachBatch { try pass.take($0, firstRow: $1) }
    return try pass.finish()
  }
}

extension Intake {
  func validate() throws(StageFault) {
    try file?.check()
    let known = file?.columnNames() ?? []
    for (place, entry) in derive.entries.enumerated() {
      if known.contains(where: { $0.isExactly(entry.name) })
        || columns.entries.contains(where: { $0.name.isExactly(entry.name) })
      {
        throw .takenName(entry.name)
      }
      let later = derive.names[place...]
      if let early = entry.value.columns.first(where: { use in
        later.contains { $0.isExactly(use.path[0]) }
      }) {
        throw .usedBeforeDerived(entry.name, early.path[0])
      }
    }
    try contract?.checkAgainst(columns, derived: derive.names)
    if let name = identifiers.first(where: { derive[$0.name] != nil }) {
      throw .derivedIdentifier(name.name)
    }
    for name in generalise.rules.names {
      if identifiers.contains(where: { $0.name.isExactly(name) }) {
        throw .generalisedIdentifier(name)
      }
      if derive.names.contains(where: { $0.isExactly(name) }) { throw .generalisedLater(name) }
    }
    if let name = derive.names.first(where: Self.reserved.contains) {
      throw .reservedName(name, at: "derive")
    }
  }

  /// The source's columns and the derived ones; nil where the source's header cannot be read yet.
  func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]? {
    let read = file?.columnNames()?.map { ColumnPromise($0, types[$0]) }
    guard let source = read ?? inputs["cases"] else { return nil }
    var schema = source.map { column in
      identifiers.contains { $0.name.isExactly(column.name) }
        ? ColumnPromise(column.name, .text) : column
    }
    schema = schema.map(generalise.promise)
    for entry in derive.entries { schema.append(promise(entry, over: schema)) }
    return schema
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns(["flow": CaseFlow.columns, "quality": QualityTable.columns])
    known["cases"] = visibleColumns(for: inputs)
    return known
  }
}

extension Intake {
  private static let reserved = ["parameters", "each"]

  private var file: CaseFile? {
    guard let source else { return nil }
    var file = caseFile(source)
    file.format = format
    file.malformed = malformed
    file.header = header
    file.columns = types
    return file
  }

  /// The declared types: under `columns`, and in the contract.
  private var types: [String: ColumnType] {
    columns.types.merging(contract?.types.mapValues(\.columnType) ?? [:]) { own, _ in own }
  }

  /// The cases, from the file or from another stage.
  private func content(_ cases: TableBatches?) throws(StageFault) -> CaseFileContent {
    switch (file, cases) {
    case (let file?, nil):
      do throws(StageFault) {
        return try file.read()
      } catch {
        // Only the contract can have said the types.
        guard error.parameter == "columns", columns.entries.isEmpty else { throw error }
        throw StageFault(error.message, at: "contract", help: error.help, kind: error.kind)
      }
    case (nil, let cases?):
      if let parameter = fileSetting { throw .onlyForFiles(parameter) }
      return CaseFileContent(cases)
    case (nil, nil): throw .noSource
    case (.some, .some): throw .twoSources
    }
  }

  /// A setting of how a file is read; one that is given must not be passed over in silence.
  private var fileSetting: String? {
    let given: [(String, Bool)] = [
      ("format", format != nil), ("sheet", sheet != nil), ("range", range != nil),
      ("table", table != nil),
      ("query", query != nil), ("delimiter", delimiter != nil),
      ("encoding", encoding != nil), ("decimal_mark", decimalMark != nil),
      ("malformed", malformed != nil), ("header", !header), ("missing", missing != [""]),
      ("columns", !columns.entries.isEmpty),
    ]
    return given.first(where: \.1)?.0
  }

  var personalData: PersonalData {
    PersonalData(
      identifiers: identifiers.map(\.name), allowed: allowBsn.map(\.name), secret: pseudonymKey,
      purpose: card?.card.id ?? "intake")
  }

  /// The type follows where those of all columns are declared.
  private func promise(
    _ entry: NamedValues<Expression>.Entry, over columns: [ColumnPromise]
  ) -> ColumnPromise {
    let schema = columns.compactMap { column in column.type.map { ColumnSchema(column.name, $0) } }
    guard schema.count == columns.count else { return ColumnPromise(entry.name) }
    let type = try? entry.value.feel.type(over: schema, in: entry.value.scope)
    return ColumnPromise(entry.name, type ?? nil)
  }

  private func refuseReservedNames(_ names: [String]) throws(StageFault) {
    if let name = names.first(where: Self.reserved.contains) {
      throw .reservedName(name, at: "source")
    }
  }
}

extension StageFault {
  fileprivate static var noSource: StageFault {
    StageFault(
      "it has no cases: neither a file nor another stage's", at: "source",
      help: "write source: cases.csv under 'with', or from: {cases: stage.port}", kind: .user)
  }

  fileprivate static var twoSources: StageFault {
    StageFault(
      "it has cases twice: from a file and from another stage", at: "source",
      help: "take one of 'source' and 'from' away", kind: .user)
  }

  fileprivate static func onlyForFiles(_ parameter: String) -> StageFault {
    StageFault(
      "'\(parameter)' says how a file is read, and the cases come from another stage",
      at: parameter, help: "take it away", kind: .user)
  }

  fileprivate static func reservedName(_ name: String, at parameter: String) -> StageFault {
    StageFault(
      "a column may not be named '\(name)'", at: parameter,
      help: "rename it: expressions use '\(name)' for something else", kind: .user)
  }

  fileprivate static func usedBeforeDerived(_ name: String, _ used: String) -> StageFault {
    StageFault(
      name == used
        ? "the derived column '\(name)' uses itself"
        : "the derived column '\(name)' uses '\(used)', which is derived after it", at: "derive",
      help: "a derived column may use those above it", kind: .user)
  }

  fileprivate static func derivedIdentifier(_ name: String) -> StageFault {
    StageFault(
      "'\(name)' is derived, and only columns of the source are pseudonymised", at: "identifiers",
      help: "name the columns that it is derived from: expressions then see their pseudonyms",
      kind: .user)
  }

  fileprivate static func generalisedIdentifier(_ name: String) -> StageFault {
    StageFault(
      "'\(name)' is kept as pseudonyms, which cannot be generalised", at: "generalise",
      help: "take it away here, or from 'identifiers'", kind: .user)
  }

  fileprivate static func generalisedLater(_ name: String) -> StageFault {
    StageFault(
      "'\(name)' is derived, and only columns of the source are generalised", at: "generalise",
      help: "generalise the columns that it is derived from, or derive the coarser value itself",
      kind: .user)
  }
}
