// SPDX-License-Identifier: EUPL-1.2

/// ψ of the effects and of the groups' shares, a row for each unit that takes part.
struct GroupTimeInfluence {
  let matrix: Matrix
  let shares: [Double]
  /// The rows of each group, and of the never treated.
  let blocks: [Range<Int>]

  init(_ panel: BalancedPanel, _ chosen: CohortChoice, _ cells: [GroupTimePlan.Result.Found]) {
    let count = chosen.units.count
    var position = [Int](repeating: -1, count: panel.unitCount)
    for (place, unit) in chosen.units.enumerated() { position[unit] = place }
    var matrix = Matrix(rows: count, columns: cells.count + chosen.groups.count)
    for (column, cell) in cells.enumerated() {
      let scale = Double(count) / Double(max(1, cell.units.count))
      for (place, unit) in cell.units.enumerated() {
        matrix.values[column * count + position[unit]] = scale * cell.influence[place]
      }
    }
    var blocks: [Range<Int>] = []
    var start = 0
    for size in chosen.groups.map(\.count) + [chosen.never.count] where size > 0 {
      blocks.append(start..<(start + size))
      start += size
    }
    let weights = chosen.units.map { panel.weights?[$0] ?? 1 }
    var shares: [Double] = []
    for group in chosen.groups.indices {
      let share = blocks[group].reduce(0) { $0 + weights[$1] } / Double(count)
      shares.append(share)
      let column = (cells.count + group) * count
      for row in 0..<count { matrix.values[column + row] = -share }
      for row in blocks[group] { matrix.values[column + row] += weights[row] }
    }
    self.matrix = matrix
    self.shares = shares
    self.blocks = blocks
  }
}

extension Matrix {
  /// Rows added up by group.
  func summed(by groups: Grouping) -> Matrix {
    precondition(groups.rowCount == rows, "one group per row")
    guard groups.count < rows else { return self }
    var sums = Matrix(rows: groups.count, columns: columns)
    for column in 0..<columns {
      for row in 0..<rows {
        sums.values[column * groups.count + Int(groups.codes[row])] += values[column * rows + row]
      }
    }
    return sums
  }
}
