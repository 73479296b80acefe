// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file from start to end in pieces of 1 MiB, without Foundation.
enum FilePieces {
  static func read(
    path: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(DigestFault) {
    let file = unsafe fopen(path, "rbe")
    guard let file = unsafe file else { throw fault(path) }
    defer { unsafe fclose(file) }
    // The buffer below is large enough; a second one inside the library would only copy.
    unsafe setvbuf(file, nil, _IONBF, 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        let count = unsafe fread(bytes.baseAddress, 1, bytes.count, file)
        unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        return count
      }
      if count == 0 { break }
    }
    if unsafe ferror(file) != 0 { throw fault(path) }
  }

  /// What the system says about the call that has just failed.
  private static func fault(_ path: String) -> DigestFault {
    let code = errno
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return .unreadableFile(path: path, reason: reason)
  }
}
