// SPDX-License-Identifier: EUPL-1.2

/// The minima of ½uᵀQu + qᵀu + μΣ|u| for all μ from where u is zero down to μ = 0: straight pieces between
/// corners, at which an element leaves zero or comes back to it.
///
/// Where estimates are independent, elements leave zero at the same μ, and the order in which they are taken
/// may go round in circles. So q is moved by 1e-9 of its largest element, another share for each element;
/// whoever evaluates a point exactly loses 1e-18 of a minimum by it.
struct ShrinkagePath: Sendable {
  /// With falling μ; the last has μ = 0.
  private(set) var corners: [(penalty: Double, u: [Double])] = []

  /// - Parameters:
  ///   - quadratic: Q, positive definite.
  ///   - given: q.
  /// - Throws: `EstimationFault.notConverged`.
  init(_ quadratic: Matrix, _ given: [Double]) throws(EstimationFault) {
    let size = given.count
    let largest = given.reduce(0) { max($0, $1.magnitude) }
    let golden = (5.0.squareRoot() - 1) / 2
    let linear = given.enumerated().map { place, value in
      value + 1e-9 * largest * (Double(place + 1) * golden).truncatingRemainder(dividingBy: 1)
    }
    var penalty = linear.reduce(0) { max($0, $1.magnitude) }
    corners = [(penalty, Array(repeating: 0, count: size))]
    guard penalty > 0, let first = linear.firstIndex(where: { $0.magnitude == penalty }) else {
      return
    }
    var active = [first]
    var signs: [Double] = [linear[first] > 0 ? -1 : 1]
    var changed = first
    for _ in 0..<(100 * size + 100) {
      guard
        case .inverse(let inverse) = quadratic.selecting(active).positiveInverse(tolerance: 1e-14)
      else { break }
      // u = level − μ · rate on the active elements.
      let level = (inverse * active.map { linear[$0] }).map { -$0 }
      let rate = inverse * signs
      func state(_ penalty: Double) -> [Double] {
        var u = [Double](repeating: 0, count: size)
        for (place, element) in active.enumerated() {
          u[element] = level[place] - penalty * rate[place]
        }
        return u
      }
      var next = (penalty: 0.0, element: -1, sign: 0.0)
      func offer(_ candidate: Double, _ element: Int, _ sign: Double) {
        let limit = element == changed ? penalty * (1 - 1e-12) : penalty * (1 + 1e-14)
        if candidate > next.penalty, candidate <= limit {
          next = (min(candidate, penalty), element, sign)
        }
      }
      for (place, element) in active.enumerated() { offer(level[place] / rate[place], element, 0) }
      for element in 0..<size where !active.contains(element) {
        var (gradient, slope) = (linear[element], 0.0)
        for (place, other) in active.enumerated() {
          gradient += quadratic[element, other] * level[place]
          slope += quadratic[element, other] * rate[place]
        }
        offer(gradient / (slope + 1), element, -1)
        offer(gradient / (slope - 1), element, 1)
      }
      penalty = next.penalty
      corners.append((penalty, state(penalty)))
      guard next.element >= 0 else { return }
      changed = next.element
      if let place = active.firstIndex(of: changed) {
        active.remove(at: place)
        signs.remove(at: place)
      } else {
        active.append(changed)
        signs.append(next.sign)
      }
      if active.isEmpty { break }
    }
    throw .notConverged("the weights of periods before adoption")
  }

  /// The point at which a function that falls and then rises along the path is least.
  func minimum(_ function: ([Double]) -> Double) -> [Double] {
    let values = corners.map { function($0.u) }
    let best = values.indices.min { values[$0] < values[$1] } ?? 0
    var least = (value: values[best], u: corners[best].u)
    for piece in [best - 1, best] where piece >= 0 && piece + 1 < corners.count {
      let (start, end) = (corners[piece].u, corners[piece + 1].u)
      func point(_ share: Double) -> [Double] { zip(start, end).map { $0 + share * ($1 - $0) } }
      let share = GoldenSection.maximum(from: 0, to: 1, within: 1e-9) { -function(point($0)) }
      let u = point(share)
      let value = function(u)
      if value < least.value { least = (value, u) }
    }
    return least.u
  }
}
