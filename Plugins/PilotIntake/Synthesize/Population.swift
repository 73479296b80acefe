// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// A table of made-up cases that grows column by column.
struct Population: Sendable {
  /// The name under which expressions see a case's number, counted from 1.
  static let rowNumber = "row"

  private(set) var table: Table
  /// The table and the row numbers, as expressions see it.
  private var seen: Table

  /// So many cases without columns.
  init(rows: Int) throws(TableFault) {
    table = try Table([])
    seen = try Table([(Self.rowNumber, .integer(FixedColumn((1...Int64(rows)).map { $0 })))])
  }

  /// Cases that exist already.
  init(_ cases: Table) throws(TableFault) {
    table = cases
    seen = cases
    if !cases.contains(Self.rowNumber), cases.rowCount > 0 {
      seen = try cases.adding(
        Self.rowNumber, .integer(FixedColumn((1...Int64(cases.rowCount)).map { $0 })))
    }
  }

  var rowCount: Int { seen.rowCount }

  mutating func add(_ name: String, _ column: Column, at parameter: String) throws(StageFault) {
    if table.contains(name) {
      throw StageFault(
        "there is a column '\(name)' already", at: parameter,
        help: "give the new column another name", kind: .user)
    }
    do throws(TableFault) {
      table = try table.adding(name, column)
      seen = try seen.setting(name, to: column)
    } catch {
      throw StageFault(error, at: parameter)
    }
  }

  /// A column that a parameter names.
  func column(_ name: String, at parameter: String) throws(StageFault) -> Column {
    guard let column = seen[name] else {
      throw .unknownColumns([name], known: table.names, at: parameter)
    }
    return column
  }

  /// A column that an expression gives.
  func column(of expression: Expression, for name: String) throws(StageFault) -> Column {
    do {
      return try expression.column(over: seen)
    } catch {
      throw StageFault("'\(name)': \(error)", at: Self.parameter(of: name))
    }
  }

  /// The numbers that an expression gives.
  func numbers(of expression: Expression, for name: String) throws(StageFault) -> Numbers {
    let column = try column(of: expression, for: name)
    if let (values, validity) = column.doubles() {
      return Numbers(values: values, validity: validity)
    }
    guard column.missingCount == column.count else {
      throw StageFault(
        "'\(name)' takes numbers, and the expression gives \(column.type.name)",
        at: Self.parameter(of: name))
    }
    return Numbers(
      values: [Double](repeating: 0, count: column.count),
      validity: Bitmap(repeating: false, count: column.count))
  }

  /// The numbers of an expression, all of which lie in a range.
  func numbers(
    of expression: Expression, for name: String, in range: ClosedRange<Double>, _ phrase: String
  ) throws(StageFault) -> Numbers {
    let numbers = try numbers(of: expression, for: name)
    let outside = (0..<rowCount).filter { row in numbers[row].map { !range.contains($0) } ?? false }
    guard outside.isEmpty else {
      throw StageFault(
        "'\(name)' must be \(phrase), and is not in \(outside.count) of \(rowCount) rows",
        at: Self.parameter(of: name))
    }
    return numbers
  }

  /// `columns.age.mean` stands under `columns`.
  private static func parameter(of name: String) -> String {
    String(name.prefix { $0 != "." })
  }
}

/// A number per row; none where an expression gives null.
struct Numbers: Sendable {
  let values: [Double]
  let validity: Bitmap?

  subscript(row: Int) -> Double? {
    if let validity, !validity[row] { return nil }
    return values[row]
  }
}
