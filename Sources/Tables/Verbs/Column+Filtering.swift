// SPDX-License-Identifier: EUPL-1.2

// The rows whose bit is set, moved together a word of the mask at a time.
extension Column {
  /// The rows whose bit is set, in order.
  public func filtered(by mask: Bitmap) -> Column {
    precondition(mask.count == count, "a mask of another length")
    let kept = mask.setCount
    guard kept < count else { return self }
    let validity = validity?.compressed(by: mask, to: kept)
    switch self {
    case .boolean(let column):
      return .boolean(
        BooleanColumn(column.values.compressed(by: mask, to: kept), validity: validity))
    case .integer(let column):
      return .integer(FixedColumn(canonical: mask.pick(column.values, kept), validity: validity))
    case .number(let column):
      return .number(FixedColumn(canonical: mask.pick(column.values, kept), validity: validity))
    case .decimal(let column, let scale):
      return .decimal(
        FixedColumn(canonical: mask.pick(column.values, kept), validity: validity), scale: scale)
    case .date(let column):
      return .date(FixedColumn(canonical: mask.pick(column.values, kept), validity: validity))
    case .timestamp(let column):
      return .timestamp(
        FixedColumn(canonical: mask.pick(column.values, kept), validity: validity))
    case .category(let column):
      return .category(
        CategoryColumn(
          codes: mask.pick(column.codes, kept), dictionary: column.dictionary, validity: validity))
    case .text: return taking(rows: mask.setIndices)
    }
  }
}

extension Bitmap {
  /// The values whose bit is set.
  fileprivate func pick<Value: BitwiseCopyable>(
    _ values: some RandomAccessCollection<Value>, _ kept: Int
  ) -> [Value] {
    let picked = values.withContiguousStorageIfAvailable { pick($0, kept) }
    return picked ?? pick(Array(values), kept)
  }

  private func pick<Value: BitwiseCopyable>(
    _ values: UnsafeBufferPointer<Value>, _ kept: Int
  ) -> [Value] {
    [Value](unsafeUninitializedCapacity: kept) { target, filled in
      UnsafeMutableRawBufferPointer(target).preferLargePages()
      var place = 0
      for (position, word) in words.enumerated() {
        let start = position << 6
        let set = word.nonzeroBitCount
        if set > 20, start + 64 <= values.count, place + 64 <= kept {
          // Each value is written, and overwritten by the next where its bit is not set.
          for bit in 0..<64 {
            target[place] = values[start &+ bit]
            place &+= Int(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit) & 1)
          }
        } else {
          var rest = word
          while rest != 0 {
            target[place] = values[start &+ rest.trailingZeroBitCount]
            place &+= 1
            rest &= rest &- 1
          }
        }
      }
      filled = place
    }
  }

  /// The bits that stand where the mask has one, beside each other.
  fileprivate func compressed(by mask: Bitmap, to kept: Int) -> Bitmap {
    let result = [UInt64](unsafeUninitializedCapacity: (kept + 63) / 64) { target, filled in
      var gathered: UInt64 = 0
      var place = 0
      for (position, chosen) in mask.words.enumerated() {
        let (bits, set) = words[position].compressed(by: chosen)
        gathered |= bits &<< UInt64(truncatingIfNeeded: place)
        let used = place & 63
        if used + set >= 64 {
          target[place >> 6] = gathered
          gathered = used == 0 ? 0 : bits >> UInt64(64 - used)
        }
        place += set
      }
      if place & 63 != 0 { target[place >> 6] = gathered }
      filled = (kept + 63) / 64
    }
    return Bitmap(words: result, count: kept)
  }
}

extension UInt64 {
  /// The bits where the mask has one, from the lowest on, and how many there are.
  fileprivate func compressed(by mask: UInt64) -> (bits: UInt64, count: Int) {
    var (result, place): (UInt64, UInt64) = (0, 0)
    for bit in 0..<64 as Range<UInt64> {
      let isChosen = mask &>> bit & 1
      result |= (self &>> bit & isChosen) &<< place
      place &+= isChosen
    }
    return (result, Int(place))
  }
}
