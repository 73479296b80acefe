// SPDX-License-Identifier: EUPL-1.2

/// A pattern as a tree; every node stands for a set of texts.
indirect enum PatternNode: Sendable, Hashable {
  /// One character out of a set; an empty set stands for no text at all.
  case one(CharacterRanges)
  case sequence([PatternNode])
  case either([PatternNode])
  /// At least so often, and at most; without a limit where that is nil.
  case repeated(PatternNode, least: Int, most: Int?)
}

/// A set of Unicode scalars as ascending ranges that do not touch.
struct CharacterRanges: Sendable, Hashable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  static let last: UInt32 = 0x10_FFFF

  init(_ given: [ClosedRange<UInt32>]) {
    for range in given.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let previous = ranges.last, range.lowerBound <= previous.upperBound + 1 {
        let end = max(previous.upperBound, range.upperBound)
        ranges[ranges.count - 1] = previous.lowerBound...end
      } else {
        ranges.append(range)
      }
    }
  }

  init(_ scalar: Unicode.Scalar) { self.init([scalar.value...scalar.value]) }

  /// Every other character.
  var inverted: CharacterRanges {
    var others: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { others.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { others.append(next...Self.last) }
    return CharacterRanges(others)
  }

  func contains(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }
}

extension CharacterRanges {
  static let digits = CharacterRanges([48...57])
  static let wordCharacters = CharacterRanges([48...57, 65...90, 95...95, 97...122])
  static let blanks = CharacterRanges([9...13, 32...32])
  /// What a point stands for.
  static let withinALine = CharacterRanges([10...10, 13...13]).inverted
}
