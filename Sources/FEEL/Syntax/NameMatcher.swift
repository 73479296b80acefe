// SPDX-License-Identifier: EUPL-1.2

/// Finds the longest known name at a place: names may hold spaces, dots and other signs.
struct NameMatcher: Sendable {
  private var namesByFirst: [Unicode.Scalar: [[Unicode.Scalar]]] = [:]
  /// Whether blanks around the signs in a name make no difference, as the standard has it: where `a-b`
  /// is a name, `a - b` is that name too.
  let isLoose: Bool

  init(_ names: some Sequence<String>, isLoose: Bool = false) {
    self.isLoose = isLoose
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
      if let end = end(of: candidate, in: source, at: start) {
        return (end, String(String.UnicodeScalarView(candidate)))
      }
    }
    return nil
  }

  private func end(
    of name: [Unicode.Scalar], in source: [Unicode.Scalar], at start: Int
  ) -> Int? {
    var position = start
    var before: Unicode.Scalar = "a"
    for (place, scalar) in name.enumerated() {
      let blanks = position
      if scalar == " " || isLoose && !(before.isNamePart && scalar.isNamePart) {
        while position < source.count, source[position].isSpace { position += 1 }
      }
      if scalar == " " {
        // A blank beside a sign may be left out.
        let after = place + 1 < name.count ? name[place + 1] : scalar
        let mayBeMissing = isLoose && !(before.isNamePart && after.isNamePart)
        guard position > blanks || mayBeMissing else { return nil }
      } else {
        guard position < source.count, source[position] == scalar else { return nil }
        position += 1
        before = scalar
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
  /// White space (rule 61 of DMN 1.5), which takes in a few signs without width.
  var isSpace: Bool { properties.isWhitespace || [0x180E, 0x200B, 0xFEFF].contains(value) }

  var isDigit: Bool { ("0"..."9").contains(self) }

  var isNameStart: Bool {
    if value < 0x80 {
      return ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_"
    }
    return properties.isAlphabetic || properties.isEmojiPresentation
      || Self.nameStarts.contains { $0.contains(value) } && !isSpace
  }

  var isNamePart: Bool {
    isNameStart || isDigit
      || value >= 0x80
        && (properties.generalCategory == .nonspacingMark || value == 0xB7
          || (0x203F...0x2040).contains(value))
  }

  /// What names may start with beyond letters (rule 28 of DMN 1.5).
  private static let nameStarts: [ClosedRange<UInt32>] = [
    0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D,
    0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD,
    0x10000...0xEFFFF,
  ]
}
