// SPDX-License-Identifier: EUPL-1.2

/// Reads a pattern: characters, `.`, `[a-z]`, `[^…]`, `\d \w \s`, groups, `|`, `* + ?` and `{2,4}`.
///
/// The subset of regular expressions that a matcher without backtracking knows; anything else is a
/// fault, so that no pattern means something else here than where it was copied from.
struct PatternParser {
  static let mostRepetitions = 1_000
  static let deepestNesting = 50

  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var depth = 0

  static func parse(_ text: String) throws(PatternFault) -> PatternNode {
    var parser = PatternParser(scalars: Array(text.unicodeScalars))
    let node = try parser.alternatives()
    guard parser.place == parser.scalars.count else { throw parser.fault(.unopenedGroup) }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }
}

extension PatternParser {
  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private func fault(
    _ cause: PatternFault.Cause, from start: Int? = nil, to end: Int? = nil
  ) -> PatternFault {
    let start = start ?? place
    return PatternFault(
      cause: cause, range: start..<max(start, min(end ?? start + 1, scalars.count)))
  }

  private mutating func alternatives() throws(PatternFault) -> PatternNode {
    var choices = [try sequence()]
    while next == "|" {
      place += 1
      choices.append(try sequence())
    }
    return choices.count == 1 ? choices[0] : .either(choices)
  }

  private mutating func sequence() throws(PatternFault) -> PatternNode {
    var items: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let item = try single()
      let repeated = try repetition(of: item)
      if repeated != nil, next.map(Self.repeats) == true { throw fault(.severalRepetitions) }
      items.append(repeated ?? item)
    }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  private static func repeats(_ scalar: Unicode.Scalar) -> Bool {
    ["*", "+", "?", "{"].contains(scalar)
  }

  private mutating func single() throws(PatternFault) -> PatternNode {
    guard let scalar = next else { return .sequence([]) }
    switch scalar {
    case "(": return try group()
    case "[": return .one(try characterClass())
    case "*", "+", "?", "{": throw fault(.nothingToRepeat)
    case "^", "$": throw fault(.anchor)
    case "\\": return .one(try escape())
    case ".":
      place += 1
      return .one(.withinALine)
    default:
      place += 1
      return .one(CharacterRanges(scalar))
    }
  }

  private mutating func group() throws(PatternFault) -> PatternNode {
    let start = place
    guard depth < Self.deepestNesting else { throw fault(.nestedTooDeep) }
    place += 1
    if next == "?" {
      guard place + 1 < scalars.count, scalars[place + 1] == ":" else {
        throw fault(.unsupportedGroup, from: start, to: place + 2)
      }
      place += 2
    }
    depth += 1
    let inner = try alternatives()
    depth -= 1
    guard next == ")" else { throw fault(.unclosedGroup, from: start) }
    place += 1
    return inner
  }

  /// `\d` and the like, or a sign that stands for itself.
  private mutating func escape() throws(PatternFault) -> CharacterRanges {
    let start = place
    place += 1
    guard let scalar = next else { throw fault(.endsInBackslash, from: start) }
    place += 1
    switch scalar {
    case "d": return .digits
    case "D": return CharacterRanges.digits.inverted
    case "w": return .wordCharacters
    case "W": return CharacterRanges.wordCharacters.inverted
    case "s": return .blanks
    case "S": return CharacterRanges.blanks.inverted
    case "t": return CharacterRanges("\t")
    case "n": return CharacterRanges("\n")
    case "r": return CharacterRanges("\r")
    default:
      let isSign = scalar.isASCII && !CharacterRanges.wordCharacters.contains(scalar.value)
      guard isSign || scalar == "_" else {
        throw fault(.unknownEscape, from: start, to: start + 2)
      }
      return CharacterRanges(scalar)
    }
  }
}

// Classes
extension PatternParser {
  private mutating func characterClass() throws(PatternFault) -> CharacterRanges {
    let start = place
    place += 1
    let isInverted = next == "^"
    if isInverted { place += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    while let scalar = next, scalar != "]" {
      let from = place
      let first = try classItem()
      guard isRangeAhead else {
        ranges += first.ranges
        continue
      }
      place += 1
      let last = try classItem()
      guard let low = first.only, let high = last.only else {
        throw fault(.classInRange, from: from, to: place)
      }
      guard low <= high else { throw fault(.reversedRange, from: from, to: place) }
      ranges.append(low...high)
    }
    guard next == "]" else { throw fault(.unclosedClass, from: start) }
    place += 1
    guard !ranges.isEmpty else { throw fault(.emptyClass, from: start, to: place) }
    let set = CharacterRanges(ranges)
    return isInverted ? set.inverted : set
  }

  /// A hyphen that is neither first nor last.
  private var isRangeAhead: Bool {
    next == "-" && place + 1 < scalars.count && scalars[place + 1] != "]"
  }

  private mutating func classItem() throws(PatternFault) -> CharacterRanges {
    guard let scalar = next else { return CharacterRanges([]) }
    if scalar == "\\" { return try escape() }
    place += 1
    return CharacterRanges(scalar)
  }
}

// Repetition
extension PatternParser {
  private mutating func repetition(of item: PatternNode) throws(PatternFault) -> PatternNode? {
    switch next {
    case "*":
      place += 1
      return .repeated(item, least: 0, most: nil)
    case "+":
      place += 1
      return .repeated(item, least: 1, most: nil)
    case "?":
      place += 1
      return .repeated(item, least: 0, most: 1)
    case "{":
      let start = place
      place += 1
      let (least, most) = try count(from: start)
      return .repeated(item, least: least, most: most)
    default: return nil
    }
  }

  private mutating func count(from start: Int) throws(PatternFault) -> (Int, Int?) {
    guard let least = number() else { throw fault(.badCount, from: start, to: place + 1) }
    var most: Int? = least
    if next == "," {
      place += 1
      most = nil
      if next != "}" {
        guard let limit = number() else { throw fault(.badCount, from: start, to: place + 1) }
        most = limit
      }
    }
    guard next == "}" else { throw fault(.badCount, from: start, to: place + 1) }
    place += 1
    if let most, most < least { throw fault(.reversedCount, from: start, to: place) }
    return (least, most)
  }

  /// A whole number up to `mostRepetitions`.
  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, CharacterRanges.digits.contains(scalar.value) {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      place += 1
      if value ?? 0 > Self.mostRepetitions { return nil }
    }
    return value
  }
}

extension CharacterRanges {
  /// The character, where the set has one.
  fileprivate var only: UInt32? {
    guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
    return ranges[0].lowerBound
  }
}
