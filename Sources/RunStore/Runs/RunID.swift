// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The name of a run: its start in UTC and four characters, as `20261123-181500-k3f9`.
///
/// The order of the names is that of the starts.
public struct RunID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  /// Letters and digits that are not taken for one another.
  private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

  init(at moment: Timestamp) {
    let digits = "\(moment)".prefix(19).filter(\.isNumber)
    var suffix = ""
    for _ in 0..<4 { suffix.append(Self.alphabet[Int.random(in: Self.alphabet.indices)]) }
    text = "\(digits.prefix(8))-\(digits.suffix(6))-\(suffix)"
  }

  public var description: String { text }
}
