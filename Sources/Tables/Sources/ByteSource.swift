// SPDX-License-Identifier: EUPL-1.2

/// Where the bytes of any text format come from, as often as asked, and decompressed where they are
/// compressed.
package final class ByteSource {
  private enum Packing {
    case plain
    case compressed(any Decompressor, Compression)
    /// By a format that cannot be read.
    case other(String)
  }

  private let raw: RawBytes
  /// Which of the bytes this source gives out, as they lie there.
  private let range: Range<Int>
  private let limits: CompressionLimits
  private let packing: Packing
  /// Compressed bytes that were read and not yet used.
  private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
  private var unused = UnsafeRawBufferPointer(start: nil, count: 0)
  /// How many bytes were read as they lie there.
  private var rawRead = 0
  private var failure: CompressionFault?
  /// How many bytes were given out.
  package private(set) var bytesRead = 0

  package convenience init(bytes: [UInt8], limits: CompressionLimits = CompressionLimits()) {
    self.init(RawBytes(bytes), opening: Array(bytes.prefix(Compression.openingLength)), limits)
  }

  /// Opens a file; a pipe or device, which cannot be read twice, is taken into memory.
  package convenience init(
    path: String, limits: CompressionLimits = CompressionLimits()
  ) throws(ByteFault) {
    let raw = try RawBytes(path: path)
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Compression.openingLength, alignment: 8)
    defer { memory.deallocate() }
    let count = try raw.read(into: memory, at: 0)
    self.init(raw, opening: Array(memory[0..<count]), limits)
  }

  private init(_ raw: RawBytes, opening: [UInt8], _ limits: CompressionLimits) {
    self.raw = raw
    range = 0..<raw.size
    self.limits = limits
    if let compression = Compression(opening: opening) {
      packing = .compressed(compression.decompressor(limits), compression)
    } else if let other = Compression.other(opening: opening) {
      packing = .other(other)
    } else {
      packing = .plain
    }
  }

  /// Bytes in the middle of a file that is not compressed.
  private init(_ raw: RawBytes, range: Range<Int>, _ limits: CompressionLimits) {
    self.raw = raw
    self.range = range
    self.limits = limits
    packing = .plain
  }

  deinit { piece.deallocate() }

  /// A source of its own for some of the bytes, to be read beside others; nil where they are compressed.
  package func part(_ range: Range<Int>) -> ByteSource? {
    guard case .plain = packing else { return nil }
    return ByteSource(raw, range: range, limits)
  }

  /// Where its bytes lie among those of the file.
  package var start: Int { range.lowerBound }

  /// How many bytes there are in all; while a compressed file is read, an estimate of that.
  ///
  /// The estimate follows from how far the compressed bytes have come. It stays within four times what
  /// was read, because what is easily compressed may stand first: buffers that grow by it then take
  /// some steps more, and a false beginning cannot make them huge.
  package var size: Int {
    guard case .compressed = packing else { return raw.size }
    let used = rawRead - unused.count
    guard used > 0 else { return max(raw.size, bytesRead) }
    let estimate = Double(bytesRead) / Double(used) * Double(raw.size)
    return Int(min(estimate, 4 * Double(bytesRead)))
  }

  package func rewind() {
    bytesRead = 0
    rawRead = 0
    failure = nil
    unused = UnsafeRawBufferPointer(start: nil, count: 0)
    if case .compressed(let decompressor, _) = packing { decompressor.rewind() }
  }

  /// The first bytes, at most so many.
  package func opening(_ length: Int) throws(ByteFault) -> [UInt8] {
    rewind()
    defer { rewind() }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 8)
    defer { memory.deallocate() }
    var count = 0
    while count < length {
      let added = try read(into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
      if added == 0 { break }
      count += added
    }
    return Array(memory[0..<count])
  }

  /// Fills memory with the next bytes.
  ///
  /// - Returns: how many bytes were written; zero at the end.
  package func read(into memory: UnsafeMutableRawBufferPointer) throws(ByteFault) -> Int {
    switch packing {
    case .other(let name): throw .compressed(.unsupported(name))
    case .plain:
      let place = range.lowerBound + bytesRead
      // Where a file has grown since it was opened, its end is looked for as before.
      let room = range.upperBound < raw.size ? range.upperBound - place : memory.count
      let count = try raw.read(
        into: UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, room)]),
        at: place)
      bytesRead += count
      return count
    case .compressed(let decompressor, let compression):
      return try read(into: memory, decompressor, compression)
    }
  }

  /// What is wrong with a compressed file, found by decompressing the rest of it.
  ///
  /// Damage often shows first as something else, such as a line that is no text: who is about to tell
  /// of that asks here before.
  package func damage() -> CompressionFault? {
    guard case .compressed = packing else { return nil }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { memory.deallocate() }
    do throws(ByteFault) {
      while try read(into: memory) > 0 {}
      return nil
    } catch {
      if case .compressed(let fault) = error { return fault }
      return nil
    }
  }
}

extension ByteSource {
  private func read(
    into memory: UnsafeMutableRawBufferPointer, _ decompressor: any Decompressor,
    _ compression: Compression
  ) throws(ByteFault) -> Int {
    if let failure { throw .compressed(failure) }
    var rest = memory
    while !rest.isEmpty {
      let (input, room) = (unused.count, rest.count)
      do {
        try decompressor.decompress(&unused, into: &rest)
      } catch {
        throw failing(error)
      }
      if unused.isEmpty {
        // What is there is given out at once where more would have to be read.
        if rest.count < room { break }
        guard try readOn(decompressor, compression) else { break }
      } else if unused.count == input, rest.count == room {
        throw failing(.damaged(compression))
      }
    }
    let count = memory.count - rest.count
    bytesRead += count
    if bytesRead > limits.size, bytesRead / limits.ratio > rawRead - unused.count {
      throw failing(.expandsTooMuch(ratio: limits.ratio))
    }
    return count
  }

  /// Reads compressed bytes; false at the end, which must be one.
  private func readOn(
    _ decompressor: any Decompressor, _ compression: Compression
  ) throws(ByteFault) -> Bool {
    let count = try raw.read(into: piece, at: rawRead)
    rawRead += count
    unused = UnsafeRawBufferPointer(rebasing: piece[0..<count])
    if count > 0 { return true }
    guard decompressor.isComplete else { throw failing(.endsTooEarly(compression)) }
    return false
  }

  /// Remembers a fault: a decompressor that failed is not asked again.
  private func failing(_ fault: CompressionFault) -> ByteFault {
    failure = fault
    return .compressed(fault)
  }
}
