// SPDX-License-Identifier: EUPL-1.2

/// Why a store cannot do what is asked: what is wrong, and what to do.
public struct StoreFault: Error, Hashable, Sendable {
  public enum Kind: String, Sendable, Hashable {
    /// The folder is there but holds something else.
    case notAStore = "not-a-store"
    /// The folder may not be written, or lies on a read-only disk.
    case notWritable = "not-writable"
    /// The disk is full.
    case full
    /// The database is no database, or damaged.
    case damagedDatabase = "damaged-database"
    /// A newer version of Proeftuin made the store.
    case newerStore = "newer-store"
    /// Another process writes to the store.
    case locked
    case missingObject = "missing-object"
    case damagedObject = "damaged-object"
    case noSuchRun = "no-such-run"
    case ambiguousRun = "ambiguous-run"
    /// The system refused a call for another reason.
    case failed
  }

  public let kind: Kind
  public let message: String
  public let help: String?

  public init(_ kind: Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  /// Whether the store itself is at fault, and not the question.
  public var concernsStore: Bool {
    switch kind {
    case .noSuchRun, .ambiguousRun: false
    case .notAStore, .notWritable, .full, .damagedDatabase, .newerStore, .locked,
      .missingObject,
      .damagedObject, .failed:
      true
    }
  }
}

extension StoreFault: CustomStringConvertible {
  public var description: String { message }
}
