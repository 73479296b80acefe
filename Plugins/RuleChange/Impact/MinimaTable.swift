// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// The table of a minima-effectrapportage: example households by incomes, the old rules against the new.
enum MinimaTable {
  /// Incomes as people write them, exact.
  struct Income: ParameterValue {
    let text: String
    let value: Decimal128

    static var schema: ParameterSchema { .number() }

    static func read(_ node: Node, in reading: inout ParameterReading) -> Income? {
      guard let text = node.text, let value = Decimal128(text) else {
        reading.reportWrongType(node, wanted: "a number")
        return nil
      }
      return Income(text: text, value: value)
    }

    var json: JSONValue { .string(text) }
  }

  /// The incomes as an exact column; nil where one has too many places.
  static func column(of incomes: [Income]) -> Column? {
    let scale = incomes.map(\.value.scale).max() ?? 0
    guard scale <= 9 else { return nil }
    let values = incomes.compactMap { $0.value.scaledInt64(scale: scale) }
    guard values.count == incomes.count else { return nil }
    return scale <= 0
      ? .integer(FixedColumn(values)) : .decimal(FixedColumn(values), scale: scale)
  }

  static func table(
    _ grid: HouseholdGrid, incomes: Column, _ variants: [SchemeVariant], _ result: String,
    on date: CalendarDate
  ) throws -> Table {
    var keys: [(reform: String, type: String)] = []
    var before: [Double?] = []
    var after: [Double?] = []
    let old = try grid.types.map {
      try grid.amounts(of: $0, incomes: incomes, variants[0], result, on: date)
    }
    for variant in variants.dropFirst() {
      for (type, amounts) in zip(grid.types, old) {
        keys += (0..<incomes.count).map { _ in (variant.id, type.name) }
        before += amounts
        after += try grid.amounts(of: type, incomes: incomes, variant, result, on: date)
      }
    }
    let points = incomes.doubles()?.values ?? []
    let repeats = keys.count / max(1, points.count)
    let change = zip(before, after).map { before, after in
      before.flatMap { old in after.map { $0 - old } }
    }
    return try Table([
      ("reform", .category(CategoryColumn(keys.map(\.reform)))),
      ("household_type", .category(CategoryColumn(keys.map(\.type)))),
      ("income", .number(FixedColumn((0..<repeats).flatMap { _ in points }))),
      ("old", .number(FixedColumn(before))), ("new", .number(FixedColumn(after))),
      ("change", .number(FixedColumn(change))),
    ])
  }

  static let promises =
    ["reform", "household_type"].map { ColumnPromise($0, .category) }
    + ["income", "old", "new", "change"].map { ColumnPromise($0, .number) }
}
