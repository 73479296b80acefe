// SPDX-License-Identifier: EUPL-1.2

/// A version after Semantic Versioning 2.0.0, without build data: `1.2.0`, `2.0.0-rc.1`.
public struct SemanticVersion: Sendable, Hashable {
  public let major: Int
  public let minor: Int
  public let patch: Int
  /// What stands behind a hyphen; empty for a release.
  public let prerelease: [String]

  public init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [String] = []) {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.prerelease = prerelease
  }

  /// The version that a text spells, or nil where it spells none.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
      .map(Self.number)
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2]
    else { return nil }
    var prerelease: [String] = []
    if parts.count == 2 {
      prerelease = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        .map { String($0) }
      guard prerelease.allSatisfy(Self.isIdentifier) else { return nil }
    }
    self.init(major, minor, patch, prerelease: prerelease)
  }

  /// A number without leading zeros.
  private static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), text == "0" || text.first != "0",
      text.utf8.count < 10
    else { return nil }
    return Int(text)
  }

  /// Letters, digits and hyphens; one of digits alone has no leading zeros.
  private static func isIdentifier(_ text: String) -> Bool {
    let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
    return !text.isEmpty && (!isNumber || text == "0" || text.first != "0")
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }
}

extension SemanticVersion: Comparable {
  /// A prerelease comes before its release; its identifiers count as numbers where they are numbers.
  public static func < (a: SemanticVersion, b: SemanticVersion) -> Bool {
    let (left, right) = ((a.major, a.minor, a.patch), (b.major, b.minor, b.patch))
    if left != right { return left < right }
    if a.prerelease.isEmpty || b.prerelease.isEmpty {
      return !a.prerelease.isEmpty && b.prerelease.isEmpty
    }
    for (x, y) in zip(a.prerelease, b.prerelease) where x != y {
      switch (Int(x), Int(y)) {
      case (let x?, let y?): return x < y
      case (.some, nil): return true
      case (nil, .some): return false
      case (nil, nil): return x < y
      }
    }
    return a.prerelease.count < b.prerelease.count
  }
}

extension SemanticVersion: CustomStringConvertible {
  public var description: String {
    "\(major).\(minor).\(patch)"
      + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
  }
}
