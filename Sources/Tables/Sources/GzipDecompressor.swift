// SPDX-License-Identifier: EUPL-1.2

internal import CZlib

/// Decompresses gzip members, one after the other.
///
/// Zeros behind the last member are passed over, as tape drives and some file systems leave them.
final class GzipDecompressor: Decompressor {
  private enum Place {
    /// Before the first member.
    case start
    case member
    /// Behind a member: another one, padding, or the end.
    case between
    /// In the padding, behind which nothing comes.
    case padding
  }

  /// The decoder keeps the address of its state, so that it may not move.
  private let state: UnsafeMutablePointer<z_stream>
  private var place = Place.start
  private let isReady: Bool

  /// The window bits of the format, and 16 for the gzip wrapper.
  private static let windowBits: Int32 = 15 + 16

  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    isReady =
      inflateInit2_(
        state, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(state) }
    state.deallocate()
  }

  var isComplete: Bool { place == .between || place == .padding }

  func rewind() {
    if isReady { inflateReset(state) }
    place = .start
  }

  func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout UnsafeMutableRawBufferPointer
  ) throws(CompressionFault) {
    guard isReady else { throw .windowTooLarge(limit: 0) }
    if isComplete, let first = input.first {
      if place == .padding || first == 0 {
        place = .padding
        guard input.allSatisfy({ $0 == 0 }) else { throw .followedByOther(.gzip) }
        input.drop(input.count)
        return
      }
      guard first == 0x1F else { throw .followedByOther(.gzip) }
      inflateReset(state)
      place = .start
    }
    guard !input.isEmpty || place == .member else { return }
    place = .member
    // The decoder counts in 32 bits.
    let given = (input: min(input.count, 1 << 30), output: min(output.count, 1 << 30))
    state.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(given.input)
    state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(given.output)
    let outcome = inflate(state, Z_NO_FLUSH)
    input.drop(given.input - Int(state.pointee.avail_in))
    output.drop(given.output - Int(state.pointee.avail_out))
    switch outcome {
    case Z_STREAM_END: place = .between
    // Without input or room nothing can be done, which is no error.
    case Z_OK, Z_BUF_ERROR: break
    default: throw .damaged(.gzip)
    }
  }
}
