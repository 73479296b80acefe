// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A database's file as it lies there, which is looked at but never opened here.
///
/// Who opens and closes a file lets go of every lock that the process holds on it, also those of
/// another reader: only SQLite itself knows how to do that.
struct SQLiteFile {
  let path: String
  private let state: State

  init(path: String) throws(SQLiteFault) {
    guard let resolved = realpath(path, nil) else {
      if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
      throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { free(resolved) }
    self.path = String(cString: resolved)
    state = try State(path: self.path)
    guard access(self.path, R_OK) == 0 else {
      throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Whether there is a file with this ending beside the database that holds something.
  func hasFile(ending: String) -> Bool {
    var status = stat()
    return stat(path + ending, &status) == 0 && status.st_size > 0
  }

  /// Whether nobody has written to the file meanwhile.
  var isUnchanged: Bool { (try? State(path: path)) == state && !hasFile(ending: "-wal") }

  /// The address by which SQLite takes the path as it is, and never as an address of its own.
  ///
  /// - Parameter isQuiet: whether it is opened as a file that nobody changes.
  /// - Returns: a URI.
  func address(isQuiet: Bool) -> String {
    var address = "file:"
    for byte in path.utf8 {
      let isPlain = Self.plain.contains(byte)
      address += isPlain ? String(UnicodeScalar(byte)) : "%" + padded16(byte)
    }
    return address + "?mode=ro" + (isQuiet ? "&immutable=1" : "")
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._".utf8)
}

extension SQLiteFile {
  /// What shows that a file was written to.
  private struct State: Equatable {
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    init(path: String) throws(SQLiteFault) {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw .fileUnreadable(path: path, reason: "it is no ordinary file")
      }
      size = Int64(status.st_size)
      #if canImport(Darwin)
      let written = status.st_mtimespec
      #else
      let written = status.st_mtim
      #endif
      seconds = Int(written.tv_sec)
      nanoseconds = Int(written.tv_nsec)
    }
  }
}

private func padded16(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return byte < 16 ? "0" + digits : digits
}
