// SPDX-License-Identifier: EUPL-1.2

/// One column on its way into the table, with its type settled.
///
/// Where a type was declared in the pipeline, every spelling of its values is welcome; a found type
/// suits every value, or the database changed meanwhile.
struct SQLiteColumn {
  let finding: TypeFinding
  private let reading: CellReading
  private var collector: ColumnCollector
  private(set) var wrong: DatabaseColumnFault.WrongValues
  private let holdsTextsOnly: Bool

  init(_ finding: TypeFinding, holdsTextsOnly: Bool, _ reading: CellReading) {
    self.finding = finding
    self.holdsTextsOnly = holdsTextsOnly
    self.reading = reading
    collector = ColumnCollector(finding.type, isDeclared: finding.declared)
    wrong = DatabaseColumnFault.WrongValues(column: finding.column, type: finding.type)
  }

  mutating func append(
    _ cell: SQLiteCell, spelling: @autoclosure () -> UnsafeBufferPointer<UInt8>, row: Int
  ) throws(SQLiteFault) {
    switch cell {
    case .missing: collector.appendMissing()
    case .blob: throw .blob(column: finding.column, row: row)
    case _ where finding.type.isTextual: collector.append(text: spelling())
    case .text(let text):
      if !collector.append(spelling: text, reading) { try refuse(row) }
    case .integer(let value):
      if !append(value) { try refuse(row) }
    case .real(let value):
      if value.isInfinite {
        throw .column(.outOfRange(column: finding.column, type: finding.type, row: row))
      }
      if !append(value) { try refuse(row) }
    }
  }

  consuming func finish() throws(SQLiteFault) -> (Column, TypeFinding) {
    do throws(TableFault) {
      let column = try collector.finish(named: finding.column)
      guard !finding.declared, finding.type == .text else { return (column, finding) }
      let why = holdsTextsOnly ? column.reasonOfTexts : finding.why
      return (
        column,
        TypeFinding(column: finding.column, type: column.type, declared: false, why: why)
      )
    } catch {
      throw .column(.tooMuchText(column: finding.column))
    }
  }
}

extension SQLiteColumn {
  private mutating func refuse(_ row: Int) throws(SQLiteFault) {
    guard finding.declared else { throw .changedWhileRead }
    wrong.note(row)
    collector.appendMissing()
  }

  /// - Returns: false where a whole number is no value of the type.
  private mutating func append(_ value: Int64) -> Bool {
    switch finding.type {
    case .boolean where value == 0 || value == 1: collector.append(flag: value == 1)
    case .integer: collector.append(integer: value)
    case .number:
      guard let number = Double(exactly: value) else { return false }
      collector.append(number: number)
    case .decimal(let scale):
      guard let scaled = value.scaled(by: scale) else { return false }
      collector.append(integer: scaled)
    case .boolean, .date, .timestamp, .text, .category: return false
    }
    return true
  }

  /// - Returns: false where a number is no value of the type.
  private mutating func append(_ value: Double) -> Bool {
    switch finding.type {
    case .number: collector.append(number: value)
    case .integer:
      guard value.isExactInteger else { return false }
      collector.append(integer: Int64(value))
    case .decimal(let scale):
      guard value.hasNoMore(places: scale) else { return false }
      collector.append(integer: Int64((value * DecimalText.powers[scale]).rounded()))
    case .boolean, .date, .timestamp, .text, .category: return false
    }
    return true
  }
}
