// SPDX-License-Identifier: EUPL-1.2

import CZlib
import CZstd
import Tables

/// CSV, plain and compressed: read whole, looked through and read in batches, which have to agree.
///
/// The first byte chooses the options, and the file stands behind it.
enum CSVInput: FuzzedInput {
  nonisolated(unsafe) private static let file = ScratchFile()

  static func read(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let reader = CSVReader(options(choice))
    let content = Array(bytes.dropFirst())
    let whole = Result { () throws(CSVFault) in try reader.read(bytes: content) }
    if choice & 1 << 7 != 0 { compareAcrossPieces(content, whole, reader) }
    let path = file.holding(content)
    let scan = Result { () throws(CSVFault) in try reader.scan(path: path) }
    switch (whole, scan) {
    case (.success(let result), .success(let scan)):
      compare(result, scan)
    case (.failure(let one), .failure(let other)):
      demand(one == other, "reading and looking through find other faults")
      demand(!one.description.isEmpty && !one.help.isEmpty, "a fault says nothing")
    default: demand(false, "reading and looking through disagree")
    }
  }

  /// Blank lines before a file change nothing, also where a piece of it ends within the rows.
  private static func compareAcrossPieces(
    _ content: [UInt8], _ whole: Result<CSVResult, CSVFault>, _ reader: CSVReader
  ) {
    let marks: [UInt8] = [0xEF, 0xFF, 0xFE, 0x1F, 0x28, 0xFD, 0x42, 0x50, 0x04]
    guard let first = content.first, !marks.contains(first) else { return }
    let piece = 1 << 18
    let blank = [UInt8](repeating: UInt8(ascii: "\n"), count: piece - content.count / 2)
    let apart = Result { () throws(CSVFault) in try reader.read(bytes: blank + content) }
    switch (whole, apart) {
    case (.success(let one), .success(let other)):
      demand(
        one.refusedCount == other.refusedCount && one.table.names == other.table.names
          && one.table.columns.map { $0.texts() } == other.table.columns.map { $0.texts() },
        "the pieces of a file change what is read")
    case (.failure, .failure): return
    default: demand(false, "the pieces of a file decide whether it is read")
    }
  }

  private static func compare(_ result: CSVResult, _ scan: CSVScan) {
    let table = result.table
    demand(result.rowsRead > 0 && table.rowCount == result.rowsRead, "rows are lost")
    demand(table.columns.allSatisfy { $0.count == table.rowCount }, "a column is too short")
    demand(
      scan.rowCount == table.rowCount && scan.refusedCount == result.refusedCount
        && scan.delimiter == result.delimiter
        && scan.refused.map(\.line) == result.refused.map(\.line)
        && scan.types.map(\.why) == result.types.map(\.why)
        && scan.types.map(\.type) == table.columns.map(\.type),
      "looking through tells something else than reading")
    var rows = 0
    do {
      try scan.forEachBatch { batch, first in
        demand(first == rows, "a batch begins elsewhere")
        for (column, part) in zip(table.columns, batch.columns) {
          let same = part.texts().elementsEqual(
            column.texts()[first..<(first + part.count)], by: same)
          demand(same, "a batch holds other values")
        }
        rows += batch.rowCount
      }
    } catch {
      demand(false, "what was looked through cannot be read: \(error)")
    }
    demand(rows == table.rowCount, "the batches lose rows")
  }

  private static func same(_ one: String?, _ other: String?) -> Bool {
    one.map { Array($0.utf8) } == other.map { Array($0.utf8) }
  }

  private static func options(_ choice: UInt8) -> CSVOptions {
    func has(_ bit: UInt8) -> Bool { choice & 1 << bit != 0 }
    return CSVOptions(
      delimiter: has(0) ? UInt8(ascii: ";") : nil, encoding: has(1) ? .latin1 : .utf8,
      header: !has(2), missing: has(3) ? ["", "NA", "999"] : [""],
      columns: has(4) ? ["a": .decimal(scale: 2), "b": .timestamp] : [:],
      decimalMark: UInt8(ascii: has(5) ? "," : "."), ragged: has(6) ? .refuseRow : .fault)
  }

  static func seeds() -> [[UInt8]] {
    let texts = [
      "a,b,c\n1,2020-01-31,x\n2.5,,\"y, \"\"z\"\"\n\"\n", "a;b\r\n1,5;2024-02-29T12:00:00Z\r\n",
      "\u{FEFF}id\tnaam\r1\tZoë\r2\t-0\r", "a|b\ntrue|-9223372036854775808\nfalse|1e-7\n",
      "a,b\n1,2\n3\n4,5,6\n", "a\n" + String(repeating: "x\n", count: 40),
      "\"a\nb\",c\n0.1,12345678901234567890\n",
    ]
    return texts.enumerated().flatMap { place, text in
      let (choice, bytes) = (UInt8(truncatingIfNeeded: place * 37), Array(text.utf8))
      return [bytes, gzip(bytes), zstd(bytes)].map { [choice] + $0 }
    }
  }

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let gzipWindow: Int32 = 15 + 16
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1_024))
    deflateInit2_(
      &stream, 6, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
        _ = deflate(&stream, Z_FINISH)
      }
    }
    return Array(output.prefix(Int(stream.total_out)))
  }

  private static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output.prefix(count))
  }
}
