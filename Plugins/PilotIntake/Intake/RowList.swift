// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Some rows among many: how many there are, and the first of them.
struct RowList: Sendable, Hashable {
  /// Counted from 0, in order.
  private(set) var first: [Int]
  private(set) var count: Int

  /// How many rows a message names.
  private static let shown = 5

  init(first: [Int] = [], count: Int = 0) {
    self.first = first
    self.count = count
  }

  var isEmpty: Bool { count == 0 }

  /// Adds rows of a batch, which come in order.
  mutating func add(_ rows: Bitmap, firstRow: Int) {
    let added = rows.setCount
    count += added
    guard first.count <= Self.shown, added > 0 else { return }
    first += rows.setIndices.prefix(Self.shown + 1 - first.count).map { $0 + firstRow }
  }

  /// The first rows, counted from 1, as a message names them.
  var examples: String? {
    if isEmpty { return nil }
    return first.prefix(Self.shown).map { String($0 + 1) }.joined(separator: ", ")
      + (count > Self.shown ? " …" : "")
  }
}
