// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is written under a temporary name beside its place and moved there when it is whole.
enum PlacedFile {
  static func write(
    _ path: String, _ body: (String) throws(XLSXWritingFault) -> Void
  ) throws(XLSXWritingFault) {
    let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).part"
    // Taken first, so that an impossible place is known before any work and nobody else's file is lost.
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    close(descriptor)
    var isPlaced = false
    defer { if !isPlaced { unlink(temporary) } }
    try body(temporary)
    try flush(temporary, path)
    guard rename(temporary, path) == 0 else { throw failure(path) }
    isPlaced = true
  }

  private static func flush(_ temporary: String, _ path: String) throws(XLSXWritingFault) {
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> XLSXWritingFault {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }
}
