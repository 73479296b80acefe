// SPDX-License-Identifier: EUPL-1.2

import Experiments
import FEEL
import StageKit
import Tables

/// Reads the cases of a pilot from a file, and says what came in, what was left out and why.
///
/// In this order: read, refuse columns that look like citizen service numbers, pseudonymise, derive,
/// exclude, check the key. Expressions therefore never see an identifying value, and conditions may use
/// derived columns. The key is checked among the eligible cases.
///
/// Pseudonyms are made for the card's id, else for `intake`: those of two experiments cannot be linked,
/// and a later file of the same experiment gets the same ones.
struct Intake: Stage {
  static let info = StageInfo(
    "intake", version: 1,
    summary: "Reads a pilot's cases from a CSV or Excel file, without personal numbers.",
    example: """
      intake:
        use: pilot/intake
        with:
          source: data/letters.csv
          missing: ["", NA]
          columns: {postcode: text}
          identifiers: [client_number]
          key: client_number
          derive:
            recertified: if status = null then null else status = "Processed"
          eligible:
            adult: age >= 18
            not opted out: not(opt_out)
      """)

  @Parameter("File of cases: CSV, TSV or Excel (.xlsx); left away where cases come in.")
  var source: InputFile?
  @Parameter("Format of the file; by the end of its name unless given.") var format: FileFormat?
  @Parameter("Sheet of a workbook, by name or by place; the first unless given.")
  var sheet: SheetChoice?
  @Parameter("Sign between fields, or tab; found in the file unless given.")
  var delimiter: String?
  @Parameter("Encoding of a text file; utf-8 unless given.") var encoding: TextEncoding?
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
  @Parameter("The pilot card: a block, or the path of a YAML file.") var card: PilotCardAnswers?

  struct Input: PortSet {
    @Port("Cases that another stage made, instead of a file.") var cases: Table?
  }

  struct Output: PortSet {
    @Port("One row per eligible case.") var cases: Table
    @Port("Cases read, excluded by each reason, and left: the CONSORT flow.") var flow: Table
    @Port("Per column its type and gaps; per rule the rows that break it.") var quality: Table
    @Port("The pilot card, where one is given.") var pilot: PilotCard?
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let content = try content(input.cases)
    context.metric("rows_read", Double(content.table.rowCount), unit: "rows")
    for note in content.notes { context.note(note) }
    try refuseReservedNames(content.table.names)
    try context.checkCancellation()
    try personalData.refuseNumbers(in: content.table, at: "source")
    let readable = try personalData.pseudonymised(content.table, in: context)
    try context.checkCancellation()
    let cases = try derived(readable)
    try personalData.refuseNumbers(in: cases, at: "derive")
    try context.checkCancellation()

    var flow = CaseFlow(content)
    for condition in eligible?.conditions ?? [] { try flow.keep(where: condition, of: cases) }
    flow.finish()
    for (reason, count) in flow.open {
      context.note("\(count) cases are excluded since '\(reason)' is open: a value is missing")
    }
    guard !flow.remaining.noneSet else { throw StageFault.noCases }

    var output = Output()
    output.quality = try quality(content, cases, flow, in: context)
    output.flow = try flow.table()
    output.cases = cases.filtered(by: flow.remaining)
    output.pilot = card?.card
    context.metric("cases", Double(output.cases.rowCount), unit: "rows")
    return output
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
      if let early = entry.value.columns.first(where: { later.contains($0.path[0]) }) {
        throw .usedBeforeDerived(entry.name, early.path[0])
      }
    }
    if let name = identifiers.first(where: { derive[$0.name] != nil }) {
      throw .derivedIdentifier(name.name)
    }
    if let name = derive.names.first(where: Self.reserved.contains) {
      throw .reservedName(name, at: "derive")
    }
  }

  /// The source's columns and the derived ones; nil where the source's header cannot be read yet.
  func visibleColumns(for inputs: KnownColumns) -> [ColumnPromise]? {
    let read = file?.columnNames()?.map { ColumnPromise($0, columns.types[$0]) }
    guard let source = read ?? inputs["cases"] else { return nil }
    var schema = source.map { column in
      identifiers.contains { $0.name.isExactly(column.name) }
        ? ColumnPromise(column.name, .text) : column
    }
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
    var file = CaseFile(source)
    file.format = format
    file.sheet = sheet
    file.delimiter = delimiter
    file.encoding = encoding
    file.decimalMark = decimalMark
    file.malformed = malformed
    file.header = header
    file.missing = missing
    file.columns = columns.types
    return file
  }

  /// The cases, from the file or from another stage.
  private func content(_ cases: Table?) throws(StageFault) -> CaseFileContent {
    switch (file, cases) {
    case (let file?, nil): return try file.read()
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
      ("format", format != nil), ("sheet", sheet != nil), ("delimiter", delimiter != nil),
      ("encoding", encoding != nil), ("decimal_mark", decimalMark != nil),
      ("malformed", malformed != nil), ("header", !header), ("missing", missing != [""]),
      ("columns", !columns.entries.isEmpty),
    ]
    return given.first(where: \.1)?.0
  }

  private var personalData: PersonalData {
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

  private func derived(_ table: Table) throws(StageFault) -> Table {
    var table = table
    for entry in derive.entries {
      if table.contains(entry.name) { throw .takenName(entry.name) }
      do {
        table = try table.adding(entry.name, try entry.value.column(over: table))
      } catch {
        throw StageFault("the derived column '\(entry.name)': \(error)", at: "derive")
      }
    }
    return table
  }

  private func quality(
    _ content: CaseFileContent, _ cases: Table, _ flow: CaseFlow, in context: StageContext
  ) throws -> Table {
    var quality = QualityTable()
    for finding in content.types {
      guard let column = cases[finding.column] else { continue }
      let isPseudonym = identifiers.contains { $0.name.isExactly(finding.column) }
      quality.add(finding.column, column, why: isPseudonym ? "pseudonyms" : finding.why)
    }
    for name in derive.names {
      if let column = cases[name] { quality.add(name, column, why: "derived") }
    }
    if malformed == .leaveOut { quality.addMalformed(content) }
    guard !key.isEmpty else { return try quality.table() }
    let key = try CaseKey(key.map(\.name), of: cases, among: flow.remaining)
    if duplicates == .refuse { try key.refuseRepeats() }
    let count = flow.remaining.setCount
    quality.add(rule: "the key is unique", of: key.name, broken: key.repeated, among: count)
    quality.add(rule: "the key is complete", of: key.name, broken: key.absent, among: count)
    if !key.repeated.isEmpty {
      context.note("\(key.repeated.count) cases repeat the key '\(key.name)'; see 'quality'")
    }
    return try quality.table()
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

  fileprivate static func takenName(_ name: String) -> StageFault {
    StageFault(
      "the source has a column '\(name)' already", at: "derive",
      help: "give the derived column a name of its own, so that both can be looked at", kind: .user)
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

  fileprivate static var noCases: StageFault {
    StageFault(
      "no case is left: every one is excluded", at: "eligible",
      help: "check the conditions; texts compare letter by letter, and null meets none")
  }
}
