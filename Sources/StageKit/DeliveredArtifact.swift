// SPDX-License-Identifier: EUPL-1.2

import Documents
public import Tables

/// An artifact on its way into a port: decoded when it is asked for, or taken as the file that it lies in.
///
/// A stage in Swift asks for the value; a program of its own reads the file, and a large table is never
/// decoded on the way.
public struct DeliveredArtifact: Sendable {
  private let locate: @Sendable () throws -> ArtifactFile?
  private let decode: @Sendable () throws -> Artifact

  /// An artifact that is in memory already.
  public init(_ artifact: Artifact) {
    locate = { nil }
    decode = { artifact }
  }

  /// An artifact that is decoded when somebody asks for it.
  public init(
    file: @escaping @Sendable () throws -> ArtifactFile?,
    decode: @escaping @Sendable () throws -> Artifact
  ) {
    locate = file
    self.decode = decode
  }

  /// The file that the artifact's bytes lie in; nil where they lie in none.
  public func file() throws -> ArtifactFile? { try locate() }

  public func artifact() throws -> Artifact { try decode() }

  /// A table batch by batch: a large one straight from its file, without decoding it as a whole.
  public func batches() throws -> TableBatches {
    if let path = try file()?.path, let size = FileStatus.size(path: path),
      size > Self.largestInMemory
    {
      return try TableBatches(arrowFile: path)
    }
    return try artifact().batches()
  }

  /// Tables up to this many bytes are decoded once and shared by the stages that read them.
  private static let largestInMemory = 64 << 20
}

/// A file that holds an artifact: everybody may read it, and nobody may change it.
public struct ArtifactFile: Sendable, Hashable {
  public let path: String
  /// The SHA-256 digest of its bytes, in hexadecimal.
  public let sha256: String
  public let mediaType: String

  public init(path: String, sha256: String, mediaType: String) {
    self.path = path
    self.sha256 = sha256
    self.mediaType = mediaType
  }
}

extension [String: [Labeled<Artifact>]] {
  /// The same artifacts by port, as they are delivered from memory.
  public var delivered: [String: [Labeled<DeliveredArtifact>]] {
    mapValues { $0.map { Labeled($0.label, DeliveredArtifact($0.value)) } }
  }
}
