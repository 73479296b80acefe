// SPDX-License-Identifier: EUPL-1.2

/// The least value of a function that has no derivative, searched for by a simplex that moves downhill.
///
/// Reflection 1, expansion 2, contraction ½, shrinking ½. It finds a local least value, and starts over
/// once from where it ended, since a simplex may fold up too early.
///
/// Source: Nelder and Mead (1965), The Computer Journal 7:308–313.
struct NelderMead {
  private(set) var point: [Double]
  private(set) var value: Double

  /// - Parameters:
  ///   - start: where the search begins; no number is zero.
  ///   - evaluations: after how many it ends at the latest.
  ///   - tolerance: it ends where values differ by less, relative to the least.
  ///   - function: what is to be small.
  /// - Throws: what the function throws.
  init(
    from start: [Double], evaluations: Int, tolerance: Double = 1e-10,
    _ function: ([Double]) throws(EstimationFault) -> Double
  ) throws(EstimationFault) {
    point = start
    value = try function(start)
    var left = evaluations
    for _ in 0..<2 {
      try descend(&left, tolerance, function)
    }
  }

  private mutating func descend(
    _ left: inout Int, _ tolerance: Double,
    _ function: ([Double]) throws(EstimationFault) -> Double
  ) throws(EstimationFault) {
    let size = point.count
    var corners = [(point: point, value: value)]
    for axis in 0..<size {
      var corner = point
      corner[axis] += corner[axis] == 0 ? 0.1 : 0.25 * corner[axis]
      corners.append((corner, try function(corner)))
    }
    left -= size
    while left > 0 {
      corners.sort { $0.value < $1.value }
      let spread = corners[size].value - corners[0].value
      if spread <= tolerance * (corners[0].value.magnitude + 1e-300) { break }
      var centre = [Double](repeating: 0, count: size)
      for corner in corners.dropLast() {
        for axis in 0..<size { centre[axis] += corner.point[axis] / Double(size) }
      }
      let worst = corners[size]
      func along(_ step: Double) throws(EstimationFault) -> (point: [Double], value: Double) {
        let candidate = zip(centre, worst.point).map { $0 + step * ($0 - $1) }
        left -= 1
        return (candidate, try function(candidate))
      }
      let reflected = try along(1)
      if reflected.value < corners[0].value {
        let expanded = try along(2)
        corners[size] = expanded.value < reflected.value ? expanded : reflected
      } else if reflected.value < corners[size - 1].value {
        corners[size] = reflected
      } else {
        let contracted = try along(reflected.value < worst.value ? 0.5 : -0.5)
        if contracted.value < min(reflected.value, worst.value) {
          corners[size] = contracted
        } else {
          for place in 1...size {
            let moved = zip(corners[0].point, corners[place].point).map { ($0 + $1) / 2 }
            corners[place] = (moved, try function(moved))
          }
          left -= size
        }
      }
    }
    corners.sort { $0.value < $1.value }
    point = corners[0].point
    value = corners[0].value
  }
}
