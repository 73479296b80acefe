// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// A Brownian motion with drift that is looked at now and then and stopped where it leaves a corridor.
///
/// S(t) has increments N(θ·Δt, Δt); a test statistic at information t is Z = S ⁄ √t. The density of the
/// paths that are still inside is carried from look to look by numerical integration:
/// gₖ(s) = ∫ gₖ₋₁(u) φ((s − u − θΔ) ⁄ √Δ) ⁄ √Δ du. Gauss–Legendre rules on panels two standard deviations
/// of an increment wide make the error smaller than 1e-10.
///
/// Source: Armitage, McPherson and Rowe (1969), J. Royal Statistical Society A 132:235–244; Jennison and
/// Turnbull (2000), Group Sequential Methods, chapter 19.
struct BrownianExit {
  /// θ, the expected Z at information 1.
  let drift: Double
  private let start: (information: Double, value: Double)
  private(set) var information: Double
  /// Where S may be; one point before the first look.
  private var nodes: [Double]
  /// Density times quadrature weight.
  private var masses: [Double]

  /// Starts at information t with S = s, which is 0 and 0 unless a trial is under way.
  init(drift: Double = 0, at information: Double = 0, value: Double = 0) {
    self.drift = drift
    start = (information, value)
    self.information = information
    nodes = [value]
    masses = [1]
  }

  /// The probability that no bound has been met so far.
  var inside: Double { masses.reduce(0, +) }

  /// P(still inside at the last look, and Z ≥ bound at information t).
  func exitAbove(_ bound: Double, at next: Double) -> Double {
    exit(next, bound: bound, sign: 1)
  }

  /// P(still inside at the last look, and Z ≤ bound at information t).
  func exitBelow(_ bound: Double, at next: Double) -> Double {
    exit(next, bound: bound, sign: -1)
  }

  private func exit(_ next: Double, bound: Double, sign: Double) -> Double {
    guard bound.isFinite else { return 0 }
    let step = next - information
    let root = step.squareRoot()
    let edge = bound * next.squareRoot() - drift * step
    var sum = 0.0
    for i in nodes.indices {
      sum += masses[i] * Self.upper(sign * (edge - nodes[i]) / root)
    }
    return sum
  }

  /// Goes on to information t with what lies between two bounds for Z.
  mutating func advance(to next: Double, between lower: Double, and upper: Double, then: Double?) {
    let step = next - information
    let scale = next.squareRoot()
    // Beyond 9 standard deviations there is no probability to speak of.
    let since = next - start.information
    let middle = start.value + drift * since
    let reach = 9 * since.squareRoot()
    let low = max(lower * scale, middle - reach)
    let high = min(upper * scale, middle + reach)
    guard low < high else {
      (nodes, masses, information) = ([0], [0], next)
      return
    }
    let width = 2 * min(step, then.map { $0 - next } ?? step).squareRoot()
    let rule = GaussLegendre.panels(from: low, to: high, width: width)
    let root = step.squareRoot()
    var density = [Double](repeating: 0, count: rule.nodes.count)
    for (place, s) in rule.nodes.enumerated() {
      var sum = 0.0
      for i in nodes.indices {
        let x = (s - nodes[i] - drift * step) / root
        if x * x < 80 { sum += masses[i] * exp(-x * x / 2) }
      }
      density[place] = sum * rule.weights[place] / (root * (2 * Double.pi).squareRoot())
    }
    nodes = rule.nodes
    masses = density
    information = next
  }

  /// 1 − Φ(x).
  private static func upper(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }
}

/// Gauss–Legendre quadrature with 12 nodes on each of several panels.
enum GaussLegendre {
  private static let half: [(node: Double, weight: Double)] = roots(12)

  static func panels(
    from low: Double, to high: Double, width: Double
  ) -> (nodes: [Double], weights: [Double]) {
    let count = max(1, min(4000, Int(((high - low) / width).rounded(.up))))
    let radius = (high - low) / Double(2 * count)
    var nodes: [Double] = []
    var weights: [Double] = []
    nodes.reserveCapacity(count * half.count)
    weights.reserveCapacity(count * half.count)
    for panel in 0..<count {
      let centre = low + radius * Double(2 * panel + 1)
      for (node, weight) in half {
        nodes.append(centre + radius * node)
        weights.append(radius * weight)
      }
    }
    return (nodes, weights)
  }

  /// The roots of the Legendre polynomial of degree n by Newton's method, with their weights.
  private static func roots(_ n: Int) -> [(node: Double, weight: Double)] {
    (1...n).map { place in
      var x = cos(Double.pi * (Double(place) - 0.25) / (Double(n) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (1.0, x)
        for degree in 2...n {
          let k = Double(degree)
          (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k)
        }
        slope = Double(n) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if step.magnitude < 1e-15 { break }
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }
}
