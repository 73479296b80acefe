// SPDX-License-Identifier: EUPL-1.2

/// What a column's cells are read as.
enum CellKind: UInt8 {
  /// Not read in this pass.
  case skip
  /// Nothing but missing values so far.
  case undetermined
  case boolean
  case integer
  case number
  case decimal
  case text
  case category
  case date
  case timestamp

  init(_ type: ColumnType) {
    switch type {
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .number: self = .number
    case .decimal: self = .decimal
    case .text: self = .text
    case .category: self = .category
    case .date: self = .date
    case .timestamp: self = .timestamp
    }
  }
}

extension CellKind {
  /// The type of the column; nil for one that is not read.
  ///
  /// A column without any value is text.
  func type(scale: Int) -> ColumnType? {
    switch self {
    case .skip: nil
    case .undetermined, .text: .text
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal: .decimal(scale: scale)
    case .category: .category
    case .date: .date
    case .timestamp: .timestamp
    }
  }
}

/// A column's part of the block of rows being read: plain memory, so that a row costs no bookkeeping.
///
/// Everything of row `r` is written at place `r`, and text begins where row `r − 1` ended: a row that is
/// begun again, because the window ended within it or because it is refused, just overwrites.
struct ColumnSink {
  var kind: CellKind
  let isDeclared: Bool
  let scale: Int
  /// Eight bytes a row: the value; for text the end of its bytes, for a category its code, as Int32.
  let values: UnsafeMutableRawPointer
  /// One byte a row: whether there is a value.
  let present: UnsafeMutablePointer<UInt8>
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private(set) var byteCapacity = 0
  var labels = LabelIndex()

  init(kind: CellKind, isDeclared: Bool, scale: Int, rows: Int) {
    self.kind = kind
    self.isDeclared = isDeclared
    self.scale = scale
    values = .allocate(byteCount: rows * 8, alignment: 8)
    present = .allocate(capacity: rows)
    bytes = .allocate(capacity: 0)
    if kind == .category { labels.prepare() }
  }

  /// Begins a dictionary anew, for the next batch.
  mutating func forgetLabels() {
    labels.deallocate()
    labels = LabelIndex()
    labels.prepare()
  }

  func deallocate() {
    values.deallocate()
    present.deallocate()
    bytes.deallocate()
    labels.deallocate()
  }

  @inline(__always)
  func store<Value: BitwiseCopyable>(_ value: Value, at row: Int) {
    values.storeBytes(of: value, toByteOffset: row * MemoryLayout<Value>.size, as: Value.self)
    present[row] = 1
  }

  @inline(__always)
  func load<Value: BitwiseCopyable>(_ row: Int, as type: Value.Type) -> Value {
    values.load(fromByteOffset: row * MemoryLayout<Value>.size, as: type)
  }

  /// Marks a row as missing, with zero for its value and the end of the text before it for its text.
  @inline(__always)
  func storeMissing(at row: Int) {
    switch kind {
    case .skip: return
    case .text: store(row == 0 ? 0 : load(row - 1, as: Int32.self), at: row)
    case .category, .date: store(Int32(0), at: row)
    case .undetermined, .boolean, .integer, .number, .decimal, .timestamp:
      store(0 as Int64, at: row)
    }
    present[row] = 0
  }

  /// - Returns: false where a block's text would exceed what a column can hold.
  @inline(__always)
  mutating func storeText(_ text: UnsafePointer<UInt8>, _ count: Int, at row: Int) -> Bool {
    let used = row == 0 ? 0 : Int(load(row - 1, as: Int32.self))
    if used + count + 8 > byteCapacity {
      guard used + count <= TextColumn.byteLimit else { return false }
      growBytes(used, to: used + count + 8)
    }
    // Eight at a time, beyond the end too: what follows is overwritten or never read.
    var from = UnsafeRawPointer(text)
    var into = UnsafeMutableRawPointer(bytes + used)
    let stop = into + count
    while into < stop {
      into.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
      from += 8
      into += 8
    }
    store(Int32(truncatingIfNeeded: used + count), at: row)
    return true
  }

  @inline(never)
  private mutating func growBytes(_ used: Int, to needed: Int) {
    let larger = max(byteCapacity * 2, needed, 4_096)
    bytes = bytes.moved(used, to: larger)
    byteCapacity = larger
  }

  /// Writes the block's labels out as text.
  mutating func becomeText(rows: Int) -> Bool {
    kind = .text
    defer {
      labels.deallocate()
      labels = LabelIndex()
    }
    for row in 0..<rows {
      if present[row] == 0 {
        storeMissing(at: row)
        continue
      }
      let label = labels.label(Int(load(row, as: Int32.self)))
      guard let start = label.baseAddress, storeText(start, label.count, at: row) else {
        return false
      }
    }
    return true
  }
}
