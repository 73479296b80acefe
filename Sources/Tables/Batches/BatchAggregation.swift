// SPDX-License-Identifier: EUPL-1.2

extension TableBatches {
  /// One row for each group of rows with equal keys, as `Table.aggregated` gives it, in one pass.
  ///
  /// Each batch is summed up by group, and the summaries are merged: memory grows with the number of groups and
  /// not with the rows. Means and variances are merged without loss of digits; a sum of whole numbers must fit 64 bits in each batch, and infinities
  /// of both signs in one batch are left out.
  ///
  /// - Parameters:
  ///   - keys: columns of any type.
  ///   - aggregates: all but quantiles and numbers of different values, which need all rows at once.
  /// - Returns: the keys, then the aggregates; groups in order of first appearance.
  /// - Throws: `TableFault.needsAllRows`, what `Table.aggregated` throws, and `ArrowFault` where a file is
  ///   damaged.
  public func aggregated(by keys: [String], _ aggregates: [Aggregate]) throws -> Table {
    var aggregation = try BatchAggregation(keys, aggregates)
    let columns = Set(keys + aggregates.compactMap(\.column))
    let wanted = names.filter { columns.contains($0) }
    try forEachBatch(columns: wanted.isEmpty ? nil : wanted) { batch, _ in
      try aggregation.add(batch)
    }
    return try aggregation.result()
  }
}

/// Summaries of batches by group, merged whenever they have become many.
struct BatchAggregation {
  private let keys: [String]
  private let aggregates: [Aggregate]
  /// What each batch is summed up to.
  private let partials: [Aggregate]
  private var tables: [Table] = []
  private var rows = 0

  /// So many rows of summaries are merged at a time, or twice as many as there are groups.
  private static let mergeRows = 1 << 18
  private var mergeAt = mergeRows

  init(_ keys: [String], _ aggregates: [Aggregate]) throws(TableFault) {
    self.keys = keys
    self.aggregates = aggregates
    var partials: [Aggregate] = []
    for (place, aggregate) in aggregates.enumerated() {
      guard let column = aggregate.column else {
        partials.append(.rows(as: Self.name(place, "n")))
        continue
      }
      func add(_ measure: Aggregate.Measure, _ part: String) {
        partials.append(Aggregate(measure, of: column, as: Self.name(place, part)))
      }
      switch aggregate.measure {
      case .quantile, .distinctCount: throw .needsAllRows(aggregate.name)
      case .count: add(.count, "n")
      case .sum: add(.sum, "sum")
      case .minimum: add(.minimum, "least")
      case .maximum: add(.maximum, "most")
      case .mean, .variance:
        add(.count, "n")
        add(.mean, "mean")
        add(.variance, "variance")
      }
    }
    self.partials = partials
  }

  mutating func add(_ batch: Table) throws(TableFault) {
    let partial = try batch.aggregated(by: keys, partials)
    tables.append(partial)
    rows += partial.rowCount
    guard rows > mergeAt else { return }
    let merged = try merged()
    tables = [merged]
    rows = merged.rowCount
    mergeAt = max(Self.mergeRows, 2 * rows)
  }

  func result() throws(TableFault) -> Table {
    let merged = try merged()
    var columns: [(name: String, column: Column)] = []
    for key in keys { columns.append((key, try merged.column(key))) }
    for (place, aggregate) in aggregates.enumerated() {
      let part =
        switch aggregate.column == nil ? Aggregate.Measure.count : aggregate.measure {
        case .count: "n"
        case .sum: "sum"
        case .minimum: "least"
        case .maximum: "most"
        case .mean: "mean"
        case .variance, .quantile, .distinctCount: "variance"
        }
      columns.append((aggregate.name, try merged.column(Self.name(place, part))))
    }
    return try Table(columns)
  }

  /// No column of anybody's has such a name.
  private static func name(_ place: Int, _ part: String) -> String { "\u{1}\(place) \(part)" }
}

extension BatchAggregation {
  /// The summaries of all batches so far as one.
  private func merged() throws(TableFault) -> Table {
    let all = try Table.concatenating(tables)
    guard tables.count > 1 else { return all }
    let keyColumns = try all.columns(named: keys)
    let groups = RowGroups(keyColumns, rowCount: all.rowCount)
    var columns = zip(keys, keyColumns).map { name, column in
      (name: name, column: column.taking(rows: groups.firstRows))
    }
    for (place, aggregate) in aggregates.enumerated() {
      func part(_ name: String) throws(TableFault) -> Column {
        try all.column(Self.name(place, name))
      }
      func add(_ name: String, _ column: Column) {
        columns.append((Self.name(place, name), column))
      }
      func addSum(_ name: String) throws(TableFault) {
        let total = try GroupTotals(part(name), in: groups, named: aggregate.name)
        add(name, try total.sumColumn(named: aggregate.name))
      }
      switch aggregate.column == nil ? Aggregate.Measure.count : aggregate.measure {
      case .count: try addSum("n")
      case .sum: try addSum("sum")
      case .minimum: add("least", try part("least").extremes(.minimum, in: groups))
      case .maximum: add("most", try part("most").extremes(.maximum, in: groups))
      case .mean, .variance, .quantile, .distinctCount:
        let moments = try Moments(part("n"), part("mean"), part("variance"), groups)
        add("n", moments.counts)
        add("mean", moments.means)
        add("variance", moments.variances)
      }
    }
    return try Table(columns)
  }
}

/// Sizes, means and variances of groups, out of those of parts of the groups.
///
/// Source: Chan, Golub and LeVeque (1983), The American Statistician 37:242–247.
private struct Moments {
  private var sizes: [Double]
  private var centres: [Double]
  private var squares: [Double]

  init(_ counts: Column, _ means: Column, _ variances: Column, _ groups: RowGroups) {
    sizes = Array(repeating: 0, count: groups.count)
    centres = sizes
    squares = sizes
    guard let n = counts.doubles(), let mean = means.doubles(), let variance = variances.doubles()
    else { return }
    for row in groups.codes.indices where n.values[row] > 0 {
      let group = Int(groups.codes[row])
      let total = sizes[group] + n.values[row]
      let distance = mean.values[row] - centres[group]
      squares[group] +=
        variance.values[row] * (n.values[row] - 1)
        + distance * distance * sizes[group] * n.values[row] / total
      centres[group] += distance * n.values[row] / total
      sizes[group] = total
    }
  }

  var counts: Column { .integer(FixedColumn(sizes.map { Int64($0) })) }

  var means: Column {
    .number(FixedColumn(centres, validity: Bitmap(sizes.map { $0 > 0 })))
  }

  var variances: Column {
    let values = sizes.indices.map { sizes[$0] > 1 ? squares[$0] / (sizes[$0] - 1) : 0 }
    return .number(FixedColumn(values, validity: Bitmap(sizes.map { $0 > 1 })))
  }
}
