// SPDX-License-Identifier: EUPL-1.2

/// Tries texts against a pattern, and remembers which places of the machine follow which.
///
/// What is remembered is bounded; where a pattern has more combinations of places than that, it is
/// forgotten and built anew, which costs time and never memory.
struct PatternMatcher: Sendable {
  private let program: PatternProgram
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
  private var start = 0

  /// How many transitions are remembered.
  static let memory = 200_000

  /// How many transitions are known or have a place.
  var remembered: Int { transitions.count }

  init(_ pattern: TextPattern) {
    program = pattern.program
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
  mutating func fits(_ text: String) -> Bool {
    var state = start
    for scalar in text.unicodeScalars {
      if combinations[state].isEmpty { return false }
      state = following(state, scalar.value)
    }
    return accepting[state]
  }
}

extension PatternMatcher {
  private mutating func following(_ state: Int, _ character: UInt32) -> Int {
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
    if numbers[next] == nil, transitions.count >= Self.memory {
      forget()
      return number(of: next)
    }
    let number = number(of: next)
    transitions[state * classStarts.count + kind] = number
    return number
  }

  private mutating func forget() {
    (combinations, numbers, transitions, accepting) = ([], [:], [], [])
    start = number(of: closure([0]))
  }

  private mutating func number(of combination: [Int]) -> Int {
    if let known = numbers[combination] { return known }
    let number = combinations.count
    numbers[combination] = number
    combinations.append(combination)
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
