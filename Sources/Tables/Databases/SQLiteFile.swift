// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A database's file as it lies there, and how it can be opened without leaving a trace.
///
/// SQLite makes `-wal` and `-shm` files even for a reader of a database in WAL mode, and leaves them.
/// Where such a database has no `-wal` file it is whole without: it is then opened as a file that
/// nobody changes, and compared afterwards.
struct SQLiteFile {
  let path: String
  /// Whether it is to be opened as a file that nobody changes.
  let isQuiet: Bool
  private let state: State

  init(path: String) throws(SQLiteFault) {
    guard let resolved = realpath(path, nil) else {
      if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
      throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { free(resolved) }
    self.path = String(cString: resolved)
    state = try State(path: self.path)
    let header = try Self.header(path: self.path)
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw .notDatabase
    }
    // Bytes 18 and 19 are the versions for writing and reading: 2 is WAL.
    let log = Self.size(path: self.path + "-wal")
    isQuiet = header[18] == 2 && log == nil
    if header[18] == 2, log != nil, Self.size(path: self.path + "-shm") == nil {
      throw .unfinished(log: "-wal")
    }
  }

  /// Whether a file that nobody was to change is as it was.
  var isUnchanged: Bool {
    !isQuiet || (try? State(path: path)) == state && Self.size(path: path + "-wal") == nil
  }

  /// The address by which SQLite takes the path as it is, and never as an address of its own.
  var address: String {
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

  private static func header(path: String) throws(SQLiteFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  /// How large a file is; nil where it is not there or empty.
  private static func size(path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 0 else { return nil }
    return Int64(status.st_size)
  }
}

private func padded16(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return byte < 16 ? "0" + digits : digits
}
