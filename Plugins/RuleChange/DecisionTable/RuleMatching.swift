// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The rules of a table that apply to each case.
struct RuleMatching {
  private let count: Int
  private let indexes: [Indexed]

  /// What an index says of the cases.
  fileprivate struct Indexed {
    let rules: Range<Int>
    let wordCount: Int
    /// The bits of all inputs after each other.
    let bits: [UInt64]
    let inputCount: Int
    /// For each case and input, where the bits of its class begin.
    let starts: [Int32]
    /// The bits of the rules that there are, where no input says anything.
    let last: UInt64
    let scans: [Bitmap]
    let scansOfRules: [[Int]]
  }

  /// Asks with `passes` which cases pass a test that an index does not hold.
  init(
    _ indexes: [RuleIndex], over inputs: [Column], count: Int,
    passes: (RuleIndex.Scan) throws(RuleFault) -> Bitmap
  ) throws(RuleFault) {
    self.count = count
    var indexed: [Indexed] = []
    for index in indexes {
      var scans: [Bitmap] = []
      for scan in index.scans { scans.append(try passes(scan)) }
      indexed.append(Self.indexed(index, inputs, count, scans))
    }
    self.indexes = indexed
  }

  private static func indexed(
    _ index: RuleIndex, _ inputs: [Column], _ count: Int, _ scans: [Bitmap]
  ) -> Indexed {
    var bits: [UInt64] = []
    var starts = [Int32](repeating: 0, count: count * index.parts.count)
    for (place, part) in index.parts.enumerated() {
      let first = Int32(bits.count)
      let width = Int32(index.wordCount)
      let classes = part.classes.places(in: inputs[part.input])
      var target = place
      for row in 0..<count {
        starts[target] = first &+ classes[row] &* width
        target += index.parts.count
      }
      bits += part.bits
    }
    let rest = index.rules.count & 63
    return Indexed(
      rules: index.rules, wordCount: index.wordCount, bits: bits, inputCount: index.parts.count,
      starts: starts, last: rest == 0 ? .max : 1 << UInt64(rest) - 1, scans: scans,
      scansOfRules: index.scans.isEmpty ? [] : index.scansOfRules)
  }
}

extension RuleMatching {
  /// For each case the first rule that applies, counted from 1; 0 where none does.
  func firsts() -> [Int] {
    guard let index = indexes.first else { return [Int](repeating: 0, count: count) }
    var firsts = (0..<count).map { index.first($0) }
    for index in indexes.dropFirst() {
      for row in 0..<count where firsts[row] == 0 { firsts[row] = index.first(row) }
    }
    return firsts
  }

  /// The first rule of each case, and the cases to which another applies too.
  func firstsAndRepeats() -> (firsts: [Int], repeats: Bitmap) {
    var firsts = [Int](repeating: 0, count: count)
    var repeats = Bitmap(repeating: false, count: count)
    for index in indexes {
      for row in 0..<count {
        index.visit(row) { rule in
          if firsts[row] == 0 {
            firsts[row] = rule + 1
            return true
          }
          repeats.set(row, to: true)
          return false
        }
      }
    }
    return (firsts, repeats)
  }

  /// For each rule the cases to which it applies.
  func hits() -> [Bitmap] {
    let wordCount = (count + 63) / 64
    var hits: [Bitmap] = []
    for index in indexes {
      var words = [UInt64](repeating: 0, count: index.rules.count * wordCount)
      for row in 0..<count {
        let (place, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
        index.visit(row) { rule in
          words[(rule - index.rules.lowerBound) * wordCount + place] |= bit
          return true
        }
      }
      for rule in 0..<index.rules.count {
        let own = words[rule * wordCount..<(rule + 1) * wordCount]
        hits.append(Bitmap(words: Array(own), count: count))
      }
    }
    return hits
  }

  /// The rules that apply to one case, counted from 0.
  func rules(of row: Int) -> [Int] {
    var rules: [Int] = []
    for index in indexes {
      index.visit(row) { rule in
        rules.append(rule)
        return true
      }
    }
    return rules
  }
}

extension RuleMatching.Indexed {
  /// The first rule that applies to a case, counted from 1; 0 where none does.
  @inline(__always)
  fileprivate func first(_ row: Int) -> Int {
    var first = 0
    visit(row) { rule in
      first = rule + 1
      return false
    }
    return first
  }

  /// Calls with the rules that apply to a case, in their order, as long as more are wanted.
  @inline(__always)
  fileprivate func visit(_ row: Int, _ wantsMore: (Int) -> Bool) {
    let first = row * inputCount
    for word in 0..<wordCount {
      var open: UInt64 = word == wordCount - 1 ? last : .max
      for input in 0..<inputCount { open &= bits[Int(starts[first + input]) + word] }
      while open != 0 {
        let rule = word << 6 + open.trailingZeroBitCount
        open &= open - 1
        if scansOfRules.isEmpty || scansOfRules[rule].allSatisfy({ scans[$0][row] }) {
          guard wantsMore(rules.lowerBound + rule) else { return }
        }
      }
    }
  }
}
