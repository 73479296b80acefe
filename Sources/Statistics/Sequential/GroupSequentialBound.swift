// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// The bounds of a group-sequential test at looks that were really held.
///
/// With two sides the corridor is symmetric, −cₖ < Zₖ < cₖ, and each side has α ⁄ 2; with one side only
/// Zₖ ≥ cₖ stops. Crossing probabilities come from recursive numerical integration (`BrownianExit`),
/// bounds from false position.
///
/// Critical values agree with R rpact 3.3.4 (reference case group-sequential) to 1e-6 and with the
/// constants of Pocock and of O'Brien and Fleming to 1e-4.
public struct GroupSequentialBound: Sendable, Hashable {
  public enum Sides: Int, Sendable, Hashable {
    case one = 1
    case two = 2
  }

  /// Information of each look as a share of the planned maximum, ascending.
  public let information: [Double]
  /// cₖ, on the scale of Z.
  public let critical: [Double]
  /// The probability under no effect of having stopped by each look, both sides together.
  public let spent: [Double]
  public let alpha: Double
  public let sides: Sides

  /// Bounds by an α-spending function (Lan and DeMets): they need no planned number of looks.
  ///
  /// - Parameters:
  ///   - spending: how much may be spent when.
  ///   - information: t₁ < t₂ < …; 1 is the planned maximum, and a last look may lie beyond it.
  ///   - fixed: critical values of earlier looks, which are kept as they were.
  ///   - closes: whether the last look spends all that is left, however much information there is.
  ///   - alpha: both sides together, between 0 and 0.5.
  ///   - sides: one or two.
  /// - Throws: `EstimationFault.outOfRange` for α or information outside its domain, `.tooFew` without
  ///   a look.
  public init(
    _ spending: AlphaSpending, information: [Double], fixed: [Double] = [], closes: Bool = false,
    alpha: Double = 0.05, sides: Sides = .two
  ) throws(EstimationFault) {
    try Self.check(information, alpha)
    precondition(fixed.count <= information.count, "one fixed bound per look at most")
    let side = alpha / Double(sides.rawValue)
    var walk = Corridor(information, sides)
    for place in information.indices {
      if place < fixed.count {
        walk.stop(at: fixed[place])
      } else {
        let isLast = closes && place == information.count - 1
        let target = isLast ? side : spending.spent(at: information[place], alpha: side)
        walk.stop(spending: target)
      }
    }
    self.init(walk, alpha: alpha)
  }

  /// Bounds of one shape at planned looks, cₖ = c·tₖ^(Δ − ½) with t as a share of the last look.
  ///
  /// - Parameters:
  ///   - shape: Δ; ½ is Pocock's (1977), 0 O'Brien and Fleming's (1979), between them lie Wang and
  ///     Tsiatis's (1987).
  ///   - information: t₁ < t₂ < …, of all looks to the last.
  ///   - alpha: both sides together, between 0 and 0.5.
  ///   - sides: one or two.
  /// - Throws: as `init(_:information:fixed:closes:alpha:sides:)`.
  public init(
    shape: Double, information: [Double], alpha: Double = 0.05, sides: Sides = .two
  ) throws(EstimationFault) {
    try Self.check(information, alpha)
    let last = information[information.count - 1]
    func walk(_ constant: Double) -> Corridor {
      var walk = Corridor(information, sides)
      for t in information { walk.stop(at: constant * pow(t / last, shape - 0.5)) }
      return walk
    }
    let constant = FallingRoot.find(from: 0.5, to: 12) { constant in
      walk(constant).spentBySide - alpha / Double(sides.rawValue)
    }
    self.init(walk(constant), alpha: alpha)
  }

  /// Haybittle and Peto's bounds: one high bar at all looks, and at the last what remains of α.
  ///
  /// - Parameters:
  ///   - bar: the critical value before the last look.
  ///   - information: of all looks, the last included.
  ///   - closes: whether the last of these looks is the final one; else it has the bar, too.
  ///   - alpha: both sides together, between 0 and 0.5.
  ///   - sides: one or two.
  /// - Throws: as `init(_:information:fixed:closes:alpha:sides:)`, and `.outOfRange` where the bar leaves
  ///   nothing for the last look.
  public init(
    haybittlePeto bar: Double, information: [Double], closes: Bool = true, alpha: Double = 0.05,
    sides: Sides = .two
  ) throws(EstimationFault) {
    try Self.check(information, alpha)
    let side = alpha / Double(sides.rawValue)
    var walk = Corridor(information, sides)
    for place in information.indices {
      guard closes, place == information.count - 1 else {
        walk.stop(at: bar)
        continue
      }
      guard walk.spentBySide < side else {
        throw .outOfRange("the bar of the interim looks", allowed: "so high that α is left")
      }
      walk.stop(spending: side)
    }
    self.init(walk, alpha: alpha)
  }

  private init(_ walk: Corridor, alpha: Double) {
    information = walk.information
    critical = walk.critical
    spent = walk.spent.map { $0 * Double(walk.sides.rawValue) }
    self.alpha = alpha
    sides = walk.sides
  }

  private static func check(_ information: [Double], _ alpha: Double) throws(EstimationFault) {
    guard alpha > 0, alpha < 0.5 else { throw .outOfRange("α", allowed: "between 0 and 0.5") }
    guard let first = information.first else { throw .tooFew("looks", count: 0, needed: 1) }
    let ascends = zip(information, information.dropFirst()).allSatisfy { $0 < $1 }
    guard first > 0, ascends, information.allSatisfy(\.isFinite) else {
      throw .outOfRange("the information of each look", allowed: "above that of the look before")
    }
  }
}

/// The corridor under no effect, built look by look.
private struct Corridor {
  let information: [Double]
  let sides: GroupSequentialBound.Sides
  private(set) var critical: [Double] = []
  /// Of one side, cumulative.
  private(set) var spent: [Double] = []
  private var motion = BrownianExit()

  init(_ information: [Double], _ sides: GroupSequentialBound.Sides) {
    self.information = information
    self.sides = sides
  }

  var spentBySide: Double { spent.last ?? 0 }

  mutating func stop(at bound: Double) {
    let place = critical.count
    let t = information[place]
    spent.append(spentBySide + motion.exitAbove(bound, at: t))
    critical.append(bound)
    let next = place + 1 < information.count ? information[place + 1] : nil
    motion.advance(to: t, between: sides == .two ? -bound : -.infinity, and: bound, then: next)
  }

  /// A look at which hardly anything may be spent gets a bound that nothing meets.
  mutating func stop(spending target: Double) {
    let t = information[critical.count]
    let rest = target - spentBySide
    let motion = motion
    guard rest > 1e-15 else { return stop(at: 20) }
    stop(
      at: FallingRoot.find(from: -5, to: 20) { bound in motion.exitAbove(bound, at: t) - rest })
  }
}
