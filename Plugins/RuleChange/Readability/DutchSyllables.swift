// SPDX-License-Identifier: EUPL-1.2

/// Counts the syllables of Dutch words by their spelling.
///
/// A syllable is a group of vowels that one sound is written with; the rules are ours:
/// 1. The longest group counts as one: `eeu ieu aai ooi oei eau`, then `aa ee oo uu ie oe eu ui ei ij ai
///    au ou`, then single vowels. Two vowels that form no such group are two: `ra-di-o`, `the-a-ter`.
/// 2. A diaeresis starts a syllable: `be-ëin-di-gen`, `cli-ënt`.
/// 3. `y` is a consonant before a vowel, as in `loyaal`, and `u` is silent after `q`.
/// 4. Words in which letters of two syllables look like one group stand in a short list: `museum`.
/// 5. A word in capitals without a vowel is spelled out: `BSN` has three. A number counts as one.
///
/// English and French words may come out one too many or too few.
enum DutchSyllables {
  static func count(in word: String) -> Int {
    let parts = word.split { !$0.isLetter && !$0.isNumber }
    return max(1, parts.reduce(0) { $0 + count(inPart: $1) })
  }

  private static func count(inPart part: Substring) -> Int {
    let letters = Array(part.lowercased())
    guard letters.contains(where: \.isLetter) else { return 1 }
    var found = 0
    var place = 0
    while place < letters.count {
      let length = groupLength(letters, at: place)
      if length > 0 { found += 1 }
      place += max(1, length)
    }
    for (fragment, more) in separate where String(letters).contains(fragment) { found += more }
    // What nobody can pronounce is spelled out: BSN, but also the `m` of `5 m`.
    return found == 0 ? letters.count(where: \.isLetter) : found
  }

  /// How many letters from a place on make one vowel sound; zero for a consonant.
  private static func groupLength(_ letters: [Character], at place: Int) -> Int {
    guard let first = plain[letters[place]] else { return 0 }
    if first == "u", place > 0, letters[place - 1] == "q" { return 0 }
    if first == "y", place + 1 < letters.count, plain[letters[place + 1]] != nil { return 0 }
    var text = String(first)
    var longest = 1
    for next in (place + 1)..<min(place + 3, max(place + 1, letters.count)) {
      // A sign with a diaeresis starts a syllable of its own.
      guard let vowel = following(letters, next) else { break }
      text.append(vowel)
      if groups.contains(text) { longest = text.count }
    }
    return longest
  }

  private static func following(_ letters: [Character], _ place: Int) -> Character? {
    let letter = letters[place]
    if letter == "j" { return "j" }
    return diaereses.contains(letter) ? nil : plain[letter]
  }

  private static let groups: Set<String> = [
    "eeu", "ieu", "aai", "ooi", "oei", "eau", "aa", "ee", "oo", "uu", "ie", "oe", "eu", "ui", "ei",
    "ij", "ai", "au", "ou",
  ]

  private static let diaereses: Set<Character> = ["ä", "ë", "ï", "ö", "ü", "ÿ"]

  private static let plain: [Character: Character] = {
    var plain: [Character: Character] = [:]
    for (vowel, forms) in [
      ("a", "aàáâä"), ("e", "eèéêë"), ("i", "iìíîï"), ("o", "oòóôö"), ("u", "uùúûü"), ("y", "yÿ"),
    ] as [(Character, String)] {
      for form in forms { plain[form] = vowel }
    }
    return plain
  }()

  /// Letters of two syllables that look like one group, with the syllables to add.
  private static let separate: [(String, Int)] = [
    ("jubileum", 1), ("linoleum", 1), ("milieu", 1), ("museum", 1), ("petroleum", 1),
  ]
}
