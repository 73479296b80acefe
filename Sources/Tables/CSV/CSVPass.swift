// SPDX-License-Identifier: EUPL-1.2

/// One reading of a file's rows from the first to the last, block by block.
final class CSVPass {
  struct Reading {
    let kind: CellKind
    let isDeclared: Bool
    let scale: Int
  }

  private let source: CSVSource
  private let head: CSVHead
  private let window: CSVWindow
  private let sinks: UnsafeMutablePointer<ColumnSink>
  private var parser: CSVParser
  private(set) var rows = 0

  init(_ source: CSVSource, _ head: CSVHead, kinds: [Reading], _ options: CSVOptions) {
    self.source = source
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

  func run() throws(CSVHalt) {
    try moveToRows()
    while true {
      let view = CSVView(window)
      switch parser.readRows(view) {
      case .blockIsFull: try flush()
      case .end:
        try flush()
        return
      case .window(let field, let column):
        if field.distance(to: view.end) > CSVWindow.fieldLimit {
          throw .fieldTooLong(at: view.offset(of: field), column: column)
        }
        try window.advance(to: parser.place)
        parser.place = UnsafePointer(window.start)
      case .halt(let halt): throw halt
      }
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
    // Labels are worth a dictionary where on average each comes at least twice.
    if sink.pointee.kind == .category, !sink.pointee.isDeclared,
      sink.pointee.labels.count * 2 > store.presentCount,
      store.becomeText(sink.pointee.labels)
    {
      _ = sink.pointee.becomeText(rows: 0)
    }
    return store.finish(sink.pointee, refusedRows: notes.ragged.count > 0)
  }
}

extension CSVPass {
  private func moveToRows() throws(CSVHalt) {
    repeat {
      try window.advance(to: window.start)
      if window.isComplete, window.count < head.offset { throw .fault(.changedWhileRead) }
    } while window.count < head.offset
    parser.place = UnsafePointer(window.start + head.offset)
  }

  private func flush() throws(CSVHalt) {
    let unread = max(0, parser.place.distance(to: UnsafePointer(window.end)))
    let share = Double(source.bytesRead - unread) / Double(max(source.size, 1))
    for (place, store) in parser.stores.enumerated() {
      guard store.append(sinks[place], rows: parser.row, share: share) else {
        throw .tooMuchText(column: place)
      }
    }
    rows += parser.row
    parser.row = 0
  }
}
