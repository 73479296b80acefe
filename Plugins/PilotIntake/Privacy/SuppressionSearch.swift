// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// Finds cells to suppress besides those that break a rule, until nobody can work those out.
///
/// In rounds: each demand that an attacker's view does not meet names the published cells by which the
/// attacker knows too much; the cheapest of them that is large enough to hide what is missing is
/// suppressed. At the end cells that turn out not to be needed are published again, the dearest first.
/// Not optimal, as no fast method is: it suppresses enough, and sometimes more than the least.
struct SuppressionSearch {
  private let problem: ProtectionProblem
  private(set) var published: [Bool]
  /// The cells suppressed by the search, in the order in which they were, by the rule that needed them.
  private(set) var added: [(cell: Int, rule: ProtectionDemand.Rule)] = []

  /// How many demands may be tried again for cells that may turn out not to be needed.
  private static let reviewLimit = 200_000

  init(_ problem: ProtectionProblem, withheld: Set<Int>) {
    self.problem = problem
    published = problem.cells.indices.map { !withheld.contains($0) }
  }

  mutating func run(_ check: () throws -> Void) throws {
    var waiting = problem.demands
    while !waiting.isEmpty {
      var view = try view(of: published)
      let verdicts = try view.verdicts(on: waiting, check)
      var failing: [ProtectionDemand] = []
      var round: Set<Int> = []
      for (demand, verdict) in zip(waiting, verdicts) {
        guard case .fails(let culprits, let shortBy) = verdict else { continue }
        failing.append(demand)
        guard !culprits.contains(where: round.contains) else { continue }
        guard let cell = choice(among: culprits, for: demand, shortBy: shortBy) else {
          throw StageFault(
            "no suppression protects a cell: rounding kept the search from an answer",
            at: "tables", help: "publish fewer columns together", kind: .bug)
        }
        round.insert(cell)
        published[cell] = false
        added.append((cell, demand.rule))
      }
      waiting = failing
    }
    try review(check)
  }

  private func view(of published: [Bool]) throws(StageFault) -> AttackerView {
    let view = AttackerView(problem, published: published)
    guard view.size <= AttackerView.limit else {
      throw StageFault(
        "the tables hang together in too many cells to be checked for what they tell", at: "tables",
        help: "publish fewer columns together, or coarser ones")
    }
    return view
  }

  /// The cheapest published cell that can hide so much; else the dearest.
  private func choice(
    among culprits: [Int], for demand: ProtectionDemand, shortBy: Double
  ) -> Int? {
    var candidates = culprits.filter { published[$0] }
    if candidates.isEmpty {
      let atoms = Set(demand.terms.map { Int32($0.atom) })
      candidates = published.indices.filter {
        published[$0] && problem.cells[$0].contains(where: atoms.contains)
      }
    }
    let order = candidates.sorted { (problem.costs[$0], $0) < (problem.costs[$1], $1) }
    return order.first { problem.costs[$0] >= shortBy } ?? order.last
  }

  private mutating func review(_ check: () throws -> Void) throws {
    guard added.count * problem.demands.count <= Self.reviewLimit else { return }
    for (cell, _) in added.sorted(by: { problem.costs[$0.cell] > problem.costs[$1.cell] }) {
      var trial = published
      trial[cell] = true
      var view = AttackerView(problem, published: trial)
      guard view.size <= AttackerView.limit else { continue }
      let verdicts = try view.verdicts(on: problem.demands, check)
      let holds = verdicts.allSatisfy { verdict in
        if case .holds = verdict { return true }
        return false
      }
      guard holds else { continue }
      published = trial
      added.removeAll { $0.cell == cell }
    }
  }
}
