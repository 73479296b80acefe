// SPDX-License-Identifier: EUPL-1.2

import Documents
import Glibc

/// An open folder: what is done in it is done in that very folder, whatever a program puts in its place.
///
/// No link is ever followed, and nothing waits: a pipe or a device is no file.
final class FolderHandle: Sendable {
  private let descriptor: Int32

  /// Opens a folder that is no link; nil where it is something else.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  private init?(in parent: FolderHandle, _ name: String) {
    descriptor = openat(
      parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  /// Where it was not opened, the reason in `errno` stays.
  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// A folder in this one; nil where there is none, or a link.
  func folder(_ name: String) -> FolderHandle? { FolderHandle(in: self, name) }

  /// Makes a folder in this one.
  func makeFolder(_ name: String) -> FolderHandle? {
    mkdirat(descriptor, name, 0o700) == 0 ? folder(name) : nil
  }

  /// Opens an ordinary file for reading; nil where there is none, or something else.
  func file(_ name: String) -> OpenFile? {
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    return file < 0 ? nil : OpenFile(file)
  }

  /// Makes an empty file, and opens it for reading.
  func makeFile(_ name: String) -> OpenFile? {
    let file = openat(
      descriptor, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
    return file < 0 ? nil : OpenFile(file)
  }

  /// Whether two handles are of one folder.
  func isSame(as other: FolderHandle?) -> Bool {
    var (own, others) = (stat(), stat())
    guard let other, fstat(descriptor, &own) == 0, fstat(other.descriptor, &others) == 0 else {
      return false
    }
    return own.st_dev == others.st_dev && own.st_ino == others.st_ino
  }

  /// Whether anything has that name.
  func holds(_ name: String) -> Bool {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// The names in the folder, in no order.
  func names() -> [String] {
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return copy < 0 ? [] : FolderNames.of(closing: copy)
  }

  /// Removes something in the folder, with all that is in it; false where it is still there.
  @discardableResult
  func remove(_ name: String, depth: Int = 0) -> Bool {
    if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return true }
    if unlinkat(descriptor, name, Int32(AT_REMOVEDIR)) == 0 { return true }
    // Deeper than any honest program goes, and each level holds a descriptor.
    guard depth < Self.depthLimit, let inner = folder(name) else { return false }
    fchmod(inner.descriptor, 0o700)
    inner.removeAll(depth: depth + 1)
    return unlinkat(descriptor, name, Int32(AT_REMOVEDIR)) == 0
  }

  /// Removes everything in the folder; false where something is still there.
  @discardableResult
  func removeAll(depth: Int = 0) -> Bool {
    names().reduce(true) { isEmpty, name in remove(name, depth: depth) && isEmpty }
  }

  /// The room that everything in the folder takes; stops counting above a limit.
  func bytes(limit: Int, depth: Int = 0) -> Int {
    var total = 0
    for name in names() {
      if total > limit { return total }
      var status = stat()
      guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        // What cannot be counted is too much.
        guard depth < Self.depthLimit else { return .max }
        if let inner = folder(name) {
          total = total.addingClamped(inner.bytes(limit: limit - total, depth: depth + 1))
        }
      } else {
        total = total.addingClamped(Int(status.st_blocks) * 512)
      }
    }
    return total
  }

  private static let depthLimit = 128
}

/// An ordinary file that is open for reading, whatever happens to its name.
final class OpenFile: Sendable {
  private let descriptor: Int32

  /// Takes the descriptor over; nil, and closed, where it is no ordinary file.
  fileprivate init?(_ descriptor: Int32) {
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  }

  deinit { close(descriptor) }

  /// Another name for the very same file, for readers that take a path.
  var path: String { "/proc/self/fd/\(descriptor)" }

  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Reads from a place on; fewer bytes than asked for where the file ends.
  func read(from offset: Int, count: Int) -> [UInt8] {
    var filled = 0
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      while filled < count {
        let read = pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
          off_t(offset + filled))
        if read < 0, errno == EINTR { continue }
        if read <= 0 { break }
        filled += read
      }
      length = filled
    }
  }

  /// All of it, as long as it is now.
  func contents() -> [UInt8] { read(from: 0, count: size) }

  /// Empties a file that was made here.
  func truncate() { ftruncate(descriptor, 0) }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
