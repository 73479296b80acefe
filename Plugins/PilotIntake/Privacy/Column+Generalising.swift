// SPDX-License-Identifier: EUPL-1.2

import Tables

// The rules that are not bands, each over a whole column.
extension Column {
  /// The first characters of each text, white space left out; a text of white space only is missing.
  ///
  /// White space goes first since people write `1234 AB` and `1234AB` for one postcode.
  func shortened(to count: Int) throws(GeneralisationFault) -> Column {
    guard type.isTextual else {
      throw .wrongType(
        type, wanted: "text", help: "say so where the file is read, as in columns: {postcode: text}"
      )
    }
    func short(_ text: String) -> String? {
      let kept = String(text.filter { !$0.isWhitespace }.prefix(count))
      return kept.isEmpty ? nil : kept
    }
    if case .category(let column) = self {
      let labels = column.dictionary.map(short)
      return .category(
        CategoryColumn(
          (0..<column.count).lazy.map { row in
            isMissing(at: row) ? nil : labels[Int(column.codes[row])]
          }))
    }
    return .category(CategoryColumn((0..<self.count).lazy.map { display(at: $0).flatMap(short) }))
  }

  /// `2026`, `2026-Q1` or `2026-03`; an instant counts by its day in UTC.
  func coarsened(to part: GeneralisationRule.DatePart) throws(GeneralisationFault) -> Column {
    func label(_ day: CalendarDate) -> String {
      let month = day.description.dropLast(3)
      return switch part {
      case .year: String(month.dropLast(3))
      case .quarter: "\(month.dropLast(3))-Q\((day.month + 2) / 3)"
      case .month: String(month)
      }
    }
    switch self {
    case .date(let column):
      return .category(
        CategoryColumn(
          (0..<column.count).lazy.map { row in
            column[row].map { label(CalendarDate(daysSince1970: $0)) }
          }))
    case .timestamp(let column):
      return .category(
        CategoryColumn(
          (0..<column.count).lazy.map { row in
            column[row].map { label(Timestamp(microseconds: $0).date) }
          }))
    default:
      throw .wrongType(
        type, wanted: "a date or a timestamp",
        help: "say so where the file is read, as in columns: {birth_date: date}")
    }
  }

  /// The nearest multiple of a step; halfway goes away from zero.
  func rounded(to step: Double) throws(GeneralisationFault) -> Column {
    switch self {
    case .number(let column):
      return .number(
        FixedColumn((0..<column.count).lazy.map { column[$0].map { nearest($0, step) } }))
    case .integer(let column):
      return .integer(try multiples(of: column, step: step, places: 0))
    case .decimal(let column, let scale):
      return .decimal(try multiples(of: column, step: step, places: scale), scale: scale)
    default:
      throw .wrongType(type, wanted: "a number", help: "'round' is for numbers")
    }
  }

  private func nearest(_ value: Double, _ step: Double) -> Double {
    let times = (value / step).rounded()
    guard times.isFinite else { return value }
    // A tenth is no binary fraction: dividing by ten gives the number that people write.
    let inverse = 1 / step
    return step < 1 && inverse == inverse.rounded() ? times / inverse : times * step
  }

  /// Exact, over integers that stand for the value times ten to the power `places`.
  private func multiples(
    of column: FixedColumn<Int64>, step: Double, places: Int
  ) throws(GeneralisationFault) -> FixedColumn<Int64> {
    let text = NumberText.print(step)
    guard let unit = DecimalText.parse(text, scale: places), unit > 0 else {
      if step >= 1e15 { throw .tooLarge(count: column.count - missingCount) }
      throw .stepTooFine(places: places)
    }
    var tooLarge = 0
    let rounded = (0..<column.count).map { row -> Int64? in
      guard let value = column[row] else { return nil }
      let rest = value % unit
      let isUp = rest.magnitude >= unit.magnitude - rest.magnitude && rest != 0
      let (moved, overflow) =
        isUp
        ? (value - rest).addingReportingOverflow(rest > 0 ? unit : -unit) : (value - rest, false)
      if overflow { tooLarge += 1 }
      return moved
    }
    guard tooLarge == 0 else { throw .tooLarge(count: tooLarge) }
    return FixedColumn(rounded)
  }
}
