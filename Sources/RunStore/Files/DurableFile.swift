// SPDX-License-Identifier: EUPL-1.2

import Documents

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files and folders that are whole, or not there, whenever the process or the machine stops.
enum DurableFile {
  /// Writes a new file and waits until it is on the disk; its name is not yet safe.
  static func create(
    _ path: String, _ bytes: [UInt8], permissions: UInt32
  ) throws(StoreFault) {
    let file = try NewFile(path, permissions: permissions)
    try file.append(bytes)
    try file.flush()
  }

  /// Puts a file in the place of another in one step.
  static func replace(
    _ path: String, with bytes: [UInt8], in folder: String, permissions: UInt32
  ) throws(StoreFault) {
    let temporary = path + ".new"
    remove(temporary)
    try create(temporary, bytes, permissions: permissions)
    guard try move(temporary, to: path) else { throw .system("rename", path) }
    try flushFolder(folder)
  }

  /// Renames; false where the folder to move to is not there.
  static func move(_ path: String, to target: String) throws(StoreFault) -> Bool {
    if rename(path, target) == 0 { return true }
    if errno == ENOENT { return false }
    throw .system("rename", path)
  }

  /// Waits until the names in a folder are on the disk.
  static func flushFolder(_ path: String) throws(StoreFault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("flush", path) }
  }

  /// Waits until everything that processes wrote, living or dead, is on the disk.
  static func flushEverything() { sync() }

  /// Makes a folder with those above it; says whether it was not there before.
  @discardableResult
  static func makeFolder(_ path: String, permissions: UInt32) throws(StoreFault) -> Bool {
    if mkdir(path, permissions) == 0 { return true }
    if errno == EEXIST, isFolder(path) { return false }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw .system("create", path)
    }
    try makeFolder(String(path[..<slash]), permissions: permissions | 0o055)
    guard mkdir(path, permissions) == 0 else { throw .system("create", path) }
    return true
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The size of an ordinary file; nil where there is none.
  static func size(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// The bytes of a file; nil where there is none.
  static func read(_ path: String) throws(StoreFault) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system("open", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("read", path) }
    let size = Int(status.st_size)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while count < size {
        let start = buffer.baseAddress?.advanced(by: count)
        let read = pread(descriptor, start, size - count, off_t(count))
        if read < 0, errno == EINTR { continue }
        if read <= 0 { break }
        count += read
      }
      filled = count
    }
    return bytes
  }

  /// Removes a file, or a folder with all that is in it; what is not there needs no removing.
  static func remove(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// The bytes of a file, or of all files in a folder.
  static func totalSize(_ path: String) -> Int {
    size(path) ?? names(in: path).reduce(0) { $0 + totalSize("\(path)/\($1)") }
  }

  /// What a folder holds, in order of name; nothing where there is no such folder.
  static func names(in folder: String) -> [String] { FolderNames.of(folder).sorted() }
}
