// SPDX-License-Identifier: EUPL-1.2

/// Which group each row of a column belongs to, one group for each value.
public struct Grouping: Sendable, Hashable {
  /// Per row the place of its group, −1 where the value is missing.
  public let codes: [Int32]
  /// The groups' values as people read them, in order of first appearance.
  public let labels: [String]

  /// How many groups there are.
  public var count: Int { labels.count }

  /// How many rows each group has.
  public var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: labels.count)
    for code in codes where code >= 0 { sizes[Int(code)] += 1 }
    return sizes
  }

  /// The rows of each group, in order.
  public var rows: [[Int]] {
    var rows = zip(labels, sizes).map { _, size in
      var empty: [Int] = []
      empty.reserveCapacity(size)
      return empty
    }
    for (row, code) in codes.enumerated() where code >= 0 { rows[Int(code)].append(row) }
    return rows
  }

  /// The place of the group with exactly this label.
  public func code(of label: String) -> Int32? {
    labels.firstIndex { $0.isExactly(label) }.map { Int32($0) }
  }
}

extension Column {
  /// The groups of equal values, in order of first appearance; for a column of any type.
  public func grouping() -> Grouping {
    let values = valueCodes()
    if case .category(let column) = self {
      return Grouping(codes: values.codes, labels: column.dictionary)
    }
    return Grouping(
      codes: values.codes, labels: values.firstRows.map { display(at: $0) ?? "" })
  }

  /// How many different values there are, missing ones not counted.
  public var distinctCount: Int {
    if case .category(let column) = self { return column.dictionary.count }
    return valueCodes().count
  }
}
