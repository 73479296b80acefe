// SPDX-License-Identifier: EUPL-1.2

/// Places for the nodes of a directed graph: in layers, so that every edge points down, and in an order
/// within each layer that makes few edges cross.
///
/// Layers come from the longest path, order from barycentres, places from averages of neighbours.
/// Source: Sugiyama, Tagawa and Toda (1981), IEEE Trans. SMC 11:109–125. Edges that would close a
/// cycle are left out.
struct LayeredLayout {
  struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  /// A node, or a place where a long edge passes through a layer.
  private struct Slot {
    var layer: Int
    var width: Double
    var centre = 0.0
    var above: [Int] = []
    var below: [Int] = []
  }

  private var slots: [Slot] = []
  private var layers: [[Int]] = []
  private(set) var edges: [Edge] = []
  private var paths: [Edge: [Int]] = [:]
  private let gap: Double

  /// - Parameters:
  ///   - widths: the width of each node.
  ///   - edges: pairs of nodes; each must exist.
  ///   - gap: the free room between two nodes of a layer.
  init(widths: [Double], edges: [Edge], gap: Double) {
    self.gap = gap
    let forward = Self.forward(edges, count: widths.count)
    self.edges = forward
    let depth = Self.longestPaths(forward, count: widths.count)
    slots = zip(widths, depth).map { Slot(layer: $1, width: $0) }
    layers = [[Int]](repeating: [], count: (depth.max() ?? -1) + 1)
    for (node, layer) in depth.enumerated() { layers[layer].append(node) }
    for edge in forward { thread(edge) }
    order()
    place()
  }

  var layerCount: Int { layers.count }
  var width: Double {
    slots.map { $0.centre + $0.width / 2 }.max() ?? 0
  }

  func layer(of node: Int) -> Int { slots[node].layer }

  /// The middle of a node; the leftmost node starts at 0.
  func centre(of node: Int) -> Double { slots[node].centre }

  /// The layers and places that an edge passes, both ends included.
  func path(of edge: Edge) -> [(layer: Int, x: Double)] {
    (paths[edge] ?? []).map { (slots[$0].layer, slots[$0].centre) }
  }

  /// How many pairs of edges cross.
  var crossings: Int {
    var count = 0
    for layer in layers.dropLast() {
      let next = positions(in: slots[layer[0]].layer + 1)
      let ends = layer.flatMap { slot in slots[slot].below.compactMap { next[$0] }.sorted() }
      for (index, end) in ends.enumerated() {
        for other in ends.dropFirst(index + 1) where other < end { count += 1 }
      }
    }
    return count
  }
}

// Layers.
extension LayeredLayout {
  /// The edges without those that close a cycle, each once.
  private static func forward(_ edges: [Edge], count: Int) -> [Edge] {
    var targets = [[Int]](repeating: [], count: count)
    var seen: Set<Edge> = []
    for edge in edges where edge.from != edge.to && seen.insert(edge).inserted {
      targets[edge.from].append(edge.to)
    }
    // 0 is new, 1 is on the way down, 2 is done: an edge to a node on the way down closes a cycle.
    var state = [Int](repeating: 0, count: count)
    var kept: [Edge] = []
    for root in 0..<count where state[root] == 0 {
      var stack = [(node: root, next: 0)]
      state[root] = 1
      while let (node, next) = stack.last {
        guard next < targets[node].count else {
          state[node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let target = targets[node][next]
        if state[target] == 1 { continue }
        kept.append(Edge(from: node, to: target))
        if state[target] == 0 {
          state[target] = 1
          stack.append((target, 0))
        }
      }
    }
    return kept
  }

  private static func longestPaths(_ edges: [Edge], count: Int) -> [Int] {
    var depth = [Int](repeating: 0, count: count)
    var waiting = [Int](repeating: 0, count: count)
    var targets = [[Int]](repeating: [], count: count)
    for edge in edges {
      waiting[edge.to] += 1
      targets[edge.from].append(edge.to)
    }
    var ready = (0..<count).filter { waiting[$0] == 0 }
    while let node = ready.popLast() {
      for target in targets[node] {
        depth[target] = max(depth[target], depth[node] + 1)
        waiting[target] -= 1
        if waiting[target] == 0 { ready.append(target) }
      }
    }
    return depth
  }

  /// Gives an edge a slot in every layer that it passes.
  private mutating func thread(_ edge: Edge) {
    var path = [edge.from]
    for layer in stride(from: slots[edge.from].layer + 1, to: slots[edge.to].layer, by: 1) {
      layers[layer].append(slots.count)
      path.append(slots.count)
      slots.append(Slot(layer: layer, width: 8))
    }
    path.append(edge.to)
    for (upper, lower) in zip(path, path.dropFirst()) {
      slots[upper].below.append(lower)
      slots[lower].above.append(upper)
    }
    paths[edge] = path
  }
}

// Order.
extension LayeredLayout {
  private static let sweeps = 12

  private func positions(in layer: Int) -> [Int: Int] {
    guard layers.indices.contains(layer) else { return [:] }
    return Dictionary(uniqueKeysWithValues: layers[layer].enumerated().map { ($1, $0) })
  }

  private mutating func order() {
    var best = layers
    var fewest = crossings
    for sweep in 0..<Self.sweeps where fewest > 0 {
      let goesDown = sweep.isMultiple(of: 2)
      let indices =
        goesDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
      for layer in indices {
        sort(layer, by: goesDown ? \.above : \.below, from: goesDown ? -1 : 1)
      }
      let now = crossings
      if now < fewest {
        fewest = now
        best = layers
      }
    }
    layers = best
  }

  /// Sorts a layer by the average position of its neighbours in the layer beside it.
  private mutating func sort(_ layer: Int, by neighbours: KeyPath<Slot, [Int]>, from offset: Int) {
    let beside = positions(in: layer + offset)
    let keyed = layers[layer].enumerated().map { index, slot in
      let places = slots[slot][keyPath: neighbours].compactMap { beside[$0] }
      let average =
        places.isEmpty ? Double(index) : Double(places.reduce(0, +)) / Double(places.count)
      return (average, index, slot)
    }
    layers[layer] = keyed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

// Places.
extension LayeredLayout {
  private static let rounds = 24

  private mutating func place() {
    for layer in layers { pack(layer, wishes: [Double](repeating: 0, count: layer.count)) }
    for round in 0..<Self.rounds {
      let goesDown = round.isMultiple(of: 2)
      for layer in goesDown ? layers : layers.reversed() {
        pack(
          layer,
          wishes: layer.map { slot in
            let near = goesDown ? slots[slot].above : slots[slot].below
            let far = goesDown ? slots[slot].below : slots[slot].above
            let neighbours = near.isEmpty ? far : near
            guard !neighbours.isEmpty else { return slots[slot].centre }
            return neighbours.reduce(0) { $0 + slots[$1].centre } / Double(neighbours.count)
          })
      }
    }
    let left = slots.map { $0.centre - $0.width / 2 }.min() ?? 0
    for slot in slots.indices { slots[slot].centre -= left }
  }

  /// Moves each slot of a layer as near to its wish as the order and the gaps allow: blocks of slots
  /// that touch settle on the average of their wishes.
  private mutating func pack(_ layer: [Int], wishes: [Double]) {
    struct Block {
      var start: Double
      var count: Int
      var members: Int
    }
    // Offsets of the slots if all stood shoulder to shoulder.
    var offsets: [Double] = []
    var offset = 0.0
    for (index, slot) in layer.enumerated() {
      if index > 0 { offset += slots[layer[index - 1]].width / 2 + gap + slots[slot].width / 2 }
      offsets.append(offset)
    }
    var blocks: [Block] = []
    for index in layer.indices {
      blocks.append(Block(start: wishes[index] - offsets[index], count: 1, members: 1))
      while blocks.count > 1, blocks[blocks.count - 2].start > blocks[blocks.count - 1].start {
        let right = blocks.removeLast()
        let left = blocks.removeLast()
        let count = left.count + right.count
        let start =
          (left.start * Double(left.count) + right.start * Double(right.count)) / Double(count)
        blocks.append(Block(start: start, count: count, members: left.members + right.members))
      }
    }
    var index = 0
    for block in blocks {
      for _ in 0..<block.members {
        slots[layer[index]].centre = block.start + offsets[index]
        index += 1
      }
    }
  }
}
