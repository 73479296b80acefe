// SPDX-License-Identifier: EUPL-1.2

/// Where a CSV file's bytes come from, always as UTF-8 and as often as asked.
final class CSVSource {
  private let source: ByteSource
  private let encoding: CSVOptions.Encoding
  private let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)

  init(bytes: [UInt8], encoding: CSVOptions.Encoding) {
    source = ByteSource(bytes: bytes)
    self.encoding = encoding
  }

  /// Opens a file; a pipe or device, which cannot be read twice, is taken into memory.
  init(path: String, encoding: CSVOptions.Encoding) throws(CSVFault) {
    do { source = try ByteSource(path: path) } catch { throw CSVFault(error) }
    self.encoding = encoding
  }

  private init(part: ByteSource) {
    source = part
    encoding = .utf8
  }

  deinit { raw.deallocate() }

  /// Where its bytes lie in the file.
  var start: Int { source.start }

  /// A source for some of the bytes; nil where the bytes of the file are not the ones that are read.
  func part(_ range: Range<Int>) -> CSVSource? {
    guard encoding == .utf8 else { return nil }
    return source.part(range).map { CSVSource(part: $0) }
  }

  /// How many bytes there are, before any recoding; an estimate where they are compressed.
  var size: Int { source.size }
  var bytesRead: Int { source.bytesRead }

  func rewind() { source.rewind() }

  /// The first bytes as they are, at most four.
  func opening() throws(CSVFault) -> [UInt8] {
    do { return try source.opening(4) } catch { throw CSVFault(error) }
  }

  /// Fills memory with the next bytes, as UTF-8.
  ///
  /// - Returns: how many bytes were written; zero at the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(CSVFault) -> Int {
    switch encoding {
    case .utf8: return try readRaw(into: memory)
    case .latin1:
      let wanted = min(raw.count, memory.count / 3)
      let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: raw[0..<wanted]))
      return Windows1252.recode(UnsafeRawBufferPointer(rebasing: raw[0..<count]), into: memory)
    }
  }

  /// What is wrong with a compressed file, of which another fault may be a consequence.
  func damage() -> CSVFault? { source.damage().map { .compressed($0) } }

  private func readRaw(into memory: UnsafeMutableRawBufferPointer) throws(CSVFault) -> Int {
    do { return try source.read(into: memory) } catch { throw CSVFault(error) }
  }
}

extension CSVFault {
  init(_ fault: ByteFault) {
    switch fault {
    case .missing(let path): self = .fileMissing(path: path)
    case .unreadable(let path, let reason): self = .fileUnreadable(path: path, reason: reason)
    case .compressed(let fault): self = .compressed(fault)
    }
  }
}
