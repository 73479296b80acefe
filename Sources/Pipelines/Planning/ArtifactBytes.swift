// SPDX-License-Identifier: EUPL-1.2

import Documents
public import StageKit
import Tables

/// The bytes that stand for an artifact in a store, and the way back.
public enum ArtifactBytes {
  public static let tableType = "application/vnd.apache.arrow.file"
  public static let recordType = "application/json"

  /// Canonical bytes: equal artifacts, equal bytes.
  public static func encode(_ artifact: Artifact) throws -> (bytes: [UInt8], mediaType: String) {
    switch artifact {
    case .table(let table): (try ArrowFile.encode(table), tableType)
    case .batches(let batches):
      (try batches.encoded(), tableType)
    case .record(let record): (try record.canonical, recordType)
    case .file(let file): (file.bytes, file.mediaType)
    }
  }

  public static func decode(
    _ bytes: [UInt8], as reference: ArtifactReference
  ) throws -> Artifact {
    switch reference.kind {
    case .table: .table(try ArrowFile.decode(bytes))
    case .record: .record(try JSONValue.parse(bytes: bytes))
    case .file: .file(FileArtifact(mediaType: reference.mediaType, bytes: bytes))
    }
  }
}

extension TableBatches {
  /// The whole file in memory, for stores that keep it there.
  fileprivate func encoded() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try encode { bytes += $0 }
    return bytes
  }
}
