// SPDX-License-Identifier: EUPL-1.2

/// The cases on one side of the cut-off, the nearest first.
struct CutoffSide: Sendable {
  /// 1 on the right of the cut-off, −1 on the left: the sign of x − cut-off.
  let direction: Double
  /// |x − cut-off|, ascending.
  let distances: [Double]
  /// Outcome, treatment where there is one, covariates.
  let columns: [[Double]]
  let clusters: [Int32]?
  /// The first row of each different value of the running variable, and the number of rows.
  let starts: [Int]

  /// Takes the rows of one side, the nearest first, out of the columns of the whole sample.
  init(
    rows: [Int32], direction: Double, running: [Double], cutoff: Double, columns: [[Double]],
    clusters: [Int32]?
  ) {
    self.direction = direction
    distances = rows.map { direction * (running[Int($0)] - cutoff) }
    self.columns = columns.map { column in rows.map { column[Int($0)] } }
    self.clusters = clusters.map { codes in rows.map { codes[Int($0)] } }
    // Values that the cut-off's rounding makes one are one; looking at distances is a walk in memory.
    var starts = [0]
    starts.reserveCapacity(rows.count + 1)
    for row in distances.indices.dropFirst() where distances[row] != distances[row - 1] {
      starts.append(row)
    }
    starts.append(rows.count)
    self.starts = starts
  }

  private init(_ other: CutoffSide, columns: [[Double]]) {
    direction = other.direction
    distances = other.distances
    self.columns = columns
    clusters = other.clusters
    starts = other.starts
  }

  /// Whether the second column, the treatment, takes several values.
  var treatmentVaries: Bool { columns[1].contains { $0 != columns[1][0] } }

  /// The same side without its second column.
  func droppingTreatment() -> CutoffSide {
    CutoffSide(self, columns: [columns[0]] + columns.dropFirst(2))
  }

  var count: Int { distances.count }
  /// The number of different values of the running variable.
  var differentCount: Int { starts.count - 1 }
  var farthest: Double { distances.last ?? 0 }

  /// (±1)^power: the sign that a coefficient in d has beside the one in x − cut-off.
  func sign(_ power: Int) -> Double {
    direction < 0 && !power.isMultiple(of: 2) ? -1 : 1
  }

  /// Σ sₖ·columnₖ of the first rows, and of all where that is a column as it stands.
  func combined(_ combination: [Double], count rows: Int) -> [Double] {
    Self.combined(columns, combination, count: rows)
  }

  static func combined(
    _ columns: [[Double]], _ combination: [Double], count rows: Int
  ) -> [Double] {
    if combination == [1] { return columns[0] }
    var result = [Double](repeating: 0, count: rows)
    for (weight, column) in zip(combination, columns) {
      for row in 0..<rows { result[row] += weight * column[row] }
    }
    return result
  }
}

extension CutoffSide {
  /// √(J⁄(J + 1))·(yᵢ − mean of the J nearest), by the running variable, among the first rows.
  ///
  /// J is `matches` or more: values that are equal come in together, and so do a value below and a
  /// value above at the same distance (to 1.5e-8 of it).
  ///
  /// - Complexity: O(n + different values · matches): neighbours are sums over equal values.
  ///
  /// Source: Abadie and Imbens (2006), Econometrica 74:235–267; Calonico, Cattaneo and Titiunik
  /// (2014), Econometrica 82:2295–2326, section 5.
  func neighbourResiduals(_ outcome: [Double], count rows: Int, matches: Int) -> [Double] {
    var groups = 0
    while groups < differentCount, starts[groups] < rows { groups += 1 }
    // Without equal values the outcomes are their own sums.
    let sums =
      groups == rows
      ? outcome
      : (0..<groups).map { group in
        var sum = 0.0
        for row in starts[group]..<starts[group + 1] { sum += outcome[row] }
        return sum
      }
    var result = [Double](repeating: 0, count: rows)
    let enough = min(matches, rows - 1)
    for group in 0..<groups {
      let around = neighbourhood(of: group, among: groups, atLeast: enough)
      var sum = 0.0
      for other in around { sum += sums[other] }
      let others = Double(starts[around.upperBound] - starts[around.lowerBound] - 1)
      let scale = (others / (others + 1)).squareRoot()
      for row in starts[group]..<starts[group + 1] {
        result[row] = scale * (outcome[row] - (sum - outcome[row]) / others)
      }
    }
    return result
  }

  /// The different values that hold the nearest cases of those with one value.
  private func neighbourhood(of group: Int, among groups: Int, atLeast enough: Int) -> Range<Int> {
    var lower = group
    var upper = group + 1
    while starts[upper] - starts[lower] - 1 < enough {
      guard lower > 0 else {
        upper += 1
        continue
      }
      guard upper < groups else {
        lower -= 1
        continue
      }
      let here = distances[starts[group]]
      let below = here - distances[starts[lower - 1]]
      let above = distances[starts[upper]] - here
      let same = max(below, above) * Self.sameDistance
      if below - above > same {
        upper += 1
      } else if above - below > same {
        lower -= 1
      } else {
        upper += 1
        lower -= 1
      }
    }
    return lower..<upper
  }

  /// √ε.
  private static let sameDistance = 1.4901161193847656e-08
}
