// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// The rows and columns of which one category has nearly everybody.
struct FilledLines {
  /// Per family the totals of such lines, each followed by the dimension that runs along it.
  private var lines: [Set<CellFamily.Key>] = []

  init() {}

  /// - Parameters:
  ///   - families: the tables' cells.
  ///   - cases: what they are made of.
  ///   - units: per set of atoms its different units.
  ///   - rules: the largest share that a category may have.
  ///   - neutral: columns that tell nothing of people.
  init(
    _ families: [CellFamily], of cases: TabulatedCases, units: [Int], rules: OutputRules,
    neutral: Set<String>
  ) {
    lines = families.map { family in
      var filled: Set<CellFamily.Key> = []
      for (key, cell) in family.sets where units[cell] > 0 {
        for (dimension, total) in family.lines(of: key) {
          guard let whole = family.sets[total], units[whole] >= rules.units,
            !neutral.contains(cases.column(of: dimension)),
            rules.isFilled(units[whole], by: units[cell])
          else { continue }
          filled.insert(total + [Int32(dimension)])
        }
      }
      return filled
    }
  }

  func contains(_ total: CellFamily.Key, _ dimension: Int, at place: Int) -> Bool {
    lines[place].contains(total + [Int32(dimension)])
  }

  /// Whether a cell stands in such a line.
  func holds(_ key: CellFamily.Key, of family: CellFamily, at place: Int) -> Bool {
    family.lines(of: key).contains { contains($0.total, $0.dimension, at: place) }
  }
}

extension OutputRules {
  /// Whether a category has more than its largest share of a line.
  func isFilled(_ whole: Int, by part: Int) -> Bool {
    Double(part) > groupShare * Double(whole) + 1e-9
  }
}

extension TabulatedCases {
  /// The column that a dimension shows the values of.
  func column(of dimension: Int) -> String {
    measures.first { $0.levels == dimension }?.name ?? dimensions[dimension].name
  }

  /// Adds atoms that might be where one category fills a line, unless a condition is about its column.
  ///
  /// - Returns: whether any was added.
  mutating func addPossible(
    in filled: FilledLines, of families: [CellFamily], _ cells: CellSets,
    _ tables: NamedValues<PublishedTable>
  ) -> Bool {
    let before = atoms.count
    let conditions = tables.entries.flatMap { $0.value.filter?.columns.map { $0.path[0] } ?? [] }
    for (place, family) in families.enumerated() {
      for (key, cell) in family.sets.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        for (dimension, total) in family.lines(of: key)
        where filled.contains(total, dimension, at: place)
          && !conditions.contains(where: column(of: dimension).isExactly)
        {
          addPossible(like: cells.atoms[cell], in: dimension, apart: family.dimensions)
        }
      }
    }
    return atoms.count > before
  }
}
