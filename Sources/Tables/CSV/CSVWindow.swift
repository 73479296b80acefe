// SPDX-License-Identifier: EUPL-1.2

/// The part of a file that is in memory: from the row being read to as far as was read ahead.
///
/// Behind its end stand a line end and a quote, so that no search for either runs past it, and room
/// enough that eight bytes can be loaded from any place.
final class CSVWindow {
  private static let room = 64
  private static let piece = 1 << 18
  static let fieldLimit = 1 << 24
  /// The most bytes that a row may have, which has to be in memory whole.
  static let rowLimit = 1 << 26

  private let source: CSVSource
  private(set) var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  /// Where the window begins in the file, counted in UTF-8 bytes.
  private(set) var offset = 0
  /// Whether everything to the file's end has been read.
  private(set) var isComplete = false
  /// How many of the window's bytes are known to be UTF-8.
  private var checked = 0

  init(_ source: CSVSource) {
    self.source = source
    source.rewind()
    offset = source.start
    capacity = Self.piece
    start = .allocate(capacity: capacity + Self.room)
    seal()
  }

  deinit { start.deallocate() }

  var end: UnsafeMutablePointer<UInt8> { start + count }

  /// Drops what lies before a place, and reads on.
  ///
  /// - Throws: where the source cannot be read or its bytes are no text.
  func advance(to place: UnsafePointer<UInt8>) throws(CSVHalt) {
    let dropped = UnsafePointer(start).distance(to: place)
    start.update(from: start + dropped, count: count - dropped)
    count -= dropped
    offset += dropped
    checked = max(0, checked - dropped)
    if capacity - count < capacity / 2 { grow() }
    let memory = UnsafeMutableRawBufferPointer(start: start + count, count: capacity - count)
    let read: Int
    do { read = try source.read(into: memory) } catch { throw .fault(error) }
    count += read
    isComplete = read == 0
    seal()
    try check()
  }

  /// Drops what lies before a row that the window does not hold whole, and reads on until there is twice
  /// as much of it: who looks at it from its start each time then looks at no byte often.
  func extend(from row: UnsafePointer<UInt8>) throws(CSVHalt) {
    let wanted = 2 * row.distance(to: UnsafePointer(end))
    try advance(to: row)
    while !isComplete, count < wanted { try advance(to: start) }
  }

  private func grow() {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + Self.room)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
    capacity *= 2
  }

  private func seal() {
    (start + count).update(repeating: 0, count: Self.room)
    start[count] = UInt8(ascii: "\n")
    start[count + 1] = UInt8(ascii: "\"")
  }

  private func check() throws(CSVHalt) {
    let fresh = UnsafeRawBufferPointer(start: start + checked, count: count - checked)
    switch UTF8Check.check(fresh) {
    case .valid(let reached):
      checked += reached
      if isComplete, checked < count { throw .invalidUTF8(at: offset + checked) }
    case .invalid(let place): throw .invalidUTF8(at: offset + checked + place)
    case .nul(let place): throw .nulByte(at: offset + checked + place)
    }
  }
}
