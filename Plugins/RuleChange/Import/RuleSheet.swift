// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// The cells of a spreadsheet that holds rules, each with its place.
struct RuleSheet: Sendable {
  let file: SourceFile
  /// Rows that have a value; all have the same number of cells.
  let rows: [[SheetCell]]

  /// How many cells a sheet may have, empty ones between others included.
  static let cellLimit = 1_000_000

  /// Fills rows up to the same width, and leaves out those without a value.
  ///
  /// The cells of a row ascend; those that are not there are empty, and stand where the row ends.
  init(
    file: SourceFile, cells rows: [[SheetCell]], end: (_ row: [SheetCell]) -> SourcePosition
  ) throws(SheetFault) {
    let filled = rows.filter { row in row.contains { !$0.isEmpty } }
    let width = filled.flatMap { $0.filter { !$0.isEmpty } }.map(\.column).max() ?? 0
    guard filled.count * width <= Self.cellLimit else {
      throw SheetFault(
        "the sheet has more than \(Self.cellLimit) cells", at: nil,
        help: "name the cells of the table with 'range'")
    }
    self.file = file
    self.rows = filled.map { row in
      var all: [SheetCell] = []
      var rest = row[...]
      let place = end(row)
      for column in 1...max(1, width) {
        if let next = rest.first, next.column == column {
          all.append(next)
          rest = rest.dropFirst()
        } else {
          all.append(
            SheetCell(
              "", .text, row: row[0].row, column: column, span: SourceSpan(at: place), in: file))
        }
      }
      return all
    }
  }
}

/// A cell of a sheet of rules.
struct SheetCell: Sendable {
  enum Kind: Sendable, Hashable {
    case text
    case number
    case boolean
    case date
    /// A time of day, or an error of the spreadsheet: nothing that a rule tests or gives.
    case unfit
  }

  /// As the sheet counts them, from 1.
  let row: Int
  let column: Int
  let kind: Kind
  /// Without blanks around it.
  let text: String
  let origin: LocatedNode

  init(
    _ text: String, _ kind: Kind, row: Int, column: Int, span: SourceSpan, in file: SourceFile
  ) {
    let trimmed = text.trimmingBlanks
    self.row = row
    self.column = column
    self.kind = kind
    self.text = trimmed
    origin = LocatedNode(
      node: Node(content: .scalar(Scalar(text: trimmed, style: .plain)), span: span), file: file,
      cell: XLSXPlacedCell.address(row: row, column: column))
  }

  var isEmpty: Bool { text.isEmpty && kind != .unfit }
  var address: String { XLSXPlacedCell.address(row: row, column: column) }
  /// The letters of the column.
  var columnName: String { String(address.prefix { !$0.isNumber }) }

  /// The cell with what its text means as an expression.
  func reading(_ text: String) -> LocatedNode {
    LocatedNode(
      node: Node(
        content: .scalar(Scalar(text: text, style: .plain)), span: origin.node.span),
      file: origin.file, cell: origin.cell)
  }
}

/// Why a sheet cannot be read as rules, and where.
struct SheetFault: Error {
  let message: String
  let place: LocatedNode?
  let help: String?

  init(_ message: String, at place: LocatedNode?, help: String? = nil) {
    self.message = message
    self.place = place
    self.help = help
  }
}

extension String {
  /// Without blanks, line breaks and hard spaces at both ends.
  var trimmingBlanks: String {
    var scalars = unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }
}
