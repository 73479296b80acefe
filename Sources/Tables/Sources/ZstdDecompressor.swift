// SPDX-License-Identifier: EUPL-1.2

internal import CZstd

/// Decompresses Zstandard frames, one after the other.
final class ZstdDecompressor: Decompressor {
  private let state: OpaquePointer?
  private let windowLog: Int32
  private var isWithinFrame = false
  private var hasFrame = false

  init(windowLog: Int32) {
    self.windowLog = windowLog
    state = ZSTD_createDCtx()
    ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, windowLog)
  }

  deinit { ZSTD_freeDCtx(state) }

  var isComplete: Bool { hasFrame && !isWithinFrame }

  func rewind() {
    ZSTD_DCtx_reset(state, ZSTD_reset_session_only)
    isWithinFrame = false
    hasFrame = false
  }

  func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout UnsafeMutableRawBufferPointer
  ) throws(CompressionFault) {
    guard state != nil else { throw .windowTooLarge(limit: 0) }
    guard !input.isEmpty || isWithinFrame else { return }
    let isBetween = isComplete
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let outcome = ZSTD_decompressStream(state, &target, &source)
    if ZSTD_isError(outcome) != 0 {
      switch ZSTD_getErrorCode(outcome) {
      case ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_memory_allocation:
        throw .windowTooLarge(limit: 1 << Int(windowLog))
      case ZSTD_error_prefix_unknown where isBetween: throw .followedByOther(.zstd)
      default: throw .damaged(.zstd)
      }
    }
    input.drop(source.pos)
    output.drop(target.pos)
    hasFrame = true
    isWithinFrame = outcome != 0
  }
}
