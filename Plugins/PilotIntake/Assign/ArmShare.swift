// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// What an arm gets: a share of the units (0.5, 1/3), or a number of them (400).
enum ArmShare: ParameterValue, Hashable {
  case share(Double)
  case count(Int)

  static var schema: ParameterSchema { .either([.number(minimum: 0), .text]) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> ArmShare? {
    switch node.scalar?.value {
    case .integer(let value) where value >= 0:
      return value == 0 ? .share(0) : Int(exactly: value).map { .count($0) }
    case .number(let value) where value >= 0 && value < 1: return .share(value)
    case .text:
      if let share = node.text.flatMap(fraction) { return .share(share) }
    default: break
    }
    reading.report(
      .wrongType, "'\(reading.parameter)' takes a share or a whole number", at: node,
      help: "a share lies below 1, such as 0.5 or 1/3; whole numbers say how many units an arm gets"
    )
    return nil
  }

  /// `1/3` and the like.
  private static func fraction(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let upper = Int(parts[0].trimmed), let lower = Int(parts[1].trimmed),
      upper >= 0, lower > upper
    else { return nil }
    return Double(upper) / Double(lower)
  }

  var json: JSONValue {
    switch self {
    case .share(let share): .number(share)
    case .count(let count): .integer(Int64(count))
    }
  }
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0 == " " }.prefix { $0 != " " } }
}

/// The arms in their order, with shares that add up to one, or with counts.
struct ArmShares: Sendable {
  let labels: [String]
  /// Shares that add up to one; nil where counts are given.
  let shares: [Double]?
  let counts: [Int]?

  /// How far shares such as 0.333 may fall short of one.
  private static let tolerance = 0.005

  init(_ arms: NamedValues<ArmShare>) throws(StageFault) {
    labels = arms.names
    guard labels.count >= 2 else {
      throw StageFault(
        "an assignment needs two arms at least", at: "arms",
        help: "such as arms: {control: 0.5, letter: 0.5}", kind: .user)
    }
    var shares: [Double] = []
    var counts: [Int] = []
    for entry in arms.entries {
      switch entry.value {
      case .share(let share): shares.append(share)
      case .count(let count): counts.append(count)
      }
    }
    if counts.count == labels.count {
      (self.counts, self.shares) = (counts, nil)
      return
    }
    guard counts.isEmpty else {
      throw StageFault(
        "'arms' mixes shares and numbers of units", at: "arms",
        help: "write shares for all arms, or numbers for all", kind: .user)
    }
    let total = shares.reduce(0, +)
    guard (total - 1).magnitude <= Self.tolerance else {
      let percent = (total * 1000).rounded() / 10
      throw StageFault(
        "the shares of the arms add up to \(percent) %, not to 100 %", at: "arms", kind: .user)
    }
    (self.counts, self.shares) = (nil, shares.map { $0 / total })
  }

  /// How many of so many units each arm gets.
  ///
  /// An arm gets its share rounded down or up. Which arms are rounded up is drawn so that each is with
  /// the probability of its remainder: systematic sampling (Madow 1949, Ann. Math. Stat. 20:333–354)
  /// over the arms in random order. A rule such as "the first arm gets the odd one" would favour it in
  /// every small block.
  func sizes(of units: Int, _ stream: inout RandomStream) throws(StageFault) -> [Int] {
    if let counts {
      let total = counts.reduce(0, +)
      guard total == units else {
        throw StageFault(
          "'arms' gives \(total) units an arm, and there are \(units)", at: "arms",
          help: "shares such as 0.5 fit any number of units", kind: .user)
      }
      return counts
    }
    let exact = (shares ?? []).map { $0 * Double(units) }
    // A product such as 0.1 · 30 may fall one rounding short of a whole number.
    var sizes = exact.map { Int(($0 + 1e-9).rounded(.down)) }
    let spare = units - sizes.reduce(0, +)
    guard spare > 0 else { return sizes }
    var order = Array(sizes.indices)
    stream.shuffle(&order)
    let remainders = order.map { max(0, exact[$0] - Double(sizes[$0])) }
    let scale = Double(spare) / remainders.reduce(0, +)
    let start = stream.uniform()
    var (cumulative, given) = (0.0, 0)
    for (place, arm) in order.enumerated() {
      cumulative += remainders[place] * scale
      let isLast = place == order.count - 1
      if isLast ? given < spare : cumulative > start + Double(given) && given < spare {
        sizes[arm] += 1
        given += 1
      }
    }
    return sizes
  }
}
