// SPDX-License-Identifier: EUPL-1.2

/// A block of regions, one list of them for each input: `income 120..124, for any household`.
struct RegionBox: Sendable, Hashable {
  /// Places of regions per input, ascending.
  var places: [[Int]]

  /// Puts neighbouring blocks together until none fit, so that people read few findings.
  static func merged(_ cells: [[Int]], domains: [InputDomain]) -> [RegionBox] {
    var boxes = cells.map { cell in RegionBox(places: cell.map { [$0] }) }
    var before = boxes.count + 1
    while boxes.count < before {
      before = boxes.count
      // Inputs without an order first: "for any household" reads best.
      for axis in domains.indices.sorted(by: { !domains[$0].isOrdered && domains[$1].isOrdered }) {
        boxes = merged(boxes, along: axis, isOrdered: domains[axis].isOrdered)
      }
    }
    return boxes.sorted { left, right in
      left.places.lexicographicallyPrecedes(right.places) {
        $0.lexicographicallyPrecedes($1)
      }
    }
  }

  private static func merged(
    _ boxes: [RegionBox], along axis: Int, isOrdered: Bool
  ) -> [RegionBox] {
    var groups: [RegionBox: [[Int]]] = [:]
    var order: [RegionBox] = []
    for box in boxes {
      var key = box
      key.places[axis] = []
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(box.places[axis])
    }
    return order.flatMap { key in
      runs(groups[key] ?? [], isOrdered: isOrdered).map { run in
        var box = key
        box.places[axis] = run
        return box
      }
    }
  }

  /// Lists of regions that touch, put together; without an order all touch.
  private static func runs(_ lists: [[Int]], isOrdered: Bool) -> [[Int]] {
    guard isOrdered else { return [lists.flatMap { $0 }.sorted()] }
    var runs: [[Int]] = []
    for list in lists.sorted(by: { ($0.first ?? 0) < ($1.first ?? 0) }) {
      if let last = runs.last?.last, list.first == last + 1 {
        runs[runs.count - 1] += list
      } else {
        runs.append(list)
      }
    }
    return runs
  }
}

extension InputDomain {
  /// Some of the regions as tests; nil where they are all there is.
  func test(of places: [Int]) -> String? {
    guard places.count < regions.count else { return nil }
    guard isOrdered, places.count > 1, let first = places.first, let last = places.last else {
      return places.map { regions[$0].test }.joined(separator: ", ")
    }
    // Neighbouring regions read as one range.
    let low = regions[first].lowerEnd
    let high = regions[last].upperEnd
    switch (low, high) {
    case (let low?, let high?):
      return (low.isIncluded ? "[" : "(") + low.text + ".." + high.text
        + (high.isIncluded ? "]" : ")")
    case (let low?, nil): return (low.isIncluded ? ">= " : "> ") + low.text
    case (nil, let high?): return (high.isIncluded ? "<= " : "< ") + high.text
    case (nil, nil): return nil
    }
  }
}

extension InputDomain.Region {
  fileprivate typealias End = (text: String, isIncluded: Bool)

  fileprivate var lowerEnd: End? {
    if isPoint { return (test, true) }
    if test.hasPrefix("> ") { return (String(test.dropFirst(2)), false) }
    return interval.map { ($0.low, false) }
  }

  fileprivate var upperEnd: End? {
    if isPoint { return (test, true) }
    if test.hasPrefix("< ") { return (String(test.dropFirst(2)), false) }
    return interval.map { ($0.high, false) }
  }

  private var interval: (low: String, high: String)? {
    guard test.hasPrefix("("), let dots = test.firstRange(of: "..") else { return nil }
    let start = test.index(after: test.startIndex)
    let end = test.index(before: test.endIndex)
    return (String(test[start..<dots.lowerBound]), String(test[dots.upperBound..<end]))
  }
}
