// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StoreFault {
  /// The fault that the system's last refusal stands for; `doing` reads "create" or "rename".
  static func system(_ doing: String, _ path: String) -> StoreFault {
    let code = errno
    switch code {
    case EACCES, EPERM, EROFS:
      return StoreFault(
        .notWritable, "'\(path)' may not be written",
        help: "check who owns it, or name another store with --store")
    case ENOSPC, EDQUOT:
      return StoreFault(
        .full, "the disk is full: cannot \(doing) '\(path)'",
        help: "make room; 'proeftuin gc' removes what nothing refers to")
    case ENOTDIR, EEXIST:
      return StoreFault(
        .notWritable, "cannot \(doing) '\(path)': something else stands in its place",
        help: "move it away, or name another store with --store")
    default:
      let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
      return StoreFault(.failed, "cannot \(doing) '\(path)': \(reason)")
    }
  }
}
