// SPDX-License-Identifier: EUPL-1.2

/// The named regressors of a linear model, one row per case.
public struct Design: Sendable, Hashable {
  public private(set) var names: [String]
  public let rowCount: Int
  /// Whether the first column is the constant 1.
  public let hasIntercept: Bool
  private var values: [Double]

  /// The name of the constant column.
  public static let interceptName = "(Intercept)"

  /// - Parameters:
  ///   - rows: the number of cases.
  ///   - intercept: whether to begin with the constant 1.
  ///   - capacity: the number of columns to come, so that memory is taken once.
  public init(rows: Int, intercept: Bool = true, capacity: Int = 0) {
    rowCount = rows
    hasIntercept = intercept
    names = intercept ? [Self.interceptName] : []
    values = []
    values.reserveCapacity(rows * (capacity + 1))
    if intercept { values.append(contentsOf: repeatElement(1, count: rows)) }
  }

  /// Takes columns that stand one after the other, without an intercept among them.
  init(names: [String], rows: Int, values: [Double]) {
    precondition(values.count == names.count * rows, "one value per row and column")
    self.names = names
    rowCount = rows
    hasIntercept = false
    self.values = values
  }

  public var columnCount: Int { names.count }

  /// n × k, column by column.
  public var matrix: Matrix { Matrix(rows: rowCount, columns: columnCount, values: values) }

  /// Adds a column of numbers.
  public mutating func append(_ name: String, _ column: [Double]) {
    precondition(column.count == rowCount, "one value per row")
    names.append(name)
    values.append(contentsOf: column)
  }

  /// Adds a 0/1 column for each group but the reference, named `name.label`.
  ///
  /// - Parameters:
  ///   - name: the column that holds the groups.
  ///   - groups: the group of each row.
  ///   - reference: the group that stands in the intercept.
  public mutating func appendIndicators(_ name: String, _ groups: Grouping, reference: Int = 0) {
    precondition(groups.rowCount == rowCount, "one group per row")
    for group in 0..<groups.count where group != reference {
      append("\(name).\(groups.labels[group])", groups.indicator(group))
    }
  }

  /// The numbers of a column, by its position.
  public func column(_ position: Int) -> [Double] {
    Array(values[(position * rowCount)..<((position + 1) * rowCount)])
  }

  /// The position of the column with that name, compared byte for byte.
  public func position(of name: String) -> Int? {
    names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
  }
}

extension Grouping {
  /// 1 in the rows of a group, 0 elsewhere.
  public func indicator(_ group: Int) -> [Double] {
    codes.map { Int($0) == group ? 1 : 0 }
  }
}
