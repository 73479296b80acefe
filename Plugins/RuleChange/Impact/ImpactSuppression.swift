// SPDX-License-Identifier: EUPL-1.2

/// Which figures of a reform's impact are hidden, over the whole and all its groups at once.
///
/// What one table hides another must not give away: the whole and the groups of every column are settled
/// together. See `HiddenCells` for the rule.
struct ImpactSuppression: Sendable {
  /// What is shown or hidden together.
  enum Figure: Int, Sendable, Hashable, CaseIterable {
    /// The group itself, with everything that is known of it.
    case units
    case gainers
    case losers
    case unchanged
    case undecided
    /// Mean and total gains and losses; known with the change, one gives the other away.
    case gainsAndLosses
    /// Mean and total change, and the total under the reform.
    case change
  }

  private let cells: HiddenCells
  /// The place of each column's first group among the rows; the whole is row 0.
  private let starts: [Int]

  /// - Parameters:
  ///   - whole: the impact on all units.
  ///   - parts: for each column the impact on its groups, which share out the units.
  init(whole: Impact, parts: [[Impact]]) {
    var starts: [Int] = []
    var rows = [whole]
    for part in parts {
      starts.append(rows.count)
      rows += part
    }
    self.starts = starts
    let outcomes: [Figure] = [.gainers, .losers, .unchanged, .undecided]
    var sums = rows.indices.map { row in
      HiddenCells.Sum(
        total: Self.cell(.units, row), parts: outcomes.map { Self.cell($0, row) })
    }
    for (start, part) in zip(starts, parts) where !part.isEmpty {
      sums += Figure.allCases.map { figure in
        HiddenCells.Sum(
          total: Self.cell(figure, 0),
          parts: part.indices.map { Self.cell(figure, start + $0) })
      }
    }
    var takesAlong: [(Int, Int)] = []
    for row in rows.indices {
      takesAlong += Figure.allCases.map { (Self.cell(.units, row), Self.cell($0, row)) }
      takesAlong += [Figure.gainers, .losers, .change].map {
        (Self.cell($0, row), Self.cell(.gainsAndLosses, row))
      }
    }
    cells = HiddenCells(
      units: rows.flatMap { impact in Figure.allCases.map { impact.units(of: $0) } }, sums: sums,
      takesAlong: takesAlong, spare: Set(rows.indices.map { Self.cell(.unchanged, $0) }))
  }

  /// What is hidden of the whole.
  var whole: Set<Figure> { hidden(row: 0) }

  /// What is hidden of a group of one of the columns.
  func hidden(part: Int, group: Int) -> Set<Figure> { hidden(row: starts[part] + group) }

  private func hidden(row: Int) -> Set<Figure> {
    Set(Figure.allCases.filter { cells.isHidden[Self.cell($0, row)] })
  }

  private static func cell(_ figure: Figure, _ row: Int) -> Int {
    row * Figure.allCases.count + figure.rawValue
  }
}

extension Impact {
  /// How many units a figure tells of.
  fileprivate func units(of figure: ImpactSuppression.Figure) -> Int {
    switch figure {
    case .units: units
    case .gainers: counts.gainers
    case .losers: counts.losers
    case .unchanged: counts.unchanged
    case .undecided: counts.undecided
    case .gainsAndLosses, .change: counts.changed
    }
  }
}
