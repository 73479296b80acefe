// SPDX-License-Identifier: EUPL-1.2

/// Which cells of tables that add up nobody may see: the small ones, and as many more as it takes that
/// no small one follows from the others.
///
/// A cell shows how many units have something. It is small where it shows 1 to 9 of them; none at all may
/// be shown. Cells are tied by sums. A sum gives nothing away where its total is hidden too and some part
/// with it, or where at least two parts are hidden that have together ten units or more. Where a sum
/// gives something away, the smallest part that is still open is closed, and all sums are looked at again.
struct HiddenCells: Sendable {
  /// A figure with fewer units is not shown.
  static let smallest = 10

  /// A cell that is the sum of others.
  struct Sum: Sendable, Hashable {
    let total: Int
    let parts: [Int]
  }

  /// Per cell whether it is hidden.
  private(set) var isHidden: [Bool]
  private let units: [Int]
  private let isSpare: [Bool]

  /// - Parameters:
  ///   - units: how many units each cell shows.
  ///   - sums: how the cells add up.
  ///   - takesAlong: pairs of which the second is hidden wherever the first is.
  ///   - spare: cells that people miss least, which are closed before others.
  init(units: [Int], sums: [Sum], takesAlong: [(Int, Int)] = [], spare: Set<Int> = []) {
    self.units = units
    isSpare = units.indices.map { spare.contains($0) }
    isHidden = units.map { 1..<Self.smallest ~= $0 }
    var isSettled = false
    while !isSettled {
      isSettled = true
      for (first, second) in takesAlong where isHidden[first] && !isHidden[second] {
        isHidden[second] = true
        isSettled = false
      }
      for sum in sums where !isSafe(sum) {
        isHidden[next(in: sum)] = true
        isSettled = false
      }
    }
  }

  func isSafe(_ sum: Sum) -> Bool {
    let hidden = sum.parts.filter { isHidden[$0] }
    if isHidden[sum.total] { return !hidden.isEmpty }
    let together = hidden.reduce(0) { $0 + units[$1] }
    return together == 0 || hidden.count > 1 && together >= Self.smallest
  }

  /// What to close next: a spare part, else the smallest one, else one without units, else the total.
  private func next(in sum: Sum) -> Int {
    let open = sum.parts.filter { !isHidden[$0] }
    let counted = open.filter { units[$0] > 0 }
    return (counted.isEmpty ? open : counted).min {
      (isSpare[$0] ? 0 : 1, units[$0], $0) < (isSpare[$1] ? 0 : 1, units[$1], $1)
    } ?? sum.total
  }
}
