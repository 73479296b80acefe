// SPDX-License-Identifier: EUPL-1.2

/// What the name or address of a source says about its format.
///
/// Only the name is looked at: `cases.csv.gz` is CSV compressed with gzip, `postgresql://…` a database.
/// What a reader then finds in the file counts more, so that a wrongly named file is a fault there.
public struct SourceName: Sendable, Hashable {
  public let format: SourceFormat
  public let compression: Compression?
  /// The byte between fields where the name tells it: a tab for `.tsv` and `.tab`.
  public let delimiter: UInt8?

  /// - Returns: nil where the name says nothing that is known.
  public init?(_ name: String) {
    if Self.addresses.contains(where: { name.hasASCIIPrefix($0) }) {
      self.init(.postgres)
      return
    }
    // Only the last part of a path: a folder may be called anything.
    var parts =
      name.split(separator: "/", omittingEmptySubsequences: false).last?
      .lowercased().split(separator: ".", omittingEmptySubsequences: false) ?? []
    // A file that begins with a point is hidden, and what follows is its name and no extension.
    if parts.first == "" { parts.removeFirst() }
    guard parts.count > 1, let last = parts.last else { return nil }
    if let compression = Self.compressions[String(last)] {
      parts.removeLast()
      guard parts.count > 1, let format = parts.last.flatMap({ Self.formats[String($0)] }) else {
        return nil
      }
      self.init(format, compression, isTabbed: parts.last.map(Self.isTabbed) ?? false)
    } else if let format = Self.formats[String(last)] {
      self.init(format, isTabbed: Self.isTabbed(last))
    } else {
      return nil
    }
  }

  private init(
    _ format: SourceFormat, _ compression: Compression? = nil, isTabbed: Bool = false
  ) {
    self.format = format
    self.compression = compression
    delimiter = isTabbed ? UInt8(ascii: "\t") : nil
  }

  /// Why a source of that name cannot be read, and what to do instead; nil where it can.
  public var refusal: String? {
    if format == .parquet {
      return "Parquet files cannot be read; save the table as Arrow (.arrow) or CSV"
    }
    if let compression, !format.mayBeCompressed {
      return "\(format.name) files cannot be read compressed with \(compression.rawValue);"
        + " decompress the file first"
    }
    return nil
  }
}

extension SourceName {
  private static let addresses = ["postgresql://", "postgres://"]

  private static let compressions: [String: Compression] = [
    "gz": .gzip, "gzip": .gzip, "zst": .zstd, "zstd": .zstd,
  ]

  private static let formats: [String: SourceFormat] = [
    "csv": .csv, "tsv": .csv, "txt": .csv, "tab": .csv,
    "jsonl": .jsonLines, "ndjson": .jsonLines,
    "arrow": .arrow, "feather": .arrow, "ipc": .arrow, "arrows": .arrowStream,
    "parquet": .parquet, "parq": .parquet, "pq": .parquet,
    "xlsx": .workbook, "xlsm": .workbook,
    "sqlite": .sqlite, "sqlite3": .sqlite, "db": .sqlite,
    "sav": .spss, "zsav": .spss, "por": .spssPortable, "dta": .stata, "sas7bdat": .sas,
    "xpt": .sasTransport,
  ]

  private static func isTabbed(_ part: Substring) -> Bool { part == "tsv" || part == "tab" }
}

extension String {
  /// Whether it begins with a text in small letters, in whatever letters.
  fileprivate func hasASCIIPrefix(_ prefix: String) -> Bool {
    utf8.prefix(prefix.utf8.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
      .elementsEqual(prefix.utf8)
  }
}
