// SPDX-License-Identifier: EUPL-1.2

import Digests
import Pipelines
import StageKit
import Synchronization
import Tables

/// Bytes on their way to become an object.
struct StagedObject: Sendable {
  let digest: SHA256Digest
  let byteCount: Int
  /// The temporary file; nil where the object is there already.
  let path: String?
}

/// The objects of a store: files that are named by the digest of their bytes and never change.
///
/// A new object is written under a temporary name, flushed, renamed, and its folder is flushed; only then
/// may anything refer to it.
final class ObjectFiles: Sendable {
  private let folder: StoreFolder
  private let atStep: StepObserver
  private let counter = Atomic<Int>(0)

  /// Above this size an object goes to the disk while it is made.
  private static let heldBytes = 4 << 20

  init(_ folder: StoreFolder, atStep: @escaping StepObserver) {
    self.folder = folder
    self.atStep = atStep
  }

  func path(of digest: SHA256Digest) -> String {
    let hex = digest.hex
    return "\(folder.objects)/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  func isPresent(_ digest: SHA256Digest, byteCount: Int) -> Bool {
    DurableFile.size(path(of: digest)) == byteCount
  }

  /// Keeps bytes, and returns when they are safe.
  func put(_ bytes: [UInt8]) throws -> SHA256Digest {
    let object = try stage(bytes)
    if let path = object.path {
      do { try place([object]) } catch {
        DurableFile.remove(path)
        throw error
      }
    }
    return object.digest
  }

  /// Writes bytes under a temporary name; `place` makes an object of it.
  ///
  /// Bytes that are there already are not written again, damaged ones are replaced.
  func stage(_ bytes: [UInt8]) throws -> StagedObject {
    let digest = SHA256Digest.of(bytes)
    let target = path(of: digest)
    if DurableFile.size(target) == bytes.count, try DurableFile.read(target) == bytes {
      return StagedObject(digest: digest, byteCount: bytes.count, path: nil)
    }
    let file = try NewFile(newTemporary(), permissions: 0o444)
    atStep(.objectCreated)
    do { try file.append(bytes) } catch {
      DurableFile.remove(file.path)
      throw error
    }
    return StagedObject(digest: digest, byteCount: bytes.count, path: file.path)
  }

  /// Writes bytes that come in pieces, without holding a large object in memory.
  func stage(
    pieces: (_ sink: ([UInt8]) throws -> Void) throws -> Void
  ) throws -> StagedObject {
    var hasher = SHA256Digest.Hasher()
    var byteCount = 0
    var held: [UInt8] = []
    var file: NewFile?
    do {
      try pieces { piece in
        held += piece
        byteCount += piece.count
        guard held.count > Self.heldBytes else { return }
        let spilled = try file ?? NewFile(newTemporary(), permissions: 0o444)
        file = spilled
        hasher.update(held)
        try spilled.append(held)
        held.removeAll(keepingCapacity: true)
      }
      guard let file else { return try stage(held) }
      hasher.update(held)
      try file.append(held)
      return StagedObject(digest: hasher.finalize(), byteCount: byteCount, path: file.path)
    } catch {
      if let file { DurableFile.remove(file.path) }
      throw error
    }
  }

  /// Makes objects of what was staged, and returns when they are safe: content first, then names.
  func place(_ staged: [StagedObject]) throws(StoreFault) {
    let new = staged.compactMap { object in object.path.map { (path: $0, object: object) } }
    guard !new.isEmpty else { return }
    try DiskFlush.flush(new.map(\.path))
    atStep(.objectFlushed)
    var shards: Set<String> = []
    for (path, object) in new { shards.insert(try move(path, as: object.digest)) }
    atStep(.objectMoved)
    try DiskFlush.flush(Array(shards))
    atStep(.objectSafe)
  }

  /// The bytes of an object, their number checked, and their digest where asked for.
  func bytes(
    of digest: SHA256Digest, byteCount: Int?, checkingDigest: Bool = false
  ) throws -> [UInt8] {
    guard let bytes = try DurableFile.read(path(of: digest)) else { throw missing(digest) }
    if let byteCount, bytes.count != byteCount { throw damaged(digest) }
    if checkingDigest, SHA256Digest.of(bytes) != digest { throw damaged(digest) }
    return bytes
  }

  func artifact(_ reference: ArtifactReference, checkingDigest: Bool) throws -> Artifact {
    let digest = reference.digest
    do {
      guard reference.kind == .table, !checkingDigest else {
        let bytes = try bytes(
          of: digest, byteCount: reference.byteCount, checkingDigest: checkingDigest)
        return try ArtifactBytes.decode(bytes, as: reference)
      }
      guard let size = DurableFile.size(path(of: digest)) else { throw missing(digest) }
      guard size == reference.byteCount else { throw damaged(digest) }
      return .table(try ArrowFile.map(path: path(of: digest)))
    } catch let fault as StoreFault {
      throw fault
    } catch {
      throw damaged(digest)
    }
  }

  /// Hands out every object with its size, by walking the folders.
  func visit(_ body: (_ digest: SHA256Digest, _ byteCount: Int) throws -> Void) rethrows {
    for shard in DurableFile.names(in: folder.objects) {
      for name in DurableFile.names(in: "\(folder.objects)/\(shard)") {
        guard let digest = SHA256Digest(hex: shard + name) else { continue }
        try body(digest, DurableFile.size("\(folder.objects)/\(shard)/\(name)") ?? 0)
      }
    }
  }

  func remove(_ digest: SHA256Digest) { DurableFile.remove(path(of: digest)) }
}

extension ObjectFiles {
  private func newTemporary() -> String {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(folder.temporary)/\(ProcessIdentity.currentID)-\(number)"
  }

  /// Gives an object its name; gives back the folder that the name is in.
  private func move(_ path: String, as digest: SHA256Digest) throws(StoreFault) -> String {
    let hex = digest.hex
    let shard = "\(folder.objects)/\(hex.prefix(2))"
    let target = "\(shard)/\(hex.dropFirst(2))"
    if try DurableFile.move(path, to: target) { return shard }
    try DurableFile.makeFolder(shard, permissions: 0o755)
    try DurableFile.flushFolder(folder.objects)
    guard try DurableFile.move(path, to: target) else { throw .system("rename", target) }
    return shard
  }

  private func missing(_ digest: SHA256Digest) -> StoreFault {
    StoreFault(
      .missingObject, "the object \(digest.hex) is no longer in the store",
      help: "run the pipeline again: what is missing is computed anew")
  }

  private func damaged(_ digest: SHA256Digest) -> StoreFault {
    StoreFault(
      .damagedObject, "the object \(digest.hex) is damaged",
      help: "delete '\(path(of: digest))' and run the pipeline again: it is computed anew")
  }
}
