// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Which kind of source.
enum FileFormat: String, ParameterChoice {
  case csv
  case tsv
  case jsonLines = "json-lines"
  case arrow
  case xlsx
  case sqlite
  case postgresql
  case sav
  case por
  case dta
  case sas7bdat
  case xpt

  /// By the name or address; nil where that says nothing, or names what cannot be read.
  init?(name: String) {
    guard let source = SourceName(name) else { return nil }
    switch source.format {
    case .csv: self = source.delimiter == UInt8(ascii: "\t") ? .tsv : .csv
    case .jsonLines: self = .jsonLines
    case .arrow, .arrowStream: self = .arrow
    case .workbook: self = .xlsx
    case .sqlite: self = .sqlite
    case .postgres: self = .postgresql
    case .spss: self = .sav
    case .spssPortable: self = .por
    case .stata: self = .dta
    case .sas: self = .sas7bdat
    case .sasTransport: self = .xpt
    case .parquet: return nil
    }
  }

  /// A text with a sign between fields.
  var isDelimited: Bool { self == .csv || self == .tsv }
  var isDatabase: Bool { self == .sqlite || self == .postgresql }

  /// The format of SPSS, Stata or SAS, if it is one.
  var statistical: StatisticalFileFormat? {
    switch self {
    case .sav: .sav
    case .por: .por
    case .dta: .dta
    case .sas7bdat: .sas7bdat
    case .xpt: .xpt
    case .csv, .tsv, .jsonLines, .arrow, .xlsx, .sqlite, .postgresql: nil
    }
  }
}

/// How a text file's bytes stand for letters.
enum TextEncoding: String, ParameterChoice {
  case utf8 = "utf-8"
  case latin1 = "latin-1"
  case windows1252 = "windows-1252"
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

/// A rectangle of a sheet's cells, such as `B5:F200`.
struct CellRange: ParameterValue, Hashable {
  let range: XLSXRange

  static var schema: ParameterSchema { .text }

  static func read(_ node: Node, in reading: inout ParameterReading) -> CellRange? {
    guard let text = String.read(node, in: &reading) else { return nil }
    guard let range = XLSXRange(text) else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is no range of cells", at: node,
        help: "write its first and its last cell, as in B5:F200, or B5:F for all rows from there")
      return nil
    }
    return CellRange(range: range)
  }

  var json: JSONValue { .string(range.description) }
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
