// SPDX-License-Identifier: EUPL-1.2

/// Finds what somebody may have meant by a mistyped name.
public enum Suggestion {
  /// The candidate closest to what was typed, or nil where none is close.
  ///
  /// Closeness is the optimal string alignment distance (Damerau–Levenshtein without edits inside a
  /// swapped pair), after case is folded and `_` and blanks count as `-`. A third of the longer name
  /// may differ, but never all of it. The first of equally close candidates wins, those that start
  /// like the typed name first.
  public static func closest(to typed: String, among candidates: some Sequence<String>) -> String? {
    let typedLetters = letters(typed)
    var best: (text: String, distance: Int, prefix: Int)?
    for candidate in candidates {
      let letters = letters(candidate)
      let longer = max(letters.count, typedLetters.count)
      let limit = min(max(1, longer / 3), min(letters.count, typedLetters.count) - 1)
      guard abs(letters.count - typedLetters.count) <= limit || letters == typedLetters else {
        continue
      }
      let distance = distance(typedLetters, letters)
      guard distance <= max(limit, 0) else { continue }
      let prefix = zip(typedLetters, letters).prefix { $0 == $1 }.count
      if let best, (best.distance, -best.prefix) <= (distance, -prefix) { continue }
      best = (candidate, distance, prefix)
    }
    return best?.text
  }

  /// `did you mean 'outcome'?`, or nil where nothing is close.
  public static func question(for typed: String, among candidates: some Sequence<String>) -> String?
  {
    closest(to: typed, among: candidates).map { "did you mean '\($0)'?" }
  }
}

extension Suggestion {
  private static func letters(_ name: String) -> [Character] {
    name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }
  }

  /// Three rows of the distance table are kept: a swap looks two rows back.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var twoBack = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    var current = previous
    for i in 1...a.count {
      current[0] = i
      for j in 1...b.count {
        let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        current[j] = min(previous[j] + 1, current[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          current[j] = min(current[j], twoBack[j - 2] + 1)
        }
      }
      (twoBack, previous, current) = (previous, current, twoBack)
    }
    return previous[b.count]
  }
}
