// SPDX-License-Identifier: EUPL-1.2

/// A column while the second pass fills it: its kind is known, and so is how many rows there are.
final class JSONLinesStore {
  private let kind: CellKind
  private let isDeclared: Bool
  private let scale: Int
  private let rows: Int

  private var integers = FixedColumnBuilder<Int64>()
  private var numbers = FixedColumnBuilder<Double>()
  private var days = FixedColumnBuilder<Int32>()
  private var booleans = BooleanColumnBuilder()
  private var texts = TextColumnBuilder()
  private var labels: JSONLabels?
  private var count = 0

  init(_ facts: JSONColumnFacts, rows: Int) {
    self.rows = rows
    isDeclared = facts.declared != nil
    kind = facts.declared.map { CellKind($0) } ?? facts.kind
    scale = if case .decimal(let scale)? = facts.declared { scale } else { 0 }
    switch kind {
    case .integer, .decimal, .timestamp: integers = FixedColumnBuilder(capacity: rows)
    case .number: numbers = FixedColumnBuilder(capacity: rows)
    case .date: days = FixedColumnBuilder(capacity: rows)
    case .category: labels = JSONLabels(capacity: rows)
    case .boolean, .text, .skip, .undetermined: break
    }
  }

  /// Stores the value of a row, behind the rows that have none.
  ///
  /// - Returns: false where the value is not of the column's type; the row is missing then.
  func store(_ cell: JSONCell, at row: Int, _ reading: CellReading) -> Bool {
    pad(to: row)
    count = row + 1
    let text = isDeclared ? cell.trimmed : cell.spelling
    switch kind {
    case .boolean: return store(reading.boolean(text, strict: !isDeclared), &booleans)
    case .integer: return store(reading.integer(text, strict: !isDeclared), &integers)
    case .number: return store(reading.number(text, strict: !isDeclared), &numbers)
    case .decimal: return store(reading.decimal(text, scale: scale), &integers)
    case .date: return store(reading.date(text), &days)
    case .timestamp: return store(reading.timestamp(text), &integers)
    case .text: texts.append(utf8: cell.spelling)
    case .category: storeLabel(cell.spelling)
    case .skip, .undetermined: return false
    }
    return true
  }

  /// The column of all rows, and for a category how many different texts it has.
  func finish(named name: String) throws(TableFault) -> (column: Column, distinct: Int) {
    pad(to: rows)
    if let found = labels, found.isWorthwhile || isDeclared {
      return (.category(found.column), found.count)
    }
    becomeText()
    switch kind {
    case .boolean: return (.boolean(booleans.finish()), 0)
    case .integer: return (.integer(integers.finish()), 0)
    case .number: return (.number(numbers.finish()), 0)
    case .decimal: return (.decimal(integers.finish(), scale: scale), 0)
    case .date: return (.date(days.finish()), 0)
    case .timestamp: return (.timestamp(integers.finish()), 0)
    case .text, .category, .skip, .undetermined: return (.text(try texts.finish(named: name)), 0)
    }
  }
}

extension JSONLinesStore {
  private func store(_ value: Bool?, _ builder: inout BooleanColumnBuilder) -> Bool {
    builder.append(value)
    return value != nil
  }

  private func store<Value>(_ value: Value?, _ builder: inout FixedColumnBuilder<Value>) -> Bool {
    builder.append(value)
    return value != nil
  }

  private func storeLabel(_ text: UnsafeBufferPointer<UInt8>) {
    guard labels != nil else { return texts.append(utf8: text) }
    labels?.append(text)
    if let labels, !isDeclared, labels.count > CSVParser.labelLimit { becomeText() }
  }

  /// Writes labels out as text, where they do not repeat enough.
  private func becomeText() {
    labels?.write(to: &texts)
    labels = nil
  }

  /// Adds missing rows.
  private func pad(to row: Int) {
    for _ in count..<max(row, count) {
      switch kind {
      case .boolean: booleans.append(nil)
      case .integer, .decimal, .timestamp: integers.append(nil)
      case .number: numbers.append(nil)
      case .date: days.append(nil)
      case .text, .skip, .undetermined: texts.append(nil)
      case .category:
        if labels == nil { texts.append(nil) } else { labels?.append(nil) }
      }
    }
    count = max(row, count)
  }
}

extension JSONCell {
  /// Without blanks around, which a declared type forgives.
  fileprivate var trimmed: UnsafeBufferPointer<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var rest = spelling[...]
    while let first = rest.first, isBlank(first) { rest = rest.dropFirst() }
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return UnsafeBufferPointer(rebasing: rest)
  }
}
