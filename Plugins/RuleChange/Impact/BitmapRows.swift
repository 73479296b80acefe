// SPDX-License-Identifier: EUPL-1.2

import Tables

// Whole words at a time: bit after bit takes longer than what is done with the rows.
extension Bitmap {
  /// The rows for which something holds.
  init(rows count: Int, where holds: (Int) -> Bool) {
    var words = [UInt64](repeating: 0, count: (count + 63) / 64)
    for place in words.indices {
      var word: UInt64 = 0
      let start = place << 6
      for bit in 0..<min(64, count - start) where holds(start + bit) { word |= 1 << UInt64(bit) }
      words[place] = word
    }
    self.init(words: words, count: count)
  }

  /// Gives every set row to `body`, in order.
  func forEachRow(_ body: (Int) -> Void) {
    for (place, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        body(place << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  /// The set rows, in the width that sorting takes.
  var setRows: [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(setCount)
    forEachRow { rows.append(UInt32(truncatingIfNeeded: $0)) }
    return rows
  }
}
