// SPDX-License-Identifier: EUPL-1.2

/// Cuts the bytes of a window into fields, one after another; for whatever is not in a hurry.
///
/// The loop over rows cuts plain fields itself and comes here for quoted ones.
struct CSVTokenizer {
  enum Cut {
    case cell(CellText)
    /// The window ends before the field does.
    case window
    case halt(CSVHalt)
  }

  enum Row {
    case fields(Int, next: UnsafePointer<UInt8>)
    /// More fields than were asked for; how many, and where the row ends, was not looked for.
    case tooMany
    case window
    case halt(CSVHalt)
  }

  let layout: CSVLayout
  private var scratch: UnsafeMutablePointer<UInt8> = .allocate(capacity: 0)
  private var scratchCapacity = 0

  init(_ layout: CSVLayout) { self.layout = layout }

  func deallocate() { scratch.deallocate() }

  /// The field that begins at a place.
  ///
  /// - Parameters:
  ///   - start: a place within the window or at its end.
  ///   - column: the field's position, for a fault.
  ///   - view: the window's borders.
  /// - Returns: the cell, whose bytes hold until the next call.
  mutating func cut(_ start: UnsafePointer<UInt8>, column: Int, in view: CSVView) -> Cut {
    guard start < view.end, start.pointee == UInt8(ascii: "\"") else {
      let next = layout.unquotedEnd(start)
      if next >= view.end, !view.isLast { return .window }
      let count = start.distance(to: next)
      if count > CSVWindow.fieldLimit {
        return .halt(.fieldTooLong(at: view.offset(of: start), column: column))
      }
      return .cell(CellText(start: start, count: count, next: next))
    }
    let first = start + 1
    var place = first
    var doubled = false
    while true {
      place = layout.quote(place)
      if place >= view.end {
        guard view.isLast else { return .window }
        let offset = view.offset(of: start)
        return start.distance(to: view.end) > CSVWindow.fieldLimit
          ? .halt(.fieldTooLong(at: offset, column: column))
          : .halt(.unterminatedQuote(at: offset, column: column))
      }
      if place + 1 >= view.end || place[1] != UInt8(ascii: "\"") { break }
      doubled = true
      place += 2
    }
    let next = place + 1
    if next >= view.end, !view.isLast { return .window }
    if next < view.end, !layout.ends(next.pointee) {
      return .halt(.textAfterQuote(at: view.offset(of: start), column: column))
    }
    let count = first.distance(to: place)
    if count > CSVWindow.fieldLimit {
      return .halt(.fieldTooLong(at: view.offset(of: start), column: column))
    }
    if !doubled { return .cell(CellText(start: first, count: count, next: next)) }
    return .cell(undoubled(first, count, next: next))
  }

  /// How many fields the row at a place has, and where the row after it begins.
  mutating func measure(
    _ start: UnsafePointer<UInt8>, in view: CSVView, upTo limit: Int = .max
  ) -> Row {
    var place = start
    var fields = 0
    while true {
      switch cut(place, column: fields, in: view) {
      case .window: return .window
      case .halt(let halt): return .halt(halt)
      case .cell(let cell):
        fields += 1
        if fields > limit { return .tooMany }
        if cell.next < view.end, cell.next.pointee == layout.delimiter {
          place = cell.next + 1
          continue
        }
        guard let next = view.afterLineEnd(cell.next) else { return .window }
        return .fields(fields, next: next)
      }
    }
  }

  /// What is wrong with a row that the window does not hold whole, if it is a single field.
  mutating func longField(_ start: UnsafePointer<UInt8>, in view: CSVView) -> CSVHalt? {
    var place = start
    var column = 0
    while true {
      switch cut(place, column: column, in: view) {
      case .window:
        return place.distance(to: view.end) > CSVWindow.fieldLimit
          ? .fieldTooLong(at: view.offset(of: place), column: column) : nil
      case .halt(let halt): return halt
      case .cell(let cell):
        guard cell.next < view.end, cell.next.pointee == layout.delimiter else { return nil }
        place = cell.next + 1
        column += 1
      }
    }
  }

  private mutating func undoubled(
    _ start: UnsafePointer<UInt8>, _ count: Int, next: UnsafePointer<UInt8>
  ) -> CellText {
    if count + 16 > scratchCapacity {
      scratch.deallocate()
      scratchCapacity = max(1_024, count * 2 + 16)
      scratch = .allocate(capacity: scratchCapacity)
      scratch.initialize(repeating: 0, count: scratchCapacity)
    }
    var written = 0
    var place = start
    let end = start + count
    while place < end {
      let quote = min(layout.quote(place), end)
      let length = place.distance(to: quote)
      (scratch + written).update(from: place, count: length)
      written += length
      if quote < end {
        scratch[written] = UInt8(ascii: "\"")
        written += 1
      }
      place = quote + 2
    }
    return CellText(start: UnsafePointer(scratch), count: written, next: next)
  }
}

/// The borders of a window at one moment.
struct CSVView {
  let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  let base: Int
  /// Whether the file ends where the window does.
  let isLast: Bool

  init(_ window: CSVWindow) {
    start = UnsafePointer(window.start)
    end = UnsafePointer(window.end)
    base = window.offset
    isLast = window.isComplete
  }

  func offset(of place: UnsafePointer<UInt8>) -> Int { base + start.distance(to: place) }

  /// The place behind the line end there; nil where it may go on beyond the window.
  @inline(__always)
  func afterLineEnd(_ place: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard place.pointee == UInt8(ascii: "\r") else { return place + 1 }
    if place + 1 >= end, !isLast { return nil }
    return place + (place[1] == UInt8(ascii: "\n") ? 2 : 1)
  }
}
