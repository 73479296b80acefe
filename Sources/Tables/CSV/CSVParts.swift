// SPDX-License-Identifier: EUPL-1.2

internal import Dispatch
internal import Synchronization

/// A large file cut into parts that processors read side by side.
///
/// A cut is the first line end behind an even share of the bytes. Whether a row begins there is not known
/// beforehand: it may lie within quotes. Each part is therefore read as if the file ended where the
/// part does. A part before a false cut then ends within quotes, which is a fault; one that ends well proves that
/// a row begins behind it. The first block of the file is read alone, so that all parts begin with the columns'
/// kinds as they are found there. Where a part meets any fault, or its columns do not fit those before it
/// as one reading from the first to the last row would have had them, the file is read in one go instead:
/// what comes out, and every fault, is the same either way.
struct CSVParts {
  private let parts: [CSVSource]
  private let head: CSVHead
  private let options: CSVOptions
  private let size: Int

  /// Nil where fewer than two parts are wanted, or where the file is compressed or recoded.
  init?(
    _ source: CSVSource, _ head: CSVHead, _ options: CSVOptions, count: Int
  ) throws(CSVHalt) {
    let size = source.size
    guard count > 1, source.part(0..<size) != nil else { return nil }
    var cuts = [0]
    for part in 1..<count {
      guard let cut = try Self.cut(source, behind: size / count * part, of: size) else { break }
      if cut > max(head.offset, cuts[cuts.count - 1]), cut < size { cuts.append(cut) }
    }
    guard cuts.count > 1 else { return nil }
    cuts.append(size)
    parts = zip(cuts, cuts.dropFirst()).compactMap { source.part($0..<$1) }
    self.head = head
    self.options = options
    self.size = size
  }

  /// The place behind the first line end from there; nil where there is none within some MiB.
  private static func cut(
    _ source: CSVSource, behind offset: Int, of size: Int
  ) throws(CSVHalt) -> Int? {
    guard let part = source.part(offset..<min(size, offset + CSVWindow.rowLimit)) else {
      return nil
    }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { piece.deallocate() }
    var place = offset
    while true {
      let count: Int
      do { count = try part.read(into: piece) } catch { throw .fault(error) }
      guard count > 0 else { return nil }
      // A line feed ends a line whatever stands before it; a lone carriage return is passed over.
      if let found = piece[0..<count].firstIndex(of: UInt8(ascii: "\n")) {
        return place + found + 1
      }
      place += count
    }
  }

  /// All rows in order; nil where the file has to be read in one go.
  func read(_ purpose: CSVPass.Purpose) throws(CSVHalt) -> CSVPass? {
    let first = CSVPass(parts[0], head, kinds: head.kinds(options), options, wholeSize: size)
    guard (try? first.readBlock(purpose)) != nil else { return nil }
    let begin = first.readings
    // Each is read by one processor alone, and by this one again when all have ended.
    nonisolated(unsafe) let passes =
      [first]
      + parts.dropFirst().map { CSVPass($0, head, kinds: begin, options) }
    let failures = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: passes.count) { place in
      do throws(CSVHalt) {
        try passes[place].run(purpose)
      } catch {
        failures.add(1, ordering: .relaxed)
      }
    }
    guard failures.load(ordering: .relaxed) == 0 else { return nil }
    for pass in passes.dropFirst() {
      guard first.take(in: pass, begunAs: begin) else { return nil }
    }
    return first
  }
}
