// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// The folder of an attempt: the runner's, or one of our own where the runner has none.
struct ScratchFolder: Sendable {
  let path: String
  private let isOwn: Bool

  init(_ given: String) throws(StageFault) {
    guard given.isEmpty else {
      path = given
      isOwn = false
      return
    }
    path = try Self.makeFolder(in: FileManager.default.temporaryDirectory.path)
    isOwn = true
  }

  /// A new folder with a name that nothing else has.
  static func makeFolder(in parent: String) throws(StageFault) -> String {
    let path = "\(parent)/proeftuin-\(UUID().uuidString.prefix(13))"
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StageFault(
        "no folder can be made in '\(parent)'", help: "check that it is yours and has room",
        kind: .transient)
    }
    return path
  }

  /// Removes a folder of our own; the runner removes its own.
  func remove() {
    if isOwn { AttemptFolder.remove(path) }
  }
}
