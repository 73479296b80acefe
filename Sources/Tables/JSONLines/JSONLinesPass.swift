// SPDX-License-Identifier: EUPL-1.2

/// One reading of a file's objects from the first to the last.
struct JSONLinesPass {
  var keys: JSONKeys
  /// How many objects there were.
  private(set) var rows = 0
  /// How many keys they had in all.
  private(set) var visits = 0
  private let missing: JSONMissingTexts
  private var keyBytes: [UInt8] = []
  private var textBytes: [UInt8] = []

  init(_ keys: JSONKeys, missing: JSONMissingTexts) {
    self.keys = keys
    self.keys.forgetRows()
    self.missing = missing
  }

  /// Walks through all lines.
  ///
  /// - Parameters:
  ///   - source: the file, which is read from its beginning.
  ///   - take: gets each value that is not missing, with its column, its row and its line.
  /// - Throws: the first fault of the file, or what `take` throws.
  mutating func run(
    _ source: ByteSource,
    _ take: (inout JSONKeys, _ column: Int, JSONCell, _ row: Int, _ line: Int)
      throws(JSONLinesFault) -> Void
  ) throws(JSONLinesFault) {
    let window = JSONLineWindow(source)
    while let text = try window.next() {
      var cursor = JSONCursor(text)
      do throws(JSONCursor.Halt) {
        guard try cursor.enter() else { continue }
      } catch {
        if rows == 0, text[error.place] == UInt8(ascii: "[") { throw .list }
        throw fault(error, text, window.line)
      }
      try readObject(&cursor, line: window.line, take)
      rows += 1
    }
  }
}

extension JSONLinesPass {
  private mutating func readObject(
    _ cursor: inout JSONCursor, line: Int,
    _ take: (inout JSONKeys, _ column: Int, JSONCell, _ row: Int, _ line: Int)
      throws(JSONLinesFault) -> Void
  ) throws(JSONLinesFault) {
    keys.beginLine()
    while let key = try next(&cursor, line) {
      let column = try column(of: key, cursor.bytes, line)
      visits += 1
      let value: JSONCursor.Value
      do { value = try cursor.value() } catch { throw fault(error, cursor.bytes, line) }
      let cell: JSONCell
      switch value {
      case .null: continue
      case .nested: throw .nested(line: line, key: keys.columns[column].name)
      case .boolean(let isTrue): cell = isTrue ? .yes : .no
      case .number(let range):
        cell = JSONCell(form: .number, spelling: UnsafeBufferPointer(rebasing: cursor.bytes[range]))
      case .text(let text) where text.isPlain:
        let spelling = UnsafeBufferPointer(rebasing: cursor.bytes[text.range])
        cell = JSONCell(form: .text, spelling: spelling)
      case .text(let text):
        textBytes.removeAll(keepingCapacity: true)
        cursor.bytes.unescape(text.range, into: &textBytes)
        try textBytes.withUnsafeBufferPointer { (bytes) throws(JSONLinesFault) in
          let cell = JSONCell(form: .text, spelling: bytes)
          if !missing.contain(cell) { try take(&keys, column, cell, rows, line) }
        }
        continue
      }
      if !missing.contain(cell) { try take(&keys, column, cell, rows, line) }
    }
  }

  private func next(
    _ cursor: inout JSONCursor, _ line: Int
  ) throws(JSONLinesFault) -> JSONCursor.Text? {
    do { return try cursor.nextKey() } catch { throw fault(error, cursor.bytes, line) }
  }

  private mutating func column(
    of key: JSONCursor.Text, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int
  ) throws(JSONLinesFault) -> Int {
    let column: Int
    if key.isPlain {
      column = keys.column(of: UnsafeBufferPointer(rebasing: bytes[key.range]))
    } else {
      keyBytes.removeAll(keepingCapacity: true)
      bytes.unescape(key.range, into: &keyBytes)
      column = keyBytes.withUnsafeBufferPointer { keys.column(of: $0) }
    }
    guard column < JSONKeys.limit else { throw .tooManyKeys(limit: JSONKeys.limit) }
    let name = keys.columns[column].name
    guard !name.isEmpty else { throw .emptyKey(line: line) }
    guard keys.visit(column, row: rows) else { throw .duplicateKey(name, line: line) }
    return column
  }

  /// With characters in place of bytes.
  private func fault(
    _ halt: JSONCursor.Halt, _ text: UnsafeBufferPointer<UInt8>, _ line: Int
  ) -> JSONLinesFault {
    switch halt.problem {
    case .nul: return .nulCharacter(line: line)
    case .invalid(let problem):
      let before = text[..<min(halt.place, text.count)].count { $0 & 0xC0 != 0x80 }
      return .invalid(line: line, place: before + 1, problem)
    }
  }
}

extension JSONCell {
  fileprivate static var yes: JSONCell { JSONCell(form: .boolean, spelling: spelling("true")) }
  fileprivate static var no: JSONCell { JSONCell(form: .boolean, spelling: spelling("false")) }

  private static func spelling(_ word: StaticString) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
  }
}
