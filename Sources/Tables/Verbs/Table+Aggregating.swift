// SPDX-License-Identifier: EUPL-1.2

extension Table {
  /// One row for each group of rows with equal keys: the keys, then the aggregates.
  ///
  /// Groups stand in order of first appearance. A missing key is a group of its own; without keys the
  /// whole table is one group, also where it has no rows. Missing values are left out of an aggregate;
  /// where a group has none left, counts are 0 and everything else is missing.
  ///
  /// Numbers are added in the order of the rows. A sum of infinities of both signs is missing.
  /// - Parameters:
  ///   - keys: columns of any type.
  ///   - aggregates: sum, mean, variance and quantile want a number, a decimal, an integer or a boolean.
  /// - Returns: as many rows as there are groups.
  /// - Throws: `TableFault` where a column is unknown, of the wrong type, or two of the result have one
  ///   name; `.sumOverflow` where a sum of integers or decimals does not fit 64 bits;
  ///   `.noProbability` where a quantile lies outside 0 to 1.
  /// - Complexity: O(rows) for each key and aggregate, quantiles O(rows · log rows).
  public func aggregated(
    by keys: [String], _ aggregates: [Aggregate]
  ) throws(TableFault) -> Table {
    if let quick = aggregatedNumbers(by: keys, aggregates) { return quick }
    let keyColumns = try columns(named: keys)
    let groups = RowGroups(keyColumns, rowCount: rowCount)
    var result = zip(keys, keyColumns).map { name, column in
      (name: name, column: column.taking(rows: groups.firstRows))
    }
    var totals: [ExactText: GroupTotals] = [:]
    let summaries = try summaries(of: aggregates, in: groups)
    for aggregate in aggregates {
      guard let name = aggregate.column else {
        result.append((aggregate.name, .integer(groups.rowCounts())))
        continue
      }
      if let known = summaries[ExactText(name)]?.column(aggregate.measure) {
        result.append((aggregate.name, known))
        continue
      }
      let column = try column(name)
      let figures: Column
      switch aggregate.measure {
      case .count: figures = .integer(groups.valueCounts(of: column))
      case .distinctCount: figures = .integer(groups.distinctCounts(of: column))
      case .minimum: figures = column.extremes(.minimum, in: groups)
      case .maximum: figures = column.extremes(.maximum, in: groups)
      case .quantile(let probability):
        figures = try column.quantiles(at: probability, in: groups, named: name)
      case .sum, .mean, .variance:
        // Means and variances start from sums: several aggregates of a column share them.
        let known = totals[ExactText(name)]
        let total = if let known { known } else { try GroupTotals(column, in: groups, named: name) }
        totals[ExactText(name)] = total
        figures =
          switch aggregate.measure {
          case .mean: total.meanColumn()
          case .variance: total.variances(of: column, in: groups)
          default: try total.sumColumn(named: name)
          }
      }
      result.append((aggregate.name, figures))
    }
    return try Table(result)
  }

  /// The columns of numbers of which several figures are wanted that one pass finds.
  private func summaries(
    of aggregates: [Aggregate], in groups: RowGroups
  ) throws(TableFault) -> [ExactText: NumberSummary] {
    var wanted: [ExactText: Int] = [:]
    for aggregate in aggregates {
      guard let name = aggregate.column else { continue }
      switch aggregate.measure {
      case .count, .sum, .mean, .minimum, .maximum: wanted[ExactText(name), default: 0] += 1
      case .variance, .quantile, .distinctCount: break
      }
    }
    var summaries: [ExactText: NumberSummary] = [:]
    for (name, count) in wanted where count > 1 {
      guard case .number(let numbers) = try column(name.text) else { continue }
      summaries[name] = NumberSummary(numbers, in: groups)
    }
    return summaries
  }
}

extension RowGroups {
  fileprivate func rowCounts() -> FixedColumn<Int64> {
    var counts = [Int64](repeating: 0, count: count)
    for code in codes { counts[Int(code)] += 1 }
    return FixedColumn(counts)
  }

  fileprivate func valueCounts(of column: Column) -> FixedColumn<Int64> {
    guard let validity = column.validity else { return rowCounts() }
    var counts = [Int64](repeating: 0, count: count)
    for row in codes.indices where validity[row] { counts[Int(codes[row])] += 1 }
    return FixedColumn(counts)
  }

  /// Each pair of group and value that rows have is counted once, at its first row.
  fileprivate func distinctCounts(of column: Column) -> FixedColumn<Int64> {
    let pairs = ValueCodes(codes: codes, count: count).paired(with: column.valueCodes())
    var counts = [Int64](repeating: 0, count: count)
    for row in pairs.firstRows { counts[Int(codes[row])] += 1 }
    return FixedColumn(counts)
  }
}
