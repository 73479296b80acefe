// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The impact of each reform by decile of income, with what the change is of the income there.
enum DecileTable {
  /// - Parameters:
  ///   - reforms: measured with the deciles as one of their partitions.
  ///   - partitions: what the reforms were measured over.
  ///   - part: the place of the deciles among them.
  ///   - incomes: for all households and then for each decile, the yearly income under the baseline.
  ///   - timesAYear: how often a year the result is paid.
  /// - Returns: for each reform a row for the whole, and one for each decile.
  /// - Throws: what a table that does not fit would; these do.
  static func table(
    _ reforms: [ReformImpact], _ partitions: [UnitPartition], part: Int,
    incomes: DecileIncomes, timesAYear: Double
  ) throws(TableFault) -> Table {
    var rows: [ImpactRow] = []
    var places: [Int?] = []
    for reform in reforms {
      rows.append(ImpactRow(whole: reform))
      rows += ImpactRow.groups(of: reform, partitions, part)
      places += [nil] + partitions[part].labels.indices.map { $0 }
    }
    let means = zip(rows, places).map { row, place in
      row.shown(incomes.mean(decile: place), .units)
    }
    let shares = zip(rows, places).map { row, place -> Double? in
      guard let income = incomes.total(decile: place), income > 0 else { return nil }
      return row.shown(row.impact.totalChange * timesAYear / income * 100, .change)
    }
    return try Table(
      ImpactTable.keys(rows) + [("mean_income", .number(FixedColumn(means)))]
        + ImpactTable.figures(rows) + [("change_percent", .number(FixedColumn(shares)))]
        + [ImpactTable.flags(rows)])
  }

  static let promises =
    Array(ImpactTable.promises.prefix(3)) + [ColumnPromise("mean_income", .number)]
    + ImpactTable.promises.dropFirst(3).dropLast() + [ColumnPromise("change_percent", .number)]
    + ImpactTable.promises.suffix(1)
}

/// The yearly incomes of households, not divided by anything, in each decile.
struct DecileIncomes: Sendable {
  private let totals: [WeightedSum]
  private let weights: [Double]

  /// - Parameters:
  ///   - incomes: equivalised incomes under the baseline.
  ///   - factors: by what they were divided.
  ///   - deciles: in which decile each row is.
  ///   - weights: how many households each row stands for.
  init(
    _ incomes: HouseholdIncomes.Equivalised, factors: [Double], deciles: UnitPartition,
    weights: [Double]?
  ) {
    let groups = deciles.labels.count
    let parts = RowChunks.map(factors.count) { rows in
      var totals = [WeightedSum](repeating: WeightedSum(), count: groups)
      var sums = [Double](repeating: 0, count: groups)
      for row in rows where incomes.known[row] {
        let weight = weights?[row] ?? 1
        let group = Int(deciles.codes[row])
        totals[group].add(incomes.values[row] * factors[row] * weight)
        sums[group] += weight
      }
      return (totals, sums)
    }
    var totals = [WeightedSum](repeating: WeightedSum(), count: groups)
    var sums = [Double](repeating: 0, count: groups)
    for part in parts {
      for group in 0..<groups {
        totals[group].add(part.0[group])
        sums[group] += part.1[group]
      }
    }
    self.totals = totals
    self.weights = sums
  }

  /// The income of a decile, or of all; nil where there is none.
  func total(decile: Int?) -> Double? {
    guard let decile else {
      var whole = WeightedSum()
      for total in totals { whole.add(total) }
      return whole.value
    }
    return weights[decile] > 0 ? totals[decile].value : nil
  }

  func mean(decile: Int?) -> Double? {
    let weight = decile.map { weights[$0] } ?? weights.reduce(0, +)
    return weight > 0 ? total(decile: decile).map { $0 / weight } : nil
  }
}
