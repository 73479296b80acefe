// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// The incomes between which the marginal pressure is shown.
struct IncomeGrid: ParameterValue {
  /// How many incomes one household type may be tried at.
  static let limit = 1_000_000

  let from: Int
  let to: Int
  /// What lies between two incomes that are shown; every whole unit within is looked at.
  let step: Int

  static var schema: ParameterSchema {
    .block(name: "grid", schema: ["type": "object", "required": ["from", "to", "step"]])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> IncomeGrid? {
    guard let block = ParameterBlock(node, keys: ["from", "to", "step"], in: &reading)
    else { return nil }
    let from: Int? = block.require("from", "the lowest income", in: &reading)
    let to: Int? = block.require("to", "the highest income", in: &reading)
    let step: Int? = block.require("step", "what lies between two incomes shown", in: &reading)
    guard let from, let to, let step else { return nil }
    let span = to.subtractingReportingOverflow(from)
    guard step > 0, from < to, !span.overflow, step <= span.partialValue,
      span.partialValue <= limit
    else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is out of range", at: node,
        help:
          "it takes from below to, at most \(limit) apart, and a step of at least 1 between them")
      return nil
    }
    return IncomeGrid(from: from, to: to, step: step)
  }

  var json: JSONValue { ["from": from.json, "to": to.json, "step": step.json] }

  /// Every whole income of the grid.
  var incomes: Column { .integer(FixedColumn((from...to).map { Int64($0) })) }

  /// The incomes that are shown, by their place among all.
  var shown: [Int] { Array(stride(from: 0, through: to - from, by: step)) }
}

/// What one household type gets at every whole income, and what more income takes away.
///
/// With r(x) the result at income x: the pressure from x to y is (r(x) − r(y)) ⁄ (y − x), the share of
/// the rise that is lost. A drop is r(x) − r(x + 1); where it is more than 1, one unit of income more
/// leaves people with less in all: a cliff. Every whole income is tried, so that no cliff is passed over.
struct IncomeScan: Sendable {
  private let amounts: [Double?]
  private let grid: IncomeGrid

  init(_ amounts: [Double?], _ grid: IncomeGrid) {
    self.amounts = amounts
    self.grid = grid
  }

  func amount(_ place: Int) -> Double? { amounts[place] }

  /// The drop for one more unit of income from a place on.
  private func drop(_ place: Int) -> Double? {
    guard let now = amounts[place], let next = amounts[place + 1] else { return nil }
    return now - next
  }

  /// The mean pressure from a place to the next that is shown; nil at the end.
  func pressure(_ place: Int) -> Double? {
    let next = place + grid.step
    guard next < amounts.count, let now = amounts[place], let later = amounts[next] else {
      return nil
    }
    return (now - later) / Double(grid.step)
  }

  /// The steepest drop among some places.
  struct Steepest: Sendable {
    let place: Int
    let drop: Double
  }

  /// The largest drop for one more unit from a place up to the next that is shown; nil at the end.
  func steepest(after place: Int) -> Steepest? {
    steepest(in: place..<min(amounts.count - 1, place + grid.step))
  }

  /// The largest drop of all, the first of equal ones; nil where nothing drops.
  var steepest: Steepest? { steepest(in: 0..<amounts.count - 1).flatMap { $0.drop > 0 ? $0 : nil } }

  private func steepest(in places: Range<Int>) -> Steepest? {
    var found: Steepest?
    for place in places {
      guard let drop = drop(place), drop > found?.drop ?? -.infinity else { continue }
      found = Steepest(place: place, drop: drop)
    }
    return found
  }

  /// How many whole incomes there are from which one more unit leaves less in all.
  var cliffs: Int { (0..<amounts.count - 1).count { Self.isCliff(drop($0)) } }

  /// Rounding of a sum must not make a cliff of a drop of exactly one.
  static func isCliff(_ drop: Double?) -> Bool { drop.map { $0 > 1 + 1e-9 } ?? false }
}
