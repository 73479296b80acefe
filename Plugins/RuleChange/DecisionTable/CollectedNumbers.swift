// SPDX-License-Identifier: EUPL-1.2

import Tables

/// What the rules of a COLLECT table give together, case by case: exact, or a fault.
struct CollectedNumbers {
  /// The cases to which a rule applies, and what it gives them; no values where it is only counted.
  struct Part {
    let rows: [Int]
    let column: Column?
  }

  enum Misfit: Error {
    case noNumbers
    case tooLarge

    func message(_ hit: HitPolicy) -> String {
      switch self {
      case .noNumbers: "\(hit.rawValue) takes numbers"
      case .tooLarge: "a sum is too large to be exact"
      }
    }
  }

  private let parts: [Part]
  private let fallback: Part?
  private let count: Int

  /// The fallback holds in cases to which no rule applies.
  init(_ parts: [Part], fallback: Part?, count: Int) {
    self.parts = parts.filter { !$0.rows.isEmpty }
    self.fallback = fallback.flatMap { $0.rows.isEmpty ? nil : $0 }
    self.count = count
  }

  /// The type is that of all results, where it is known before the cases are.
  func column(_ hit: HitPolicy, as type: ColumnType?) throws(Misfit) -> Column {
    if hit == .collectCount { return try counts() }
    let parts = parts + [fallback].compactMap { $0 }
    // Results that are all null have no kind.
    let columns = parts.compactMap(\.column).filter { $0.missingCount < $0.count }
    guard let common = Column.commonType(of: columns), common.isNumeric || columns.isEmpty else {
      throw .noNumbers
    }
    if let type, type.isNumeric, let column = try? self.column(hit, parts, type) { return column }
    return try column(hit, parts, common)
  }

  /// A case in which one of the values is missing has no result.
  private func column(
    _ hit: HitPolicy, _ parts: [Part], _ type: ColumnType
  ) throws(Misfit) -> Column {
    var valid = Bitmap(repeating: false, count: count)
    var open = valid
    for part in parts {
      for (place, row) in part.rows.enumerated() {
        valid.set(row, to: true)
        if part.column?.isMissing(at: place) ?? true { open.set(row, to: true) }
      }
    }
    let validity = valid & ~open
    if type == .number || !type.isNumeric {
      let numbers = reduced(
        parts, { $0.converted(to: .number)?.doubles()?.values },
        by: { Self.combined(hit, $0, $1) { $0 + $1 } })
      guard let numbers else { throw .noNumbers }
      return .number(FixedColumn(numbers, validity: validity))
    }
    let numbers = reduced(
      parts, { $0.converted(to: type)?.scaled(to: type.places) },
      by: {
        Self.combined(hit, $0, $1) { left, right in
          let (sum, overflow) = left.addingReportingOverflow(right)
          return overflow ? nil : sum
        }
      })
    guard let numbers else { throw .tooLarge }
    let column = FixedColumn(numbers, validity: validity)
    return type == .integer ? .integer(column) : .decimal(column, scale: type.places)
  }

  private static func combined<Value: Comparable>(
    _ hit: HitPolicy, _ left: Value, _ right: Value, sum: (Value, Value) -> Value?
  ) -> Value? {
    switch hit {
    case .collectMinimum: min(left, right)
    case .collectMaximum: max(left, right)
    default: sum(left, right)
    }
  }

  /// All values of each case brought into one, missing ones as zero; nil where that does not go.
  private func reduced<Value: ColumnScalar>(
    _ parts: [Part], _ values: (Column) -> [Value]?, by combine: (Value, Value) -> Value?
  ) -> [Value]? {
    var results = [Value](repeating: .zero, count: count)
    var seen = Bitmap(repeating: false, count: count)
    for part in parts {
      guard let column = part.column, let values = values(column) else { return nil }
      for (row, value) in zip(part.rows, values) {
        if seen[row] {
          guard let combined = combine(results[row], value) else { return nil }
          results[row] = combined
        } else {
          results[row] = value
          seen.set(row, to: true)
        }
      }
    }
    return results
  }

  /// How many rules apply; the default where none does.
  private func counts() throws(Misfit) -> Column {
    var counts = [Int64](repeating: 0, count: count)
    for part in parts { for row in part.rows { counts[row] += 1 } }
    var isCounted = Bitmap(repeating: true, count: count)
    for row in counts.indices where counts[row] == 0 { isCounted.set(row, to: false) }
    let counted = Column.integer(FixedColumn(counts, validity: isCounted))
    guard let fallback, let column = fallback.column else { return counted }
    var rows = Array(0..<count)
    for (place, row) in fallback.rows.enumerated() { rows[row] = count + place }
    guard let joined = ColumnBlend.joined([counted, column], as: nil, rows: rows) else {
      throw .noNumbers
    }
    return joined
  }
}
