// SPDX-License-Identifier: EUPL-1.2

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Hands out a source's lines one by one, each whole and known to be UTF-8.
final class JSONLineWindow {
  static let lineLimit = 1 << 24
  private static let piece = 1 << 18

  private let source: ByteSource
  private var memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var isComplete = false
  /// The number of the line handed out last.
  private(set) var line = 0

  init(_ source: ByteSource) {
    self.source = source
    source.rewind()
    memory = .allocate(byteCount: Self.piece, alignment: 8)
  }

  deinit { memory.deallocate() }

  /// The next line without its end, in place until the line after it is asked for; nil at the end.
  func next() throws(JSONLinesFault) -> UnsafeBufferPointer<UInt8>? {
    var searched = start
    while true {
      if let stop = lineEnd(from: searched) { return try line(upTo: stop, next: stop + 1) }
      if isComplete { return start < end ? try line(upTo: end, next: end) : nil }
      guard end - start <= Self.lineLimit else { throw .lineTooLong(line: line + 1) }
      searched = end - start
      try readOn()
    }
  }
}

extension JSONLineWindow {
  private func lineEnd(from place: Int) -> Int? {
    guard place < end, let base = memory.baseAddress,
      let found = memchr(base + place, 0x0A, end - place)
    else { return nil }
    return base.distance(to: found)
  }

  private func line(
    upTo stop: Int, next: Int
  ) throws(JSONLinesFault) -> UnsafeBufferPointer<UInt8> {
    line += 1
    var text = UnsafeRawBufferPointer(rebasing: memory[start..<stop])
    start = next
    if line == 1, text.starts(with: [0xEF, 0xBB, 0xBF]) { text.drop(3) }
    guard text.count <= Self.lineLimit else { throw .lineTooLong(line: line) }
    switch UTF8Check.check(text) {
    case .valid(let reached):
      guard reached == text.count else { throw .invalidUTF8(line: line) }
    case .invalid: throw .invalidUTF8(line: line)
    case .nul: throw .nulCharacter(line: line)
    }
    return text.bindMemory(to: UInt8.self)
  }

  /// Moves what is left to the front, and reads behind it.
  private func readOn() throws(JSONLinesFault) {
    if start > 0 {
      let rest = UnsafeRawBufferPointer(rebasing: memory[start..<end])
      UnsafeMutableRawBufferPointer(rebasing: memory[..<rest.count]).copyMemory(from: rest)
      end -= start
      start = 0
    }
    if end > memory.count / 2 {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: memory.count * 2, alignment: 8)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
      memory.deallocate()
      memory = larger
    }
    do {
      let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
      end += count
      isComplete = count == 0
    } catch {
      throw .source(error)
    }
  }
}
