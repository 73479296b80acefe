// SPDX-License-Identifier: EUPL-1.2

import CZip

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The zip archive around a workbook; unpacks its parts piece by piece and within limits.
final class XLSXArchive {
  let limits: XLSXLimits
  private let archive: OpaquePointer
  private var expanded = 0
  private let fileSize: UInt64

  init(path: String, limits: XLSXLimits) throws(XLSXFault) {
    fileSize = try Self.checkBeginning(of: path)
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
      throw code == ZIP_ER_NOZIP ? .notZip : .damagedArchive(part: nil)
    }
    self.archive = archive
    self.limits = limits
  }

  deinit { zip_discard(archive) }

  /// Part names differ in nothing but case between producers.
  func has(_ part: String) -> Bool { zip_name_locate(archive, part, ZIP_FL_NOCASE) >= 0 }

  /// Hands out a part's bytes in order.
  func read(
    _ part: String, _ receive: (UnsafeRawBufferPointer) throws(XLSXFault) -> Void
  ) throws(XLSXFault) {
    let index = zip_name_locate(archive, part, ZIP_FL_NOCASE)
    var status = zip_stat_t()
    guard index >= 0, zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0 else {
      throw .damagedArchive(part: part)
    }
    guard status.encryption_method == ZIP_EM_NONE else { throw .encrypted }
    guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else {
      throw .damagedArchive(part: part)
    }
    defer { zip_fclose(file) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { piece.deallocate() }
    guard let start = piece.baseAddress else { return }
    var size = 0
    while true {
      let count = Int(zip_fread(file, start, zip_uint64_t(piece.count)))
      guard count >= 0 else { throw .damagedArchive(part: part) }
      if count == 0 { return }
      size += count
      expanded += count
      // Nothing is packed into more than the file, whatever the archive says.
      try checkSize(size, packed: min(status.comp_size, fileSize), part)
      try receive(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  /// What the archive says about sizes is not believed: what came out of it counts.
  private func checkSize(_ size: Int, packed: UInt64, _ part: String) throws(XLSXFault) {
    guard expanded <= limits.expandedBytes else {
      throw .tooLarge(part: part, what: "more than \(limits.expandedBytes >> 20) MiB")
    }
    if size > limits.ratioFloor, size / limits.ratio > packed {
      throw .tooLarge(part: part, what: "more than \(limits.ratio) times its packed size")
    }
  }
}

extension XLSXArchive {
  private static let zipMark: [UInt8] = [0x50, 0x4B]
  private static let compoundMark: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

  /// Tells apart what people rename to .xlsx.
  ///
  /// - Returns: the size of the file.
  private static func checkBeginning(of path: String) throws(XLSXFault) -> UInt64 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .fileMissing(path: path)
        : .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .fileUnreadable(path: path, reason: "it is no ordinary file")
    }
    let header = bytes(of: descriptor, at: 0, count: 512)
    if header.starts(with: compoundMark) {
      throw isEncrypted(descriptor, header) ? .encrypted : .oldFormat
    }
    guard header.starts(with: zipMark) else { throw .notZip }
    return UInt64(status.st_size)
  }

  /// An encrypted workbook is a compound file whose directory names `EncryptedPackage`.
  private static func isEncrypted(_ descriptor: Int32, _ header: [UInt8]) -> Bool {
    guard header.count == 512, (9...12).contains(header[30]) else { return false }
    let sector = header[48..<52].reversed().reduce(0) { $0 << 8 | Int($1) }
    let directory = bytes(of: descriptor, at: (sector + 1) << Int(header[30]), count: 4096)
    var name: [UInt8] = []
    for letter in "EncryptedPackage".utf8 { name += [letter, 0] }
    return directory.indices.contains { directory[$0...].starts(with: name) }
  }

  private static func bytes(of descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }
}
