// SPDX-License-Identifier: EUPL-1.2

/// A row that was left out, by the line it begins on.
public struct RefusedRow: Sendable, Hashable {
  /// Counted from 1, the header and line ends within quotes included.
  public let line: Int
  public let reason: String

  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
