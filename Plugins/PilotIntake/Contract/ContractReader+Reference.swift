// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

// The table that a column refers to, and how it is read.
extension ContractReader {
  mutating func reference(_ node: Node) -> ReferenceTerms? {
    var source: InputFile?
    var column: String?
    var settings = CaseFile(InputFile(""))
    let outer = reading.parameter
    for entry in entries(of: node, keys: ["source", "column"] + CaseFile.referenceKeys) {
      reading.parameter = Self.path(outer, entry.name)
      switch entry.name {
      case "source": source = InputFile.read(entry.value, in: &reading)
      case "column": column = String.read(entry.value, in: &reading)
      default: settings.read(entry, in: &reading)
      }
    }
    reading.parameter = outer
    if node.entries != nil {
      for key in ["source", "column"] where node[key] == nil {
        reading.report(.missingTerm, "'\(key)' is missing", at: node)
      }
    }
    guard let source, let column, let path = node["source"], let name = node["column"] else {
      return nil
    }
    sources.append(path)
    var file = settings
    file.source = source
    check(file, column, at: (path, name), in: node)
    return ReferenceTerms(
      file: file, column: column,
      place: SourcePlace(file: reading.file.name, span: path.span))
  }

  private mutating func check(
    _ file: CaseFile, _ column: String, at place: (path: Node, name: Node), in node: Node
  ) {
    do throws(StageFault) {
      try file.check()
      if let known = file.columnNames(), !known.contains(where: { $0.isExactly(column) }) {
        reading.report(
          .unknownReference, "\(file.source.path) has no column '\(column)'", at: place.name,
          help: Suggestion.question(for: column, among: known))
      }
    } catch {
      let setting = error.parameter.flatMap { node[$0] }
      reading.report(.unknownReference, error.message, at: setting ?? place.path)
    }
  }
}

extension CaseFile {
  /// The settings of a source that a reference may have: those of an intake that say how it is read.
  fileprivate static let referenceKeys = [
    "format", "sheet", "range", "table", "query", "delimiter", "encoding", "missing",
  ]

  fileprivate mutating func read(_ entry: Node.Entry, in reading: inout ParameterReading) {
    switch entry.name {
    case "format": format = FileFormat.read(entry.value, in: &reading)
    case "sheet": sheet = SheetChoice.read(entry.value, in: &reading)
    case "range": range = CellRange.read(entry.value, in: &reading)
    case "table": table = String.read(entry.value, in: &reading)
    case "query": query = String.read(entry.value, in: &reading)
    case "delimiter": delimiter = String.read(entry.value, in: &reading)
    case "encoding": encoding = TextEncoding.read(entry.value, in: &reading)
    case "missing": missing = [String].read(entry.value, in: &reading) ?? missing
    default: break
    }
  }

  /// What is said beside the source and changes what is read.
  var referenceSettings: [(key: String, value: JSONValue)] {
    let given: [(String, JSONValue?)] = [
      ("format", format?.json), ("sheet", sheet?.json), ("range", range?.json),
      ("table", table?.json), ("query", query?.json), ("delimiter", delimiter?.json),
      ("encoding", encoding?.json), ("missing", missing == [""] ? nil : missing.json),
    ]
    return given.compactMap { key, value in value.map { (key, $0) } }
  }
}

extension DiagnosticCode {
  static let unknownReference: DiagnosticCode = "unknown-reference"
}
