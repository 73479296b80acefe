// SPDX-License-Identifier: EUPL-1.2

/// A window on the bytes of a file; whatever is asked of it is checked against its length first.
struct ArrowBytes {
  let buffer: UnsafeRawBufferPointer

  init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  var count: Int { buffer.count }

  /// The little-endian number at an offset, however it is aligned.
  func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int
  ) throws(ArrowFault) -> Number {
    let size = MemoryLayout<Number>.size
    guard offset >= 0, size <= count, offset <= count - size else {
      throw .damaged("its metadata point outside themselves")
    }
    return Number(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// A part of this window.
  func window(
    at offset: Int, length: Int, _ what: @autoclosure () -> String
  ) throws(ArrowFault) -> ArrowBytes {
    guard offset >= 0, length >= 0, length <= count, offset <= count - length else {
      throw .damaged("\(what()) lies outside of it")
    }
    return ArrowBytes(UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + length)]))
  }

  /// The first values of this window where they lie; nil where their memory is not aligned for them.
  func values<Value: BitwiseCopyable>(
    _ type: Value.Type, count: Int
  ) -> UnsafeBufferPointer<Value>? {
    guard let start = buffer.baseAddress, buffer.count >= count * MemoryLayout<Value>.stride,
      UInt(bitPattern: start) % UInt(MemoryLayout<Value>.alignment) == 0
    else { return nil }
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: type), count: count)
  }
}
