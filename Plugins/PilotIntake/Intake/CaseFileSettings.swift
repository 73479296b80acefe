// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Which kind of file.
enum FileFormat: String, ParameterChoice {
  case csv
  case tsv
  case xlsx

  init?(fileExtension: String) {
    switch fileExtension {
    case "csv", "txt": self = .csv
    case "tsv", "tab": self = .tsv
    case "xlsx", "xlsm": self = .xlsx
    default: return nil
    }
  }
}

/// How a text file's bytes stand for letters.
enum TextEncoding: String, ParameterChoice {
  case utf8 = "utf-8"
  case latin1 = "latin-1"
}

/// The sign between a number's whole and its fraction.
enum DecimalMark: String, ParameterChoice {
  case point = "."
  case comma = ","
}

/// What happens to rows with more or fewer fields than the header.
enum MalformedRows: String, ParameterChoice {
  /// The file is at fault.
  case fault
  /// They are left out, and counted in `flow` and `quality`.
  case leaveOut = "leave-out"
}

/// A sheet by name, or by its place counted from 1.
struct SheetChoice: ParameterValue, Hashable {
  let sheet: XLSXOptions.Sheet

  static var schema: ParameterSchema { .either([.text, .integer(minimum: 1)]) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> SheetChoice? {
    if let position = node.scalar?.integer {
      guard position >= 1, let place = Int(exactly: position) else {
        reading.report(
          .outOfRange, "'\(reading.parameter)' is out of range", at: node,
          help: "sheets count from 1; a sheet whose name is a number stands in quotes")
        return nil
      }
      return SheetChoice(sheet: .position(place))
    }
    return String.read(node, in: &reading).map { SheetChoice(sheet: .name($0)) }
  }

  var json: JSONValue {
    switch sheet {
    case .name(let name): .string(name)
    case .position(let position): .integer(Int64(position))
    }
  }
}

/// The types that people declare under `columns:`.
enum DeclaredType: String, ParameterChoice {
  case boolean
  case integer
  case number
  /// Exact amounts with two decimals.
  case decimal
  case text
  case category
  case date
  case timestamp

  var columnType: ColumnType {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal: .decimal(scale: 2)
    case .text: .text
    case .category: .category
    case .date: .date
    case .timestamp: .timestamp
    }
  }
}

/// The declared schema: a map from the source's columns to their types.
struct DeclaredColumns: ParameterValue {
  struct Entry: Sendable {
    let name: String
    let type: DeclaredType
  }

  var entries: [Entry] = []

  static var schema: ParameterSchema { .map(DeclaredType.schema) }

  /// Each key is read as a column's name, so that one that the file does not have is found at its place.
  static func read(_ node: Node, in reading: inout ParameterReading) -> DeclaredColumns? {
    guard let pairs = node.entries else {
      reading.reportWrongType(node, wanted: schema.phrase)
      return nil
    }
    let outer = reading.parameter
    defer { reading.parameter = outer }
    var entries: [Entry] = []
    for pair in pairs {
      reading.parameter = "\(outer).\(pair.name)"
      guard let column = ColumnName.read(pair.key, in: &reading),
        let type = DeclaredType.read(pair.value, in: &reading)
      else { continue }
      entries.append(Entry(name: column.name, type: type))
    }
    return entries.count == pairs.count ? DeclaredColumns(entries: entries) : nil
  }

  /// By name: the order in which columns are declared means nothing.
  var json: JSONValue {
    .object(members: entries.map { ($0.name, .string($0.type.rawValue)) })
  }

  var types: [String: ColumnType] {
    Dictionary(
      entries.map { ($0.name, $0.type.columnType) }, uniquingKeysWith: { first, _ in first })
  }
}
