// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is being written and that nobody knows yet.
final class NewFile {
  let path: String
  private let descriptor: Int32

  /// Creates the file; one that is there already is a fault.
  init(_ path: String, permissions: UInt32) throws(StoreFault) {
    self.path = path
    descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, permissions)
    guard descriptor >= 0 else { throw .system("create", path) }
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws(StoreFault) {
    try Self.append(bytes, to: descriptor, path)
  }

  /// Waits until the bytes are on the disk.
  func flush() throws(StoreFault) {
    guard fdatasync(descriptor) == 0 else { throw .system("flush", path) }
  }

  static func append(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(StoreFault) {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { all in
        write(descriptor, all.baseAddress?.advanced(by: start), all.count - start)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system("write", path)
      }
      start += written
    }
  }
}
