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
    switch self {
    case .category(let column):
      let codes = column.validity.map { bits in
        column.codes.indices.map { bits[$0] ? column.codes[$0] : -1 }
      }
      return Grouping(codes: codes ?? column.codes, labels: column.dictionary)
    case .text(let column):
      var index = TextIndex()
      let codes = column.codes(in: &index)
      return Grouping(codes: codes, labels: index.texts)
    case .boolean(let column):
      return grouping((0..<count).lazy.map { column.values[$0] ? 1 : 0 })
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      return grouping(column.values.lazy.map { UInt64(bitPattern: $0) })
    case .number(let column): return grouping(column.values.lazy.map(\.bitPattern))
    case .date(let column):
      return grouping(column.values.lazy.map { UInt64(bitPattern: Int64($0)) })
    }
  }

  /// How many different values there are, missing ones not counted.
  public var distinctCount: Int {
    if case .category(let column) = self { return column.dictionary.count }
    return grouping().count
  }
}

extension Column {
  private func grouping(_ keys: some Sequence<UInt64>) -> Grouping {
    var codes: [Int32] = []
    codes.reserveCapacity(count)
    var index = KeyIndex()
    var labels: [String] = []
    let validity = validity
    for (row, key) in keys.enumerated() {
      if let validity, !validity[row] {
        codes.append(-1)
        continue
      }
      let code = index.code(of: key)
      if code == labels.count { labels.append(display(at: row) ?? "") }
      codes.append(code)
    }
    return Grouping(codes: codes, labels: labels)
  }
}

extension TextColumn {
  fileprivate func codes(in index: inout TextIndex) -> [Int32] {
    var codes: [Int32] = []
    codes.reserveCapacity(count)
    bytes.withUnsafeBytes { bytes in
      for row in 0..<count {
        if let validity, !validity[row] {
          codes.append(-1)
        } else {
          codes.append(index.code(of: UnsafeRawBufferPointer(rebasing: bytes[range(at: row)])))
        }
      }
    }
    return codes
  }
}
