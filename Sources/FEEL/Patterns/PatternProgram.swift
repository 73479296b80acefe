// SPDX-License-Identifier: EUPL-1.2

/// A regular expression as steps for the matcher.
struct PatternProgram: Sendable {
  enum Step: Sendable {
    case set(CharacterClass)
    case character(Unicode.Scalar)
    case any
    case start
    case end
    /// Remembers where a group begins or ends.
    case save(Int)
    case reference(Int)
    /// Goes on at the first place, and at the second where that leads nowhere.
    case fork(Int, Int)
    case jump(Int)
    /// Remembers where a round of a loop begins, and ends a loop whose round took nothing.
    case begin(Int)
    case leave(ifNothingSince: Int, to: Int)
    case match
  }

  private static let maximumParts = 50_000

  let steps: [Step]
  let groupCount: Int
  /// How many places the matcher remembers: two for each group, the whole first, and one a loop.
  let slotCount: Int
  let hasReferences: Bool
  let flags: PatternFlags

  init(_ source: String, _ flags: PatternFlags) throws(PatternReader.Fault) {
    self.flags = flags
    var builder: Builder
    if flags.isLiteral {
      builder = Builder(slotCount: 2, flags: flags)
      let characters = source.unicodeScalars.map { PatternNode.set(.single($0)) }
      try builder.add(.sequence(characters))
      (groupCount, hasReferences) = (0, false)
    } else {
      var reader = PatternReader(source, flags)
      let root = try reader.read()
      (groupCount, hasReferences) = (reader.groupCount, reader.hasReferences)
      builder = Builder(slotCount: 2 * (reader.groupCount + 1), flags: flags)
      try builder.add(root)
    }
    steps = builder.steps + [.match]
    slotCount = builder.slotCount
  }

  private struct Builder {
    var steps: [Step] = []
    var slotCount: Int
    let flags: PatternFlags
    /// How many parts were added, those that take no step included.
    private var partCount = 0

    init(slotCount: Int, flags: PatternFlags) {
      self.slotCount = slotCount
      self.flags = flags
    }

    mutating func add(_ node: PatternNode) throws(PatternReader.Fault) {
      partCount += 1
      guard partCount < PatternProgram.maximumParts else {
        throw PatternReader.Fault(reason: "it is too large")
      }
      switch node {
      case .set(let set):
        if set.items.count == 1, !set.isNegated, set.subtracted.isEmpty,
          case .range(let range) = set.items[0], range.count == 1,
          let scalar = Unicode.Scalar(range.lowerBound)
        {
          steps.append(.character(flags.ignoresCase ? scalar.caseFolded : scalar))
        } else {
          steps.append(.set(set))
        }
      case .any: steps.append(.any)
      case .start: steps.append(.start)
      case .end: steps.append(.end)
      case .reference(let number): steps.append(.reference(number))
      case .group(let number, let inner):
        steps.append(.save(2 * number))
        try add(inner)
        steps.append(.save(2 * number + 1))
      case .sequence(let nodes): for node in nodes { try add(node) }
      case .choice(let branches): try add(branches)
      case .repeated(let inner, let lower, let upper, let isReluctant):
        for _ in 0..<lower { try add(inner) }
        if let upper {
          try addOptional(inner, times: upper - lower, isReluctant)
        } else {
          try addLoop(inner, isReluctant)
        }
      }
    }

    private mutating func add(_ branches: [PatternNode]) throws(PatternReader.Fault) {
      var ends: [Int] = []
      for branch in branches.dropLast() {
        let fork = steps.count
        steps.append(.match)
        try add(branch)
        ends.append(steps.count)
        steps.append(.match)
        steps[fork] = .fork(fork + 1, steps.count)
      }
      if let last = branches.last { try add(last) }
      for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func addOptional(
      _ inner: PatternNode, times: Int, _ isReluctant: Bool
    ) throws(PatternReader.Fault) {
      var forks: [Int] = []
      for _ in 0..<times {
        forks.append(steps.count)
        steps.append(.match)
        try add(inner)
      }
      for fork in forks { steps[fork] = choose(fork + 1, steps.count, isReluctant) }
    }

    private mutating func addLoop(
      _ inner: PatternNode, _ isReluctant: Bool
    ) throws(PatternReader.Fault) {
      let head = steps.count
      let slot = slotCount
      slotCount += 1
      steps.append(.match)
      steps.append(.begin(slot))
      try add(inner)
      steps.append(.leave(ifNothingSince: slot, to: steps.count + 2))
      steps.append(.jump(head))
      steps[head] = choose(head + 1, steps.count, isReluctant)
    }

    private func choose(_ inside: Int, _ outside: Int, _ isReluctant: Bool) -> Step {
      isReluctant ? .fork(outside, inside) : .fork(inside, outside)
    }
  }
}
