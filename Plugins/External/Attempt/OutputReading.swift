// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit
import Tables

/// Reads what a program left as its outputs, and holds it against what its manifest promises.
struct OutputReading {
  let plugin: PluginManifest
  let stage: StageManifest
  let folder: AttemptFolder
  /// Columns of the inputs, by port: a CSV output takes over the types of columns it passes on.
  let inputColumns: [String: [ColumnSchema]]

  /// The program is alive and could change a file while it is read.
  let isAlive: Bool

  func read() throws -> [String: Artifact] {
    guard let outputs = folder.handle.folder("outputs") else {
      throw fault("it replaced its folder of outputs", stage.place)
    }
    var artifacts: [String: Artifact] = [:]
    for port in stage.outputs {
      let name = port.fileName(stage)
      // What a tool prints may be its output.
      let isPrinted = stage.printedOutput == port.declaration.name
      let found = isPrinted ? folder.handle.file(AttemptFolder.outputLog) : outputs.file(name)
      guard let file = found else {
        if outputs.holds(name) {
          throw fault(
            "its output '\(port.declaration.name)' is no ordinary file", port.place,
            help: "write the file itself, not a link")
        }
        if port.declaration.isOptional { continue }
        throw fault(
          "it left its output '\(port.declaration.name)' away", port.place,
          help: "write \(name) into the folder of outputs, or declare the port 'optional: true'")
      }
      artifacts[port.declaration.name] = try artifact(port, file)
    }
    return artifacts
  }

  private func artifact(_ port: PortManifest, _ file: OpenFile) throws -> Artifact {
    switch port.declaration.kind {
    case .table:
      let table = try table(port, file)
      try check(table, port)
      return .table(table)
    case .record:
      guard let record = try? JSONValue.parse(bytes: file.contents()),
        record["type"]?.stringValue != nil
      else {
        throw fault(
          "its output '\(port.declaration.name)' is no record", port.place,
          help: "a record is a JSON object with 'type' and 'version'")
      }
      if let wanted = port.declaration.recordType, record["type"]?.stringValue != wanted {
        throw fault(
          "its output '\(port.declaration.name)' is a record of another type than '\(wanted)'",
          port.place)
      }
      // What cannot be written in canonical form, such as a number without end, is no record.
      guard (try? record.canonical) != nil else {
        throw fault(
          "its output '\(port.declaration.name)' has a number that JSON does not have", port.place)
      }
      return .record(record)
    case .file:
      return .file(
        FileArtifact(
          mediaType: port.mediaType ?? "application/octet-stream", bytes: file.contents()))
    }
  }

  private func table(_ port: PortManifest, _ file: OpenFile) throws(StageFault) -> Table {
    let name = port.declaration.name
    switch stage.format {
    case .arrow:
      do throws(ArrowFault) {
        // Mapped where nobody can make the file shorter any more.
        return isAlive
          ? try ArrowFile.decode(file.contents()) : try ArrowFile.read(path: file.path)
      } catch {
        throw fault("its output '\(name)' does not read: \(error)", port.place, help: error.help)
      }
    case .csv:
      do throws(CSVFault) {
        return try csv(port, file)
      } catch {
        throw fault("its output '\(name)' does not read: \(error)", port.place, help: error.help)
      }
    }
  }

  private func csv(_ port: PortManifest, _ file: OpenFile) throws(CSVFault) -> Table {
    let header = try CSVReader(Self.options([:])).columnNames(path: file.path)
    var declared: [String: ColumnType] = [:]
    for promise in port.declaration.columns where header.contains(promise.name) {
      declared[promise.name] = promise.type
    }
    let given =
      port.extends.flatMap { inputColumns[$0] }
      ?? inputColumns.sorted { $0.key < $1.key }.flatMap(\.value)
    var types = declared
    for column in given where header.contains(column.name) && types[column.name] == nil {
      types[column.name] = column.type
    }
    do {
      return try CSVReader(Self.options(types)).read(path: file.path).table
    } catch .noRows {
      return Self.empty(header, types)
    } catch .wrongTypes(let cells) {
      // A column that is only named like one of the input may have become something else.
      for cell in cells where declared[cell.column] == nil { types[cell.column] = nil }
      return try CSVReader(Self.options(types)).read(path: file.path).table
    }
  }

  private static func options(_ types: [String: ColumnType]) -> CSVOptions {
    CSVOptions(delimiter: UInt8(ascii: ","), columns: types)
  }

  private static func empty(_ names: [String], _ types: [String: ColumnType]) -> Table {
    let columns = names.map { ($0, Column.missing(types[$0] ?? .text, count: 0)) }
    return (try? Table(columns)) ?? Table.withoutColumns
  }

  private func check(_ table: Table, _ port: PortManifest) throws(StageFault) {
    let name = port.declaration.name
    for reserved in ["parameters", "each"] where table.contains(reserved) {
      throw fault(
        "its output '\(name)' has a column '\(reserved)', which expressions use for something else",
        port.place)
    }
    for wanted in port.declaration.columns {
      guard let column = table[wanted.name] else {
        throw fault(
          "its output '\(name)' has no column '\(wanted.name)'", port.place,
          help: "write the column, or take it out of the manifest")
      }
      if let type = wanted.type, !column.type.fits(type), column.missingCount < column.count {
        throw fault(
          "its output '\(name)' has column '\(wanted.name)' as \(column.type.name), "
            + "and the manifest says \(type.name)", port.place)
      }
    }
    for column in port.extends.flatMap({ inputColumns[$0] }) ?? []
    where !table.contains(column.name) {
      throw fault(
        "its output '\(name)' has no column '\(column.name)' of the input that it extends",
        port.place, help: "pass the input's columns on, or take 'extends:' out of the manifest")
    }
  }

  private func fault(
    _ message: String, _ place: SourcePlace, help: String? = nil
  ) -> StageFault {
    StageFault(message, help: help, kind: .bug, place: place)
  }
}

extension Table {
  /// A table with nothing in it.
  fileprivate static var withoutColumns: Table {
    guard let table = try? Table([]) else { preconditionFailure("no columns cannot clash") }
    return table
  }
}
