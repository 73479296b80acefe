// SPDX-License-Identifier: EUPL-1.2

/// The root of a continuous falling function, by false position that never stalls (Illinois).
enum FallingRoot {
  /// - Returns: an end of the interval where the function does not change its sign in it.
  static func find(from low: Double, to high: Double, _ f: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    var (above, below) = (f(low), f(high))
    guard above > 0 else { return low }
    guard below < 0 else { return high }
    var side = 0
    for iteration in 0..<200 where high - low > 1e-12 * max(1, low.magnitude) {
      // Steep functions are halved first, since a secant across orders of magnitude says nothing.
      let isSteep = iteration < 4 || above > -100 * below || -below > 100 * above
      let next = isSteep ? (low + high) / 2 : (low * below - high * above) / (below - above)
      let value = f(next)
      if value == 0 { return next }
      if value > 0 {
        (low, above) = (next, value)
        if side == 1 { below /= 2 }
        side = 1
      } else {
        (high, below) = (next, value)
        if side == -1 { above /= 2 }
        side = -1
      }
    }
    return (low + high) / 2
  }
}
