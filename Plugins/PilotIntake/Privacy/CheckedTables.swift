// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// The tables as they may be published, cell by cell, and why other cells may not.
struct CheckedTables {
  struct Cell {
    let table: String
    /// Per column that any table goes by its category; nil where the table does not go by it.
    let keys: [String?]
    let measure: String
    let column: String?
    let value: Double?
    let reason: CountProtection.Reason?
  }

  private(set) var cells: [Cell] = []
  /// The columns that tables go by, in the order in which they are first named.
  let columns: [String]

  private static let cellLimit = 200_000

  /// No tables.
  init() { columns = [] }

  init(
    _ tables: NamedValues<PublishedTable>, of cases: TabulatedCases, rules: OutputRules,
    neutral: Set<String>, _ check: () throws -> Void
  ) throws {
    columns = Self.columns(of: tables)
    let counts = try CountProtection(
      cases, tables, rules: rules, neutral: neutral, check)
    var sums: [String: SumProtection] = [:]
    for (measurePlace, measure) in cases.measures.enumerated() where measure.levels == nil {
      let places = tables.entries.indices.filter { place in
        tables.entries[place].value.measured.contains { $0.name.isExactly(measure.name) }
      }
      var protection = SumProtection(
        of: measurePlace, tables: places, after: counts, rules: rules)
      try protection.protect(check)
      sums[measure.name] = protection
    }
    for (place, entry) in tables.entries.enumerated() {
      try check()
      let builder = TableCells(
        place: place, name: entry.name, table: entry.value, columns: columns, cases: cases,
        counts: counts, sums: sums)
      guard builder.keyCount * (1 + 3 * entry.value.measured.count) <= Self.cellLimit else {
        throw StageFault(
          "the table '\(entry.name)' has more than \(Self.cellLimit) cells", at: "tables",
          help: "publish fewer columns together, or coarser ones")
      }
      cells += builder.cells()
    }
  }

  /// The columns that tables go by, in the order in which they are first named.
  static func columns(of tables: NamedValues<PublishedTable>) -> [String] {
    tables.entries.flatMap { $0.value.by.map(\.name) }.reduce(into: []) { columns, name in
      if !columns.contains(where: name.isExactly) { columns.append(name) }
    }
  }
}

/// The cells of one table, in the order of its categories with totals last.
private struct TableCells {
  let place: Int
  let name: String
  let table: PublishedTable
  let columns: [String]
  let cases: TabulatedCases
  let counts: CountProtection
  let sums: [String: SumProtection]

  private var dimensions: [Int] { table.by.compactMap { cases.dimension($0.name) } }

  var keyCount: Int {
    dimensions.reduce(1) { product, dimension in
      let (result, overflow) = product.multipliedReportingOverflow(
        by: cases.dimensions[dimension].labels.count + 1)
      return overflow ? .max / 64 : min(result, .max / 64)
    }
  }

  func cells() -> [CheckedTables.Cell] {
    var keys: [CellFamily.Key] = [[]]
    for dimension in dimensions {
      let codes = cases.dimensions[dimension].labels.indices.map { Int32($0) } + [-1]
      keys = keys.flatMap { key in codes.map { key + [$0] } }
    }
    return keys.flatMap { figures(of: $0) }
  }

  private func figures(of key: CellFamily.Key) -> [CheckedTables.Cell] {
    let count = size(key, CellFamily.Content.cases)
    let reason = ruling(key, CellFamily.Content.cases)
    var cells: [CheckedTables.Cell] = [cell(key, measure: "count", count, reason)]
    for measure in table.measured.compactMap({ cases.measure($0.name) }) {
      if measure.levels != nil {
        cells += share(of: measure, key)
      } else {
        cells += sum(of: measure, key)
      }
    }
    return cells
  }

  /// The cells of a measure of 0 and 1: its sum is a count, and its mean a share, of both of which the
  /// number of zeros follows as well.
  private func share(
    of measure: TabulatedCases.Measure, _ key: CellFamily.Key
  ) -> [CheckedTables.Cell] {
    let content = CellFamily.Content.levels(measure.name)
    let levels: [CellFamily.Key] = [key + [-1], key + [1], key + [0]]
    let reasons = levels.map { ruling($0, content) }
    let first = reasons.compactMap { $0 }.first
    let reason = ruling(key, .cases) ?? first
    let present = size(key + [-1], content)
    let ones = size(key + [1], content)
    return figures(
      of: measure, key, present: present, sum: ones, reason: reason,
      presentReason: reasons[0])
  }

  private func sum(
    of measure: TabulatedCases.Measure, _ key: CellFamily.Key
  ) -> [CheckedTables.Cell] {
    let content =
      measure.validity == nil ? CellFamily.Content.cases : .present(measure.name)
    let presentReason = ruling(key, content)
    let cell = counts.families[family(.cases)].sets[key]
    let own = cell.flatMap { sums[measure.name]?.reason($0) }
    return figures(
      of: measure, key, present: size(key, content),
      sum: cell.flatMap { sums[measure.name]?.sum(of: $0) } ?? 0,
      reason: ruling(key, .cases) ?? presentReason ?? own, presentReason: presentReason)
  }

  /// The number of cases with a value, where some have none, and the sum and mean that were asked for.
  private func figures(
    of measure: TabulatedCases.Measure, _ key: CellFamily.Key, present: Double, sum: Double,
    reason: CountProtection.Reason?, presentReason: CountProtection.Reason?
  ) -> [CheckedTables.Cell] {
    var cells: [CheckedTables.Cell] = []
    if measure.validity != nil {
      cells.append(cell(key, measure: "values", of: measure.name, present, presentReason))
    }
    if table.sums.contains(where: { $0.name.isExactly(measure.name) }) {
      cells.append(cell(key, measure: "sum", of: measure.name, sum, reason))
    }
    if table.means.contains(where: { $0.name.isExactly(measure.name) }) {
      let mean = present > 0 ? sum / present : nil
      cells.append(cell(key, measure: "mean", of: measure.name, mean, reason))
    }
    return cells
  }

  private func cell(
    _ key: CellFamily.Key, measure: String, of column: String? = nil, _ value: Double?,
    _ reason: CountProtection.Reason?
  ) -> CheckedTables.Cell {
    var labels = [String?](repeating: nil, count: columns.count)
    for (code, dimension) in zip(key, dimensions) {
      let dimension = cases.dimensions[dimension]
      guard let place = columns.firstIndex(where: dimension.name.isExactly) else { continue }
      labels[place] = code < 0 ? TabulatedCases.total : dimension.labels[Int(code)]
    }
    return CheckedTables.Cell(
      table: name, keys: labels, measure: measure, column: column,
      value: reason == nil ? value : nil, reason: reason)
  }

  private func family(_ content: CellFamily.Content) -> Int {
    counts.families.firstIndex { $0.table == place && $0.content == content } ?? 0
  }

  private func ruling(
    _ key: CellFamily.Key, _ content: CellFamily.Content
  ) -> CountProtection.Reason? {
    counts.reason(key, of: family(content))
  }

  private func size(_ key: CellFamily.Key, _ content: CellFamily.Content) -> Double {
    counts.families[family(content)].sets[key].map { Double(counts.count(counts.cells.atoms[$0])) }
      ?? 0
  }
}
