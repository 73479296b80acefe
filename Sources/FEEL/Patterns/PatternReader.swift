// SPDX-License-Identifier: EUPL-1.2

/// Reads regular expressions as XML Schema (part 2, appendix F) and XPath (7.6.1) write them.
struct PatternReader {
  /// Why a pattern cannot be read.
  struct Fault: Error {
    let reason: String
  }

  private static let maximumNesting = 100
  private static let maximumCount = 10_000

  private let source: [Unicode.Scalar]
  private var position = 0
  private var nesting = 0
  private(set) var groupCount = 0
  private(set) var hasReferences = false
  /// The groups that are complete, to which references may point.
  private var closed: Set<Int> = []

  init(_ text: String, _ flags: PatternFlags) {
    let scalars = Array(text.unicodeScalars)
    source = flags.dropsSpaces ? Self.withoutSpaces(scalars) : scalars
  }

  mutating func read() throws(Fault) -> PatternNode {
    let node = try readChoice()
    guard position == source.count else { throw Fault(reason: "a ')' closes nothing") }
    return node
  }

  /// Blanks count inside a class of characters only.
  private static func withoutSpaces(_ source: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var depth = 0
    var isEscaped = false
    for scalar in source {
      if depth == 0, scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t" {
        continue
      }
      result.append(scalar)
      if isEscaped {
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == "[" {
        depth += 1
      } else if scalar == "]" {
        depth -= 1
      }
    }
    return result
  }
}

extension PatternReader {
  private var next: Unicode.Scalar? { position < source.count ? source[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func readChoice() throws(Fault) -> PatternNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw Fault(reason: "its groups lie too deep") }
    var branches = [try readBranch()]
    while take("|") { branches.append(try readBranch()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func readBranch() throws(Fault) -> PatternNode {
    var pieces: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let atom = try readAtom()
      pieces.append(try readQuantifier(of: atom))
    }
    return pieces.count == 1 ? pieces[0] : .sequence(pieces)
  }

  private mutating func readAtom() throws(Fault) -> PatternNode {
    guard let scalar = next else { throw Fault(reason: "it ends too early") }
    position += 1
    switch scalar {
    case ".": return .any
    case "^": return .start
    case "$": return .end
    case "(": return try readGroup()
    case "[": return .set(try readClass())
    case "\\": return try readEscape()
    case "?", "*", "+": throw Fault(reason: "there is nothing before '\(scalar)' to repeat")
    case "{", "}", "]": throw Fault(reason: "'\(scalar)' stands for itself after a backslash only")
    default: return .set(.single(scalar))
    }
  }

  private mutating func readGroup() throws(Fault) -> PatternNode {
    var number: Int?
    if take("?") {
      guard take(":") else { throw Fault(reason: "'(?' starts no group") }
    } else {
      groupCount += 1
      number = groupCount
    }
    let inner = try readChoice()
    guard take(")") else { throw Fault(reason: "a group is not closed") }
    guard let number else { return inner }
    closed.insert(number)
    return .group(number, inner)
  }

  private mutating func readQuantifier(of atom: PatternNode) throws(Fault) -> PatternNode {
    var bounds: (lower: Int, upper: Int?)
    switch next {
    case "?": bounds = (0, 1)
    case "*": bounds = (0, nil)
    case "+": bounds = (1, nil)
    case "{":
      position += 1
      bounds = try readBounds()
      position -= 1
    default: return atom
    }
    position += 1
    let isReluctant = take("?")
    return .repeated(atom, lower: bounds.lower, upper: bounds.upper, isReluctant: isReluctant)
  }

  /// What stands between braces, up to and with the closing one.
  private mutating func readBounds() throws(Fault) -> (lower: Int, upper: Int?) {
    let lower = try readCount()
    var upper: Int? = lower
    if take(",") { upper = next == "}" ? nil : try readCount() }
    guard take("}") else { throw Fault(reason: "a number of times is not closed") }
    if let upper, upper < lower { throw Fault(reason: "a number of times ends before it starts") }
    return (lower, upper)
  }

  private mutating func readCount() throws(Fault) -> Int {
    var count = 0
    let start = position
    while let scalar = next, scalar.isDigit {
      count = min(count * 10 + Int(scalar.value - 48), Self.maximumCount + 1)
      position += 1
    }
    guard position > start else { throw Fault(reason: "a number of times is missing") }
    guard count <= Self.maximumCount else {
      throw Fault(reason: "it repeats a part more than \(Self.maximumCount) times")
    }
    return count
  }

  private mutating func readEscape() throws(Fault) -> PatternNode {
    guard let scalar = next else { throw Fault(reason: "it ends in a backslash") }
    if let digit = scalar.isDigit ? Int(scalar.value - 48) : nil {
      guard digit > 0 else { throw Fault(reason: "there is no group 0 to refer to") }
      position += 1
      var number = digit
      // More digits belong to the number as long as there are so many groups.
      while let more = next, more.isDigit, closed.contains(number * 10 + Int(more.value - 48)) {
        number = number * 10 + Int(more.value - 48)
        position += 1
      }
      guard closed.contains(number) else {
        throw Fault(reason: "there is no group \(number) before the reference to it")
      }
      hasReferences = true
      return .reference(number)
    }
    return .set(try readSetEscape())
  }
}

// Classes of characters
extension PatternReader {
  /// What stands after a backslash, other than a reference.
  private mutating func readSetEscape() throws(Fault) -> CharacterClass {
    guard let scalar = next else { throw Fault(reason: "it ends in a backslash") }
    position += 1
    if let set = CharacterClass.escape(scalar) { return set }
    switch scalar {
    case "n": return .single("\n")
    case "r": return .single("\r")
    case "t": return .single("\t")
    case "\\", "|", ".", "?", "*", "+", "(", ")", "{", "}", "-", "[", "]", "^", "$":
      return .single(scalar)
    case "p", "P":
      guard take("{"), let end = source[position...].firstIndex(of: "}") else {
        throw Fault(reason: "a property is not written as \\p{L}")
      }
      let name = String(String.UnicodeScalarView(source[position..<end]))
      position = end + 1
      guard let set = CharacterClass.property(name) else {
        throw Fault(reason: "it names a property of characters that there is not")
      }
      return scalar == "p" ? set : set.negated
    default: throw Fault(reason: "'\\\(scalar)' means nothing")
    }
  }

  /// A class after its opening bracket.
  private mutating func readClass() throws(Fault) -> CharacterClass {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw Fault(reason: "its classes lie too deep") }
    var set = CharacterClass(items: [], isNegated: take("^"))
    while let scalar = next, scalar != "]" {
      if scalar == "-", position + 1 < source.count, source[position + 1] == "[", !set.items.isEmpty
      {
        position += 2
        set.subtracted = [try readClass()]
        guard next == "]" else { throw Fault(reason: "a class goes on after what is taken away") }
        break
      }
      set.items.append(try readItem(isFirst: set.items.isEmpty))
    }
    guard take("]") else { throw Fault(reason: "a class is not closed") }
    guard !set.items.isEmpty else { throw Fault(reason: "a class is empty") }
    return set
  }

  private mutating func readItem(isFirst: Bool) throws(Fault) -> CharacterClass.Item {
    guard let first = try readClassCharacter(isFirst: isFirst) else {
      return .other(try readSetEscape())
    }
    let isRange =
      next == "-" && position + 1 < source.count && source[position + 1] != "]"
      && source[position + 1] != "["
    guard isRange else { return .range(first.value...first.value) }
    position += 1
    guard let last = try readClassCharacter(isFirst: false) else {
      throw Fault(reason: "a range of characters ends in a set")
    }
    guard first.value <= last.value else {
      throw Fault(reason: "a range of characters ends before it starts")
    }
    return .range(first.value...last.value)
  }

  /// A single character; nil where an escape for a set is next, of which the backslash is taken.
  private mutating func readClassCharacter(isFirst: Bool) throws(Fault) -> Unicode.Scalar? {
    guard let scalar = next else { throw Fault(reason: "a class is not closed") }
    position += 1
    switch scalar {
    case "[": throw Fault(reason: "'[' stands for itself after a backslash only")
    case "-" where !isFirst && next != "]":
      throw Fault(reason: "'-' stands for itself at the start or the end of a class")
    case "\\":
      guard let escaped = next else { throw Fault(reason: "it ends in a backslash") }
      if CharacterClass.escape(escaped) != nil || escaped == "p" || escaped == "P" { return nil }
      guard case .range(let range)? = try readSetEscape().items.first else { return nil }
      return Unicode.Scalar(range.lowerBound)
    default: return scalar
    }
  }
}
