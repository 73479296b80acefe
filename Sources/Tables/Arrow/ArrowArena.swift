// SPDX-License-Identifier: EUPL-1.2

/// Memory for what was compressed in a file, kept as long as windows on it are read.
final class ArrowArena {
  private var pieces: [UnsafeMutableRawBufferPointer] = []
  private let fileSize: Int
  private let limits = CompressionLimits()
  /// How many bytes there are in all.
  private(set) var size = 0

  init(fileSize: Int) { self.fileSize = fileSize }

  deinit { for piece in pieces { piece.deallocate() } }

  /// What the bytes of a compressed buffer become: their length, and a frame of the codec or, behind a
  /// length of −1, the bytes themselves.
  func decompress(
    _ bytes: ArrowBytes, _ codec: ArrowCodec, of name: String
  ) throws(ArrowFault) -> ArrowBytes {
    guard let length = try Int(exactly: bytes.load(Int64.self, at: 0)), length >= -1 else {
      throw .damaged("a buffer of column '\(name)' has an impossible length")
    }
    let frame = try bytes.window(at: 8, length: bytes.count - 8, "a buffer of column '\(name)'")
    if length == -1 { return frame }
    try claim(length)
    guard length <= codec.mostBytes(of: frame.buffer) else {
      throw .damaged("a compressed buffer of column '\(name)' does not fit its length")
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(length, 1), alignment: 64)
    pieces.append(memory)
    let result = UnsafeMutableRawBufferPointer(rebasing: memory[..<length])
    guard length == 0 || codec.decompress(frame.buffer, into: result) else {
      throw .damaged("a compressed buffer of column '\(name)' does not fit its length")
    }
    return ArrowBytes(UnsafeRawBufferPointer(result))
  }

  /// Refuses what a small file claims to become.
  private func claim(_ length: Int) throws(ArrowFault) {
    let (sum, overflow) = size.addingReportingOverflow(length)
    guard !overflow, sum <= limits.size || sum / limits.ratio <= fileSize else {
      throw .unsupported(
        "becomes more than \(limits.ratio) times as large", help: "write it uncompressed")
    }
    size = sum
  }
}
