// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// Takes plugins out of archives that need not be trusted.
enum PluginArchive {
  /// Bytes that an archive may unpack to: a plugin is a program and a few files.
  private static let limit = 256 << 20

  /// Unpacks a `.tar.gz` into an empty folder.
  ///
  /// `tar` refuses paths that leave the folder; what comes out is looked at before anybody uses it.
  /// - Throws: `StageFault` where it is no archive, too large, or holds something else than files.
  static func unpack(_ path: String, into folder: String) throws(StageFault) {
    let script = """
      ulimit -f \(limit >> 9)
      gzip -dc -- "$1" | head -c \(limit) | tar -x -f - -C "$2" --no-same-owner --no-same-permissions
      """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, "unpack", Program.absolute(path), folder]
    process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw StageFault("'tar' cannot be started", help: "install it, or unpack by hand")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw StageFault(
        "'\(path)' cannot be unpacked", at: "source",
        help:
          "it has to be a .tar.gz of at most \(limit >> 20) MiB, with paths that stay in its folder",
        kind: .user)
    }
    try check(folder)
  }

  /// Files and folders only: a link could lead anywhere.
  private static func check(_ folder: String) throws(StageFault) {
    var waiting = [folder]
    while let place = waiting.popLast() {
      for name in FolderNames.of(place) {
        let path = "\(place)/\(name)"
        if FileStatusCheck.isPlainFolder(path) {
          waiting.append(path)
        } else if !FileStatusCheck.isPlainFile(path) {
          throw StageFault(
            "the archive holds a link or a device: '\(name)'", at: "source",
            help: "pack files and folders only", kind: .user)
        }
      }
    }
  }
}
