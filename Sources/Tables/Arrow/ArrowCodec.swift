// SPDX-License-Identifier: EUPL-1.2

internal import CZstd

/// How the buffers of a batch are compressed, each for itself.
enum ArrowCodec: Int8 {
  case lz4 = 0
  case zstd = 1

  /// What a batch declares; nil where it is not compressed.
  init?(of batch: FlatBufferTable) throws(ArrowFault) {
    guard let compression = try batch.table(3) else { return nil }
    guard let codec = ArrowCodec(rawValue: try compression.number(0, default: 0)),
      try compression.number(1, default: Int8(0)) == 0
    else {
      throw .unsupported(
        "is compressed in an unknown way", help: "write it uncompressed, or with lz4 or zstd")
    }
    self = codec
  }

  /// The most that a buffer can become, so that no memory is asked for on the strength of a lie.
  func mostBytes(of bytes: UnsafeRawBufferPointer) -> Int {
    switch self {
    // A byte adds at most 255 to the length of a match.
    case .lz4: return bytes.count.multipliedReportingOverflow(by: 255).partialValue
    case .zstd:
      // A block takes three bytes or more, and becomes 128 KiB or less.
      let most = (bytes.count / 3 + 1) << 17
      guard ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count) == bytes.count else {
        return most
      }
      // Frames that do not say their length, as streams write them, say the largest number there is.
      return min(Int(clamping: ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)), most)
    }
  }

  /// Decompresses a buffer.
  ///
  /// - Returns: false where the result does not fill the memory exactly.
  func decompress(
    _ bytes: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer
  ) -> Bool {
    switch self {
    case .lz4: LZ4Frame.decompress(bytes, into: memory)
    case .zstd:
      // The memory is the window here, so that a frame cannot ask for more.
      ZSTD_decompress(memory.baseAddress, memory.count, bytes.baseAddress, bytes.count)
        == memory.count
    }
  }
}
