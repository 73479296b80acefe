// SPDX-License-Identifier: EUPL-1.2

/// A pattern as a machine of few steps: Thompson's construction.
///
/// Many places of it may be reached at once, and none is tried twice for one character, so that the time
/// for a text grows with its length only, whatever the pattern.
struct PatternProgram: Sendable {
  enum Step: Sendable {
    /// Goes to the next step where the character belongs to the set of that number.
    case character(set: Int)
    /// Goes to both steps without a character.
    case fork(Int, Int)
    case jump(Int)
    case accept
  }

  static let mostSteps = 2_000

  private(set) var steps: [Step] = []
  private(set) var sets: [CharacterRanges] = []

  init(_ node: PatternNode) throws(PatternFault) {
    try add(node)
    try append(.accept)
  }
}

extension PatternProgram {
  private mutating func append(_ step: Step) throws(PatternFault) {
    guard steps.count < Self.mostSteps else { throw PatternFault(cause: .tooLarge, range: 0..<1) }
    steps.append(step)
  }

  private mutating func add(_ node: PatternNode) throws(PatternFault) {
    switch node {
    case .one(let set):
      let known = sets.firstIndex(of: set)
      if known == nil { sets.append(set) }
      try append(.character(set: known ?? sets.count - 1))
    case .sequence(let items):
      for item in items { try add(item) }
    case .either(let choices):
      try add(choices[...])
    case .repeated(let item, let least, let most):
      for _ in 0..<least {
        let before = steps.count
        try add(item)
        // What takes no step would be added without end where such repetitions are nested.
        if steps.count == before { break }
      }
      if let most {
        try add(item, upTo: most - least)
      } else {
        let start = steps.count
        try append(.jump(0))
        try add(item)
        try append(.jump(start))
        steps[start] = .fork(start + 1, steps.count)
      }
    }
  }

  private mutating func add(_ choices: ArraySlice<PatternNode>) throws(PatternFault) {
    var ends: [Int] = []
    for choice in choices.dropLast() {
      let fork = steps.count
      try append(.jump(0))
      try add(choice)
      ends.append(steps.count)
      try append(.jump(0))
      steps[fork] = .fork(fork + 1, steps.count)
    }
    if let last = choices.last { try add(last) }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  /// Each further time may be left out, with all after it.
  private mutating func add(_ item: PatternNode, upTo times: Int) throws(PatternFault) {
    var forks: [Int] = []
    for _ in 0..<times {
      forks.append(steps.count)
      try append(.jump(0))
      try add(item)
    }
    for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
  }
}
