// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Digests
import Documents
import Foundation
import Pipelines
import Reports
import RunStore
import StageKit
import Tables

/// `proeftuin show [RUN] [STAGE[.PORT]]`: a run, a stage or an artifact.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a run, one of its stages, or what a stage gave.",
    discussion: """
      RUN is an id, the beginning of one, 'latest' or 'PIPELINE@latest'.
        proeftuin show latest
        proeftuin show latest effect.effects --format csv --output effects.csv
        proeftuin show latest effect.effects --output effects.xlsx
      In csv and xlsx, texts that a spreadsheet would run as a formula get an apostrophe before them.
      """)

  @Argument(help: ArgumentHelp("Which run.", valueName: "run"))
  var name = "latest"

  @Argument(help: ArgumentHelp("Which stage, or which of its outputs.", valueName: "stage.port"))
  var stage: String?

  @Option(help: "How an artifact is written.")
  var format: Format?

  @Option(name: .shortAndLong, help: "Write to this file.", completion: .file())
  var output: String?

  @Option(help: "How many rows of a table are shown.")
  var rows = 50

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv
    case arrow
    case xlsx
  }

  func run() throws {
    let store = try self.store.required()
    let record = try store.run(named: name)
    let stages = try store.stages(of: record.id)
    guard let stage else {
      show(record, stages)
      return
    }
    let (found, port) = try find(stage, in: stages, of: record)
    guard
      let port = port
        ?? (found.outputs.count == 1 && format != nil ? found.outputs.keys.first : nil)
    else {
      show(found)
      return
    }
    guard let reference = found.outputs[port] else {
      throw CommandFailure(
        .usage, "stage '\(found.instance)' gave no '\(port)' in run \(record.id)",
        help: "it gave: " + found.outputs.keys.sorted().joined(separator: ", "))
    }
    try write(reference, named: port, of: store)
  }

  private func show(_ run: RunRecord, _ stages: [StageRecord]) {
    if answer.json || format == .json {
      Terminal.answer(
        .object(
          members: run.json.members.map { ($0.key, $0.value) }
            + [("stages", .array(stages.map(\.json)))]))
      return
    }
    Terminal.answer(
      """
      \(Terminal.bold("run")) \(run.id)  \(run.status?.rawValue ?? "running")
      pipeline \(run.pipeline)\(run.title.map { ": \($0)" } ?? "")
      file     \(run.file)
      started  \(run.started)
      """)
    let table = TextTable(
      [
        TextTable.Column("stage"), TextTable.Column("use"), TextTable.Column("status"),
        TextTable.Column("time", alignment: .trailing),
        TextTable.Column("outputs", isFlexible: true),
      ],
      rows: stages.map { stage in
        [
          stage.instance, stage.use, stage.status.rawValue, ResultTable.time(stage.seconds),
          stage.outputs.keys.sorted().joined(separator: ", "),
        ]
      })
    Terminal.answer(table.text(width: Terminal.answersAreSeen ? Terminal.width : nil))
  }

  private func show(_ stage: StageRecord) {
    if answer.json || format == .json {
      Terminal.answer(stage.json)
      return
    }
    var lines = ["\(Terminal.bold(stage.instance))  \(stage.use)  \(stage.status.rawValue)"]
    if let reason = stage.reason { lines.append(reason) }
    if let message = stage.fault?["message"]?.stringValue { lines.append(message) }
    for (port, reference) in stage.outputs.sorted(by: { $0.key < $1.key }) {
      let rows = reference.rows.map { ", \($0) rows" } ?? ""
      lines.append(
        "  \(port): \(reference.kind.rawValue)\(rows)  \(reference.digest.hex.prefix(12))")
    }
    Terminal.answer(lines.joined(separator: "\n"))
  }

  private func find(
    _ name: String, in stages: [StageRecord], of run: RunRecord
  ) throws -> (StageRecord, String?) {
    if let stage = stages.first(where: { $0.instance == name }) { return (stage, nil) }
    if let dot = name.lastIndex(of: "."),
      let stage = stages.first(where: { $0.instance == name[..<dot] })
    {
      return (stage, String(name[name.index(after: dot)...]))
    }
    let names = stages.map(\.instance)
    throw CommandFailure(
      .usage, "run \(run.id) has no stage '\(name)'",
      help: Suggestion.question(for: name, among: names)
        ?? "stages: " + names.prefix(20).joined(separator: ", "))
  }

  private func write(
    _ reference: ArtifactReference, named port: String, of store: Store
  ) throws {
    if try showHead(of: reference, in: store) { return }
    let artifact = try store.artifact(reference, checkingDigest: true)
    let bytes: [UInt8]
    switch (artifact, format ?? (answer.json ? .json : defaultFormat)) {
    case (.table, .arrow): bytes = try store.bytes(of: reference)
    case (.table(let table), .csv): bytes = CSVWriter(forSpreadsheets: true).bytes(table)
    case (.table(let table), .xlsx):
      try writeWorkbook(table, named: port)
      return
    case (.table(let table), .json): bytes = Array((table.json.pretty + "\n").utf8)
    case (.table(let table), .table): bytes = Array(text(table, of: table.rowCount).utf8)
    case (.record(let record), .json), (.record(let record), .table):
      bytes = Array((record.pretty + "\n").utf8)
    case (.file, _): bytes = try store.bytes(of: reference)
    case (.batches, _):
      throw CommandFailure(.usage, "the store gave a table in batches")
    case (.record, let format):
      throw CommandFailure(
        .usage, "a record cannot be written as \(format.rawValue)", help: "use json")
    }
    guard let output else {
      Terminal.write(bytes)
      return
    }
    try FileOutput.write(bytes, to: output)
    Terminal.tell("wrote \(output)")
  }

  /// A workbook is written straight to its file, a row at a time.
  private func writeWorkbook(_ table: Table, named port: String) throws {
    guard let output else {
      throw CommandFailure(
        .usage, "an Excel workbook needs a file to be written to", help: "add --output FILE.xlsx")
    }
    let writer = XLSXWriter.isSheetName(port) ? XLSXWriter(sheet: port) : XLSXWriter()
    do {
      try writer.write(table, path: output)
    } catch {
      throw CommandFailure(.usage, error.description, help: error.help)
    }
    Terminal.tell("wrote \(output)")
  }

  /// Rows for people on a terminal, or what the output file's name asks for.
  private var defaultFormat: Format {
    switch output.map({ ($0 as NSString).pathExtension.lowercased() }) {
    case "csv"?: .csv
    case "arrow"?, "feather"?: .arrow
    case "json"?: .json
    case "xlsx"?: .xlsx
    default: .table
    }
  }

  /// The first rows of a table that is not taken into memory; false where the table is small, or all of it
  /// is wanted.
  private func showHead(of reference: ArtifactReference, in store: Store) throws -> Bool {
    guard reference.kind == .table, reference.byteCount > Self.largestInMemory, output == nil,
      !answer.json, (format ?? .table) == .table
    else { return false }
    let batches = try TableBatches(arrowFile: store.path(of: reference))
    Terminal.write(Array(text(try batches.prefix(rows), of: batches.rowCount).utf8))
    return true
  }

  private static let largestInMemory = 64 << 20

  private func text(_ table: Table, of rowCount: Int) -> String {
    let shown = TextTable(table, limit: rows)
      .text(width: Terminal.answersAreSeen ? Terminal.width : nil)
    let rest = rowCount - rows
    return shown + (shown.hasSuffix("\n") ? "" : "\n")
      + (rest > 0 ? "… \(rest) more rows; --rows shows more\n" : "")
  }
}
