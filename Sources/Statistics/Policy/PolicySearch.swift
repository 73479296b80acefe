// SPDX-License-Identifier: EUPL-1.2

/// The tree of a given depth with the highest sum of rewards, found by looking at all of them.
///
/// Every leaf holds at least so many cases of each arm. Depth 1 is read off histograms of rewards by bin;
/// depth 2 carries the histograms of one side along as a split moves through the bins; depth 3 does
/// that on both sides of each split, and spreads these over the processors.
///
/// - Complexity: with n cases, p features of B bins and K arms O(npK) for depth 1, O(p²nK + p²B²K) for
///   depth 2, and pB times that for depth 3.
///
/// Source: Zhou, Athey and Wager (2023), Operations Research 71:148–183 (R policytree).
struct PolicySearch: Sendable {
  /// A tree and the sum of its rewards; nil where a leaf would hold too few cases of an arm.
  struct Found: Sendable {
    var value: Double
    var tree: PolicyTree
  }

  private let features: [PolicyFeature]
  /// By case and then arm.
  private let rewards: [Double]
  private let arms: [Int32]
  private let armCount: Int
  private let least: Double
  private let offsets: [Int]
  private let bins: Int
  /// By case and then feature: where the sums of the bin begin.
  private let slots: [Int32]

  /// - Parameters:
  ///   - features: what may be split on.
  ///   - rewards: by arm and then case; higher is better.
  ///   - arms: the arm that each case was in.
  ///   - least: cases of each arm that a leaf holds at least.
  init(_ features: [PolicyFeature], rewards: [[Double]], arms: Grouping, least: Int) {
    self.features = features
    armCount = rewards.count
    let count = arms.rowCount
    var flat = [Double](repeating: 0, count: count * rewards.count)
    for (arm, column) in rewards.enumerated() {
      for row in 0..<count { flat[row * rewards.count + arm] = column[row] }
    }
    self.rewards = flat
    self.arms = arms.codes
    self.least = Double(least)
    var offsets: [Int] = []
    var total = 0
    for feature in features {
      offsets.append(total)
      total += feature.binCount
    }
    self.offsets = offsets
    bins = total
    let width = 2 * rewards.count
    var slots: [Int32] = []
    slots.reserveCapacity(count * features.count)
    for row in 0..<count {
      for (place, feature) in features.enumerated() {
        slots.append(Int32((offsets[place] + Int(feature.bins[row])) * width))
      }
    }
    self.slots = slots
  }

  func best(depth: Int) -> Found? {
    best(depth: depth, rows: Array(0..<Int32(arms.count)), isTop: true)
  }

  private func best(depth: Int, rows: [Int32], isTop: Bool) -> Found? {
    switch depth {
    case 0: return leaf(total(rows))
    case 1: return one(histogram(rows), total(rows))
    case 2: return two(rows)
    default: return deep(depth, rows, isTop: isTop)
    }
  }

  /// Rewards by arm, then cases by arm: the width of one bin.
  private var width: Int { 2 * armCount }

  private func add(_ row: Int32, to sums: inout [Double], at place: Int) {
    let base = Int(row) * armCount
    for arm in 0..<armCount { sums[place + arm] += rewards[base + arm] }
    sums[place + armCount + Int(arms[Int(row)])] += 1
  }

  private func total(_ rows: [Int32]) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for row in rows { add(row, to: &sums, at: 0) }
    return sums
  }

  private func add(_ row: Int32, toHistogram sums: inout [Double]) {
    let start = Int(row) * offsets.count
    for place in start..<(start + offsets.count) { add(row, to: &sums, at: Int(slots[place])) }
  }

  private func histogram(_ rows: [Int32]) -> [Double] {
    var sums = [Double](repeating: 0, count: bins * width)
    for row in rows { add(row, toHistogram: &sums) }
    return sums
  }

  /// The arm with the highest reward, the first of equals; nil where the leaf is too small.
  private func leaf(_ sums: [Double]) -> Found? {
    var best = 0
    for arm in 0..<armCount {
      if sums[armCount + arm] < least { return nil }
      if sums[arm] > sums[best] { best = arm }
    }
    return Found(value: sums[best], tree: .leaf(arm: best))
  }

  private func one(_ histogram: [Double], _ total: [Double]) -> Found? {
    guard var best = leaf(total) else { return nil }
    var left = total
    var right = total
    for (place, feature) in features.enumerated() {
      for slot in left.indices { left[slot] = 0 }
      let last = feature.isOrdered ? feature.binCount - 1 : feature.binCount
      for bin in 0..<max(0, last) {
        let base = (offsets[place] + bin) * width
        for slot in 0..<width {
          left[slot] =
            feature.isOrdered ? left[slot] + histogram[base + slot] : histogram[base + slot]
          right[slot] = total[slot] - left[slot]
        }
        guard let first = leaf(left), let second = leaf(right),
          Self.isBetter(first.value + second.value, than: best.value)
        else { continue }
        best = Found(
          value: first.value + second.value,
          tree: .split(feature: place, at: bin, left: first.tree, right: second.tree))
      }
    }
    return best
  }

  private func two(_ rows: [Int32]) -> Found? {
    let whole = histogram(rows)
    let sum = total(rows)
    guard var best = one(whole, sum) else { return nil }
    var left = [Double](repeating: 0, count: bins * width)
    var right = left
    var leftSum = [Double](repeating: 0, count: width)
    var rightSum = leftSum
    for (place, feature) in features.enumerated() {
      let byBin = sorted(rows, feature)
      for slot in left.indices { left[slot] = 0 }
      for slot in leftSum.indices { leftSum[slot] = 0 }
      let last = feature.isOrdered ? feature.binCount - 1 : feature.binCount
      for bin in 0..<max(0, last) {
        if !feature.isOrdered {
          for slot in left.indices { left[slot] = 0 }
          for slot in leftSum.indices { leftSum[slot] = 0 }
        }
        guard !byBin[bin].isEmpty else { continue }
        for row in byBin[bin] {
          add(row, toHistogram: &left)
          add(row, to: &leftSum, at: 0)
        }
        for slot in left.indices { right[slot] = whole[slot] - left[slot] }
        for slot in leftSum.indices { rightSum[slot] = sum[slot] - leftSum[slot] }
        guard let first = one(left, leftSum), let second = one(right, rightSum),
          Self.isBetter(first.value + second.value, than: best.value)
        else { continue }
        best = Found(
          value: first.value + second.value,
          tree: .split(feature: place, at: bin, left: first.tree, right: second.tree))
      }
    }
    return best
  }

  /// Each split at the top with the best trees of one depth less on either side.
  private func deep(_ depth: Int, _ rows: [Int32], isTop: Bool) -> Found? {
    guard var best = best(depth: depth - 1, rows: rows, isTop: false) else { return nil }
    var splits: [(feature: Int, at: Int)] = []
    for (place, feature) in features.enumerated() {
      let last = feature.isOrdered ? feature.binCount - 1 : feature.binCount
      for bin in 0..<max(0, last) { splits.append((place, bin)) }
    }
    let all = splits
    let found: [Found?] = Replicates.map(all.count, chunk: 1) { range in
      range.map { index in
        let (place, at) = all[index]
        let feature = features[place]
        let isLeft = { (row: Int32) in PolicyTree.isLeft(feature, Int(row), at) }
        guard let first = self.best(depth: depth - 1, rows: rows.filter(isLeft), isTop: false),
          let second = self.best(
            depth: depth - 1, rows: rows.filter { !isLeft($0) }, isTop: false)
        else { return nil }
        return Found(
          value: first.value + second.value,
          tree: .split(feature: place, at: at, left: first.tree, right: second.tree))
      }
    }
    for case let found? in found where Self.isBetter(found.value, than: best.value) {
      best = found
    }
    return best
  }

  private func sorted(_ rows: [Int32], _ feature: PolicyFeature) -> [[Int32]] {
    var byBin = [[Int32]](repeating: [], count: feature.binCount)
    for row in rows { byBin[Int(feature.bins[Int(row)])].append(row) }
    return byBin
  }

  /// A larger tree has to gain something, not just a rounding.
  private static func isBetter(_ value: Double, than best: Double) -> Bool {
    value > best + 1e-9 * max(1, best.magnitude)
  }
}
