// SPDX-License-Identifier: EUPL-1.2

/// How many values each group has of a numeric column, and their sums.
struct GroupTotals {
  /// Whole numbers are added in 128 bits, so that only a sum itself can be too large, never the way to it.
  private enum Sums {
    case whole([Int128], ColumnType)
    case numbers([Double])
  }

  private let counts: [Int]
  private let sums: Sums

  /// - Throws: `TableFault.wrongType` where the column is no number.
  init(_ column: Column, in groups: RowGroups, named name: String) throws(TableFault) {
    switch column {
    case .number(let column):
      let (counts, sums) = Self.add(column, in: groups)
      self.counts = counts
      self.sums = .numbers(sums)
    case .integer(let column):
      let (counts, sums) = Self.addWhole(column, in: groups)
      self.counts = counts
      self.sums = .whole(sums, .integer)
    case .decimal(let column, let scale):
      let (counts, sums) = Self.addWhole(column, in: groups)
      self.counts = counts
      self.sums = .whole(sums, .decimal(scale: scale))
    case .boolean(let column):
      let (counts, sums) = Self.addWhole(column.asIntegers(), in: groups)
      self.counts = counts
      self.sums = .whole(sums, .integer)
    case .text, .category, .date, .timestamp:
      throw .wrongType(column: name, type: column.type, wanted: "a number")
    }
  }

  /// - Throws: `TableFault.sumOverflow`.
  func sumColumn(named name: String) throws(TableFault) -> Column {
    switch sums {
    case .numbers(let sums): return .number(FixedColumn(sums, validity: present))
    case .whole(let sums, let type):
      var narrowed: [Int64] = []
      narrowed.reserveCapacity(sums.count)
      for sum in sums {
        guard let value = Int64(exactly: sum) else { throw .sumOverflow(column: name) }
        narrowed.append(value)
      }
      let column = FixedColumn(narrowed, validity: present)
      if case .decimal(let scale) = type { return .decimal(column, scale: scale) }
      return .integer(column)
    }
  }

  func meanColumn() -> Column { .number(FixedColumn(means, validity: present)) }

  /// Σ(x − x̄)² ⁄ (n − 1) in a second pass, less the rounding of x̄: (Σ(x − x̄))² ⁄ n.
  ///
  /// Source: Chan, Golub and LeVeque (1983), The American Statistician 37:242–247, equation 1.7.
  func variances(of column: Column, in groups: RowGroups) -> Column {
    guard let (values, validity) = column.doubles() else {
      preconditionFailure("totals exist for numeric columns only")
    }
    let means = means
    var squares = [Double](repeating: 0, count: counts.count)
    var rests = squares
    for row in values.indices {
      if let validity, !validity[row] { continue }
      let group = Int(groups.codes[row])
      let deviation = values[row] - means[group]
      squares[group] += deviation * deviation
      rests[group] += deviation
    }
    for group in counts.indices {
      let n = Double(counts[group])
      let sum = squares[group] - rests[group] * rests[group] / n
      squares[group] = max(0, sum) / (n - 1)
      if sum.isNaN { squares[group] = .nan }
    }
    return .number(FixedColumn(squares, validity: Bitmap(counts.lazy.map { $0 > 1 })))
  }
}

extension GroupTotals {
  private var present: Bitmap { Bitmap(counts.lazy.map { $0 > 0 }) }

  private var means: [Double] {
    switch sums {
    case .numbers(let sums): zip(sums, counts).map { $0 / Double($1) }
    case .whole(let sums, .decimal(let scale)):
      zip(sums, counts).map { Double($0) / Double($1) / DecimalText.powers[scale] }
    case .whole(let sums, _): zip(sums, counts).map { Double($0) / Double($1) }
    }
  }

  private static func add(
    _ column: FixedColumn<Double>, in groups: RowGroups
  ) -> ([Int], [Double]) {
    var counts = [Int](repeating: 0, count: groups.count)
    var sums = [Double](repeating: 0, count: groups.count)
    let (values, validity) = (column.values, column.validity)
    for row in values.indices {
      if let validity, !validity[row] { continue }
      let group = Int(groups.codes[row])
      counts[group] += 1
      sums[group] += values[row]
    }
    return (counts, sums)
  }

  private static func addWhole(
    _ column: FixedColumn<Int64>, in groups: RowGroups
  ) -> ([Int], [Int128]) {
    var counts = [Int](repeating: 0, count: groups.count)
    var sums = [Int128](repeating: 0, count: groups.count)
    let (values, validity) = (column.values, column.validity)
    for row in values.indices {
      if let validity, !validity[row] { continue }
      let group = Int(groups.codes[row])
      counts[group] += 1
      sums[group] &+= Int128(values[row])
    }
    return (counts, sums)
  }
}

extension BooleanColumn {
  /// True as 1 and false as 0.
  func asIntegers() -> FixedColumn<Int64> {
    FixedColumn(canonical: (0..<count).map { values[$0] ? 1 : 0 }, validity: validity)
  }
}
