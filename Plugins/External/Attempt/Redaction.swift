// SPDX-License-Identifier: EUPL-1.2

/// Takes the values of secrets out of what a program says, so that neither store nor terminal shows them.
struct Redaction: Sendable {
  /// Longest first: one may be part of another.
  private let values: [[UInt8]]

  /// Values of fewer than four bytes are left: they stand in too many words.
  init(_ secrets: [String]) {
    values = secrets.map { Array($0.utf8) }.filter { $0.count >= 4 }.sorted { $0.count > $1.count }
  }

  func hidden(_ bytes: [UInt8]) -> [UInt8] {
    values.reduce(bytes) { $0.replacing($1, with: "***".utf8) }
  }
}
