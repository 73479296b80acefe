// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Where the bytes come from, always as UTF-8 and as often as asked.
///
/// A file is read in pieces into memory of our own rather than mapped: measured equally fast, and a
/// file that somebody cuts short meanwhile ends the reading instead of the process.
final class CSVSource {
  private enum Origin {
    case file(descriptor: Int32)
    case memory([UInt8])
  }

  private let origin: Origin
  private let encoding: CSVOptions.Encoding
  /// How many bytes there are, before any recoding.
  let size: Int
  private(set) var bytesRead = 0
  private let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)

  init(bytes: [UInt8], encoding: CSVOptions.Encoding) {
    origin = .memory(bytes)
    size = bytes.count
    self.encoding = encoding
  }

  /// Opens a file; a pipe or device, which cannot be read twice, is taken into memory.
  init(path: String, encoding: CSVOptions.Encoding) throws(CSVFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
      throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    self.encoding = encoding
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .fileUnreadable(path: path, reason: reason)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .fileUnreadable(path: path, reason: "it is a folder")
    }
    if status.st_mode & S_IFMT == S_IFREG {
      origin = .file(descriptor: descriptor)
      size = Int(status.st_size)
      return
    }
    defer { close(descriptor) }
    let bytes = try Self.drain(descriptor, path: path)
    origin = .memory(bytes)
    size = bytes.count
  }

  deinit {
    raw.deallocate()
    if case .file(let descriptor) = origin { close(descriptor) }
  }

  func rewind() { bytesRead = 0 }

  /// The first bytes as they are, at most four.
  func opening() throws(CSVFault) -> [UInt8] {
    rewind()
    defer { rewind() }
    let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: raw[0..<4]))
    return Array(raw[0..<count])
  }

  /// Fills memory with the next bytes, as UTF-8.
  ///
  /// - Returns: how many bytes were written; zero at the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(CSVFault) -> Int {
    switch encoding {
    case .utf8: return try readRaw(into: memory)
    case .latin1:
      let wanted = min(raw.count, memory.count / 3)
      let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: raw[0..<wanted]))
      return Windows1252.recode(UnsafeRawBufferPointer(rebasing: raw[0..<count]), into: memory)
    }
  }
}

extension CSVSource {
  private func readRaw(into memory: UnsafeMutableRawBufferPointer) throws(CSVFault) -> Int {
    let count: Int
    switch origin {
    case .memory(let bytes):
      count = min(memory.count, bytes.count - bytesRead)
      bytes.withUnsafeBytes {
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[bytesRead..<bytesRead + count]))
      }
    case .file(let descriptor):
      count = try Self.readOnce(descriptor, into: memory, at: bytesRead, path: "the file")
    }
    bytesRead += count
    return count
  }

  private static func readOnce(
    _ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer, at offset: Int?, path: String
  ) throws(CSVFault) -> Int {
    while true {
      let count =
        if let offset {
          pread(descriptor, memory.baseAddress, memory.count, off_t(offset))
        } else {
          Self.system(descriptor, memory)
        }
      if count >= 0 { return count }
      if errno != EINTR {
        throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
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

  private static func drain(_ descriptor: Int32, path: String) throws(CSVFault) -> [UInt8] {
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
