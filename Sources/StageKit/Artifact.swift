// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Tables

public enum ArtifactKind: String, Sendable, Hashable {
  case table
  case record
  case file
}

/// What a port carries: immutable, addressed by the digest of its bytes once it is stored.
public enum Artifact: Sendable, Hashable {
  case table(Table)
  /// A JSON object with `type` and `version`.
  case record(JSONValue)
  case file(FileArtifact)

  public var kind: ArtifactKind {
    switch self {
    case .table: .table
    case .record: .record
    case .file: .file
    }
  }
}

/// A finished document, such as an HTML page.
public struct FileArtifact: Sendable, Hashable {
  public let mediaType: String
  public let bytes: [UInt8]

  public init(mediaType: String, bytes: [UInt8]) {
    self.mediaType = mediaType
    self.bytes = bytes
  }
}

extension Artifact {
  func table() throws -> Table {
    guard case .table(let table) = self else { throw wrongKind(.table) }
    return table
  }

  func record() throws -> JSONValue {
    guard case .record(let record) = self else { throw wrongKind(.record) }
    return record
  }

  func file() throws -> FileArtifact {
    guard case .file(let file) = self else { throw wrongKind(.file) }
    return file
  }

  private func wrongKind(_ wanted: ArtifactKind) -> StageFault {
    StageFault("a port takes a \(wanted.rawValue), not a \(kind.rawValue)", kind: .bug)
  }
}
