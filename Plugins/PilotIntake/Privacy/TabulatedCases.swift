// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Cases grouped into atoms: the smallest groups that cells of the published tables are made of.
///
/// Two cases are of one atom where every table treats them alike: the same value in every column that a
/// table goes by, in or out of every table's population, a value or none in every measured column. A cell
/// of any table is a sum of whole atoms, and so is whatever can be worked out from several tables. An
/// attacker is taken to know which combinations nobody has, apart from those that are added as possible.
struct TabulatedCases {
  /// A column whose values are categories.
  struct Dimension {
    let name: String
    /// In order; missing values have a label of their own.
    let labels: [String]
    /// Per row.
    let codes: [Int32]
    /// The code of missing values, where there are some.
    let missing: Int32?
  }

  /// A column that is added up.
  struct Measure {
    let name: String
    let values: [Double]
    let validity: Bitmap?
    /// The dimension of its values, where they are only true and false, or 1 and 0: its mean is a share.
    let levels: Int?
  }

  static let total = "all"
  static let missing = "missing"
  static let atomLimit = 50_000

  struct Atom {
    let rows: [Int]
    /// Per dimension.
    let codes: [Int32]
    /// Per table whether it is about these cases.
    let populations: [Bool]
    /// Per measure whether these cases have a value.
    let present: [Bool]
  }

  private(set) var dimensions: [Dimension] = []
  private(set) var measures: [Measure] = []
  /// Per table its rows.
  private(set) var populations: [Bitmap] = []
  private(set) var atoms: [Atom] = []
  private let table: Table
  /// Per row a code of its unit; nil where each row is one.
  private let units: [Int32]?

  init(_ table: Table, tables: NamedValues<PublishedTable>, unit: ColumnName?) throws {
    self.table = table
    units = try unit.map { try table.column($0, at: "unit").grouping().codes }
    for entry in tables.entries {
      populations.append(try Self.population(entry, of: table))
      for name in entry.value.by { _ = try addDimension(name.name) }
      for name in entry.value.measured where measure(name.name) == nil { try addMeasure(name) }
    }
    try groupAtoms()
  }

  func dimension(_ name: String) -> Int? { dimensions.firstIndex { $0.name.isExactly(name) } }
  func measurePlace(_ name: String) -> Int? { measures.firstIndex { $0.name.isExactly(name) } }
  func measure(_ name: String) -> Measure? { measurePlace(name).map { measures[$0] } }

  /// The rows of some atoms.
  func rows(of atoms: [Int32]) -> some Sequence<Int> {
    atoms.lazy.flatMap { self.atoms[Int($0)].rows }
  }

  mutating func add(_ atom: Atom) { atoms.append(atom) }

  /// How many different units some rows belong to; rows without one are units of their own.
  func unitCount(of rows: some Sequence<Int>) -> Int {
    guard let units else { return rows.reduce(0) { count, _ in count + 1 } }
    var named: Set<Int32> = []
    var unnamed = 0
    for row in rows { if units[row] >= 0 { named.insert(units[row]) } else { unnamed += 1 } }
    return named.count + unnamed
  }

  /// What each unit contributes to a measure, over some rows.
  func contributions(to measure: Measure, of rows: some Sequence<Int>) -> [Double] {
    guard let units else { return rows.map { measure.values[$0] } }
    var named: [Int32: Double] = [:]
    var unnamed: [Double] = []
    for row in rows {
      if units[row] >= 0 {
        named[units[row], default: 0] += measure.values[row]
      } else {
        unnamed.append(measure.values[row])
      }
    }
    return unnamed + named.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The most rows that one unit has.
  func largestUnit() -> Int {
    guard let units else { return 1 }
    var counts: [Int32: Int] = [:]
    for code in units where code >= 0 { counts[code, default: 0] += 1 }
    return counts.values.max() ?? 1
  }
}

extension TabulatedCases {
  private static func population(
    _ entry: NamedValues<PublishedTable>.Entry, of table: Table
  ) throws(StageFault) -> Bitmap {
    guard let filter = entry.value.filter else {
      return Bitmap(repeating: true, count: table.rowCount)
    }
    do {
      return try filter.mask(over: table)
    } catch {
      throw StageFault("the table '\(entry.name)': \(error)", at: "tables")
    }
  }

  private mutating func addDimension(_ name: String) throws(StageFault) -> Int {
    if let place = dimension(name) { return place }
    let column = try table.column(ColumnName(name), at: "tables")
    switch column.type {
    case .text, .category, .boolean, .integer, .date: break
    case .number, .decimal, .timestamp: throw .noCategories(name, column.type)
    }
    let grouping = column.grouping()
    for label in [Self.total, Self.missing] where grouping.labels.contains(where: label.isExactly) {
      throw .takenLabel(label, of: name)
    }
    let isNumber = column.type == .integer
    let order = grouping.labels.indices.sorted { left, right in
      let (first, second) = (grouping.labels[left], grouping.labels[right])
      if isNumber, let first = Int64(first), let second = Int64(second) { return first < second }
      return first.isExactlyBefore(second)
    }
    var places = [Int32](repeating: 0, count: order.count)
    for (place, code) in order.enumerated() { places[code] = Int32(place) }
    let missing = column.missingCount > 0 ? Int32(order.count) : nil
    dimensions.append(
      Dimension(
        name: name,
        labels: order.map { grouping.labels[$0] } + (missing == nil ? [] : [Self.missing]),
        codes: grouping.codes.map { $0 < 0 ? missing ?? 0 : places[Int($0)] }, missing: missing))
    return dimensions.count - 1
  }

  private mutating func addMeasure(_ name: ColumnName) throws(StageFault) {
    let column = try table.column(name, at: "tables")
    guard let (values, validity) = column.doubles() else {
      throw StageFault(
        "'\(name)' is \(column.type.name), and only numbers, true and false add up", at: "tables",
        help: "count it: put it under 'by'")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw StageFault("'\(name)' holds numbers without end", at: "tables")
    }
    let isBinary = values.indices.allSatisfy { values[$0] == 0 || values[$0] == 1 }
    var levels: Int?
    if isBinary {
      levels = dimensions.count
      let missing: Int32? = column.missingCount > 0 ? 2 : nil
      dimensions.append(
        Dimension(
          // No column of a table has this name: the levels of a share are no dimension to publish.
          name: "levels of \(name)\u{0}",
          labels: ["0", "1"] + (missing == nil ? [] : [Self.missing]),
          codes: values.indices.map { row in
            validity.map { $0[row] } ?? true ? Int32(values[row]) : missing ?? 0
          }, missing: missing))
    }
    measures.append(
      Measure(name: name.name, values: values, validity: validity, levels: levels))
  }

  private mutating func groupAtoms() throws(StageFault) {
    var columns = dimensions.map { dimension in
      Column.integer(FixedColumn(dimension.codes.map { Int64($0) }))
    }
    columns += populations.map { .boolean(BooleanColumn($0)) }
    columns += measures.compactMap { $0.validity.map { .boolean(BooleanColumn($0)) } }
    let groups = RowGroups(columns, rowCount: table.rowCount)
    guard groups.count <= Self.atomLimit else { throw .tooManyAtoms(groups.count) }
    var rows = [[Int]](repeating: [], count: groups.count)
    for (row, code) in groups.codes.enumerated()
    where populations.contains(where: { $0[row] }) { rows[Int(code)].append(row) }
    atoms = rows.compactMap { rows in
      rows.first.map { first in
        Atom(
          rows: rows, codes: dimensions.map { $0.codes[first] },
          populations: populations.map { $0[first] },
          present: measures.map { $0.validity.map { $0[first] } ?? true })
      }
    }
  }
}

extension StageFault {
  fileprivate static func noCategories(_ name: String, _ type: ColumnType) -> StageFault {
    StageFault(
      "'\(name)' is \(type.name), and a table goes by categories", at: "tables",
      help: "put it into bands with 'generalise' of pilot/intake, or derive a category")
  }

  fileprivate static func takenLabel(_ label: String, of name: String) -> StageFault {
    StageFault(
      "column '\(name)' has the category '\(label)', which stands for something else in tables",
      at: "tables", help: "derive a column that calls it otherwise")
  }

  fileprivate static func tooManyAtoms(_ count: Int) -> StageFault {
    StageFault(
      "the tables together tell \(count) groups of cases apart, and \(TabulatedCases.atomLimit) can "
        + "be checked", at: "tables", help: "publish fewer columns together, or coarser ones")
  }
}
