// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// The bytes of a file as they lie there, from any place.
///
/// A file is read in pieces into memory of our own rather than mapped: measured equally fast, and a
/// file that somebody cuts short meanwhile ends the reading instead of the process.
final class RawBytes {
  private enum Origin {
    case file(descriptor: Int32, path: String)
    case memory([UInt8])
  }

  private let origin: Origin
  let size: Int

  init(_ bytes: [UInt8]) {
    origin = .memory(bytes)
    size = bytes.count
  }

  /// Opens a file; a pipe or device, which cannot be read twice, is taken into memory.
  init(path: String) throws(ByteFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(path: path) }
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .unreadable(path: path, reason: reason)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .unreadable(path: path, reason: "it is a folder")
    }
    if status.st_mode & S_IFMT == S_IFREG {
      origin = .file(descriptor: descriptor, path: path)
      size = Int(status.st_size)
      return
    }
    defer { close(descriptor) }
    let bytes = try Self.drain(descriptor, path: path)
    origin = .memory(bytes)
    size = bytes.count
  }

  deinit {
    if case .file(let descriptor, _) = origin { close(descriptor) }
  }

  /// Fills memory with the bytes from a place on.
  ///
  /// - Returns: how many bytes were written; zero at the end.
  func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int) throws(ByteFault) -> Int {
    switch origin {
    case .memory(let bytes):
      let count = min(memory.count, bytes.count - offset)
      bytes.withUnsafeBytes {
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
      return count
    case .file(let descriptor, let path):
      return try Self.readOnce(descriptor, into: memory, at: offset, path: path)
    }
  }
}

extension RawBytes {
  private static func readOnce(
    _ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer, at offset: Int?, path: String
  ) throws(ByteFault) -> Int {
    while true {
      let count =
        if let offset {
          pread(descriptor, memory.baseAddress, memory.count, off_t(offset))
        } else {
          Self.system(descriptor, memory)
        }
      if count >= 0 { return count }
      if errno != EINTR {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
    }
  }

  private static func system(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
    Darwin.read(descriptor, memory.baseAddress, memory.count)
    #elseif canImport(Musl)
    Musl.read(descriptor, memory.baseAddress, memory.count)
    #else
    Glibc.read(descriptor, memory.baseAddress, memory.count)
    #endif
  }

  private static func drain(_ descriptor: Int32, path: String) throws(ByteFault) -> [UInt8] {
    var bytes: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { piece.deallocate() }
    while true {
      let count = try readOnce(descriptor, into: piece, at: nil, path: path)
      if count == 0 { return bytes }
      bytes += piece[0..<count]
    }
  }
}
