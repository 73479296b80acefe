// SPDX-License-Identifier: EUPL-1.2

/// The formats that data come in.
public enum SourceFormat: String, Sendable, Hashable, CaseIterable {
  /// Values parted by commas, semicolons, tabs or bars.
  case csv
  /// One JSON object per line.
  case jsonLines
  /// Arrow's IPC file format, also called Feather version 2.
  case arrow
  /// Arrow's IPC streaming format.
  case arrowStream
  case parquet
  /// An Office Open XML workbook.
  case workbook
  case sqlite
  /// A system file of SPSS, compressed or not.
  case spss
  /// A portable file of SPSS.
  case spssPortable
  case stata
  case sas
  /// A transport file of SAS.
  case sasTransport
  /// A PostgreSQL database, by its address.
  case postgres
}

extension SourceFormat {
  /// What people call it.
  public var name: String {
    switch self {
    case .csv: "CSV"
    case .jsonLines: "JSON Lines"
    case .arrow: "Arrow"
    case .arrowStream: "Arrow stream"
    case .parquet: "Parquet"
    case .workbook: "Excel workbook"
    case .sqlite: "SQLite"
    case .spss: "SPSS"
    case .spssPortable: "SPSS portable"
    case .stata: "Stata"
    case .sas: "SAS"
    case .sasTransport: "SAS transport"
    case .postgres: "PostgreSQL"
    }
  }

  /// Whether files of this format may be compressed as a whole: those that are read from the first byte
  /// to the last.
  public var mayBeCompressed: Bool { self == .csv || self == .jsonLines }
}
