// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// Something that `verify` found not to be as it was written.
public struct Finding: Sendable, Hashable {
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case damagedDatabase = "damaged-database"
    case missingObject = "missing-object"
    case wrongSize = "wrong-size"
    case damagedObject = "damaged-object"
    case editedReceipt = "edited-receipt"
    case removedReceipt = "removed-receipt"
    case missingLastRun = "missing-last-run"
    case editedHead = "edited-head"
    case editedEntry = "edited-entry"
    case editedRun = "edited-run"
    case removedRun = "removed-run"
    /// Objects that nothing refers to: no damage.
    case unusedObjects = "unused-objects"
  }

  public enum Severity: String, Sendable, Hashable {
    case error
    case note
  }

  public let code: Code
  public let severity: Severity
  public let message: String
  public let help: String?

  init(_ code: Code, severity: Severity = .error, _ message: String, help: String? = nil) {
    self.code = code
    self.severity = severity
    self.message = message
    self.help = help
  }

  public var json: JSONValue {
    [
      "code": .string(code.rawValue), "severity": .string(severity.rawValue),
      "message": .string(message), "help": JSONValue(help),
    ]
  }
}

/// The outcome of `verify`.
public struct Verification: Sendable {
  public internal(set) var findings: [Finding] = []
  public internal(set) var objects = 0
  public internal(set) var bytes = 0
  public internal(set) var receipts = 0
  public internal(set) var runs = 0
  public internal(set) var entries = 0

  /// Whether there is no damage; notes do not count.
  public var isSound: Bool { findings.allSatisfy { $0.severity == .note } }

  public var json: JSONValue {
    [
      "sound": .boolean(isSound), "objects": JSONValue(objects), "bytes": JSONValue(bytes),
      "receipts": JSONValue(receipts), "runs": JSONValue(runs), "entries": JSONValue(entries),
      "findings": .array(findings.map(\.json)),
    ]
  }
}
