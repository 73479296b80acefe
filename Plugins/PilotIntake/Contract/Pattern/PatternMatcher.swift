// SPDX-License-Identifier: EUPL-1.2

/// Tries texts against a pattern, and remembers which places of the machine follow which.
///
/// What is remembered is bounded; where a pattern has more combinations of places than that, it is
/// forgotten and built anew, which costs time and never memory.
struct PatternMatcher: Sendable {
  private let program: PatternProgram
  /// How many places and transitions are remembered.
  private let memory: Int
  /// The first character of each class of characters that no set of the pattern tells apart.
  private let classStarts: [UInt32]
  private let asciiClasses: [Int]
  /// Per set and class whether the class belongs to the set.
  private let membership: [[Bool]]

  /// What is known so far: sets of places by number, where each class of characters leads from
  /// there (−1 where nobody has looked), and whether the text may end there.
  private var combinations: [[Int]] = []
  private var numbers: [[Int]: Int] = [:]
  private var transitions: [Int] = []
  private var accepting: [Bool] = []
  /// Whether nothing that follows can fit.
  private var isDead: [Bool] = []
  private var start = 0

  /// How many places and transitions are remembered now.
  private(set) var remembered = 0

  init(_ pattern: TextPattern, memory: Int = 400_000) {
    program = pattern.program
    self.memory = memory
    var starts: Set<UInt32> = [0]
    for range in program.sets.flatMap(\.ranges) {
      starts.insert(range.lowerBound)
      if range.upperBound < CharacterRanges.last { starts.insert(range.upperBound + 1) }
    }
    let sorted = starts.sorted()
    classStarts = sorted
    membership = program.sets.map { set in sorted.map { set.contains($0) } }
    asciiClasses = (0..<128 as Range<UInt32>).map { Self.place(of: $0, among: sorted) }
    start = number(of: closure([0]))
  }

  /// Whether the whole text fits.
  mutating func fits(_ text: String) -> Bool { fits(utf8: text.utf8) }

  /// Whether the whole text fits; its bytes are valid UTF-8.
  mutating func fits(utf8 bytes: some Collection<UInt8>) -> Bool {
    var state = start
    var character: UInt32 = 0
    var following = 0
    for byte in bytes {
      switch byte {
      case 0..<0x80: (character, following) = (UInt32(byte), 0)
      case 0x80..<0xC0:
        character = character << 6 | UInt32(byte & 0x3F)
        following -= 1
      case 0xC0..<0xE0: (character, following) = (UInt32(byte & 0x1F), 1)
      case 0xE0..<0xF0: (character, following) = (UInt32(byte & 0x0F), 2)
      default: (character, following) = (UInt32(byte & 0x07), 3)
      }
      guard following == 0 else { continue }
      state = next(after: state, character)
      if isDead[state] { return false }
    }
    return accepting[state]
  }
}

extension PatternMatcher {
  private mutating func next(after state: Int, _ character: UInt32) -> Int {
    let kind =
      character < 128
      ? asciiClasses[Int(character)] : Self.place(of: character, among: classStarts)
    let known = transitions[state * classStarts.count + kind]
    if known >= 0 { return known }
    var reached: [Int] = []
    for place in combinations[state] {
      if case .character(let set) = program.steps[place], membership[set][kind] {
        reached.append(place + 1)
      }
    }
    let next = closure(reached)
    if numbers[next] == nil, remembered >= memory {
      forget()
      return number(of: next)
    }
    let number = number(of: next)
    transitions[state * classStarts.count + kind] = number
    return number
  }

  private mutating func forget() {
    remembered = 0
    (combinations, numbers, transitions, accepting, isDead) = ([], [:], [], [], [])
    start = number(of: closure([0]))
  }

  private mutating func number(of combination: [Int]) -> Int {
    if let known = numbers[combination] { return known }
    let number = combinations.count
    numbers[combination] = number
    combinations.append(combination)
    isDead.append(combination.isEmpty)
    remembered += combination.count + classStarts.count
    transitions += [Int](repeating: -1, count: classStarts.count)
    accepting.append(
      combination.contains { if case .accept = program.steps[$0] { true } else { false } })
    return number
  }

  /// The steps that wait for a character, or for the end, once these are reached; ascending.
  private func closure(_ reached: [Int]) -> [Int] {
    var seen = [Bool](repeating: false, count: program.steps.count)
    var waiting: [Int] = []
    var open = reached
    while let place = open.popLast() {
      if seen[place] { continue }
      seen[place] = true
      switch program.steps[place] {
      case .character, .accept: waiting.append(place)
      case .jump(let target): open.append(target)
      case .fork(let first, let second): open += [first, second]
      }
    }
    return waiting.sorted()
  }

  private static func place(of character: UInt32, among starts: [UInt32]) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= character { low = middle } else { high = middle }
    }
    return low
  }
}
