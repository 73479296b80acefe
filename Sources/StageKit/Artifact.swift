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
  /// A table that need not fit in memory.
  case batches(TableBatches)
  /// A JSON object with `type` and `version`.
  case record(JSONValue)
  case file(FileArtifact)

  public var kind: ArtifactKind {
    switch self {
    case .table, .batches: .table
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
  /// The table, in memory.
  public func table() throws -> Table {
    switch self {
    case .table(let table): return table
    case .batches(let batches): return try batches.table()
    case .record, .file: throw wrongKind(.table)
    }
  }

  /// The table, batch by batch.
  public func batches() throws -> TableBatches {
    switch self {
    case .table(let table): return TableBatches(table)
    case .batches(let batches): return batches
    case .record, .file: throw wrongKind(.table)
    }
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
