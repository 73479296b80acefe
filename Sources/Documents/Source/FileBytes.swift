// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a file could not be read.
enum FileFault: Error, Hashable {
  /// There is no such file; `similar` names one in the same folder that may have been meant.
  case missing(similar: String?)
  case notPermitted
  case folder
  case tooLarge(limit: Int)
  case failed(reason: String)

  var message: String {
    switch self {
    case .missing: "there is no such file"
    case .notPermitted: "the file may not be read"
    case .folder: "this is a folder and not a file"
    case .tooLarge(let limit): "the file is larger than \(limit) bytes"
    case .failed(let reason): "the file cannot be read: \(reason)"
    }
  }
}

/// Reads small files whole, without Foundation, and never more than a limit.
enum FileBytes {
  static func read(path: String, limit: Int) throws(FileFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw openFault(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemFault() }
    if status.st_mode & S_IFMT == S_IFDIR { throw .folder }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    if isRegular, Int(status.st_size) > limit { throw .tooLarge(limit: limit) }

    // The size is a hint only: a pipe has none, and a file may grow while it is read.
    var bytes: [UInt8] = []
    if isRegular { bytes.reserveCapacity(Int(status.st_size)) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Self.fill(&buffer, from: descriptor)
      if count < 0 { throw systemFault() }
      if count == 0 { return bytes }
      if bytes.count + count > limit { throw .tooLarge(limit: limit) }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}

extension FileBytes {
  private static func fill(_ buffer: inout [UInt8], from descriptor: Int32) -> Int {
    let capacity = buffer.count
    while true {
      let count = buffer.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress, capacity)
      }
      if count >= 0 || errno != EINTR { return count }
    }
  }

  /// The system's `read`, which the method above would hide.
  private static func systemRead(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int
  ) -> Int {
    #if canImport(Glibc)
    Glibc.read(descriptor, buffer, count)
    #elseif canImport(Musl)
    Musl.read(descriptor, buffer, count)
    #else
    Darwin.read(descriptor, buffer, count)
    #endif
  }

  private static func openFault(_ path: String) -> FileFault {
    switch errno {
    case ENOENT, ENOTDIR: .missing(similar: similarFile(path))
    case EACCES, EPERM: .notPermitted
    case EISDIR: .folder
    default: systemFault()
    }
  }

  private static func systemFault() -> FileFault {
    .failed(reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }

  /// A file of the same folder with nearly the same name.
  private static func similarFile(_ path: String) -> String? {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let names = FolderNames.of(folder.isEmpty ? "." : folder).filter { !$0.hasPrefix(".") }
    return Suggestion.closest(to: name, among: names.sorted()).map { folder + $0 }
  }
}
