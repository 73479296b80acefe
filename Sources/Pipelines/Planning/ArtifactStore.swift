// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
public import StageKit

/// Names an artifact in a store: what it is, and the digest of its bytes.
public struct ArtifactReference: Sendable, Hashable {
  public let kind: ArtifactKind
  public let digest: SHA256Digest
  public let byteCount: Int
  /// How many rows a table has.
  public let rows: Int?
  public let mediaType: String

  public init(
    kind: ArtifactKind, digest: SHA256Digest, byteCount: Int, rows: Int?, mediaType: String
  ) {
    self.kind = kind
    self.digest = digest
    self.byteCount = byteCount
    self.rows = rows
    self.mediaType = mediaType
  }
}

/// A finished stage as a store remembers it.
public struct StageEntry: Sendable {
  public let key: StageKey
  /// By output port.
  public let outputs: [String: ArtifactReference]
  public let seconds: Double

  public init(key: StageKey, outputs: [String: ArtifactReference], seconds: Double) {
    self.key = key
    self.outputs = outputs
    self.seconds = seconds
  }
}

/// What a planner asks: which results are known already.
public protocol KnownResults: Sendable {
  /// The outputs recorded under a key, where all their objects are present.
  func outputs(for key: SHA256Digest) throws -> [String: ArtifactReference]?

  /// The components of the latest entry of this stage of this pipeline, or else of this kind of stage.
  func latestComponents(pipeline: String, instance: InstanceID, stage: String) throws -> JSONValue?

  /// A keyed fingerprint of a secret's value, under a key that never leaves this store.
  func fingerprint(of secret: String) throws -> String
}

/// Remembers finished stages and their artifacts; how is RunStore's business.
public protocol ArtifactStore: KnownResults {
  /// Keeps the bytes of an artifact; they are on the disk before anything recorded refers to them.
  func put(_ artifact: Artifact) throws -> ArtifactReference

  func artifact(_ reference: ArtifactReference) throws -> Artifact

  /// Records a finished stage, whose outputs have been put before, at once or shortly after.
  func record(_ entry: StageEntry, pipeline: String, instance: InstanceID, stage: String) throws

  /// An empty folder for one attempt.
  func makeScratchFolder() throws -> String

  func removeScratchFolder(_ path: String)

  /// The file that an artifact lies in; nil where artifacts lie in no files.
  func file(of reference: ArtifactReference) throws -> ArtifactFile?

  /// The run's id; empty outside runs.
  var runName: String { get }

  /// A folder that stays until the run ends; empty where there is none.
  var runFolder: String { get }

  /// The folder that everything lies in; empty where there is none.
  var storeFolder: String { get }

  /// Keeps a log file with the run, for whoever looks into a failure; gives its new path.
  func keepLog(_ path: String, of instance: InstanceID) -> String?
}

extension ArtifactStore {
  public func file(of reference: ArtifactReference) throws -> ArtifactFile? { nil }
  public var runName: String { "" }
  public var runFolder: String { "" }
  public var storeFolder: String { "" }
  public func keepLog(_ path: String, of instance: InstanceID) -> String? { nil }
}

/// Where nothing has run yet, nothing is known.
public struct NothingKnown: KnownResults {
  public init() {}

  public func outputs(for key: SHA256Digest) -> [String: ArtifactReference]? { nil }

  public func latestComponents(
    pipeline: String, instance: InstanceID, stage: String
  ) -> JSONValue? { nil }

  public func fingerprint(of secret: String) -> String { "unknown" }
}
