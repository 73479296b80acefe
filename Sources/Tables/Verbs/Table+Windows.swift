// SPDX-License-Identifier: EUPL-1.2

/// A figure about a row's place among the rows of its group, and the column that it goes to.
public struct WindowFigure: Sendable, Hashable {
  public enum Measure: Sendable, Hashable {
    /// The value so many rows before, missing where there is none; of any type.
    case lag(Int)
    /// The value so many rows after.
    case lead(Int)
    /// The sum of the values up to and with the row; a missing value is passed over, and its row has none.
    case cumulativeSum
    /// 1 for the first row of the group, 2 for the next.
    case rowNumber
  }

  public let measure: Measure
  /// The column that is looked at; nil for row numbers.
  public let column: String?
  /// The column of the result.
  public let name: String

  public static func lag(_ rows: Int = 1, of column: String, as name: String) -> WindowFigure {
    WindowFigure(measure: .lag(rows), column: column, name: name)
  }

  public static func lead(_ rows: Int = 1, of column: String, as name: String) -> WindowFigure {
    WindowFigure(measure: .lead(rows), column: column, name: name)
  }

  public static func cumulativeSum(of column: String, as name: String) -> WindowFigure {
    WindowFigure(measure: .cumulativeSum, column: column, name: name)
  }

  public static func rowNumber(as name: String) -> WindowFigure {
    WindowFigure(measure: .rowNumber, column: nil, name: name)
  }
}

extension Table {
  /// The table with figures added that look along the rows of a group.
  ///
  /// The rows stay where they are: the order is that in which a group is walked through. Rows with equal
  /// keys of the order keep their own; missing ones come last. A missing group key is a group of its own.
  /// - Parameters:
  ///   - keys: columns of any type; none for one group.
  ///   - order: how the rows of a group follow each other; none for their order in the table.
  ///   - figures: cumulative sums want a number, a decimal, an integer or a boolean, of which the trues
  ///     are counted; sums of integers and decimals are exact.
  /// - Returns: the table with a column for each figure at its end.
  /// - Throws: `TableFault` where a column is unknown, of the wrong type or a name is taken;
  ///   `.sumOverflow` where a cumulative sum of integers or decimals does not fit 64 bits.
  /// - Complexity: O(rows) for each key and figure, and O(rows · log rows) for an order.
  public func windowed(
    by keys: [String], order: [SortKey], _ figures: [WindowFigure]
  ) throws(TableFault) -> Table {
    let groups = RowGroups(try columns(named: keys), rowCount: rowCount)
    let buckets = RowBuckets(
      codes: groups.codes, count: groups.count, order: order.isEmpty ? nil : try rows(by: order))
    var added: [(name: String, column: Column)] = []
    for figure in figures {
      guard let name = figure.column else {
        added.append((figure.name, .integer(buckets.rowNumbers())))
        continue
      }
      let column = try column(name)
      switch figure.measure {
      case .lag(let rows):
        let sources = buckets.rows(before: min(max(rows, -rowCount), rowCount))
        added.append((figure.name, try column.taking(matched: sources, named: name)))
      case .lead(let rows):
        let sources = buckets.rows(before: -min(max(rows, -rowCount), rowCount))
        added.append((figure.name, try column.taking(matched: sources, named: name)))
      case .cumulativeSum, .rowNumber:
        added.append((figure.name, try column.cumulativeSums(along: buckets, named: name)))
      }
    }
    return try adding(added)
  }
}

extension RowBuckets {
  fileprivate func rowNumbers() -> FixedColumn<Int64> {
    var numbers = [Int64](repeating: 0, count: rows.count)
    for group in 0..<starts.count - 1 {
      let range = range(of: group)
      for place in range { numbers[rows[place]] = Int64(place - range.lowerBound + 1) }
    }
    return FixedColumn(numbers)
  }

  /// Per row the one so many places before it in its group; −1 where there is none.
  fileprivate func rows(before distance: Int) -> [Int] {
    var sources = [Int](repeating: -1, count: rows.count)
    for group in 0..<starts.count - 1 {
      let range = range(of: group)
      for place in range where range.contains(place - distance) {
        sources[rows[place]] = rows[place - distance]
      }
    }
    return sources
  }
}

extension Column {
  fileprivate func cumulativeSums(
    along buckets: RowBuckets, named name: String
  ) throws(TableFault) -> Column {
    switch self {
    case .integer(let column):
      return .integer(try column.cumulativeSums(along: buckets, named: name))
    case .decimal(let column, let scale):
      return .decimal(try column.cumulativeSums(along: buckets, named: name), scale: scale)
    case .boolean(let column):
      return .integer(try column.asIntegers().cumulativeSums(along: buckets, named: name))
    case .number(let column): return .number(column.cumulativeSums(along: buckets))
    case .text, .category, .date, .timestamp:
      throw .wrongType(column: name, type: type, wanted: "a number")
    }
  }
}

extension FixedColumn<Int64> {
  fileprivate func cumulativeSums(
    along buckets: RowBuckets, named name: String
  ) throws(TableFault) -> FixedColumn {
    var sums = values.array
    for group in 0..<buckets.starts.count - 1 {
      var sum: Int64 = 0
      for place in buckets.range(of: group) {
        let row = buckets.rows[place]
        if let validity, !validity[row] { continue }
        let (next, overflow) = sum.addingReportingOverflow(values[row])
        if overflow { throw .sumOverflow(column: name) }
        sum = next
        sums[row] = sum
      }
    }
    return FixedColumn(sums, validity: validity)
  }
}

extension FixedColumn<Double> {
  fileprivate func cumulativeSums(along buckets: RowBuckets) -> FixedColumn {
    var sums = values.array
    for group in 0..<buckets.starts.count - 1 {
      var sum = 0.0
      for place in buckets.range(of: group) {
        let row = buckets.rows[place]
        if let validity, !validity[row] { continue }
        sum += values[row]
        sums[row] = sum
      }
    }
    return FixedColumn(sums, validity: validity)
  }
}
