// SPDX-License-Identifier: EUPL-1.2

public import StageKit

/// Which versions of a plugin will do: `>=1.2, <2`, `^1.2`, `1.2` (any 1.2.x) or `1.2.0`.
public struct VersionRange: Sendable, Hashable {
  private struct Comparator: Hashable {
    let symbol: Symbol
    let version: SemanticVersion

    /// Whether it has a prerelease of the same version in it.
    func names(_ other: SemanticVersion) -> Bool {
      !version.prerelease.isEmpty
        && (version.major, version.minor, version.patch) == (other.major, other.minor, other.patch)
    }
  }

  private enum Symbol: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case exactly = "="
  }

  private let comparators: [Comparator]
  /// The range as people wrote it.
  public let text: String

  /// The range that a text spells, or nil where it spells none.
  public init?(_ text: String) {
    var comparators: [Comparator] = []
    for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let read = Self.comparators(of: part) else { return nil }
      comparators += read
    }
    guard !comparators.isEmpty else { return nil }
    self.comparators = comparators
    self.text = text
  }

  /// Whether a version lies in the range; a prerelease does only where the range names it.
  public func contains(_ version: SemanticVersion) -> Bool {
    guard version.prerelease.isEmpty || comparators.contains(where: { $0.names(version) }) else {
      return false
    }
    return comparators.allSatisfy { comparator in
      switch comparator.symbol {
      case .atLeast: version >= comparator.version
      case .atMost: version <= comparator.version
      case .above: version > comparator.version
      case .below: version < comparator.version
      case .exactly: version == comparator.version
      }
    }
  }

  private static func comparators(of part: Substring) -> [Comparator]? {
    if let symbol = Symbol.allCases.first(where: { part.hasPrefix($0.rawValue) }) {
      return version(part.dropFirst(symbol.rawValue.count)).map {
        [Comparator(symbol: symbol, version: $0.version)]
      }
    }
    let isCaret = part.first == "^"
    guard let (low, parts) = version(isCaret ? part.dropFirst() : part) else { return nil }
    if !isCaret, parts == 3 { return [Comparator(symbol: .exactly, version: low)] }
    let high: SemanticVersion =
      switch (isCaret, parts) {
      // Before 1.0 the minor version is what may break, as Semantic Versioning has it.
      case (true, _) where low.major > 0, (_, 1): SemanticVersion(low.major + 1, 0, 0)
      case (true, 3) where low.minor == 0: SemanticVersion(0, 0, low.patch + 1)
      default: SemanticVersion(low.major, low.minor + 1, 0)
      }
    return [
      Comparator(symbol: .atLeast, version: low), Comparator(symbol: .below, version: high),
    ]
  }

  /// A version whose last parts may be left away, and how many parts it has.
  private static func version(_ text: Substring) -> (version: SemanticVersion, parts: Int)? {
    let count = text.split(separator: ".", omittingEmptySubsequences: false).count
    if text.contains("-") || count == 3 { return SemanticVersion(String(text)).map { ($0, 3) } }
    guard (1...2).contains(count) else { return nil }
    return SemanticVersion(text + String(repeating: ".0", count: 3 - count)).map { ($0, count) }
  }
}
