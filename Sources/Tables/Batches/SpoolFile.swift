// SPDX-License-Identifier: EUPL-1.2

internal import Synchronization

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
  private let end = Mutex(0)

  init(in folder: String) throws(SpoolFault) {
    let path = folder.isEmpty ? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" : folder
    self.folder = path
    let name = "\(path)/spool-\(UInt64.random(in: .min ... .max))"
    // Nobody may read it, and programs that are started meanwhile must not get at it.
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SpoolFault(folder: path) }
    unlink(name)
  }

  deinit { close(descriptor) }

  /// Adds bytes; gives the place where they lie.
  func append(_ bytes: [UInt8]) throws(SpoolFault) -> Range<Int> {
    try end.withLock { (end) throws(SpoolFault) in
      try write(bytes, at: end)
      defer { end += bytes.count }
      return end..<end + bytes.count
    }
  }

  private func write(_ bytes: [UInt8], at place: Int) throws(SpoolFault) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        pwrite(
          descriptor, all.baseAddress.map { $0 + written }, all.count - written,
          off_t(place + written))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw SpoolFault(folder: folder)
      }
      written += count
    }
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
