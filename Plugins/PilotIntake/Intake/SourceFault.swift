// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What a reader finds wrong with a source, and at which parameter of an intake people can mend it.
protocol SourceFault: Error, CustomStringConvertible {
  var parameter: String { get }
  var advice: String? { get }
  /// Columns whose types are declared and that the source does not have.
  var unknownColumns: (names: [String], known: [String])? { get }
}

extension JSONLinesFault: SourceFault {
  var advice: String? { help }
  var parameter: String { if case .wrongTypes = self { "columns" } else { "source" } }

  var unknownColumns: (names: [String], known: [String])? {
    if case .unknownColumns(let names, let known) = self { (names, known) } else { nil }
  }
}

extension StatisticalFileFault: SourceFault {
  var advice: String? { help }

  var parameter: String {
    switch self {
    case .wrongTypes: "columns"
    case .wrongEncoding(_, declared: true): "encoding"
    default: "source"
    }
  }

  var unknownColumns: (names: [String], known: [String])? {
    if case .unknownColumns(let names, let known) = self { (names, known) } else { nil }
  }
}

extension ArrowFault: SourceFault {
  var advice: String? { help }
  var parameter: String { "source" }
  var unknownColumns: (names: [String], known: [String])? { nil }
}

extension SQLiteFault: SourceFault {
  var advice: String? { help }

  var parameter: String {
    switch self {
    case .column(let fault): fault.parameter
    case .noSuchTable, .severalTables: "table"
    case .query, .notReading, .severalStatements, .parameters: "query"
    default: "source"
    }
  }

  var unknownColumns: (names: [String], known: [String])? {
    if case .column(let fault) = self { fault.unknown } else { nil }
  }
}

extension PostgreSQLFault: SourceFault {
  var advice: String? { help }

  var parameter: String {
    switch self {
    case .column(let fault): fault.parameter
    case .noSuchTable, .severalTables: "table"
    case .query, .notReading, .parameters, .unsupportedType: "query"
    default: "source"
    }
  }

  var unknownColumns: (names: [String], known: [String])? {
    if case .column(let fault) = self { fault.unknown } else { nil }
  }
}

extension DatabaseColumnFault {
  fileprivate var parameter: String { if case .wrongTypes = self { "columns" } else { "source" } }

  fileprivate var unknown: (names: [String], known: [String])? {
    if case .unknownColumns(let names, let known) = self { (names, known) } else { nil }
  }
}
