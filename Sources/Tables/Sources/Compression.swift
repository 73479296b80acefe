// SPDX-License-Identifier: EUPL-1.2

/// How a file is compressed that is decompressed while it is read.
public enum Compression: String, Sendable, Hashable, CaseIterable {
  /// RFC 1952, as `gzip` and most web servers write it; several members in a row are one file.
  case gzip
  /// RFC 8878, Zstandard; several frames in a row are one file.
  ///
  /// Only with a checksum, which the writer chooses, is every change of a byte noticed.
  case zstd

  /// The format that a file's first bytes are the mark of, whatever the file is called.
  ///
  /// Neither mark can begin a text, so that no plain file is taken for a compressed one.
  init?(opening: some Collection<UInt8>) {
    if opening.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if opening.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || opening.isSkippableFrame {
      self = .zstd
    } else {
      return nil
    }
  }

  /// A format that is known by its first bytes and cannot be read.
  static func other(opening: some Collection<UInt8>) -> String? {
    let marks: [(mark: [UInt8], name: String)] = [
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"), ([0x50, 0x4B, 0x03, 0x04], "zip"),
      (Array("BZh".utf8), "bzip2"), ([0x04, 0x22, 0x4D, 0x18], "lz4"),
    ]
    guard let found = marks.first(where: { opening.starts(with: $0.mark) }) else { return nil }
    // A text may begin with BZh as well, but hardly with what bzip2 writes behind it.
    if found.name == "bzip2" {
      let block: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
      return opening.dropFirst(4).starts(with: block) ? found.name : nil
    }
    return found.name
  }

  /// How many first bytes tell a format.
  static let openingLength = 10
}

extension Collection<UInt8> {
  /// Whether these bytes begin a frame that decoders pass over, which some compressors put first.
  fileprivate var isSkippableFrame: Bool {
    guard let first, (0x50...0x5F).contains(first) else { return false }
    return dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }
}
