// SPDX-License-Identifier: EUPL-1.2

/// The pairs of rows and columns with the least total cost, where few pairs are worth making.
///
/// Each row is paired with one column or stays alone at no cost; a column takes one row at most. Rows come
/// in one after the other, each by the shortest augmenting path (Dijkstra with potentials), which ends at a
/// free column or at a row that is better alone.
///
/// - Complexity: O(r·e·log c) at worst for e pairs, and little more than O(e·log c) where pairs are local.
///
/// Source: Jonker and Volgenant (1987), Computing 38:325–340.
struct SparseAssignment {
  /// The column of each row; nil where it stays alone.
  private(set) var partners: [Int?]

  private let starts: [Int]
  private let columns: [Int32]
  private let costs: [Double]
  private var rowPotential: [Double]
  private var columnPotential: [Double]
  /// The row of each column, −1 for a free one.
  private var holder: [Int]
  private var distance: [Double]
  private var isSettled: [Bool]
  /// The row from which a column was reached.
  private var origin: [Int]

  /// - Parameters:
  ///   - pairs: for each row the columns it may have, each with a negative cost.
  ///   - columnCount: how many columns there are.
  init(_ pairs: [[(column: Int, cost: Double)]], columnCount: Int) {
    var starts = [0]
    for list in pairs { starts.append((starts.last ?? 0) + list.count) }
    self.starts = starts
    columns = pairs.flatMap { $0.map { Int32($0.column) } }
    costs = pairs.flatMap { $0.map(\.cost) }
    partners = Array(repeating: nil, count: pairs.count)
    rowPotential = Array(repeating: 0, count: pairs.count)
    columnPotential = Array(repeating: 0, count: columnCount)
    holder = Array(repeating: -1, count: columnCount)
    distance = Array(repeating: .infinity, count: columnCount)
    isSettled = Array(repeating: false, count: columnCount)
    origin = Array(repeating: -1, count: columnCount)
    for row in pairs.indices { insert(row) }
  }

  private mutating func insert(_ row: Int) {
    var potential = 0.0
    for place in starts[row]..<starts[row + 1] {
      potential = min(potential, costs[place] - columnPotential[Int(columns[place])])
    }
    rowPotential[row] = potential
    var queue = ShortestFirst()
    var touched: [Int] = []
    // The cheapest end among rows that would stay alone.
    var alone = (row: row, distance: -potential)
    scan(row, from: 0, &queue, &touched)
    var end: Int?
    while let (reach, column) = queue.pop() {
      if reach >= alone.distance { break }
      guard !isSettled[column], reach == distance[column] else { continue }
      isSettled[column] = true
      guard holder[column] >= 0 else {
        end = column
        break
      }
      let next = holder[column]
      if reach - rowPotential[next] < alone.distance {
        alone = (next, reach - rowPotential[next])
      }
      scan(next, from: reach, &queue, &touched)
    }
    let length = end.map { distance[$0] } ?? alone.distance
    rowPotential[row] += length
    for column in touched where isSettled[column] && distance[column] < length {
      columnPotential[column] += distance[column] - length
      if holder[column] >= 0 { rowPotential[holder[column]] += length - distance[column] }
    }
    augment(row, to: end, alone: alone.row)
    for column in touched { (distance[column], isSettled[column]) = (.infinity, false) }
  }

  private mutating func scan(
    _ row: Int, from reach: Double, _ queue: inout ShortestFirst, _ touched: inout [Int]
  ) {
    for place in starts[row]..<starts[row + 1] {
      let column = Int(columns[place])
      guard !isSettled[column] else { continue }
      // Rounding may leave a reduced cost a hair below zero.
      let reduced = max(0, costs[place] - rowPotential[row] - columnPotential[column])
      guard reach + reduced < distance[column] else { continue }
      if distance[column] == .infinity { touched.append(column) }
      distance[column] = reach + reduced
      origin[column] = row
      queue.push(reach + reduced, column)
    }
  }

  /// Turns the pairs along the path around, from its end to the row that came in.
  private mutating func augment(_ row: Int, to end: Int?, alone: Int) {
    var free = end
    if end == nil {
      if alone == row { return }
      free = partners[alone]
      partners[alone] = nil
    }
    while let column = free {
      let taker = origin[column]
      free = taker == row ? nil : partners[taker]
      partners[taker] = column
      holder[column] = taker
    }
  }
}

/// A heap of columns by distance, then by number.
private struct ShortestFirst {
  private var entries: [(distance: Double, column: Int)] = []

  mutating func push(_ distance: Double, _ column: Int) {
    entries.append((distance, column))
    var place = entries.count - 1
    while place > 0, entries[place] < entries[(place - 1) / 2] {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func pop() -> (distance: Double, column: Int)? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var place = 0
    while 2 * place + 1 < entries.count {
      var child = 2 * place + 1
      if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
      guard entries[child] < entries[place] else { break }
      entries.swapAt(place, child)
      place = child
    }
    return first
  }
}
