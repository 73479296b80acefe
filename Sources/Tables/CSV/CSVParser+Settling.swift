// SPDX-License-Identifier: EUPL-1.2

// What the loop over rows leaves aside: quotes, missing texts, and cells that are not of their column's
// type, where inference happens.
extension CSVParser {
  enum Settled {
    case stored(next: UnsafePointer<UInt8>)
    /// The column is of another kind now: read the field again.
    case again
    case window
    case halt(CSVHalt)
    case ragged(fields: Int, next: UnsafePointer<UInt8>)
  }

  /// How many different texts an inferred category may have.
  static var labelLimit: Int { 10_000 }

  @inline(never)
  mutating func settle(
    _ field: UnsafePointer<UInt8>, _ column: Int, _ view: CSVView
  ) -> Settled {
    let cell: CellText
    switch tokenizer.cut(field, column: column, in: view) {
    case .window: return .window
    case .halt(let halt): return .halt(halt)
    case .cell(let found): cell = found
    }
    let sink = sinks + column
    if sink.pointee.kind == .skip { return .stored(next: cell.next) }
    if layout.isMissing(cell.start, cell.count) {
      sink.pointee.storeMissing(at: row)
      return .stored(next: cell.next)
    }
    switch store(cell, sink) {
    case .done: return .stored(next: cell.next)
    case .tooMuchText: return .halt(.tooMuchText(column: column))
    case .tooManyLabels: return becomeText(column)
    case .otherType: break
    }
    // A row with too many or too few fields says nothing about the types of its columns.
    if wholeRow != view.offset(of: place) {
      switch CSVTokenizer.measured(place, layout, view) {
      case .window, .tooMany: return .window
      case .halt(let halt): return .halt(halt)
      case .fields(let fields, let next) where fields != columnCount:
        return .ragged(fields: fields, next: next)
      case .fields: wholeRow = view.offset(of: place)
      }
    }
    if sink.pointee.isDeclared {
      notes.wrong[column, default: CSVNotes.Wrong()].note(view.offset(of: place))
      sink.pointee.storeMissing(at: row)
      return .stored(next: cell.next)
    }
    turn(column, for: cell, at: view.offset(of: place))
    return .again
  }
}

extension CSVParser {
  private enum Stored {
    case done
    case otherType
    case tooMuchText
    case tooManyLabels
  }

  private mutating func store(
    _ cell: CellText, _ sink: UnsafeMutablePointer<ColumnSink>
  ) -> Stored {
    let strict = !sink.pointee.isDeclared
    switch sink.pointee.kind {
    case .skip: return .done
    case .undetermined: return .otherType
    case .text:
      return sink.pointee.storeText(cell.start, cell.count, at: row) ? .done : .tooMuchText
    case .category:
      let code = sink.pointee.labels.code(of: cell.start, cell.count)
      if strict, code >= Self.labelLimit { return .tooManyLabels }
      sink.pointee.store(code, at: row)
      return .done
    case .boolean, .integer, .number, .decimal, .date, .timestamp: break
    }
    let text = strict ? cell.span : cell.trimmed
    let isStored =
      switch sink.pointee.kind {
      case .boolean:
        sink.pointee.store(reading.boolean(text, strict: strict).map { $0 ? 1 : 0 }, row)
      case .integer: sink.pointee.store(reading.integer(text, strict: strict), row)
      case .number: sink.pointee.store(reading.number(text, strict: strict), row)
      case .decimal: sink.pointee.store(reading.decimal(text, scale: sink.pointee.scale), row)
      case .date: sink.pointee.store(reading.date(text), row)
      case .timestamp: sink.pointee.store(reading.timestamp(text), row)
      case .skip, .undetermined, .text, .category: false
      }
    return isStored ? .done : .otherType
  }

  /// Gives a column the narrowest kind that holds what it had and the cell.
  private mutating func turn(_ column: Int, for cell: CellText, at offset: Int) {
    let sink = sinks + column
    let kind = sink.pointee.kind
    let found = reading.kind(cell.span)
    if kind == .undetermined {
      sink.pointee.kind = found
      if found == .category {
        sink.pointee.labels.prepare()
        noteTurn(column, from: kind, for: cell, at: offset)
      }
      return
    }
    if kind == .integer, found == .number, becomeNumbers(column) { return }
    // Text, but the spelling of what was read is gone: the column is read again in a second pass.
    noteTurn(column, from: kind, for: cell, at: offset)
    sink.pointee.kind = .skip
    stores[column].clear()
  }

  private mutating func noteTurn(
    _ column: Int, from kind: CellKind, for cell: CellText, at offset: Int
  ) {
    let wouldChange = reading.number(cell.span, strict: false) != nil
    notes.turns[column] = CSVNotes.Turn(offset: offset, from: kind, wouldChange: wouldChange)
  }

  /// Turns whole numbers into numbers in place; false where one of them would change.
  private func becomeNumbers(_ column: Int) -> Bool {
    let sink = sinks + column
    guard stores[column].integersAreExactNumbers,
      (0..<row).allSatisfy({ Double(exactly: sink.pointee.load($0, as: Int64.self)) != nil })
    else { return false }
    stores[column].becomeNumbers()
    for row in 0..<row {
      let value = Double(sink.pointee.load(row, as: Int64.self))
      sink.pointee.values.storeBytes(of: value, toByteOffset: row * 8, as: Double.self)
    }
    sink.pointee.kind = .number
    return true
  }

  private func becomeText(_ column: Int) -> Settled {
    let sink = sinks + column
    guard stores[column].becomeText(sink.pointee.labels), sink.pointee.becomeText(rows: row) else {
      return .halt(.tooMuchText(column: column))
    }
    return .again
  }
}

extension CSVTokenizer {
  /// `measure` with a tokenizer of its own, so that a cell that was cut stays as it is.
  fileprivate static func measured(
    _ start: UnsafePointer<UInt8>, _ layout: CSVLayout, _ view: CSVView
  ) -> Row {
    var tokenizer = CSVTokenizer(layout)
    defer { tokenizer.deallocate() }
    return tokenizer.measure(start, in: view)
  }
}

extension ColumnSink {
  fileprivate func store(_ value: (some BitwiseCopyable)?, _ row: Int) -> Bool {
    guard let value else { return false }
    store(value, at: row)
    return true
  }
}

extension CellText {
  fileprivate var trimmed: UnsafeBufferPointer<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var first = 0
    var end = count
    while first < end, isBlank(start[first]) { first += 1 }
    while end > first, isBlank(start[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(start: start + first, count: end - first)
  }
}
