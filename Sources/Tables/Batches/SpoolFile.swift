// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file without a name: nobody else sees it, and it is gone when its last user is, killed or not.
final class SpoolFile: Sendable {
  private let descriptor: Int32
  private let folder: String
  // Written by one owner, one piece after the other.
  nonisolated(unsafe) private var end = 0

  init(in folder: String) throws(SpoolFault) {
    let path = folder.isEmpty ? "/tmp" : folder
    self.folder = path
    var template = Array("\(path)/spool-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SpoolFault(folder: path) }
    // Programs that are started meanwhile must not get at it.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { close(descriptor) }

  /// Adds bytes; gives the place where they lie.
  func append(_ bytes: [UInt8]) throws(SpoolFault) -> Range<Int> {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        pwrite(
          descriptor, all.baseAddress.map { $0 + written }, all.count - written,
          off_t(end + written))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw SpoolFault(folder: folder)
      }
      written += count
    }
    defer { end += bytes.count }
    return end..<end + bytes.count
  }

  /// Reads bytes that were written before.
  func read(_ range: Range<Int>) throws(SpoolFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { all in
        pread(
          descriptor, all.baseAddress.map { $0 + filled }, all.count - filled,
          off_t(range.lowerBound + filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SpoolFault(folder: folder) }
      filled += count
    }
    return bytes
  }

  /// Everything so far, mapped; the mapping outlives the file.
  func mapping() throws(ArrowFault) -> ArrowMapping {
    try ArrowMapping(descriptor: descriptor, path: folder)
  }
}

/// A file for what does not fit in memory could not be written or read.
public struct SpoolFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  public let help = "make room on that disk, or choose a folder on another with TMPDIR or --store"

  init(folder: String) {
    description =
      "what does not fit in memory could not be kept in '\(folder)': "
      + String(cString: strerror(errno))
  }
}
