// SPDX-License-Identifier: EUPL-1.2

import Foundation
import GRDB
import Testing

@testable import RunStore

struct OpeningTests {
  let folder = TemporaryStore()

  @Test func `a store keeps itself out of version control`() throws {
    _ = try folder.open()
    let text = try String(contentsOfFile: "\(folder.path)/.gitignore", encoding: .utf8)
    #expect(text.split(separator: "\n").contains("*"))
  }

  @Test func `only the owner reads the store's key`() throws {
    _ = try folder.open()
    let key = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/secret.key")
    #expect(key[.posixPermissions] as? Int == 0o600)
    let store = try FileManager.default.attributesOfItem(atPath: folder.path)
    #expect(store[.posixPermissions] as? Int == 0o700)
  }

  @Test func `looking for a store makes none`() throws {
    #expect(try Store.existing(at: folder.path) == nil)
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    _ = try folder.open()
    #expect(try Store.existing(at: folder.path) != nil)
  }

  @Test func `a store of a newer version is left alone`() throws {
    _ = try folder.open()
    try folder.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('99: from the future')")
    let fault = try #require(throws: StoreFault.self) { try folder.open() }
    #expect(fault.kind == .newerStore)
  }

  @Test func `a file that is no database is a fault`() throws {
    _ = try folder.open()
    for file in ["store.sqlite-wal", "store.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: "\(folder.path)/\(file)")
    }
    try Data("this is no database, but long enough to be taken for one".utf8)
      .write(to: URL(filePath: "\(folder.path)/store.sqlite"))
    let fault = try #require(throws: StoreFault.self) { try folder.open() }
    #expect(fault.kind == .damagedDatabase)
    #expect(fault.help != nil)
  }

  @Test func `a database that lost a table is a fault`() throws {
    _ = try folder.open()
    try folder.tamper("DROP TABLE removals; DROP TABLE run_stages; DROP TABLE runs")
    let fault = try #require(throws: StoreFault.self) { try folder.open() }
    #expect(fault.kind == .damagedDatabase)
  }

  @Test func `a folder that holds other things is left alone`() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/src", withIntermediateDirectories: true)
    let fault = try #require(throws: StoreFault.self) { try folder.open() }
    #expect(fault.kind == .notAStore)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["src"])
  }

  @Test func `a store that was made half is completed`() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/objects/00", withIntermediateDirectories: true)
    #expect(try folder.open().verify().isSound)
  }

  @Test func `a file in the place of the store is a fault`() throws {
    try Data("x".utf8).write(to: URL(filePath: folder.path))
    let fault = try #require(throws: StoreFault.self) { try folder.open() }
    #expect(fault.kind == .notWritable)
  }

  @Test(.enabled(if: getuid() != 0, "who is root may write everywhere"))
  func `a folder that may not be written is a fault`() throws {
    let fault = try #require(throws: StoreFault.self) { try Store.open(at: "/proeftuin-store") }
    #expect(fault.kind == .notWritable)
    #expect(fault.help?.contains("--store") == true)
  }
}
