// SPDX-License-Identifier: EUPL-1.2

import Differential
import FEEL
import Tables
import Testing

/// Exact columns where numbers are so large that kernels must look at every result.
struct ExactKernelTests {
  /// The ends of 64 bits, of what a sum and a product may hold, and of what doubles divide exactly.
  private static let numbers: [Int64] = [
    .min, .min + 1, -9_000_000_000_000_000_001, -3_037_000_500, -1 << 52, -1 << 51, -1_005, -5, -1,
    0,
    1, 5, 15, 1_005, 1 << 31, 3_037_000_499, (1 << 51) - 1, 1 << 51, (1 << 52) + 1, 1 << 62,
    .max - 1, .max,
  ]

  @Test(
    arguments: [
      "n + m", "n - m", "n * m", "n + d", "d - n", "n * 10 + 3", "3 - n", "n * -1", "max(n, m)",
      "min(n, d)", "max(n, 4)", "min(5, d)", "if n > m then n else m", "if n > m then 1 else d",
      "if n > m then n else 2", "if d > 0 then 1 else 2",
    ])
  func `large numbers give what the interpreter gives`(source: String) throws {
    let expression = try FEELExpression(parsing: source)
    for left in Self.numbers {
      for right in Self.numbers {
        let table = try Table([
          ("n", .integer(FixedColumn([left, 1]))), ("m", .integer(FixedColumn([right, 2]))),
          ("d", .decimal(FixedColumn([right, 3]), scale: 3)),
        ])
        let differences = ExpressionDifferential.differences(
          of: expression, over: table, in: FEELScope())
        #expect(differences.isEmpty, "\(left) \(right): \(differences)")
      }
    }
  }

  @Test(
    arguments: [
      "round half up", "decimal", "round half down", "round up", "round down", "floor", "ceiling",
    ])
  func `large numbers are rounded as the interpreter does`(name: String) throws {
    for scale in [1, 2, 3, 5, 12, 18] {
      let table = try Table([
        ("d", .decimal(FixedColumn(Self.numbers + Self.numbers.map { $0 / 7 }), scale: scale))
      ])
      for places in [0, 1, 2] {
        let expression = try FEELExpression(parsing: "\(name)(d, \(places))")
        #expect(
          ExpressionDifferential.differences(of: expression, over: table, in: FEELScope()).isEmpty)
      }
    }
  }
}
