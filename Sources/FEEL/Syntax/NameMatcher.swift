// SPDX-License-Identifier: EUPL-1.2

/// Finds the longest known name at a place: names may hold spaces, dots and other signs.
struct NameMatcher: Sendable {
  private var namesByFirst: [Unicode.Scalar: [[Unicode.Scalar]]] = [:]

  init(_ names: some Sequence<String>) {
    for name in names { insert(name) }
  }

  /// Plain words need no matching: the lexer reads them whole.
  mutating func insert(_ name: String) {
    let scalars = Self.normalised(name)
    guard let first = scalars.first, !scalars.allSatisfy(\.isNamePart) || !first.isNameStart else {
      return
    }
    var known = namesByFirst[first] ?? []
    guard !known.contains(scalars) else { return }
    known.append(scalars)
    known.sort { $0.count > $1.count }
    namesByFirst[first] = known
  }

  /// The end and the normalised text of the longest known name at `start`.
  func match(_ source: [Unicode.Scalar], at start: Int) -> (end: Int, name: String)? {
    guard let candidates = namesByFirst[source[start]] else { return nil }
    for candidate in candidates {
      if let end = Self.end(of: candidate, in: source, at: start) {
        return (end, String(String.UnicodeScalarView(candidate)))
      }
    }
    return nil
  }

  private static func end(
    of name: [Unicode.Scalar], in source: [Unicode.Scalar], at start: Int
  ) -> Int? {
    var position = start
    for scalar in name {
      if scalar == " " {
        guard position < source.count, source[position].isSpace else { return nil }
        while position < source.count, source[position].isSpace { position += 1 }
      } else {
        guard position < source.count, source[position] == scalar else { return nil }
        position += 1
      }
    }
    if let last = name.last, last.isNamePart, position < source.count, source[position].isNamePart {
      return nil
    }
    return position
  }

  /// The name with one space where it has several.
  static func normalised(_ name: String) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for scalar in name.unicodeScalars {
      if !scalar.isSpace {
        result.append(scalar)
      } else if let last = result.last, last != " " {
        result.append(" ")
      }
    }
    if result.last == " " { result.removeLast() }
    return result
  }
}

extension Unicode.Scalar {
  var isSpace: Bool { properties.isWhitespace }

  var isDigit: Bool { ("0"..."9").contains(self) }

  var isNameStart: Bool {
    if value < 0x80 {
      return ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_"
    }
    return properties.isAlphabetic || properties.isEmojiPresentation
  }

  var isNamePart: Bool {
    isNameStart || isDigit || value >= 0x80 && properties.generalCategory == .nonspacingMark
  }
}
