// SPDX-License-Identifier: EUPL-1.2

import Tables

extension Column {
  /// The rows in which another column holds something else; nil where there is none.
  ///
  /// Numbers are compared by value whatever their type; a missing value differs from any other.
  func rowsDiffering(from other: Column) -> Bitmap? {
    precondition(count == other.count, "columns of unequal length")
    if self == other { return nil }
    guard let type = Column.commonType(of: [self, other]), let left = converted(to: type),
      let right = other.converted(to: type)
    else { return Bitmap(repeating: true, count: count) }
    let differs: Bitmap
    switch (left, right) {
    case (.integer(let left), .integer(let right)), (.timestamp(let left), .timestamp(let right)),
      (.decimal(let left, _), .decimal(let right, _)):
      differs = Self.differing(left.values, right.values)
    case (.number(let left), .number(let right)):
      differs = Self.differing(left.values, right.values)
    case (.date(let left), .date(let right)):
      differs = Self.differing(left.values, right.values)
    case (.boolean(let left), .boolean(let right)):
      differs = (left.values & ~right.values) | (right.values & ~left.values)
    case (.category(let left), .category(let right)):
      differs = Self.differing(left, right)
    case (.text(let left), .text(let right)):
      differs = Bitmap(rows: count) { left[$0]?.utf8Bytes != right[$0]?.utf8Bytes }
    default: differs = Bitmap(repeating: true, count: count)
    }
    // What a missing row holds means nothing.
    let all = Bitmap(repeating: true, count: count)
    let (first, second) = (left.validity ?? all, right.validity ?? all)
    let rows = (differs & first & second) | (first & ~second) | (second & ~first)
    return rows.noneSet ? nil : rows
  }

  private static func differing<Value: ColumnScalar>(
    _ left: ColumnBuffer<Value>, _ right: ColumnBuffer<Value>
  ) -> Bitmap {
    Bitmap(rows: left.count) { left[$0] != right[$0] }
  }

  /// Two dictionaries may hold the same texts in another order.
  private static func differing(_ left: CategoryColumn, _ right: CategoryColumn) -> Bitmap {
    var places: [[UInt8]: Int32] = [:]
    for (code, text) in left.dictionary.enumerated() { places[text.utf8Bytes] = Int32(code) }
    let same = right.dictionary.map { places[$0.utf8Bytes] ?? -1 }
    // A missing row has code zero, which the dictionary of an empty column does not hold.
    return Bitmap(rows: left.count) { row in
      let code = Int(right.codes[row])
      return !same.indices.contains(code) || left.codes[row] != same[code]
    }
  }
}

extension String {
  /// Two texts are the same where their bytes are.
  fileprivate var utf8Bytes: [UInt8] { Array(utf8) }
}
