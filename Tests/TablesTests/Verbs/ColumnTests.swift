// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct ColumnTests {
  @Test func `equal values have equal columns, however they came about`() {
    let mask = Bitmap([true, false])
    #expect(FixedColumn([1, 9], validity: mask) == FixedColumn<Int64>([1, nil]))
    #expect(FixedColumn([1, .nan]) == FixedColumn<Double>([1, nil]))
    #expect(FixedColumn([-0.0]).values[0].bitPattern == 0)
    #expect(FixedColumn([1, 2], validity: Bitmap([true, true])).validity == nil)
    #expect(BooleanColumn(Bitmap([true, true]), validity: mask) == BooleanColumn([true, nil]))
    let codes = CategoryColumn(codes: [2, 0, 2], dictionary: ["a", "unused", "b"])
    #expect(codes == CategoryColumn(["b", "a", "b"]))
  }

  @Test func `not a number joins the values that are missing already`() {
    let column = FixedColumn([1, .nan, 3], validity: Bitmap([false, true, true]))
    #expect(column == FixedColumn<Double>([nil, nil, 3]))
  }

  @Test func `categories that look alike are two`() {
    #expect(CategoryColumn(["\u{E9}", "e\u{301}"]).dictionary.count == 2)
    #expect(CategoryColumn(["\u{E9}"]) != CategoryColumn(["e\u{301}"]))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `bitmaps joined at any border keep their bits`(seed: UInt64) {
    var random = Xorshift(seed + 1)
    var joined = Bitmap([])
    var bits: [Bool] = []
    for _ in 0..<5 {
      let part = (0..<random.below(150)).map { _ in random.below(2) == 0 }
      joined.append(contentsOf: Bitmap(part))
      bits += part
    }
    #expect(joined == Bitmap(bits))
    #expect(joined.setIndices == bits.indices.filter { bits[$0] })
    #expect((~joined).setCount == bits.count { !$0 })
  }

  @Test func `builders make the columns that values make`() throws {
    var numbers = FixedColumnBuilder<Double>()
    var texts = TextColumnBuilder()
    var flags = BooleanColumnBuilder()
    for value in [1, nil, 2.5] as [Double?] {
      numbers.append(value)
      texts.append(value.map { "\($0)" })
      flags.append(value.map { $0 > 2 })
    }
    #expect(numbers.finish() == FixedColumn([1, nil, 2.5]))
    #expect(try texts.finish(named: "t") == TextColumn(["1.0", nil, "2.5"]))
    #expect(flags.finish() == BooleanColumn([false, nil, true]))
  }
}
