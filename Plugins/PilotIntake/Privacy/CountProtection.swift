// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// Which counts may be published: those of all tables together, and those that means and shares tell.
struct CountProtection {
  /// Why a cell is not published.
  enum Reason: String, CaseIterable {
    case threshold
    case group
    case dominance
    case differencing
    case secondary

    /// Why a cell is suppressed so that a rule's own cells cannot be worked out.
    init(supporting rule: ProtectionDemand.Rule) {
      self = rule == .differencing ? .differencing : .secondary
    }
  }

  let families: [CellFamily]
  let cells: CellSets
  /// Per set of atoms why it is suppressed.
  private(set) var reasons: [Int: Reason] = [:]
  /// Per set its different units.
  let units: [Int]
  /// The totals of rows and columns that one category nearly fills, per family.
  private(set) var filledLines: [Set<CellFamily.Key>]
  /// Groups that two tables would tell by their difference.
  private(set) var differences: [[Int32]] = []

  private let cases: TabulatedCases
  private let rules: OutputRules

  init(
    _ cases: TabulatedCases, _ tables: NamedValues<PublishedTable>, rules: OutputRules,
    neutral: Set<String>
  ) {
    var cells = CellSets()
    var families: [CellFamily] = []
    for (place, entry) in tables.entries.enumerated() {
      let dimensions = entry.value.by.compactMap { cases.dimension($0.name) }
      func add(_ content: CellFamily.Content, _ dimensions: [Int]) {
        families.append(
          CellFamily(
            table: place, content: content, dimensions: dimensions, in: cases, &cells))
      }
      add(.cases, dimensions)
      for measure in entry.value.measured.compactMap({ cases.measure($0.name) }) {
        if let levels = measure.levels {
          add(.levels(measure.name), dimensions + [levels])
        } else if measure.validity != nil {
          add(.present(measure.name), dimensions)
        }
      }
    }
    self.cases = cases
    self.rules = rules
    self.cells = cells
    self.families = families
    units = cells.atoms.map { atoms in
      cases.unitCount(of: atoms.lazy.flatMap { cases.atoms[Int($0)] })
    }
    filledLines = families.map { _ in [] }
    findSmall()
    findFilledLines(neutral)
  }

  /// Suppresses what else must be, so that nobody can work out the rest.
  mutating func protect(_ check: () throws -> Void) throws {
    let rows = cases.atoms.map(\.count)
    let most = (rules.units - 1) * cases.largestUnit()
    differences = try CellDifferences(families, cells, rows: rows).groups(upTo: most, check)
      .filter { units(of: $0) < rules.units }
    let problem = ProtectionProblem(
      atoms: rows.map { Double($0) }, cells: cells.atoms,
      costs: cells.atoms.map { Double(count($0)) }, demands: demands())
    var search = SuppressionSearch(problem, withheld: Set(reasons.keys))
    try search.run(check)
    for (cell, rule) in search.added { reasons[cell] = Reason(supporting: rule) }
  }

  /// How many rows a set of atoms has.
  func count(_ atoms: [Int32]) -> Int {
    atoms.reduce(0) { $0 + cases.atoms[Int($1)].count }
  }
}

extension CountProtection {
  private func units(of atoms: [Int32]) -> Int {
    cases.unitCount(of: atoms.lazy.flatMap { cases.atoms[Int($0)] })
  }

  private mutating func findSmall() {
    for cell in units.indices where units[cell] < rules.units { reasons[cell] = .threshold }
  }

  private mutating func findFilledLines(_ neutral: Set<String>) {
    for (place, family) in families.enumerated() {
      for (key, cell) in family.sets {
        for (dimension, total) in family.lines(of: key) {
          guard let whole = family.sets[total], units[whole] >= rules.units,
            isTold(by: dimension, of: family, neutral), isFilled(whole, by: cell)
          else { continue }
          filledLines[place].insert(total + [Int32(dimension)])
          if reasons[cell] == nil { reasons[cell] = .group }
        }
      }
    }
  }

  private func isFilled(_ whole: Int, by cell: Int) -> Bool {
    Double(units[cell]) > rules.groupShare * Double(units[whole]) + 1e-9
  }

  /// Whether a dimension tells of people what nobody may learn of nearly a whole group.
  private func isTold(
    by dimension: Int, of family: CellFamily, _ neutral: Set<String>
  ) -> Bool {
    if case .levels(let name) = family.content, cases.measure(name)?.levels == dimension {
      return !neutral.contains(name)
    }
    return !neutral.contains(cases.dimensions[dimension].name)
  }

  private func demands() -> [ProtectionDemand] {
    var demands: [ProtectionDemand] = []
    for cell in units.indices where units[cell] < rules.units {
      let atoms = cells.atoms[cell]
      let count = Double(count(atoms))
      let terms = atoms.map { (atom: Int($0), coefficient: 1.0) }
      demands.append(
        ProtectionDemand(
          rule: .threshold, terms: terms,
          atLeast: count + Double(rules.units - units[cell])))
      demands.append(
        ProtectionDemand(
          rule: .threshold, terms: terms.map { ($0.atom, -1) }, atLeast: 1 - count))
    }
    for group in differences {
      demands.append(
        ProtectionDemand(
          rule: .differencing, terms: group.map { (Int($0), 1) },
          atLeast: Double(count(group)) + 1))
    }
    return demands + groupDemands()
  }

  /// That the category may hold no more than the largest share of its line.
  private func groupDemands() -> [ProtectionDemand] {
    var demands: [ProtectionDemand] = []
    var seen: Set<[Int]> = []
    for (place, family) in families.enumerated() {
      for (key, cell) in family.sets.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        for (dimension, total) in family.lines(of: key) {
          guard filledLines[place].contains(total + [Int32(dimension)]),
            let whole = family.sets[total], whole != cell, isFilled(whole, by: cell),
            seen.insert([cell, whole]).inserted
          else { continue }
          let own = Set(cells.atoms[cell])
          let terms = cells.atoms[whole].map { atom in
            (
              atom: Int(atom),
              coefficient: own.contains(atom) ? rules.groupShare - 1 : rules.groupShare
            )
          }
          demands.append(ProtectionDemand(rule: .group, terms: terms, atLeast: 0))
        }
      }
    }
    return demands
  }

  /// Why a cell of a family is suppressed; nil where it may be published.
  func reason(_ key: CellFamily.Key, of place: Int) -> Reason? {
    let family = families[place]
    if let cell = family.sets[key] { return reasons[cell] }
    // Nobody is in it, which says who the others are where they are nearly everybody.
    let isTold = family.lines(of: key).contains { dimension, total in
      filledLines[place].contains(total + [Int32(dimension)])
    }
    return isTold ? .group : nil
  }
}
