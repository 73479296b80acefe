// SPDX-License-Identifier: EUPL-1.2

internal import Synchronization

/// A regular expression as XPath writes it, with the flags `i`, `s`, `m`, `x` and `q`.
struct Pattern {
  private let program: PatternProgram
  private let arguments: Arguments

  init(_ arguments: Arguments, pattern place: Int, flags flagsPlace: Int) throws(FEELFault) {
    self.arguments = arguments
    let source = try arguments.text(place)
    guard let flags = PatternFlags(arguments.has(flagsPlace) ? try arguments.text(flagsPlace) : "")
    else { throw arguments.invalid("the flags of a pattern are i, s, m, x and q") }
    let known = Self.cache.withLock { $0[Key(source: source, flags: flags)] }
    if let known {
      program = known
      return
    }
    do throws(PatternReader.Fault) {
      program = try PatternProgram(source, flags)
    } catch {
      throw arguments.invalid(
        "'\(arguments.function)' got a pattern that cannot be read: \(error.reason)")
    }
    let compiled = program
    Self.cache.withLock { cache in
      if cache.count >= Self.maximumCount { cache.removeAll() }
      cache[Key(source: source, flags: flags)] = compiled
    }
  }

  private struct Key: Hashable {
    let source: String
    let flags: PatternFlags

    static func == (left: Key, right: Key) -> Bool {
      left.flags == right.flags && left.source.utf8.elementsEqual(right.source.utf8)
    }

    func hash(into hasher: inout Hasher) { for byte in source.utf8 { hasher.combine(byte) } }
  }

  /// The patterns that were read last: a pattern stands in an expression once and is used for each row.
  private static let cache = Mutex<[Key: PatternProgram]>([:])
  private static let maximumCount = 64

  func isFound(in text: String) throws(FEELFault) -> Bool {
    var matcher = PatternMatcher(program, Array(text.unicodeScalars))
    return try next(&matcher, from: 0) != nil
  }

  /// `$1` to `$9` in the replacement stand for groups, `$0` for the match, and `\$` for a dollar sign.
  func replacing(in text: String, with replacement: String) throws(FEELFault) -> String {
    let scalars = Array(text.unicodeScalars)
    let parts = try Replacement(replacement, program, arguments)
    var result = String.UnicodeScalarView()
    var position = 0
    for match in try matches(in: scalars) {
      guard let whole = match[0] else { continue }
      result.append(contentsOf: scalars[position..<whole.lowerBound])
      parts.append(to: &result, match, scalars)
      position = whole.upperBound
    }
    result.append(contentsOf: scalars[position...])
    return String(result)
  }

  func splitting(_ text: String) throws(FEELFault) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var parts: [String] = []
    var position = 0
    for match in try matches(in: scalars) {
      guard let whole = match[0] else { continue }
      parts.append(String(String.UnicodeScalarView(scalars[position..<whole.lowerBound])))
      position = whole.upperBound
    }
    return parts + [String(String.UnicodeScalarView(scalars[position...]))]
  }

  /// All matches one after the other; a pattern that finds nothing in nothing is an error.
  private func matches(in scalars: [Unicode.Scalar]) throws(FEELFault) -> [PatternMatcher.Match] {
    var empty = PatternMatcher(program, [])
    guard try next(&empty, from: 0) == nil else {
      throw arguments.invalid("'\(arguments.function)' got a pattern that matches an empty text")
    }
    var matcher = PatternMatcher(program, scalars)
    var found: [PatternMatcher.Match] = []
    var position = 0
    while position <= scalars.count, let match = try next(&matcher, from: position),
      let whole = match[0]
    {
      if !whole.isEmpty { found.append(match) }
      position = whole.isEmpty ? whole.upperBound + 1 : whole.upperBound
    }
    return found
  }

  private func next(
    _ matcher: inout PatternMatcher, from place: Int
  ) throws(FEELFault) -> PatternMatcher.Match? {
    do throws(PatternMatcher.Exhausted) {
      return try matcher.firstMatch(from: place)
    } catch {
      throw FEELFault(
        .overflow, "'\(arguments.function)' takes too long with this pattern",
        help: "a group that refers to another should not be repeated")
    }
  }
}

/// What takes the place of a match.
private struct Replacement {
  private enum Part {
    case text(Unicode.Scalar)
    case group(Int)
  }

  private var parts: [Part] = []

  init(
    _ source: String, _ program: PatternProgram, _ arguments: Arguments
  ) throws(FEELFault) {
    var rest = source.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard !program.flags.isLiteral, scalar == "\\" || scalar == "$" else {
        parts.append(.text(scalar))
        continue
      }
      guard let next = rest.popFirst() else { throw Self.fault(arguments) }
      if scalar == "\\" {
        guard next == "\\" || next == "$" else { throw Self.fault(arguments) }
        parts.append(.text(next))
        continue
      }
      guard next.isDigit else { throw Self.fault(arguments) }
      var number = Int(next.value - 48)
      // More digits belong to the number as long as there are so many groups.
      while let more = rest.first, more.isDigit,
        number * 10 + Int(more.value - 48) <= program.groupCount, number > 0
      {
        number = number * 10 + Int(more.value - 48)
        rest.removeFirst()
      }
      if number <= program.groupCount { parts.append(.group(number)) }
    }
  }

  func append(
    to result: inout String.UnicodeScalarView, _ match: PatternMatcher.Match,
    _ scalars: [Unicode.Scalar]
  ) {
    for part in parts {
      switch part {
      case .text(let scalar): result.append(scalar)
      case .group(let number):
        if let range = match[number] { result.append(contentsOf: scalars[range]) }
      }
    }
  }

  private static func fault(_ arguments: Arguments) -> FEELFault {
    arguments.invalid(
      "'\(arguments.function)' got a replacement with a lone '$' or backslash",
      help: "write \\$ and \\\\ for the signs themselves, and $1 for a group")
  }
}
