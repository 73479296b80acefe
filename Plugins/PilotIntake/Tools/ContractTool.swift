// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Drafts a data contract from a file, or names what changed since an earlier one.
struct ContractTool: Tool, SourceSettings {
  static let info = ToolInfo(
    "contract",
    summary: "Drafts a data contract from a file, or names what changed since an earlier one.")

  @Parameter("File of cases, or the address of a database; or a contract (.yaml) to compare.")
  var file: ContractSource
  @Parameter("An earlier contract (.yaml): the answer is what changed since.")
  var compare: ContractSource?
  @Parameter("Sheet of a workbook, by name or by place; the first unless given.")
  var sheet: SheetChoice?
  @Parameter("Cells of the sheet, as in B5:F200; all unless given.") var range: CellRange?
  @Parameter("Table or view of a database; the only one unless given.") var table: String?
  @Parameter("Statement in the database's own SQL that only reads, instead of 'table'.")
  var query: String?
  @Parameter("Sign between fields, or tab; found in the file unless given.")
  var delimiter: String?
  @Parameter("Encoding of a text file; utf-8 unless given.") var encoding: TextEncoding?
  @Parameter("Decimal mark in a text file's numbers; a point unless given.")
  var decimalMark: DecimalMark?
  @Parameter("Texts that stand for a missing value.") var missing = [""]

  func run() async throws -> ToolAnswer {
    switch (file, compare) {
    case (_, .data?): throw StageFault.noContract("compare")
    case (.contract, nil): throw StageFault.nothingToCompare
    case (.contract(let new), .contract(let old)?):
      return try answer(ContractDrift(from: old, to: new))
    case (.data(let file), .contract(let old)?):
      return try answer(try ContractDrift(from: old, to: try source(file)))
    case (.data(let file), nil):
      let content = try source(file).read()
      return ToolAnswer(
        .text(ContractText(try ContractInference(content), of: file.path).text),
        notes: content.notes)
    }
  }

  private func answer(_ drift: ContractDrift) throws -> ToolAnswer {
    let breaking = drift.lines.count(where: \.breaks)
    return ToolAnswer(
      .table(try drift.table()),
      notes: [
        drift.lines.isEmpty
          ? "nothing changed"
          : "\(drift.lines.count) changes, of which \(breaking) break the contract"
      ], succeeded: !drift.breaks)
  }

  private func source(_ file: InputFile) throws(StageFault) -> CaseFile {
    let source = caseFile(file)
    try source.check()
    return source
  }
}

/// A file on the command line: a contract where its name ends in .yaml, else data.
enum ContractSource: ParameterValue {
  case contract(DataContract)
  case data(InputFile)

  static var schema: ParameterSchema { .file }

  static func read(_ node: Node, in reading: inout ParameterReading) -> ContractSource? {
    guard let file = InputFile.read(node, in: &reading) else { return nil }
    guard ["yaml", "yml"].contains(file.fileExtension) else { return .data(file) }
    var own = ParameterReading(file: reading.file, folder: reading.folder, constants: [:])
    let contract = DataContract.read(node, in: &own)
    // A command line has no lines to show: the place goes into the message.
    for fault in own.diagnostics {
      let place = fault.file == reading.file.name ? nil : fault.span
      reading.report(
        fault.code,
        (place.map { "\(file.path), line \($0.start.line): " } ?? "") + fault.message, at: node,
        help: fault.help)
    }
    return contract.map { .contract($0) }
  }

  var json: JSONValue {
    switch self {
    case .contract(let contract): contract.json
    case .data(let file): file.json
    }
  }
}

extension StageFault {
  fileprivate static func noContract(_ parameter: String) -> StageFault {
    StageFault(
      "'\(parameter)' takes a contract, whose name ends in .yaml", at: parameter,
      help: "first draft one: proeftuin pilot contract FILE > contract.yaml", kind: .user)
  }

  fileprivate static var nothingToCompare: StageFault {
    StageFault(
      "a contract is there already", at: "file",
      help: "name a file of data to draft one from, or an earlier contract: --compare OLD.yaml",
      kind: .user)
  }
}
