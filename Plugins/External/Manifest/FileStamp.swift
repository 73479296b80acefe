// SPDX-License-Identifier: EUPL-1.2

import Glibc
import StageKit

/// What shows that a file was changed, without reading it.
struct FileStamp: Sendable, Hashable {
  let path: String
  private let size: Int
  private let node: UInt
  /// When the node was changed, which no program can set back.
  private let changed: [UInt8]

  /// The stamp of a file as it is now; one that is not there has a stamp too.
  init(_ path: String) {
    self.path = path
    var status = stat()
    let isThere = stat(path, &status) == 0
    size = isThere ? Int(status.st_size) : -1
    node = isThere ? UInt(status.st_ino) : 0
    changed = isThere ? withUnsafeBytes(of: &status.st_ctim) { Array($0) } : []
  }
}

extension PluginManifest {
  /// What runs is what the stage key names: the files are as they were when they were digested.
  func checkUnchanged() throws(StageFault) {
    for stamp in codeStamps where FileStamp(stamp.path) != stamp {
      throw StageFault(
        "plugin '\(name)' was changed while the pipeline ran: \(stamp.path)",
        help: "run the pipeline again when nobody writes to the plugin", kind: .user)
    }
  }
}
