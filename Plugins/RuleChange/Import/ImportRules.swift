// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// `proeftuin rules import PATH`: rules of another form as the blocks of a scheme.
struct ImportRules: Tool {
  static let info = ToolInfo(
    "import",
    summary:
      "Turns OpenFisca parameters and tests, or a table in CSV or Excel, into a scheme's blocks."
  )

  @Parameter("A folder of OpenFisca files, one of them, or a table as .csv or .xlsx.")
  var path: String
  @Parameter("File to write; without one the blocks are printed.") var output: String?
  @Parameter(
    "The scheme's id, or the decision's name; the name of the folder or file unless given.")
  var name: String?
  @Parameter("The sheet of a workbook; the first unless given.") var sheet: String?
  @Parameter("The cells of a workbook's table, as B3:F20.") var range: String?
  @Parameter("How a table writes numbers: point, or comma as in 1.234,56.")
  var decimal: DecimalSign = .point

  enum DecimalSign: String, ParameterChoice {
    case point
    case comma
  }

  func run() async throws -> ToolAnswer {
    let isTable = ["csv", "tsv", "txt", "xlsx", "xlsm"].contains(InputFile(path).fileExtension)
    let found = isTable ? try table() : try model()
    let renderer = DiagnosticRenderer()
    let losses = found.faults.sorted()
    let errors = losses.count { $0.severity == .error }
    var notes = [found.summary]
    guard let output else {
      if !losses.isEmpty { notes.insert(renderer.text(losses, files: found.files), at: 0) }
      return ToolAnswer(.text(found.text), notes: notes, succeeded: errors == 0)
    }
    do {
      try Data(found.text.utf8).write(to: URL(filePath: output))
    } catch {
      throw StageFault(
        "'\(output)' cannot be written", at: "output", help: "check that the folder is there",
        kind: .user)
    }
    return ToolAnswer(.table(try Self.table(of: losses)), notes: notes, succeeded: errors == 0)
  }

  private struct Found {
    let text: String
    let faults: [Diagnostic]
    let files: [SourceFile]
    let summary: String
  }

  private func model() throws -> Found {
    var found = OpenFiscaImport(path: path)
    let title = OpenFiscaImport.stem(path)
    let text = found.yaml(id: name ?? Self.id(of: title), title: title)
    let losses = found.faults.diagnostics
    guard found.parameterCount + found.testCount > 0 || !losses.isEmpty else {
      throw StageFault(
        "there is no parameter and no test in '\(path)'", at: "path",
        help: "name a folder with .yaml files of OpenFisca", kind: .user)
    }
    return Found(
      text: text, faults: losses, files: found.files,
      summary: "\(found.parameterCount) parameters, \(found.testCount) tests, "
        + "\(losses.count) findings; add 'inputs:' and 'decisions:' before the tests can be worked out"
    )
  }

  private func table() throws -> Found {
    var source = SheetSource(location: path)
    source.hasDecimalComma = decimal == .comma
    if let sheet { source.sheet = Int(sheet).map { .position($0) } ?? .name(sheet) }
    if let range {
      guard let cells = XLSXRange(range) else {
        throw StageFault(
          "'\(range)' names no cells", at: "range", help: "write it as B3:F20", kind: .user)
      }
      source.range = cells
    }
    do throws(SheetFault) {
      let layout = try SheetLayout(try source.read())
      let name = name ?? SheetLayoutReading.name(OpenFiscaImport.stem(path))
      let block = SheetBlock(layout, source, named: name)
      return Found(
        text: block.yaml, faults: block.faults.diagnostics, files: [],
        summary: "decision '\(name)': \(layout.rules.count) rules")
    } catch {
      let place = error.place.map { " (\($0.place))" } ?? ""
      throw StageFault("\(error.message)\(place)", at: "path", help: error.help, kind: .user)
    }
  }

  private static func id(of title: String) -> String {
    let word = SheetLayoutReading.name(title).replacing("_", with: "-")
    let id = word.unicodeScalars.filter { $0.isASCII }
    return id.isEmpty ? "imported" : String(String.UnicodeScalarView(id))
  }

  /// What was not carried over, one row each.
  private static func table(of losses: [Diagnostic]) throws(TableFault) -> Table {
    func text(_ value: (Diagnostic) -> String?) -> Column { .text(TextColumn(losses.map(value))) }
    return try Table([
      ("file", text(\.file)),
      ("line", .integer(FixedColumn(losses.map { $0.span.map { Int64($0.start.line) } }))),
      ("severity", text(\.severity.rawValue)), ("finding", text(\.message)), ("help", text(\.help)),
    ])
  }
}
