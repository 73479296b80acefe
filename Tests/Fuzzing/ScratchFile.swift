// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One file for the readers that want a path, without a name of its own so that nothing stays behind.
final class ScratchFile {
  private let descriptor: Int32
  /// Where the system shows what the descriptor refers to.
  var path: String { "/dev/fd/\(descriptor)" }

  init() {
    var name = Array("\(NSTemporaryDirectory())/fuzzing-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    precondition(descriptor >= 0, "there is no temporary file to be had")
    unlink(name)
  }

  deinit { close(descriptor) }

  /// The file's path, with these bytes in it.
  func holding(_ bytes: [UInt8]) -> String {
    let isWritten =
      ftruncate(descriptor, 0) == 0
      && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    precondition(isWritten, "the temporary file cannot be written")
    return path
  }
}
