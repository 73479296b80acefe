// SPDX-License-Identifier: EUPL-1.2

/// Why no digest or pseudonym can be made.
public enum DigestFault: Error, Sendable, Hashable {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadableFile(path: String, reason: String)
  /// The secret has fewer bytes than a key needs.
  case keyTooShort(bytes: Int, minimum: Int)
}

extension DigestFault {
  /// What to do about it.
  public var help: String {
    switch self {
    case .unreadableFile: "check the path and who may read it"
    case .keyTooShort(_, let minimum):
      "make a key of \(minimum) random bytes or more, for instance with 'openssl rand -hex 32'"
    }
  }
}

extension DigestFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableFile(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .keyTooShort(let bytes, let minimum):
      "the secret key has \(bytes) bytes, and at least \(minimum) are needed"
    }
  }
}
