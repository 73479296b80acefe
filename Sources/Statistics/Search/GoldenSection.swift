// SPDX-License-Identifier: EUPL-1.2

/// The place between two numbers where a function with a single hill is greatest.
///
/// Each step keeps the golden part of the interval and asks for one value. Source: Kiefer (1953), Proceedings of the
/// American Mathematical Society 4:502–506.
enum GoldenSection {
  static func maximum<Fault: Error>(
    from low: Double, to high: Double, within tolerance: Double,
    of function: (Double) throws(Fault) -> Double
  ) throws(Fault) -> Double {
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (low, high)
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (atLeft, atRight) = (try function(left), try function(right))
    while high - low > tolerance {
      if atLeft > atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - golden * (high - low)
        atLeft = try function(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + golden * (high - low)
        atRight = try function(right)
      }
    }
    return (low + high) / 2
  }
}
