// SPDX-License-Identifier: EUPL-1.2

/// How large a document may be, so that no file can exhaust the machine.
public struct ReadingLimits: Sendable, Hashable {
  /// The largest file, in bytes.
  public var bytes: Int
  /// How deep lists and maps may be nested, aliases followed.
  public var nesting: Int
  /// How many values aliases may add to the document.
  public var aliasedNodes: Int

  public init(bytes: Int = 10 << 20, nesting: Int = 64, aliasedNodes: Int = 100_000) {
    // Nodes are read and compared by recursion, which the stack of a thread bounds.
    precondition((1...500).contains(nesting), "the nesting limit lies between 1 and 500")
    self.bytes = bytes
    self.nesting = nesting
    self.aliasedNodes = aliasedNodes
  }

  /// 10 MiB, 64 levels, 100,000 aliased values.
  public static let standard = ReadingLimits()
}
