// SPDX-License-Identifier: EUPL-1.2

/// What the values of one column are, seen before any is kept.
struct SQLiteSurvey {
  let name: String
  private let declaration: SQLiteDeclaration?
  private let reading: CellReading
  private var integers = 0
  private var reals = 0
  private var texts = 0
  private var isTruth = true
  private var isExactAsNumbers = true
  private var fitsScale = true
  private var isDays = true
  private var isInstants = true
  private(set) var lacksOffset = false

  init(_ name: String, _ declaration: SQLiteDeclaration?, _ reading: CellReading) {
    self.name = name
    self.declaration = declaration
    self.reading = reading
  }

  mutating func look(at cell: SQLiteCell) {
    switch cell {
    case .missing, .blob: break
    case .integer(let value):
      integers += 1
      isTruth = isTruth && (value == 0 || value == 1)
      isExactAsNumbers = isExactAsNumbers && Double(exactly: value) != nil
      if case .decimal(let scale) = declaration {
        fitsScale = fitsScale && value.scaled(by: scale) != nil
      }
    case .real(let value):
      reals += 1
      if case .decimal(let scale) = declaration {
        fitsScale = fitsScale && value.hasNoMore(places: scale)
      }
    case .text(let text):
      texts += 1
      switch declaration {
      case .decimal(let scale):
        fitsScale = fitsScale && reading.decimal(text, scale: scale) != nil
      case .date, .instant: lookForDay(text)
      default: break
      }
    }
  }

  private mutating func lookForDay(_ text: UnsafeBufferPointer<UInt8>) {
    guard isDays || isInstants else { return }
    if reading.date(text) != nil {
      lacksOffset = true
      return
    }
    isDays = isDays && reading.day(text) != nil
    isInstants = isInstants && reading.timestamp(text) != nil
    // An offset is `Z` or `+02:00` behind the time.
    let hasOffset = text.dropFirst(16).contains { "Zz+-".utf8.contains($0) }
    lacksOffset = lacksOffset || !hasOffset
  }
}

extension SQLiteSurvey {
  var holdsTextsOnly: Bool { integers + reals == 0 && texts > 0 }

  /// The narrowest type that keeps every value, and why it is that.
  var finding: TypeFinding {
    let (type, why) = found
    return TypeFinding(column: name, type: type, declared: false, why: why)
  }

  private var found: (ColumnType, String) {
    if integers + reals + texts == 0 {
      let said = declaration.map { "; the table says \($0.word)" } ?? ""
      return (declaration?.type ?? .text, "no row has a value" + said)
    }
    if let asDeclared { return asDeclared }
    switch (integers > 0, reals > 0, texts > 0) {
    case (true, false, false): return (.integer, "every value is a whole number")
    case (false, true, false): return (.number, "every value is a number")
    case (true, true, false) where isExactAsNumbers: return (.number, "every value is a number")
    case (true, true, false):
      return (.text, "whole numbers that would change as numbers stand beside fractions")
    case (false, false, true): return (.text, "every value is a text")
    default: return (.text, "numbers and texts stand side by side, as SQLite spells them")
    }
  }

  /// The type that the table's definition names, where every value is of it.
  private var asDeclared: (ColumnType, String)? {
    switch declaration {
    case .boolean where texts + reals == 0 && isTruth:
      (.boolean, "the table says BOOLEAN, and every value is 0 or 1")
    case .decimal(let scale) where fitsScale:
      (
        .decimal(scale: scale),
        "the table says DECIMAL, and no value has more than \(scale) places"
      )
    case .date where integers + reals == 0 && isDays:
      (.date, "the table says DATE, and every value is a date")
    case .date where integers + reals == 0 && isInstants:
      (.timestamp, "the table says DATE, and values have a time of day")
    case .instant where integers + reals == 0 && isInstants:
      (.timestamp, "the table says DATETIME, and every value is a date, with or without a time")
    default: nil
    }
  }
}

extension Int64 {
  /// The value as a decimal with so many places; nil where that does not fit.
  func scaled(by scale: Int) -> Int64? {
    let (product, overflow) = multipliedReportingOverflow(by: DecimalText.wholePowers[scale])
    return overflow ? nil : product
  }
}

extension Double {
  /// Whether this is the number nearest to a decimal of so many places and no more than 15 digits.
  func hasNoMore(places scale: Int) -> Bool {
    let power = DecimalText.powers[scale]
    let scaled = (self * power).rounded()
    return abs(scaled) < 1e15 && scaled / power == self
  }
}
