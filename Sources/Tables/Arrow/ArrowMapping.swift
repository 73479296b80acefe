// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file's bytes, mapped for as long as the object lives.
///
/// A file that changes meanwhile would change what is read: only files that nobody writes to any more
/// are mapped.
final class ArrowMapping: Sendable {
  // The memory can only be read.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  convenience init(path: String) throws(ArrowFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps a file that is open; the mapping stays when it is closed.
  init(descriptor: Int32, path: String) throws(ArrowFault) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no ordinary file")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw .notArrow(looksLike: "an empty file") }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw .unreadable(path) }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// The table of a file that lies in a part of this one.
  func table(in range: Range<Int>) throws(ArrowFault) -> Table {
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    var reader = try ArrowReader(ArrowLayout(file: ArrowBytes(part)), owner: self)
    return try reader.table()
  }

  /// Lets go of the memory that the pages read so far take; reading them again brings them back.
  func releasePages() {
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, Int32(MADV_DONTNEED))
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

extension ArrowFault {
  /// With the reason that the system gave last.
  fileprivate static func unreadable(_ path: String) -> Self {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
  }
}
