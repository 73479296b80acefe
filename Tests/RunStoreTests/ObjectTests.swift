// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation
import Pipelines
import StageKit
import Tables
import Testing

@testable import RunStore

struct ObjectTests {
  let folder = TemporaryStore()

  @Test func `a table comes back as it was put`() throws {
    let store = try folder.open()
    let table = try Sample.table(5)
    let reference = try store.put(.table(table))
    #expect(reference.rows == 3)
    #expect(try store.artifact(reference) == .table(table))
    #expect(try store.artifact(reference, checkingDigest: true) == .table(table))
  }

  @Test func `an object lies under the digest of its bytes`() throws {
    let store = try folder.open()
    let reference = try store.put(.file(FileArtifact(mediaType: "text/plain", bytes: [1, 2, 3])))
    let hex = SHA256Digest.of([1, 2, 3]).hex
    #expect(
      store.path(of: reference) == "\(folder.path)/objects/\(hex.prefix(2))/\(hex.dropFirst(2))")
    #expect(try [UInt8](Data(contentsOf: URL(filePath: store.path(of: reference)))) == [1, 2, 3])
  }

  @Test func `an object that is there is not written again`() throws {
    let store = try folder.open()
    let path = store.path(of: try store.put(.record(Sample.record(1))))
    let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    _ = try store.put(.record(Sample.record(1)))
    let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    #expect(before == after)
  }

  @Test func `putting a damaged object again mends it`() throws {
    let store = try folder.open()
    let reference = try store.put(.record(Sample.record(1)))
    try folder.tamper(file: store.path(of: reference)) { $0[3] ^= 1 }
    _ = try store.put(.record(Sample.record(1)))
    #expect(try store.artifact(reference, checkingDigest: true) == .record(Sample.record(1)))
  }

  @Test func `a table larger than what is held in memory is written in pieces`() throws {
    let store = try folder.open()
    let values = FixedColumn((0..<600_000).map { Int64?($0) })
    let table = try Table([("n", .integer(values))])
    let reference = try store.put(.table(table))
    #expect(reference.byteCount > 4 << 20)
    #expect(reference.digest == SHA256Digest.of(try ArrowFile.encode(table)))
    #expect(try store.artifact(reference) == .table(table))
    #expect(try folder.names(in: "temporary").isEmpty)
  }

  @Test func `a missing object is a fault that says what to do`() throws {
    let store = try folder.open()
    let reference = try store.put(.table(Sample.table(1)))
    try FileManager.default.removeItem(atPath: store.path(of: reference))
    let fault = try #require(throws: StoreFault.self) { _ = try store.artifact(reference) }
    #expect(fault.kind == .missingObject)
    #expect(fault.help?.contains("run the pipeline again") == true)
  }

  @Test(arguments: [false, true])
  func `an object of another size is damaged`(isTable: Bool) throws {
    let store = try folder.open()
    let reference = try store.put(
      isTable ? .table(Sample.table(1)) : .record(Sample.record(1)))
    try folder.tamper(file: store.path(of: reference)) { $0.removeLast() }
    let fault = try #require(throws: StoreFault.self) { _ = try store.artifact(reference) }
    #expect(fault.kind == .damagedObject)
  }

  @Test func `a flipped byte is found where the digest is asked for`() throws {
    let store = try folder.open()
    let reference = try store.put(.file(FileArtifact(mediaType: "text/plain", bytes: [1, 2])))
    try folder.tamper(file: store.path(of: reference)) { $0[0] ^= 0x80 }
    #expect(throws: StoreFault.self) { try store.artifact(reference, checkingDigest: true) }
  }
}
