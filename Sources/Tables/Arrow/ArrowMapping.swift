// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file's bytes, mapped for as long as the value lives.
struct ArrowMapping: ~Copyable {
  let bytes: UnsafeRawBufferPointer

  init(path: String) throws(ArrowFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path) }
    defer { close(descriptor) }
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

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

extension ArrowFault {
  /// With the reason that the system gave last.
  fileprivate static func unreadable(_ path: String) -> Self {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
  }
}
