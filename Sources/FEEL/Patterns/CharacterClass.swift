// SPDX-License-Identifier: EUPL-1.2

/// A set of characters in a pattern, as `[A-Z-[OI]]`, `\d` or `\p{IsGreek}`.
struct CharacterClass: Sendable {
  enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case category(CharacterCategory)
    /// A set inside a set, such as `\D` in `[\D5]`.
    indirect case other(CharacterClass)
  }

  var items: [Item]
  var isNegated = false
  /// What is taken away again; one element at most.
  var subtracted: [CharacterClass] = []

  static func single(_ scalar: Unicode.Scalar) -> CharacterClass {
    CharacterClass(items: [.range(scalar.value...scalar.value)])
  }

  /// Whether a character is in the set; without regard to case, characters and ranges take every
  /// variant of a character, and categories do not.
  func contains(_ scalar: Unicode.Scalar, ignoresCase: Bool) -> Bool {
    let isInside = items.contains { item in
      switch item {
      case .range(let range):
        range.contains(scalar.value)
          || ignoresCase && scalar.caseVariants.contains { range.contains($0.value) }
      case .category(let category): category.contains(scalar)
      case .other(let inner): inner.contains(scalar, ignoresCase: ignoresCase)
      }
    }
    return isInside != isNegated
      && !subtracted.contains { $0.contains(scalar, ignoresCase: ignoresCase) }
  }

  var negated: CharacterClass {
    var copy = self
    copy.isNegated.toggle()
    return copy
  }
}

extension CharacterClass {
  private static func ranges(_ ranges: ClosedRange<UInt32>...) -> CharacterClass {
    CharacterClass(items: ranges.map { .range($0) })
  }

  /// A digit of any script.
  static let digit = CharacterClass(items: [.category(.exactly("Nd"))])
  /// All but punctuation, separators and others.
  static let word = CharacterClass(
    items: [.category(.group("P")), .category(.group("Z")), .category(.group("C"))],
    isNegated: true)
  static let space = ranges(0x20...0x20, 0x9...0xA, 0xD...0xD)

  /// What a name of XML may start with.
  static let nameStart = ranges(
    0x3A...0x3A, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF,
    0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF,
    0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF)

  /// What a name of XML may hold.
  static let namePart = CharacterClass(
    items: nameStart.items
      + ranges(0x2D...0x2E, 0x30...0x39, 0xB7...0xB7, 0x300...0x36F, 0x203F...0x2040).items)

  /// The set of an escape such as `\d`, nil for other letters.
  static func escape(_ letter: Unicode.Scalar) -> CharacterClass? {
    switch letter {
    case "d": digit
    case "D": digit.negated
    case "w": word
    case "W": word.negated
    case "s": space
    case "S": space.negated
    case "i": nameStart
    case "I": nameStart.negated
    case "c": namePart
    case "C": namePart.negated
    default: nil
    }
  }

  /// The set in `\p{…}`: a category such as `L` or `Lu`, or a block such as `IsBasicLatin`.
  static func property(_ name: String) -> CharacterClass? {
    if name.hasPrefix("Is") {
      return blocks[String(name.dropFirst(2))].map { CharacterClass(items: [.range($0)]) }
    }
    return CharacterCategory(name).map { CharacterClass(items: [.category($0)]) }
  }

  private static let blocks: [String: ClosedRange<UInt32>] = {
    var blocks: [String: ClosedRange<UInt32>] = [:]
    for line in UnicodeBlocks.table.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 3, let first = UInt32(parts[1], radix: 16),
        let last = UInt32(parts[2], radix: 16), first <= last
      else { continue }
      blocks[String(parts[0])] = first...last
    }
    // Names of earlier versions, which XML Schema lists.
    blocks["Greek"] = blocks["GreekandCoptic"]
    blocks["CombiningMarksforSymbols"] = blocks["CombiningDiacriticalMarksforSymbols"]
    blocks["PrivateUse"] = blocks["PrivateUseArea"]
    return blocks
  }()
}

/// A general category of Unicode, or a group of them.
enum CharacterCategory: Sendable {
  case exactly(String)
  case group(Character)

  init?(_ name: String) {
    if name.count == 1, let letter = name.first, "LMNPZSC".contains(letter) {
      self = .group(letter)
    } else if Self.names.values.contains(name), name != "Cs" {
      self = .exactly(name)
    } else {
      return nil
    }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let name = Self.names[scalar.properties.generalCategory] ?? "Cn"
    return switch self {
    case .exactly(let wanted): name == wanted
    case .group(let letter): name.first == letter
    }
  }

  private static let names: [Unicode.GeneralCategory: String] = [
    .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm",
    .otherLetter: "Lo", .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me",
    .decimalNumber: "Nd", .letterNumber: "Nl", .otherNumber: "No", .connectorPunctuation: "Pc",
    .dashPunctuation: "Pd", .openPunctuation: "Ps", .closePunctuation: "Pe",
    .initialPunctuation: "Pi", .finalPunctuation: "Pf", .otherPunctuation: "Po",
    .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk", .otherSymbol: "So",
    .spaceSeparator: "Zs", .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc",
    .format: "Cf", .surrogate: "Cs", .privateUse: "Co", .unassigned: "Cn",
  ]
}

extension Unicode.Scalar {
  /// The character in small and in capital letters.
  var caseVariants: [Unicode.Scalar] {
    let lower = Self.only(properties.lowercaseMapping)
    let upper = Self.only(properties.uppercaseMapping)
    return [lower, upper, upper.flatMap { Self.only($0.properties.lowercaseMapping) }]
      .compactMap { $0 }
  }

  /// The character by which variants of one are compared.
  var caseFolded: Unicode.Scalar { caseVariants.last ?? self }

  /// The character that a mapping gives, where it is a single one.
  private static func only(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    return scalars.count == 1 ? scalars.first : nil
  }
}
