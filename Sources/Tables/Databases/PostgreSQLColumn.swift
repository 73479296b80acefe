// SPDX-License-Identifier: EUPL-1.2

/// One column on its way into the table.
struct PostgreSQLColumn {
  let name: String
  private let type: PostgreSQLType
  private let declared: ColumnType?
  private let reading: CellReading
  private let missing: MissingValues
  private var collector: ColumnCollector
  /// Where the values themselves decide between decimal, number and text.
  private var numerics: PostgreSQLNumeric?
  private var notNumbers = 0
  private(set) var wrong: DatabaseColumnFault.WrongValues

  init(
    _ name: String, _ type: PostgreSQLType, declared: ColumnType?, missing: MissingValues,
    _ reading: CellReading
  ) throws(PostgreSQLFault) {
    // Whatever the server keeps, it can be read as text where the pipeline says so.
    if case .other(let foreign) = type, declared?.isTextual != true {
      throw .unsupportedType(column: name, type: foreign)
    }
    self.name = name
    self.type = type
    self.declared = declared
    self.reading = reading
    self.missing = missing
    let settled = declared ?? type.settled?.type ?? .text
    collector = ColumnCollector(settled, isDeclared: declared != nil)
    wrong = DatabaseColumnFault.WrongValues(column: name, type: settled)
    if declared == nil, type.isNumeric, type.settled == nil { numerics = PostgreSQLNumeric(type) }
  }

  /// Adds a value as the server spells it; nil is NULL.
  mutating func append(
    _ text: UnsafeBufferPointer<UInt8>?, row: Int
  ) throws(DatabaseColumnFault) {
    guard let text = text.map(normal), !isMissing(text) else {
      appendMissing()
      return
    }
    if type.isNumeric, !collector.type.isTextual || numerics != nil, text.elementsEqual("NaN".utf8)
    {
      notNumbers += 1
      appendMissing()
      return
    }
    if numerics != nil {
      guard !text.isEndless else { throw .outOfRange(column: name, type: .number, row: row) }
      numerics?.append(text, reading)
    } else if !take(text) {
      guard declared != nil else {
        throw .outOfRange(column: name, type: collector.type, row: row)
      }
      wrong.note(row)
      appendMissing()
    }
  }

  /// - Returns: the column, how its type came about, and what people should know.
  consuming func finish() throws(TableFault) -> (Column, TypeFinding, [String]) {
    var notes: [String] = []
    if notNumbers > 0 {
      let values = notNumbers == 1 ? "1 value that is" : "\(notNumbers) values that are"
      notes.append("column '\(name)' has \(values) no number (NaN), taken as missing")
    }
    if type == .timestamp, collector.type == .timestamp {
      notes.append("column '\(name)' has times without a time zone, which are taken as UTC")
    }
    let column: Column
    let why: String
    if let numerics {
      (column, why) = try numerics.finish(named: name, reading)
    } else {
      column = try collector.finish(named: name)
      why = declared != nil ? "declared" : type.settled?.why ?? column.reasonOfTexts
    }
    let finding = TypeFinding(
      column: name, type: column.type, declared: declared != nil, why: why)
    return (column, finding, notes)
  }
}

extension PostgreSQLColumn {
  private mutating func appendMissing() {
    if numerics != nil { numerics?.append(nil, reading) } else { collector.appendMissing() }
  }

  private func isMissing(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if missing.includes(text) { return true }
    guard missing.hasNumbers, type.isNumeric, let number = Double(text) else { return false }
    return missing.includes(number)
  }

  /// The text without what the server adds to it: blanks up to a width, the offset of UTC.
  private func normal(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    switch type {
    case .paddedText:
      let blanks = text.reversed().prefix { $0 == UInt8(ascii: " ") }.count
      return UnsafeBufferPointer(rebasing: text.dropLast(blanks))
    case .zonedTimestamp
    where !collector.type.isTextual && text.suffix(3).elementsEqual("+00".utf8):
      return UnsafeBufferPointer(rebasing: text.dropLast(3))
    default: return text
    }
  }

  private mutating func take(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch (collector.type, type) {
    case (.boolean, .boolean):
      collector.append(flag: text.first == UInt8(ascii: "t"))
      return true
    case (.number, .single):
      guard let number = Float(text), number.isFinite else { return false }
      collector.append(number: Double(number))
      return true
    default: return collector.append(spelling: text, reading)
    }
  }
}

extension PostgreSQLType {
  var isNumeric: Bool {
    switch self {
    case .integer, .single, .double, .numeric, .freeNumeric: true
    case .boolean, .date, .timestamp, .zonedTimestamp, .text, .paddedText, .other: false
    }
  }
}

extension LosslessStringConvertible {
  fileprivate init?(_ text: UnsafeBufferPointer<UInt8>) {
    self.init(String(decoding: text, as: UTF8.self))
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// `Infinity` or `-Infinity`.
  fileprivate var isEndless: Bool { last == UInt8(ascii: "y") }
}
