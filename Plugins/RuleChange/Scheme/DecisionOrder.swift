// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit

/// Puts the decisions of a scheme in an order in which each comes after those that it needs.
///
/// Decisions may stand in any order in the file; those that need each other are a fault.
struct DecisionOrder {
  /// Decisions that need each other, from one of them back to it: `a → b → a`.
  struct Loop {
    let decisions: [Decision]

    var path: String { decisions.map(\.name).joined(separator: " → ") }
  }

  private enum Mark { case open, done }

  private let decisions: [Decision]
  private let needs: [[Int]]
  private var marks: [Int: Mark] = [:]
  private var trail: [Int] = []
  private var order: [Int] = []
  private var loops: [Loop] = []

  /// The decisions in their order, the textual one wherever it will do.
  static func sorted(_ scheme: Scheme) -> (decisions: [Decision], loops: [Loop]) {
    // A key of a member may have the name of a decision without meaning it; what surely names a
    // decision counts where that alone leaves no loop.
    let wide = run(scheme.decisions) { decision in
      Set(decision.mentions.flatMap { $0 + [$0.joined(separator: ".")] })
    }
    if wide.loops.isEmpty { return wide }
    return run(scheme.decisions) { decision in
      Set(decision.references.flatMap { scheme.decisionNames(in: $0.path) })
    }
  }

  private static func run(
    _ decisions: [Decision], _ words: (Decision) -> Set<String>
  ) -> (decisions: [Decision], loops: [Loop]) {
    var places: [String: Int] = [:]
    for (place, decision) in decisions.enumerated() {
      for name in decision.columns + [decision.name] { places[name] = place }
    }
    var order = DecisionOrder(
      decisions: decisions,
      needs: decisions.map { Set(words($0).compactMap { places[$0] }).sorted() })
    for place in decisions.indices { order.visit(place) }
    return (order.order.map { decisions[$0] }, order.loops)
  }

  private init(decisions: [Decision], needs: [[Int]]) {
    self.decisions = decisions
    self.needs = needs
  }

  private mutating func visit(_ place: Int) {
    switch marks[place] {
    case .done: return
    case .open:
      let loop = trail[(trail.firstIndex(of: place) ?? 0)...] + [place]
      loops.append(Loop(decisions: loop.map { decisions[$0] }))
      return
    case nil: break
    }
    marks[place] = .open
    trail.append(place)
    for need in needs[place] { visit(need) }
    trail.removeLast()
    marks[place] = .done
    order.append(place)
  }
}

extension Scheme {
  /// The decisions that a path may name: itself, or one of a member or of the household around it.
  fileprivate func decisionNames(in path: [String]) -> [String] {
    let own = [path[0], path.joined(separator: ".")]
    guard path.count > 1, !names.contains(path[0]) else { return own }
    return own + [path[1], path.dropFirst().joined(separator: ".")]
  }

  /// The scheme with its decisions in order, and all that is wrong with it as a whole.
  func settled() -> (scheme: Scheme, faults: SchemeFaults) {
    var faults = SchemeFaults()
    var scheme = self
    let (sorted, loops) = DecisionOrder.sorted(self)
    for loop in loops {
      faults.legal = loop.decisions.flatMap { legal(of: $0) }.uniqued()
      faults.report(loop)
    }
    guard loops.isEmpty else { return (scheme, faults) }
    scheme.decisions = sorted
    faults.add(SchemeTypes.faults(of: scheme))
    guard !faults.hasErrors else { return (scheme, faults) }
    faults.add(SchemeUnits.faults(of: scheme))
    faults.add(ConstantCheck.faults(of: scheme))
    return (scheme, faults)
  }
}

extension SchemeFaults {
  fileprivate mutating func report(_ loop: DecisionOrder.Loop) {
    guard let first = loop.decisions.first else { return }
    report(
      .schemeLoop,
      loop.decisions.count == 2
        ? "decision '\(first.name)' needs itself: \(loop.path)"
        : "decisions need each other: \(loop.path)",
      at: first.origin, help: "let one of them follow from inputs and parameters alone")
  }
}
