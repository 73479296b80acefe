// SPDX-License-Identifier: EUPL-1.2

/// Finds the matches of a pattern in one text, the first alternative first.
///
/// Without references to groups no step is tried twice at one place, so that the time is at most in
/// proportion to the pattern times the text. With them the number of steps is bounded.
struct PatternMatcher {
  /// The search went on for too long.
  struct Exhausted: Error {}

  /// The places where the whole and each group begin and end; nil for a group that took no part.
  typealias Match = [Range<Int>?]

  private static let maximumSteps = 20_000_000
  /// How many steps at places are remembered at most, one bit each.
  private static let maximumMemory = 1 << 28

  private let program: PatternProgram
  private let text: [Unicode.Scalar]
  private var slots: [Int]
  private var stack: [Branch] = []
  private var visited: [UInt64] = []
  /// The words of it that are not zero.
  private var touched: [Int] = []
  private var stepCount = 0

  /// What to go back to: another step at a place, or what a slot held before.
  private enum Branch {
    case step(Int, Int)
    case slot(Int, Int)
  }

  init(_ program: PatternProgram, _ text: [Unicode.Scalar]) {
    self.program = program
    self.text = text
    slots = [Int](repeating: -1, count: program.slotCount)
    let size = program.steps.count * (text.count + 1)
    if !program.hasReferences, size <= Self.maximumMemory {
      visited = [UInt64](repeating: 0, count: (size + 63) / 64)
    }
  }

  /// The first match at or after a place.
  mutating func firstMatch(from start: Int) throws(Exhausted) -> Match? {
    // What was tried without success for an earlier match tells nothing about a later one.
    for index in touched { visited[index] = 0 }
    touched.removeAll(keepingCapacity: true)
    for place in start...text.count where try matches(at: place) {
      return match
    }
    return nil
  }

  private var match: Match {
    (0...program.groupCount).map { group in
      let (lower, upper) = (slots[2 * group], slots[2 * group + 1])
      return lower >= 0 && upper >= lower ? lower..<upper : nil
    }
  }

  private mutating func matches(at start: Int) throws(Exhausted) -> Bool {
    for index in slots.indices { slots[index] = -1 }
    slots[0] = start
    stack.removeAll(keepingCapacity: true)
    stack.append(.step(0, start))
    while let branch = stack.popLast() {
      switch branch {
      case .slot(let slot, let value): slots[slot] = value
      case .step(let step, let place):
        if try run(from: step, at: place) { return true }
      }
    }
    return false
  }

  /// Goes on from a step until the match or a dead end.
  private mutating func run(from step: Int, at place: Int) throws(Exhausted) -> Bool {
    var (step, place) = (step, place)
    while true {
      guard isNew(step, place) else { return false }
      stepCount += 1
      guard stepCount <= Self.maximumSteps else { throw Exhausted() }
      switch program.steps[step] {
      case .match:
        slots[1] = place
        return true
      case .fork(let first, let second):
        stack.append(.step(second, place))
        step = first
        continue
      case .jump(let target):
        step = target
        continue
      case .save(let slot), .begin(let slot): remember(place, in: slot)
      case .leave(let slot, let target):
        if slots[slot] == place {
          step = target
          continue
        }
      case .start: guard isStart(place) else { return false }
      case .end: guard isEnd(place) else { return false }
      case .reference(let group):
        guard let end = end(ofReferenceTo: group, at: place) else { return false }
        place = end
      case .set, .character, .any:
        guard place < text.count, takes(program.steps[step], text[place]) else { return false }
        place += 1
      }
      step += 1
    }
  }

  private mutating func isNew(_ step: Int, _ place: Int) -> Bool {
    guard !visited.isEmpty else { return true }
    let bit = step * (text.count + 1) + place
    let mask: UInt64 = 1 << UInt64(bit & 63)
    guard visited[bit >> 6] & mask == 0 else { return false }
    if visited[bit >> 6] == 0 { touched.append(bit >> 6) }
    visited[bit >> 6] |= mask
    return true
  }

  private mutating func remember(_ place: Int, in slot: Int) {
    stack.append(.slot(slot, slots[slot]))
    slots[slot] = place
  }

  private func takes(_ step: PatternProgram.Step, _ scalar: Unicode.Scalar) -> Bool {
    switch step {
    case .character(let wanted):
      scalar == wanted || program.flags.ignoresCase && scalar.caseFolded == wanted
    case .set(let set): set.contains(scalar, ignoresCase: program.flags.ignoresCase)
    case .any: program.flags.dotTakesLines || scalar != "\n" && scalar != "\r"
    default: false
    }
  }

  private func isStart(_ place: Int) -> Bool {
    if place == 0 { return true }
    return program.flags.anchorsTakeLines && place < text.count && text[place - 1] == "\n"
  }

  private func isEnd(_ place: Int) -> Bool {
    place == text.count || program.flags.anchorsTakeLines && text[place] == "\n"
  }

  /// Where the text of a group ends when it is met again; a group without one matches nothing at all.
  private func end(ofReferenceTo group: Int, at place: Int) -> Int? {
    let (lower, upper) = (slots[2 * group], slots[2 * group + 1])
    guard lower >= 0, upper >= lower else { return place }
    guard place + upper - lower <= text.count else { return nil }
    for offset in 0..<(upper - lower) {
      let (left, right) = (text[lower + offset], text[place + offset])
      guard
        left == right || program.flags.ignoresCase && left.caseFolded == right.caseFolded
      else { return nil }
    }
    return place + upper - lower
  }
}
