// SPDX-License-Identifier: EUPL-1.2

/// The weights of the groups' means, period by period, in θ̂ and in X̂: groups × periods.
struct TimingEstimand: Sendable {
  var effect: [Double]
  var before: [Double]
}

/// The units of a random roll-out, and what their outcomes add up to.
struct TimingDesign: Sendable {
  /// A group in a period since its adoption, in which somebody is not treated yet.
  struct Cell: Sendable {
    let group: Int
    let date: Int
    /// The places of the period, and of the last one before adoption.
    let place: Int
    let base: Int
    /// The groups that are not treated yet then.
    let controls: [Int]
  }

  struct Figures {
    let estimate: Double
    let variance: Double
    let adjustment: Double
    let difference: Double
    let differenceVariance: Double
  }

  /// The group of each unit; never treated last.
  let labels: [Int]
  let cells: [Cell]
  private let sizes: [Int]
  private let periods: [Int]
  /// units × periods.
  private let outcome: [Double]

  /// - Throws: `EstimationFault.tooFew` where nobody is untreated when others are treated.
  init(_ panel: BalancedPanel, _ chosen: CohortChoice) throws(EstimationFault) {
    let periods = panel.periods
    self.periods = periods
    let dates: [Int?] = chosen.groups.map { $0.time } + (chosen.never.isEmpty ? [] : [nil])
    let sizes = chosen.groups.map(\.count) + (chosen.never.isEmpty ? [] : [chosen.never.count])
    self.sizes = sizes
    labels = sizes.enumerated().flatMap { Array(repeating: $0, count: $1) }
    outcome = chosen.units.flatMap { unit in
      panel.outcome[(unit * periods.count)..<((unit + 1) * periods.count)]
    }
    var cells: [Cell] = []
    for (group, date) in dates.enumerated() {
      guard let date, let base = periods.lastIndex(where: { $0 < date }) else { continue }
      for place in periods.indices where periods[place] >= date {
        let controls = dates.indices.filter { dates[$0].map { $0 > periods[place] } ?? true }
        guard !controls.isEmpty else { continue }
        cells.append(
          Cell(group: group, date: date, place: place, base: base, controls: controls))
      }
    }
    guard !cells.isEmpty else {
      throw .tooFew("units not treated yet when others are", count: 0, needed: 2)
    }
    self.cells = cells
  }

  func controlCount(_ cell: Cell) -> Int { cell.controls.reduce(0) { $0 + sizes[$1] } }

  /// Cells added up with these weights.
  func estimand(_ weighted: [(Cell, Double)]) -> TimingEstimand {
    let width = periods.count
    var result = TimingEstimand(
      effect: [Double](repeating: 0, count: sizes.count * width),
      before: [Double](repeating: 0, count: sizes.count * width))
    for (cell, weight) in weighted {
      result.effect[cell.group * width + cell.place] += weight
      result.before[cell.group * width + cell.base] += weight
      let total = Double(controlCount(cell))
      for control in cell.controls {
        let part = weight * Double(sizes[control]) / total
        result.effect[control * width + cell.place] -= part
        result.before[control * width + cell.base] -= part
      }
    }
    return result
  }

  /// Everything, drawn together this way.
  func whole(_ kind: GroupTimeAggregate.Kind) -> TimingEstimand {
    let families = families(kind)
    let adopters = families.reduce(0) { $0 + sizes[$1.cells[0].group] }
    return estimand(
      families.flatMap { family in
        let share =
          kind == .group
          ? Double(sizes[family.cells[0].group]) / Double(adopters) : 1 / Double(families.count)
        return weighted(family.cells).map { ($0, share * $1) }
      })
  }

  /// Each group, time since adoption, or period; none for `simple`.
  func parts(_ kind: GroupTimeAggregate.Kind) -> [(key: Int, estimand: TimingEstimand)] {
    kind == .simple ? [] : families(kind).map { ($0.key, estimand(weighted($0.cells))) }
  }

  private func families(_ kind: GroupTimeAggregate.Kind) -> [(key: Int, cells: [Cell])] {
    Dictionary(grouping: cells) { cell in
      switch kind {
      case .simple: 0
      case .group: cell.date
      case .dynamic: periods[cell.place] - cell.date
      case .calendar: periods[cell.place]
      }
    }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Cells by the sizes of their groups.
  private func weighted(_ cells: [Cell]) -> [(Cell, Double)] {
    let total = cells.reduce(0) { $0 + sizes[$1.group] }
    return cells.map { ($0, Double(sizes[$0.group]) / Double(total)) }
  }
}

extension TimingDesign {
  /// The estimate for units with these groups.
  func figures(_ estimand: TimingEstimand, _ labels: [Int]) -> Figures {
    let sums = sums(estimand, labels)
    var (effectVariance, covariance, differenceVariance) = (0.0, 0.0, 0.0)
    for (unit, group) in labels.enumerated() {
      let n = Double(sizes[group])
      let scale = 1 / (n * max(1, n - 1))
      let first = sums.effects[unit] - sums.effectMeans[group]
      let second = sums.befores[unit] - sums.beforeMeans[group]
      effectVariance += scale * first * first
      covariance += scale * first * second
      differenceVariance += scale * second * second
    }
    let adjustment = differenceVariance > 0 ? covariance / differenceVariance : 0
    let difference = sums.beforeMeans.reduce(0, +)
    return Figures(
      estimate: sums.effectMeans.reduce(0, +) - adjustment * difference,
      variance: max(0, effectVariance - adjustment * covariance), adjustment: adjustment,
      difference: difference, differenceVariance: differenceVariance)
  }

  /// One number for each unit, of which products add up to variances and covariances of estimates.
  func scores(_ estimand: TimingEstimand) -> [Double] {
    let adjustment = figures(estimand, labels).adjustment
    let sums = sums(estimand, labels)
    return labels.enumerated().map { unit, group in
      let n = Double(sizes[group])
      let first = sums.effects[unit] - sums.effectMeans[group]
      let second = sums.befores[unit] - sums.beforeMeans[group]
      return (first - adjustment * second) / (n * max(1, n - 1)).squareRoot()
    }
  }

  private struct Sums {
    var effects: [Double]
    var befores: [Double]
    var effectMeans: [Double]
    var beforeMeans: [Double]
  }

  /// What a unit adds to θ̂ and X̂, and the means by group.
  private func sums(_ estimand: TimingEstimand, _ labels: [Int]) -> Sums {
    let width = periods.count
    let empty = [Double](repeating: 0, count: labels.count)
    let none = [Double](repeating: 0, count: sizes.count)
    var sums = Sums(effects: empty, befores: empty, effectMeans: none, beforeMeans: none)
    for (unit, group) in labels.enumerated() {
      var (first, second) = (0.0, 0.0)
      for place in 0..<width {
        let value = outcome[unit * width + place]
        first += estimand.effect[group * width + place] * value
        second += estimand.before[group * width + place] * value
      }
      sums.effects[unit] = first
      sums.befores[unit] = second
      sums.effectMeans[group] += first
      sums.beforeMeans[group] += second
    }
    for group in sizes.indices {
      sums.effectMeans[group] /= Double(sizes[group])
      sums.beforeMeans[group] /= Double(sizes[group])
    }
    return sums
  }
}
