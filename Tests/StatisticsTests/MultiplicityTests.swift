// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

struct MultiplicityTests {
  /// R 4.2.2 `p.adjust`; 1e-8 relative.
  @Test(
    .enabled(if: Reference.isPresent, Reference.absent),
    arguments: [
      ("holm", MultiplicityAdjustment.holm), ("hochberg", .hochberg), ("hommel", .hommel),
      ("BH", .bh), ("BY", .by),
    ])
  func `adjusted p-values are R's`(name: String, adjustment: MultiplicityAdjustment) throws {
    let reference = try Reference("multiple-testing")
    let adjusted = try adjustment.adjust(reference.numbers("p"))
    for (value, expected) in zip(adjusted, try reference.list(name)) {
      expectClose(value, expected, 1e-8)
    }
  }

  /// Twenty-five p-values with published adjustments, given to three digits.
  @Test(arguments: [
    (MultiplicityAdjustment.bh, [0.025, 0.1, 0.21, 0.21, 0.21]),
    (.holm, [0.025, 0.192, 0.897, 0.902]), (.hommel, [0.025, 0.192, 0.682, 0.697, 0.714]),
  ])
  func `a long list gives its published adjustments`(
    adjustment: MultiplicityAdjustment, expected: [Double]
  ) throws {
    let adjusted = try adjustment.adjust([
      0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269,
      0.275, 0.34, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986,
    ])
    for (value, published) in zip(adjusted, expected) {
      #expect((value - published).magnitude <= 5e-4)
    }
  }

  @Test(arguments: MultiplicityAdjustment.allCases)
  func `no p-value falls, none exceeds one, and their order stays`(
    adjustment: MultiplicityAdjustment
  ) throws {
    var random = SeededGenerator(3)
    let given = (0..<30).map { _ in Double.random(in: 0...1, using: &random) }
    let adjusted = try adjustment.adjust(given)
    let order = given.indices.sorted { given[$0] < given[$1] }
    for (first, second) in zip(order, order.dropFirst()) {
      #expect(adjusted[first] <= adjusted[second])
    }
    for (value, raw) in zip(adjusted, given) { #expect(raw <= value && value <= 1) }
  }

  @Test(arguments: MultiplicityAdjustment.allCases)
  func `one test needs no adjustment, and none is fine`(
    adjustment: MultiplicityAdjustment
  ) throws {
    #expect(try adjustment.adjust([0.03]) == [0.03])
    #expect(try adjustment.adjust([]).isEmpty)
  }

  @Test func `zero and one stay what they are`() throws {
    #expect(try MultiplicityAdjustment.holm.adjust([0, 1e-300, 0.5, 1]) == [0, 3e-300, 1, 1])
  }

  @Test(arguments: [-0.1, 1.1, Double.nan])
  func `what is no probability is a fault`(value: Double) throws {
    #expect(
      throws: EstimationFault.outOfRange("every p-value", allowed: "between 0 and 1")
    ) { try MultiplicityAdjustment.bh.adjust([0.5, value]) }
  }
}
