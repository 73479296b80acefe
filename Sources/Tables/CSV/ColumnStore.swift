// SPDX-License-Identifier: EUPL-1.2

/// Everything of a column that has been read so far, in the buffers that the column will have.
final class ColumnStore {
  private var integers: [Int64] = []
  private var numbers: [Double] = []
  private var small: [Int32] = []
  private var bytes: [UInt8] = []
  private var bits = Bitmap(repeating: false, count: 0)
  private var validity: Bitmap?
  private(set) var rows = 0

  /// The kind that the buffers are of; follows the sink's at the next block.
  private var kind = CellKind.undetermined

  /// Takes in a block.
  ///
  /// - Parameters:
  ///   - sink: the block, whose text offsets are moved in place.
  ///   - count: its rows.
  ///   - share: how far the file has been read, 0 to 1, from which the final size is estimated.
  /// - Returns: false where the text exceeds what a column can hold.
  func append(_ sink: ColumnSink, rows count: Int, share: Double) -> Bool {
    guard sink.kind != .skip else { return true }
    if kind != sink.kind { begin(sink.kind) }
    appendValidity(sink.present, count)
    defer { rows += count }
    let growth = Growth(used: rows + count, share: share)
    switch sink.kind {
    case .skip, .undetermined: break
    case .boolean:
      bits.append(contentsOf: Bitmap(bytes: sink.load64(count).map { UInt8($0) }))
    case .integer, .decimal, .timestamp:
      growth.apply(to: &integers)
      let block = sink.load64(count)
      for value in block { largest |= UInt64(bitPattern: value ^ value >> 63) }
      integers.append(contentsOf: block)
    case .number:
      growth.apply(to: &numbers)
      numbers.append(
        contentsOf: UnsafeBufferPointer(
          start: sink.values.assumingMemoryBound(to: Double.self), count: count))
    case .category, .date:
      growth.apply(to: &small)
      small.append(contentsOf: sink.load32(count))
    case .text:
      let used = count == 0 ? 0 : Int(sink.load(count - 1, as: Int32.self))
      guard bytes.count + used <= TextColumn.byteLimit else { return false }
      let ends = sink.load32(count)
      let shift = Int32(bytes.count)
      for row in ends.indices { ends[row] += shift }
      growth.apply(to: &small)
      small.append(contentsOf: ends)
      Growth(used: bytes.count + used, share: share).apply(to: &bytes)
      bytes.append(contentsOf: UnsafeBufferPointer(start: sink.bytes, count: used))
    }
    return true
  }

  /// Bits that some integer has, signs aside.
  private var largest: UInt64 = 0

  /// Whether an integer has sixteen digits or more, which is no plain number.
  var hasLongInteger: Bool { largest >= 1_000_000_000_000_000 }

  /// What is known of rows that were read and not kept.
  private var forgotten = (rows: 0, present: 0, hasInexactInteger: false)

  /// Whether every integer so far is a floating-point number exactly.
  var integersAreExactNumbers: Bool {
    !forgotten.hasInexactInteger && integers.allSatisfy { Double(exactly: $0) != nil }
  }

  /// Takes in all rows of another store, which it leaves without any.
  ///
  /// - Parameters:
  ///   - next: a store of the same kind, or of one that has no value yet.
  ///   - kind: what both are read as by now.
  ///   - codes: for each of its labels the code it has here.
  /// - Returns: false where the text exceeds what a column can hold.
  func take(_ next: ColumnStore, as kind: CellKind, codes: [Int32] = []) -> Bool {
    if self.kind != kind { begin(kind) }
    if next.kind != kind { next.begin(kind) }
    switch kind {
    case .skip, .undetermined: break
    case .boolean: bits.append(contentsOf: next.bits)
    case .integer, .decimal, .timestamp: integers.append(contentsOf: next.integers)
    case .number: numbers.append(contentsOf: next.numbers)
    case .date: small.append(contentsOf: next.small)
    case .category:
      small.reserveCapacity(small.count + next.small.count)
      let present = next.validity
      for (row, code) in next.small.enumerated() {
        small.append(present.map { $0[row] } ?? true ? codes[Int(code)] : 0)
      }
    case .text:
      guard bytes.count + next.bytes.count <= TextColumn.byteLimit else { return false }
      let shift = Int32(bytes.count)
      small.reserveCapacity(small.count + next.rows)
      for end in next.small.dropFirst() { small.append(end + shift) }
      bytes.append(contentsOf: next.bytes)
    }
    if validity != nil || next.validity != nil {
      var known = validity ?? Bitmap(repeating: true, count: rows)
      validity = nil
      known.append(contentsOf: next.validity ?? Bitmap(repeating: true, count: next.rows))
      validity = known
    }
    rows += next.rows
    largest |= next.largest
    let its = next.forgotten
    forgotten = (
      forgotten.rows + its.rows, forgotten.present + its.present,
      forgotten.hasInexactInteger || its.hasInexactInteger
    )
    next.clear()
    return true
  }

  /// Drops the values, and keeps what their type hangs on.
  func forgetValues() {
    forgotten = (
      forgotten.rows + rows, presentCount, !integersAreExactNumbers
    )
    let kept = (forgotten, largest)
    clear()
    (forgotten, largest) = kept
  }

  func becomeNumbers() {
    guard kind == .integer else { return }
    numbers = integers.map { Double($0) }
    integers = []
    kind = .number
  }

  /// Writes labels out as text; false where that exceeds what a column can hold.
  func becomeText(_ labels: LabelIndex) -> Bool {
    guard kind == .category else { return true }
    let codes = small
    small = [0]
    small.reserveCapacity(codes.count + 1)
    for (row, code) in codes.enumerated() {
      if validity.map({ $0[row] }) ?? true {
        let label = labels.label(Int(code))
        guard bytes.count + label.count <= TextColumn.byteLimit else { return false }
        bytes.append(contentsOf: label)
      }
      small.append(Int32(bytes.count))
    }
    kind = .text
    return true
  }

  /// Forgets everything, for a column that is read again as another type.
  func clear() {
    integers = []
    numbers = []
    small = []
    bytes = []
    bits = Bitmap(repeating: false, count: 0)
    validity = nil
    rows = 0
    kind = .undetermined
    largest = 0
    forgotten = (0, 0, false)
  }

  /// The column; the buffers are handed over.
  func finish(_ sink: ColumnSink) -> Column {
    defer { clear() }
    if kind != sink.kind { begin(sink.kind) }
    switch sink.kind {
    case .boolean: return .boolean(BooleanColumn(bits, validity: validity))
    case .integer: return .integer(FixedColumn(canonical: integers, validity: validity))
    case .number: return .number(FixedColumn(canonical: numbers, validity: validity))
    case .decimal:
      return .decimal(FixedColumn(canonical: integers, validity: validity), scale: sink.scale)
    case .date: return .date(FixedColumn(canonical: small, validity: validity))
    case .timestamp: return .timestamp(FixedColumn(canonical: integers, validity: validity))
    case .category:
      return .category(
        CategoryColumn(canonical: small, dictionary: sink.labels.labels, validity: validity))
    case .text: return .text(TextColumn(offsets: small, bytes: bytes, validity: validity))
    case .skip, .undetermined:
      return .text(
        TextColumn(
          offsets: [Int32](repeating: 0, count: rows + 1), bytes: [],
          validity: Bitmap(repeating: false, count: rows)))
    }
  }

  /// How many rows have a value.
  var presentCount: Int { forgotten.present + (validity?.setCount ?? rows) }
}

extension ColumnStore {
  /// Starts buffers of a kind, with zeros for the rows that were missing before the kind was known.
  private func begin(_ kind: CellKind) {
    switch kind {
    case .skip, .undetermined: break
    case .boolean: bits = Bitmap(repeating: false, count: rows)
    case .integer, .decimal, .timestamp: integers = [Int64](repeating: 0, count: rows)
    case .number: numbers = [Double](repeating: 0, count: rows)
    case .category, .date: small = [Int32](repeating: 0, count: rows)
    case .text: small = [Int32](repeating: 0, count: rows + 1)
    }
    self.kind = kind
  }

  private func appendValidity(_ present: UnsafeMutablePointer<UInt8>, _ count: Int) {
    var lowest: UInt8 = 1
    for row in 0..<count { lowest = min(lowest, present[row]) }
    let isWhole = lowest == 1
    if isWhole, validity == nil { return }
    var known = validity ?? Bitmap(repeating: true, count: rows)
    validity = nil
    if isWhole {
      known.append(repeating: true, count: count)
    } else {
      known.append(
        contentsOf: Bitmap(bytes: UnsafeBufferPointer(start: present, count: count)))
    }
    validity = known
  }

  /// Room for what is still to come, so that buffers grow once or twice and not to twice their size.
  private struct Growth {
    let used: Int
    let share: Double

    func apply<Element>(to buffer: inout [Element]) {
      guard used > buffer.capacity, used > 4_096 else { return }
      let estimate = share > 0 ? Int((Double(used) / share * 1.02).rounded(.up)) : 0
      buffer.reserveCapacity(share > 0 ? max(used + used / 16, estimate) : used * 2)
      let room = buffer.capacity * MemoryLayout<Element>.stride
      buffer.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(start: $0.baseAddress, count: room).preferLargePages()
      }
    }
  }
}

extension ColumnSink {
  fileprivate func load64(_ count: Int) -> UnsafeMutableBufferPointer<Int64> {
    UnsafeMutableBufferPointer(start: values.assumingMemoryBound(to: Int64.self), count: count)
  }

  fileprivate func load32(_ count: Int) -> UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(start: values.assumingMemoryBound(to: Int32.self), count: count)
  }
}

extension Bitmap {
  /// A bit for each byte that is 0 or 1.
  fileprivate init(bytes: some Collection<UInt8>) {
    var words: [UInt64] = []
    words.reserveCapacity((bytes.count + 63) / 64)
    var word: UInt64 = 0
    var place: UInt64 = 0
    for byte in bytes {
      word |= UInt64(byte) << place
      place += 1
      if place == 64 {
        words.append(word)
        word = 0
        place = 0
      }
    }
    if place > 0 { words.append(word) }
    self.init(words: words, count: bytes.count)
  }
}
