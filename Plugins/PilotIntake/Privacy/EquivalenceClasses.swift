// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The rows that nobody can tell apart by some columns, and how many people each class holds.
struct EquivalenceClasses: Sendable {
  /// The rows class by class; those of class c are `rows[starts[c]..<starts[c + 1]]`.
  private let rows: [Int]
  private let starts: [Int]
  /// Per class its people: rows, or different units where a column names them.
  let sizes: [Int]

  /// - Parameters:
  ///   - columns: the quasi-identifiers; a missing value is a value of its own.
  ///   - rowCount: the number of cases.
  ///   - unit: the column that names people; rows where it is missing are people of their own.
  init(_ columns: [Column], rowCount: Int, unit: Column?) {
    let groups = RowGroups(columns, rowCount: rowCount)
    var starts = [Int](repeating: 0, count: groups.count + 1)
    for code in groups.codes { starts[Int(code) + 1] += 1 }
    for place in 0..<groups.count { starts[place + 1] += starts[place] }
    var next = starts
    var rows = [Int](repeating: 0, count: rowCount)
    for (row, code) in groups.codes.enumerated() {
      rows[next[Int(code)]] = row
      next[Int(code)] += 1
    }
    self.rows = rows
    self.starts = starts
    let units = unit.map { $0.grouping().codes }
    sizes = (0..<groups.count).map { place in
      let members = rows[starts[place]..<starts[place + 1]]
      guard let units else { return members.count }
      let named = Set(members.lazy.map { units[$0] }.filter { $0 >= 0 })
      return named.count + members.count { units[$0] < 0 }
    }
  }

  var count: Int { sizes.count }

  subscript(place: Int) -> ArraySlice<Int> { rows[starts[place]..<starts[place + 1]] }

  /// How many rows some classes hold.
  func rowCount(of places: [Int]) -> Int { places.reduce(0) { $0 + self[$1].count } }

  /// The sizes in steps: from, up to (nil for the last), classes, rows.
  func histogram() -> [(from: Int, to: Int?, classes: Int, rows: Int)] {
    let edges = [1, 2, 3, 5, 10, 20, 50, 100, 1000]
    var lines = edges.enumerated().map { place, edge in
      (
        from: edge, to: place + 1 < edges.count ? edges[place + 1] - 1 : nil, classes: 0, rows: 0
      )
    }
    for (place, size) in sizes.enumerated() {
      guard let line = edges.lastIndex(where: { $0 <= size }) else { continue }
      lines[line].classes += 1
      lines[line].rows += self[place].count
    }
    return lines
  }
}
