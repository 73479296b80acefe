// SPDX-License-Identifier: EUPL-1.2

/// Puts stages after those they need, in the order of the file where that leaves a choice.
struct StageOrder {
  /// Stage positions in an order in which they can run; the stages of a cycle are left out.
  let order: [Int]
  /// One cycle, as positions that each need the next, the first repeated at the end.
  let cycle: [Int]?

  /// - Parameter needs: For each stage, the positions of the stages that it needs.
  init(needs: [[Int]]) {
    var waiting = needs.map { Set($0).count }
    var neededBy = [[Int]](repeating: [], count: needs.count)
    for (stage, sources) in needs.enumerated() {
      for source in Set(sources) { neededBy[source].append(stage) }
    }
    var ready = waiting.indices.filter { waiting[$0] == 0 }
    var order: [Int] = []
    order.reserveCapacity(needs.count)
    while !ready.isEmpty {
      var next: [Int] = []
      for stage in ready {
        order.append(stage)
        for follower in neededBy[stage] {
          waiting[follower] -= 1
          if waiting[follower] == 0 { next.append(follower) }
        }
      }
      ready = next.sorted()
    }
    self.order = order
    cycle = order.count == needs.count ? nil : Self.cycle(in: needs, outside: Set(order))
  }

  private static func cycle(in needs: [[Int]], outside done: Set<Int>) -> [Int]? {
    guard var stage = needs.indices.first(where: { !done.contains($0) }) else { return nil }
    var path: [Int] = []
    while let next = needs[stage].first(where: { !done.contains($0) }) {
      if let start = path.firstIndex(of: stage) { return Array(path[start...]) + [stage] }
      path.append(stage)
      stage = next
    }
    return nil
  }
}
