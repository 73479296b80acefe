// SPDX-License-Identifier: EUPL-1.2

/// The values of one column of a text file that are not of its declared type.
public struct WrongLines: Sendable, Hashable {
  public let column: String
  public let type: ColumnType
  /// The lines of the first of them.
  public let lines: [Int]
  public let count: Int

  public init(column: String, type: ColumnType, lines: [Int], count: Int) {
    self.column = column
    self.type = type
    self.lines = lines
    self.count = count
  }
}

extension WrongLines: CustomStringConvertible {
  public var description: String {
    let places = lines.map(String.init).joined(separator: ", ")
    let more = count > lines.count ? " …" : ""
    let cells = count == 1 ? "1 value is" : "\(count) values are"
    return "column '\(column)': \(cells) not \(type.name) (line \(places)\(more))"
  }
}
