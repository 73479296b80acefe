// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// The UTF-8 bytes of a text per row, or of one text for all rows, without a string for each.
struct TextSource {
  private let offsets: ColumnBuffer<Int32>
  private let bytes: ColumnBuffer<UInt8>
  /// Which text each row has; nil where each has its own.
  private let codes: ColumnBuffer<Int32>?
  /// Whether one text stands for all rows.
  let isConstant: Bool
  let validity: Bitmap?

  /// Nil for a lane that is no text.
  init?(_ lane: Lane) {
    switch lane {
    case .column(.text(let column)):
      (offsets, bytes, validity) = (column.offsets, column.bytes, column.validity)
      (codes, isConstant) = (nil, false)
    case .column(.category(let column)):
      // One more text, since a missing row of an empty dictionary has code 0 all the same.
      let texts = TextColumn(column.dictionary + [""])
      (offsets, bytes, validity) = (texts.offsets, texts.bytes, column.validity)
      (codes, isConstant) = (column.codes, false)
    case .scalar(.text(let text)):
      let texts = TextColumn([text])
      (offsets, bytes, validity, codes) = (texts.offsets, texts.bytes, nil, nil)
      isConstant = true
    default: return nil
    }
  }

  /// Calls with a reader of the bytes of a row, valid as long as the call lasts.
  @inline(__always)
  func withReader<Result>(_ body: (Reader) -> Result) -> Result {
    offsets.withUnsafeBufferPointer { offsets in
      bytes.withUnsafeBufferPointer { bytes in
        guard let codes else {
          return body(Reader(offsets: offsets, bytes: bytes, codes: nil, isConstant: isConstant))
        }
        return codes.withUnsafeBufferPointer { codes in
          body(Reader(offsets: offsets, bytes: bytes, codes: codes, isConstant: false))
        }
      }
    }
  }

  struct Reader {
    fileprivate let offsets: UnsafeBufferPointer<Int32>
    fileprivate let bytes: UnsafeBufferPointer<UInt8>
    fileprivate let codes: UnsafeBufferPointer<Int32>?
    fileprivate let isConstant: Bool

    @inline(__always)
    subscript(row: Int) -> UnsafeBufferPointer<UInt8> {
      let place = isConstant ? 0 : codes.map { Int($0[row]) } ?? row
      return UnsafeBufferPointer(rebasing: bytes[Int(offsets[place])..<Int(offsets[place + 1])])
    }
  }
}

extension TextSource {
  /// The bits of a condition on each row's bytes.
  @inline(__always)
  func bits(count: Int, _ condition: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bitmap {
    withReader { reader in Bitmap(count: count) { condition(reader[$0]) } }
  }

  /// A number from each row's bytes.
  @inline(__always)
  func integers(count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Int64) -> Column {
    let values = withReader { reader in
      [Int64](unsafeUninitializedCapacity: count) { target, filled in
        for row in 0..<count { target[row] = body(reader[row]) }
        filled = count
      }
    }
    return .integer(FixedColumn(canonical: values, validity: validity))
  }

  /// A text from each row's bytes; nil where they no longer fit a column.
  @inline(__always)
  func texts(
    count: Int, validity: Bitmap?, _ append: (Int, Reader, inout [UInt8]) -> Void
  ) -> Column? {
    var result: [UInt8] = []
    result.reserveCapacity(Int(offsets[offsets.count - 1] - offsets[0]))
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(count + 1)
    let fits = withReader { reader in
      for row in 0..<count {
        if validity?[row] ?? true { append(row, reader, &result) }
        guard result.count <= TextColumn.byteLimit else { return false }
        offsets.append(Int32(result.count))
      }
      return true
    }
    return fits ? .text(TextColumn(offsets: offsets, bytes: result, validity: validity)) : nil
  }
}
