// SPDX-License-Identifier: EUPL-1.2

extension Table {
  /// So many rows drawn at random, each at most once, in the order of the table.
  ///
  /// Every set of rows is equally likely. The draw is written out here and takes nothing from the generator
  /// but `next()`: the same seeded stream draws the same rows on every machine and under every version
  /// of the standard library.
  ///
  /// Source: Floyd's algorithm in Bentley (1987), Communications of the ACM 30:754–757; bounded numbers
  /// without bias as Lemire (2019), ACM TOMACS 29:3.
  /// - Parameters:
  ///   - wanted: 0 to the number of rows.
  ///   - random: a seeded stream; it moves on by one number for each row drawn, seldom by more.
  /// - Returns: the table with the rows drawn.
  /// - Throws: `TableFault.noSuchSample` where fewer rows exist than are wanted, or the wish is negative.
  /// - Complexity: O(rows drawn) and a bit for each row of the table.
  public func sampled(
    _ wanted: Int, using random: inout some RandomNumberGenerator
  ) throws(TableFault) -> Table {
    guard (0...rowCount).contains(wanted) else {
      throw .noSuchSample(wanted: wanted, rows: rowCount)
    }
    var drawn = Bitmap(repeating: false, count: rowCount)
    for last in (rowCount - wanted)..<rowCount {
      let row = random.number(upTo: last)
      drawn.set(drawn[row] ? last : row, to: true)
    }
    return filtered(by: drawn)
  }
}

extension RandomNumberGenerator {
  /// Uniform on 0...last without bias.
  fileprivate mutating func number(upTo last: Int) -> Int {
    let range = UInt64(last) + 1
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }
}
