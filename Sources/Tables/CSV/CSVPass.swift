// SPDX-License-Identifier: EUPL-1.2

/// One reading of a file's rows from the first to the last, block by block.
final class CSVPass {
  struct Reading {
    let kind: CellKind
    let isDeclared: Bool
    let scale: Int
  }

  private let source: CSVSource
  private let wholeSize: Int?
  private let head: CSVHead
  private let window: CSVWindow
  let sinks: UnsafeMutablePointer<ColumnSink>
  var parser: CSVParser
  var rows = 0
  private var hasBegun = false
  /// Whether the columns are kept to the file's end: only then does its length tell how long they will be.
  private var keepsAll = false

  /// `wholeSize` counts the bytes of the file of which the source may be a part.
  init(
    _ source: CSVSource, _ head: CSVHead, kinds: [Reading], _ options: CSVOptions,
    wholeSize: Int? = nil
  ) {
    self.source = source
    self.wholeSize = wholeSize
    self.head = head
    window = CSVWindow(source)
    // A block of all columns stays within some 4 MiB, so that it is written to the cache.
    let blockRows = max(64, min(1_024, 500_000 / kinds.count / 64 * 64))
    sinks = .allocate(capacity: kinds.count)
    for (place, reading) in kinds.enumerated() {
      (sinks + place).initialize(
        to: ColumnSink(
          kind: reading.kind, isDeclared: reading.isDeclared, scale: reading.scale,
          rows: blockRows))
    }
    parser = CSVParser(
      plain: PlainCells(
        layout: head.layout,
        reading: CellReading(powers: PowersOfFive(), mark: options.decimalMark)),
      sinks: sinks,
      stores: kinds.map { _ in ColumnStore() }, blockRows: blockRows,
      tokenizer: CSVTokenizer(head.layout), place: UnsafePointer(window.start), notes: CSVNotes())
  }

  deinit {
    for place in parser.stores.indices { sinks[place].deallocate() }
    sinks.deallocate()
    parser.tokenizer.deallocate()
    parser.reading.powers.deallocate()
  }

  var notes: CSVNotes { parser.notes }

  enum Purpose {
    case keepingValues
    /// To learn the columns' types, and keep no value.
    case findingTypes
  }

  /// Reads all rows from where it stands.
  func run(_ purpose: Purpose) throws(CSVHalt) {
    while try readBlock(purpose) {}
  }

  /// Reads a block for a purpose that holds for the whole file; false at the file's end.
  func readBlock(_ purpose: Purpose) throws(CSVHalt) -> Bool {
    keepsAll = purpose == .keepingValues
    let hasMore = try readBlock()
    if purpose == .findingTypes {
      for store in parser.stores { store.forgetValues() }
    }
    return hasMore
  }

  /// Reads until a block is full; false at the file's end.
  func readBlock() throws(CSVHalt) -> Bool {
    if !hasBegun {
      hasBegun = true
      try moveToRows()
    }
    while true {
      let view = CSVView(window)
      switch parser.readRows(view) {
      case .blockIsFull:
        try flush()
        return true
      case .end:
        try flush()
        return false
      case .window:
        if parser.place.distance(to: view.end) > CSVWindow.fieldLimit,
          let halt = parser.tokenizer.longField(parser.place, in: view)
        {
          throw halt
        }
        if parser.place.distance(to: view.end) > CSVWindow.rowLimit {
          throw .rowTooLong(at: view.offset(of: parser.place))
        }
        try window.extend(from: parser.place)
        parser.place = UnsafePointer(window.start)
      case .halt(let halt): throw halt
      }
    }
  }

  /// What the columns are read as by now.
  var readings: [Reading] {
    parser.stores.indices.map { place in
      let sink = sinks[place]
      return Reading(kind: sink.kind, isDeclared: sink.isDeclared, scale: sink.scale)
    }
  }

  /// The columns that are to be read again, as text.
  var leftOver: [Reading] {
    parser.stores.indices.map { place in
      let isLeft = sinks[place].kind == .skip
      return Reading(kind: isLeft ? .category : .skip, isDeclared: false, scale: 0)
    }
  }

  /// A column, whose buffers are handed over; nil for one that was not read.
  func finish(_ place: Int) -> Column? {
    let sink = sinks + place
    if sink.pointee.kind == .skip { return nil }
    let store = parser.stores[place]
    if isBetterAsText(place), store.becomeText(sink.pointee.labels) {
      _ = sink.pointee.becomeText(rows: 0)
    }
    return store.finish(sink.pointee)
  }

  /// What was learnt of a column; nil for one that was not read.
  func findings(_ place: Int) -> InferredColumn? {
    let sink = sinks + place
    let kind = isBetterAsText(place) ? .text : sink.pointee.kind
    guard let type = kind.type(scale: sink.pointee.scale) else { return nil }
    return InferredColumn(
      type: type, present: parser.stores[place].presentCount,
      distinct: kind == .category ? sink.pointee.labels.count : 0)
  }

  /// Labels are worth a dictionary where on average each comes at least twice.
  private func isBetterAsText(_ place: Int) -> Bool {
    let sink = sinks[place]
    return sink.kind == .category && !sink.isDeclared
      && sink.labels.count * 2 > parser.stores[place].presentCount
  }

  /// The rows since the last batch; columns keep the kinds that they have.
  ///
  /// - Throws: `changedWhileRead` where a cell is not of the kind that an earlier pass found.
  func takeBatch(_ kinds: [Reading]) throws(CSVHalt) -> [Column] {
    var columns: [Column] = []
    for (place, reading) in kinds.enumerated() {
      let sink = sinks + place
      guard sink.pointee.kind == reading.kind else { throw .fault(.changedWhileRead) }
      columns.append(parser.stores[place].finish(sink.pointee))
      if reading.kind == .category { sink.pointee.forgetLabels() }
    }
    return columns
  }
}

extension CSVPass {
  private func moveToRows() throws(CSVHalt) {
    repeat {
      // A character may be cut there, of which no more than three bytes are not yet checked.
      try window.advance(to: window.end - min(4, window.count))
      if window.isComplete, window.offset + window.count < head.offset {
        throw .fault(.changedWhileRead)
      }
    } while window.offset + window.count < head.offset
    parser.place = UnsafePointer(window.start + max(0, head.offset - window.offset))
  }

  private func flush() throws(CSVHalt) {
    let unread = max(0, parser.place.distance(to: UnsafePointer(window.end)))
    let share =
      keepsAll ? Double(source.bytesRead - unread) / Double(max(wholeSize ?? source.size, 1)) : 0
    for (place, store) in parser.stores.enumerated() {
      guard store.append(sinks[place], rows: parser.row, share: share) else {
        throw .tooMuchText(column: place)
      }
    }
    rows += parser.row
    parser.endBlock()
  }
}
