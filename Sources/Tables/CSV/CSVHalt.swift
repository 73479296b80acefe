// SPDX-License-Identifier: EUPL-1.2

/// What ends the reading, placed by byte offset: lines are counted only when one must be named, which
/// keeps that work out of the loop over all bytes.
enum CSVHalt: Error {
  case fault(CSVFault)
  case invalidUTF8(at: Int)
  case nulByte(at: Int)
  case unterminatedQuote(at: Int, column: Int)
  case textAfterQuote(at: Int, column: Int)
  case fieldTooLong(at: Int, column: Int)
  case rowTooLong(at: Int)
  case tooMuchText(column: Int)

  /// The fault, with lines and names in place of offsets and positions.
  func fault(in source: CSVSource, names: [String]) -> CSVFault {
    if let damage = source.damage() { return damage }
    func name(_ column: Int) -> String {
      names.indices.contains(column) ? names[column] : "column\(column + 1)"
    }
    func line(_ offset: Int) -> Int {
      let lines = try? LineCounter.lines(of: [offset], in: source)
      return lines?.first ?? 0
    }
    switch self {
    case .fault(let fault): return fault
    case .invalidUTF8(let offset): return .invalidUTF8(line: line(offset))
    case .nulByte(let offset): return .nulByte(line: line(offset))
    case .unterminatedQuote(let offset, let column):
      return .unterminatedQuote(line: line(offset), column: name(column))
    case .textAfterQuote(let offset, let column):
      return .textAfterQuote(line: line(offset), column: name(column))
    case .fieldTooLong(let offset, let column):
      return .fieldTooLong(line: line(offset), column: name(column))
    case .rowTooLong(let offset): return .rowTooLong(line: line(offset))
    case .tooMuchText(let column): return .tooMuchText(column: name(column))
    }
  }
}

/// Finds the lines of byte offsets by reading the source again.
enum LineCounter {
  /// The line of each offset, given in ascending order in UTF-8 bytes.
  ///
  /// Lines count from 1; CR, LF and CRLF each end one, also within quotes.
  static func lines(of offsets: [Int], in source: CSVSource) throws(CSVFault) -> [Int] {
    guard !offsets.isEmpty else { return [] }
    source.rewind()
    var lines: [Int] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
    defer { piece.deallocate() }
    var place = 0
    var line = 1
    var afterReturn = false
    while lines.count < offsets.count {
      let count = try source.read(into: piece)
      for byte in piece[0..<count] {
        if lines.count == offsets.count { break }
        // A line feed after a carriage return belongs to the line end that the return began.
        if afterReturn, byte != UInt8(ascii: "\n") { line += 1 }
        while lines.count < offsets.count, offsets[lines.count] <= place { lines.append(line) }
        afterReturn = byte == UInt8(ascii: "\r")
        if byte == UInt8(ascii: "\n") { line += 1 }
        place += 1
      }
      if count == 0 {
        while lines.count < offsets.count { lines.append(line) }
      }
    }
    return lines
  }
}
