// SPDX-License-Identifier: EUPL-1.2

/// The different combinations of groups that rows have, each with its weight, in the order of every
/// effect: what demeaning needs of the rows again and again.
///
/// Rows of the same combination count once, so that ten million rows of 342 municipalities in 60 months
/// are 20,520 cells; and a sum by group is a run through neighbouring cells, which needs no scattered
/// writing and can be split between processors at any group.
struct EffectCells: Sendable {
  /// The cells in the order of one effect.
  struct Side: Sendable {
    /// Group g has the cells `starts[g]..<starts[g + 1]`.
    var starts: [Int]
    /// For each other effect, in their order, the group of each cell.
    var others: [[Int32]]
    /// The sum of the weights of each cell's rows.
    var weights: [Double]
    /// The sum of the weights of each group.
    var totals: [Double]
  }

  let sides: [Side]

  /// - Parameters:
  ///   - groupings: one or more, over the same rows.
  ///   - weights: of the rows; nil for 1.
  init(_ groupings: [Grouping], weights: [Double]?) {
    var codes = groupings.map(\.codes)
    var weights = weights
    // Sorted by the last effect first, and stably: rows of a combination end beside each other.
    for effect in groupings.indices.reversed() {
      Self.sort(&codes, &weights, by: effect, groups: groupings[effect].count)
    }
    var cells = Self.merging(codes, weights)
    var sides: [Side] = []
    for effect in groupings.indices {
      if effect > 0 {
        var sorted: [Double]? = cells.weights
        Self.sort(&cells.codes, &sorted, by: effect, groups: groupings[effect].count)
        cells.weights = sorted ?? []
      }
      sides.append(Self.side(effect, cells, groups: groupings[effect].count))
    }
    self.sides = sides
  }

  private static func side(
    _ effect: Int, _ cells: (codes: [[Int32]], weights: [Double]), groups: Int
  ) -> Side {
    var starts = [Int](repeating: 0, count: groups + 1)
    var totals = [Double](repeating: 0, count: groups)
    for (place, code) in cells.codes[effect].enumerated() {
      starts[Int(code) + 1] += 1
      totals[Int(code)] += cells.weights[place]
    }
    for group in 0..<groups { starts[group + 1] += starts[group] }
    var others = cells.codes
    others.remove(at: effect)
    return Side(starts: starts, others: others, weights: cells.weights, totals: totals)
  }

  /// One cell for each run of equal combinations.
  private static func merging(
    _ codes: [[Int32]], _ weights: [Double]?
  ) -> (codes: [[Int32]], weights: [Double]) {
    let count = codes[0].count
    var isFirst = [Bool](repeating: false, count: count)
    if count > 0 { isFirst[0] = true }
    for column in codes {
      for place in 1..<max(count, 1) where column[place] != column[place - 1] {
        isFirst[place] = true
      }
    }
    let first = isFirst.indices.filter { isFirst[$0] }
    guard first.count < count else {
      return (codes, weights ?? Array(repeating: 1, count: count))
    }
    let ends = first.dropFirst() + [count]
    let sums = zip(first, ends).map { start, end in
      weights.map { $0[start..<end].reduce(0, +) } ?? Double(end - start)
    }
    return (codes.map { column in first.map { column[$0] } }, sums)
  }

  /// Sorts all columns by one of them, rows of a group staying in their order.
  private static func sort(
    _ codes: inout [[Int32]], _ weights: inout [Double]?, by effect: Int, groups: Int
  ) {
    let key = codes[effect]
    var starts = [Int32](repeating: 0, count: groups + 1)
    for code in key { starts[Int(code) + 1] += 1 }
    for group in 0..<groups { starts[group + 1] += starts[group] }
    let from = starts
    let columns = codes
    let moved = Replicates.map(columns.count, chunk: 1) { range in
      range.map { scattered(columns[$0], by: key, from) }
    }
    codes = moved
    weights = weights.map { scattered($0, by: key, from) }
  }

  private static func scattered<Value>(
    _ values: [Value], by key: [Int32], _ starts: [Int32]
  ) -> [Value] {
    var next = starts
    return Array(unsafeUninitializedCapacity: values.count) { room, count in
      next.withUnsafeMutableBufferPointer { next in
        for place in values.indices {
          let group = Int(key[place])
          room.initializeElement(at: Int(next[group]), to: values[place])
          next[group] += 1
        }
      }
      count = values.count
    }
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate func initializeElement(at place: Int, to value: Element) {
    (self.baseAddress.map { $0 + place })?.initialize(to: value)
  }
}
