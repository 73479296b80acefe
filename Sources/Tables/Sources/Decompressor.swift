// SPDX-License-Identifier: EUPL-1.2

/// Decompresses piece by piece.
protocol Decompressor: AnyObject {
  /// Decompresses some of the input.
  ///
  /// Both the input and the output are moved behind what was used of them; where neither moves, more
  /// input is needed.
  func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout UnsafeMutableRawBufferPointer
  ) throws(CompressionFault)

  /// Whether the input so far may be all there is.
  var isComplete: Bool { get }

  /// Begins again.
  func rewind()
}

extension Compression {
  func decompressor(_ limits: CompressionLimits) -> any Decompressor {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd: ZstdDecompressor(windowLog: limits.windowLog)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Drops first bytes that were used.
  mutating func drop(_ count: Int) {
    self = UnsafeRawBufferPointer(rebasing: self[count...])
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Drops first bytes that were filled.
  mutating func drop(_ count: Int) {
    self = UnsafeMutableRawBufferPointer(rebasing: self[count...])
  }
}
