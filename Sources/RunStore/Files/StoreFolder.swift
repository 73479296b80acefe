// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where everything lies in a store.
///
/// Only the owner may look into the folder, because the data of people are in it.
struct StoreFolder: Sendable {
  let path: String

  var database: String { "\(path)/store.sqlite" }
  var objects: String { "\(path)/objects" }
  /// Objects that are being written.
  var temporary: String { "\(path)/temporary" }
  var attempts: String { "\(path)/attempts" }
  var runs: String { "\(path)/runs" }
  var lock: String { "\(path)/lock" }
  /// The end of the chain of receipts.
  var head: String { "\(path)/HEAD" }
  var key: String { "\(path)/secret.key" }

  func run(_ id: RunID) -> String { "\(runs)/\(id)" }
  func events(_ id: RunID) -> String { "\(runs)/\(id)/events.jsonl" }
  func attempts(_ id: RunID) -> String { "\(attempts)/\(id)" }

  /// Makes what is missing; a folder that was made half is completed.
  func create() throws(StoreFault) {
    try DurableFile.makeFolder(path, permissions: 0o700)
    let isNew = DurableFile.size(database) == nil
    if isNew { try refuseForeign() }
    for folder in [objects, temporary, attempts, runs] {
      try DurableFile.makeFolder(folder, permissions: 0o755)
    }
    if isNew {
      // All at once: later each would cost a flush of the folder above it.
      for name in 0..<256 {
        let shard = SHA256Shard.name(UInt8(name))
        try DurableFile.makeFolder("\(objects)/\(shard)", permissions: 0o755)
      }
      try DurableFile.flushFolder(objects)
    }
    let ignore = "\(path)/.gitignore"
    if DurableFile.size(ignore) == nil {
      let text = "# What lies here may hold data of people: it stays out of version control.\n*\n"
      try DurableFile.replace(ignore, with: Array(text.utf8), in: path, permissions: 0o644)
    }
  }

  /// A folder with other things in it is left alone: a store in it would hide them from version control.
  private func refuseForeign() throws(StoreFault) {
    let own = [
      "objects", "temporary", "attempts", "runs", "lock", "HEAD", "secret.key", ".gitignore",
    ]
    let known = Set(own + own.map { $0 + ".new" })
    let isOwn = { (name: String) in known.contains(name) || name.hasPrefix("store.sqlite") }
    guard !DurableFile.names(in: path).allSatisfy(isOwn) else { return }
    throw StoreFault(
      .notAStore, "'\(path)' is no store and holds other files",
      help: "name a new or an empty folder with --store")
  }

  /// The store's own key for fingerprints, made where there is none.
  func secretKey() throws(StoreFault) -> [UInt8] {
    if let known = try DurableFile.read(key), known.count >= 32 { return known }
    var random = SystemRandomNumberGenerator()
    let made = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    try DurableFile.replace(key, with: made, in: path, permissions: 0o600)
    return made
  }
}

/// The 256 folders over which objects are spread.
enum SHA256Shard {
  static func name(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16)
    return text.utf8.count == 1 ? "0" + text : text
  }
}
