// SPDX-License-Identifier: EUPL-1.2

/// What stands before the rows: the delimiter and the columns' names.
struct CSVHead {
  let layout: CSVLayout
  let names: [String]
  /// Where the rows begin, in UTF-8 bytes.
  let offset: Int

  init(_ source: CSVSource, _ options: CSVOptions) throws(CSVHalt) {
    let window = CSVWindow(source)
    try window.advance(to: window.start)
    let candidates = options.delimiter.map { [$0] } ?? Array(",;\t|".utf8)
    let taken = Array("\"\r\n\0+-.0123456789".utf8) + [options.decimalMark]
    let usable = candidates.filter { $0 < 0x80 && !taken.contains($0) }
    guard !usable.isEmpty else { throw .fault(.unusableDelimiter) }
    let start = try Self.firstRow(window, usable, missing: options.missing)
    let delimiter = Self.choose(usable, from: start, in: window, missing: options.missing)
    layout = CSVLayout(delimiter: delimiter, missing: options.missing)
    var tokenizer = CSVTokenizer(layout)
    defer { tokenizer.deallocate() }
    let view = CSVView(window)
    var place = view.start + start
    let rowStart = place
    var cells: [String] = []
    while true {
      switch tokenizer.cut(place, column: cells.count, in: view) {
      case .window: preconditionFailure("the window holds the first row whole")
      case .halt(let halt): throw halt
      case .cell(let cell):
        cells.append(String(decoding: cell.span, as: UTF8.self))
        guard cells.count <= CSVReader.columnLimit else {
          throw .fault(.tooManyColumns(limit: CSVReader.columnLimit))
        }
        place = cell.next + 1
        if cell.next < view.end, cell.next.pointee == delimiter { continue }
        place = view.afterLineEnd(cell.next) ?? cell.next
      }
      break
    }
    names = options.header ? cells : cells.indices.map { "column\($0 + 1)" }
    offset = min(view.offset(of: options.header ? place : rowStart), view.offset(of: view.end))
  }

  /// What is wrong with the names, or with the types declared for them.
  func checkNames(_ options: CSVOptions) -> CSVFault? {
    var seen: [ExactText: Int] = [:]
    for (place, name) in names.enumerated() {
      if name.isEmpty { return .emptyName(position: place + 1) }
      if let first = seen.updateValue(place, forKey: ExactText(name)) {
        return .duplicateName(name, first: first + 1, second: place + 1)
      }
    }
    let unknown = options.columns.keys.filter { seen[ExactText($0)] == nil }
    return unknown.isEmpty ? nil : .unknownColumns(unknown.sorted(), known: names)
  }

  /// What each column is to be read as in the first pass.
  func kinds(_ options: CSVOptions) -> [CSVPass.Reading] {
    let declared = Dictionary(
      options.columns.map { (ExactText($0.key), $0.value) }, uniquingKeysWith: { first, _ in first }
    )
    return names.map { name in
      guard let type = declared[ExactText(name)] else {
        return CSVPass.Reading(kind: .undetermined, isDeclared: false, scale: 0)
      }
      let scale = if case .decimal(let scale) = type { scale } else { 0 }
      return CSVPass.Reading(kind: CellKind(type), isDeclared: true, scale: scale)
    }
  }
}

extension CSVHead {
  /// Finds the first line that is not blank, behind a byte order mark, and reads on until it is whole.
  private static func firstRow(
    _ window: CSVWindow, _ delimiters: [UInt8], missing: [String]
  ) throws(CSVHalt) -> Int {
    var tokenizers = delimiters.map { CSVTokenizer(CSVLayout(delimiter: $0, missing: missing)) }
    defer { for tokenizer in tokenizers { tokenizer.deallocate() } }
    while true {
      let view = CSVView(window)
      var place = view.start
      if view.base == 0, place[0] == 0xEF, place[1] == 0xBB, place[2] == 0xBF { place += 3 }
      while place < view.end, place.pointee == 0x0A || place.pointee == 0x0D { place += 1 }
      if place >= view.end, view.isLast { throw .fault(.empty) }
      var isWhole = place < view.end
      for position in tokenizers.indices {
        let row = tokenizers[position].measure(place, in: view, upTo: CSVReader.columnLimit)
        if case .window = row { isWhole = false }
      }
      if isWhole { return view.start.distance(to: place) }
      guard place.distance(to: view.end) <= CSVWindow.rowLimit else {
        throw .rowTooLong(at: view.offset(of: place))
      }
      try window.extend(from: place)
    }
  }

  /// The delimiter that parts the first rows most evenly, and among equals into most fields.
  private static func choose(
    _ delimiters: [UInt8], from start: Int, in window: CSVWindow, missing: [String]
  ) -> UInt8 {
    var best = (delimiter: delimiters[0], evenness: 0.0, fields: 1)
    for delimiter in delimiters {
      let counts = fieldCounts(CSVLayout(delimiter: delimiter, missing: missing), start, window)
      guard let fields = counts.first, fields > 1 else { continue }
      let even = Double(counts.count { $0 == fields }) / Double(counts.count)
      if (even, fields) > (best.evenness, best.fields) { best = (delimiter, even, fields) }
    }
    return best.delimiter
  }

  /// How many fields each of the first hundred rows has.
  private static func fieldCounts(
    _ layout: CSVLayout, _ start: Int, _ window: CSVWindow
  ) -> [Int] {
    let view = CSVView(window)
    var tokenizer = CSVTokenizer(layout)
    defer { tokenizer.deallocate() }
    var place = view.start + start
    var counts: [Int] = []
    while place < view.end, counts.count < 100 {
      if place.pointee == 0x0A || place.pointee == 0x0D {
        place += 1
        continue
      }
      switch tokenizer.measure(place, in: view, upTo: CSVReader.columnLimit) {
      case .fields(let fields, let next):
        counts.append(fields)
        place = next
      case .tooMany: return counts + [CSVReader.columnLimit + 1]
      case .window, .halt: return counts
      }
    }
    return counts
  }
}
