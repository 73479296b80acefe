// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// Where an added plugin came from, kept with it; a plugin without it was put there by hand.
struct PluginOrigin: Sendable {
  private static let fileName = ".proeftuin-origin.json"

  let source: String
  /// Of everything in the folder, so that later changes are seen.
  let digest: String

  init(source: String, digest: String) {
    self.source = source
    self.digest = digest
  }

  /// Nil where the folder's plugin was not added.
  init?(of folder: String) {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(Self.fileName)"),
      let json = try? JSONValue.parse(bytes: Array(data)), let source = json["source"]?.stringValue,
      let digest = json["digest"]?.stringValue
    else { return nil }
    self.init(source: source, digest: digest)
  }

  /// What somebody wrote or changed is neither removed nor replaced.
  static func checkIntact(_ folder: String) throws(StageFault) {
    guard let origin = PluginOrigin(of: folder) else {
      throw StageFault(
        "'\(folder)' was not put there by 'plugin add', so it may be somebody's work",
        help: "delete the folder by hand if that is meant", kind: .user)
    }
    let known = Set(CodeDigest.paths(in: folder) + [fileName])
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let more = all.filter { path in
      !known.contains(path) && !path.hasSuffix(".pyc") && !path.hasSuffix("__pycache__")
        && !FileStatusCheck.isPlainFolder("\(folder)/\(path)")
    }
    guard more.isEmpty, origin.digest == (try AddPlugin.digest(of: folder)) else {
      throw StageFault(
        "'\(folder)' was changed since it was added from '\(origin.source)'",
        help: "keep the change elsewhere, then delete the folder by hand", kind: .user)
    }
  }

  func write(in folder: String) throws {
    let json: JSONValue = ["source": .string(source), "digest": .string(digest)]
    try Data(json.pretty.utf8).write(to: URL(filePath: "\(folder)/\(Self.fileName)"))
  }
}
