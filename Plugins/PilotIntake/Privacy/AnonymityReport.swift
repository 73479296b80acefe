// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What the classes of people who look alike come to: counts and shares, never a value.
struct AnonymityReport: Sendable {
  private struct Line: Sendable {
    let measure: String
    let column: String?
    let value: Double?
    let threshold: Int?
    let holds: Bool?
  }

  private var lines: [Line] = []

  private mutating func add(
    _ measure: String, _ value: Double?, of column: String? = nil, threshold: Int? = nil
  ) {
    let holds = threshold.flatMap { threshold in value.map { $0 >= Double(threshold) } }
    lines.append(
      Line(
        measure: measure, column: column, value: value, threshold: threshold, holds: holds))
  }

  mutating func add(_ classes: EquivalenceClasses, below k: Int, small: [Int]) {
    let rows = classes.rowCount(of: Array(0..<classes.count))
    let smallRows = classes.rowCount(of: small)
    add("rows", Double(rows))
    add("classes", Double(classes.count))
    add("smallest class", classes.sizes.min().map { Double($0) }, threshold: k)
    add("classes of one", Double(classes.sizes.count { $0 == 1 }))
    add("classes below k", Double(small.count))
    add("rows in classes below k", Double(smallRows))
    add("share of rows in classes below k", rows == 0 ? nil : Double(smallRows) / Double(rows))
  }

  mutating func add(
    _ column: String, _ diversity: SensitiveDiversity, in classes: EquivalenceClasses, below l: Int
  ) {
    let plain = diversity.distinct.indices.filter { diversity.distinct[$0] < l }
    let isEmpty = classes.count == 0
    add("distinct l", diversity.distinct.min().map { Double($0) }, of: column, threshold: l)
    add("entropy l", isEmpty ? nil : diversity.smallestEntropy, of: column)
    add("t", isEmpty ? nil : diversity.largestDistance, of: column)
    add("classes below l", Double(plain.count), of: column)
    add("rows in classes below l", Double(classes.rowCount(of: plain)), of: column)
  }

  func table() throws(TableFault) -> Table {
    try Table([
      ("measure", .category(CategoryColumn(lines.map(\.measure)))),
      ("column", .text(TextColumn(lines.map(\.column)))),
      ("value", .number(FixedColumn(lines.map(\.value)))),
      ("threshold", .integer(FixedColumn(lines.map { $0.threshold.map { Int64($0) } }))),
      ("holds", .boolean(BooleanColumn(lines.map(\.holds)))),
    ])
  }

  static let columns = [
    ColumnPromise("measure", .category), ColumnPromise("column", .text),
    ColumnPromise("value", .number), ColumnPromise("threshold", .integer),
    ColumnPromise("holds", .boolean),
  ]

  /// from, to, classes, rows.
  static func histogram(of classes: EquivalenceClasses) throws(TableFault) -> Table {
    let lines = classes.histogram()
    return try Table([
      ("from", .integer(FixedColumn(lines.map { Int64($0.from) }))),
      ("to", .integer(FixedColumn(lines.map { $0.to.map { Int64($0) } }))),
      ("classes", .integer(FixedColumn(lines.map { Int64($0.classes) }))),
      ("rows", .integer(FixedColumn(lines.map { Int64($0.rows) }))),
    ])
  }

  static let histogramColumns = [
    ColumnPromise("from", .integer), ColumnPromise("to", .integer),
    ColumnPromise("classes", .integer), ColumnPromise("rows", .integer),
  ]
}
