// SPDX-License-Identifier: EUPL-1.2

/// How a CSV file is to be read.
public struct CSVOptions: Sendable, Hashable {
  public enum Encoding: String, Sendable, Hashable, CaseIterable {
    case utf8
    /// ISO 8859-1, with the printable signs that Windows-1252 has in the place of control characters.
    case latin1
  }

  /// What happens to a row that has more or fewer fields than the header.
  public enum Ragged: String, Sendable, Hashable, CaseIterable {
    /// The file is refused.
    case fault
    /// The row is left out, counted, and named by its line.
    case refuseRow
  }

  /// The byte between fields; nil finds it among comma, semicolon, tab and bar.
  public var delimiter: UInt8?
  public var encoding: Encoding
  /// Whether the first line names the columns; else they are `column1`, `column2` and so on.
  public var header: Bool
  /// Texts that stand for a missing value, quoted or not.
  public var missing: [String]
  /// Types of columns by name; the others are inferred.
  public var columns: [String: ColumnType]
  /// The sign between a number's whole and its fraction: a point, or a comma as in Dutch files.
  public var decimalMark: UInt8
  public var ragged: Ragged

  public init(
    delimiter: UInt8? = nil, encoding: Encoding = .utf8, header: Bool = true,
    missing: [String] = [""], columns: [String: ColumnType] = [:],
    decimalMark: UInt8 = UInt8(ascii: "."), ragged: Ragged = .fault
  ) {
    self.delimiter = delimiter
    self.encoding = encoding
    self.header = header
    self.missing = missing
    self.columns = columns
    self.decimalMark = decimalMark
    self.ragged = ragged
  }
}
