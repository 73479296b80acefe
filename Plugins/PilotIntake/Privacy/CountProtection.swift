// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

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

  private(set) var families: [CellFamily] = []
  private(set) var cells = CellSets()
  /// Per set of atoms why it is suppressed.
  private(set) var reasons: [Int: Reason] = [:]
  /// Groups that two tables would tell by their difference.
  private(set) var differences: [[Int32]] = []
  private(set) var cases: TabulatedCases
  /// Per set its different units.
  private var units: [Int] = []
  private var filled = FilledLines()
  private let rules: OutputRules

  init(
    _ cases: TabulatedCases, _ tables: NamedValues<PublishedTable>, rules: OutputRules,
    neutral: Set<String>, _ check: () throws -> Void
  ) throws {
    self.cases = cases
    self.rules = rules
    build(tables, neutral)
    let rows = cases.atoms.map(\.rows.count)
    let most = (rules.units - 1) * cases.largestUnit()
    differences = try CellDifferences(families, cells, rows: rows).groups(upTo: most, check)
      .filter { (1..<rules.units).contains(cases.unitCount(of: cases.rows(of: $0))) }
    if self.cases.addPossible(in: filled, of: families, cells, tables) { build(tables, neutral) }
    findSmall()
    findFilled()
    try protect(check)
  }

  /// How many rows a set of atoms has.
  func count(_ atoms: [Int32]) -> Int {
    atoms.reduce(0) { $0 + cases.atoms[Int($1)].rows.count }
  }

  /// Why a cell of a family is suppressed; nil where it may be published.
  func reason(_ key: CellFamily.Key, of place: Int) -> Reason? {
    let family = families[place]
    if let cell = family.sets[key] { return reasons[cell] }
    // Nobody is in it, which says who the others are where they are nearly everybody.
    return filled.holds(key, of: family, at: place) ? .group : nil
  }
}

extension CountProtection {
  private mutating func build(_ tables: NamedValues<PublishedTable>, _ neutral: Set<String>) {
    families = []
    cells = CellSets()
    for (place, entry) in tables.entries.enumerated() {
      let dimensions = entry.value.by.compactMap { cases.dimension($0.name) }
      add(.cases, dimensions, place)
      for name in entry.value.measured {
        guard let measure = cases.measure(name.name) else { continue }
        if let levels = measure.levels {
          add(.levels(measure.name), dimensions + [levels], place)
        } else if measure.validity != nil {
          add(.present(measure.name), dimensions, place)
        }
      }
    }
    let grouped = cases
    units = cells.atoms.map { grouped.unitCount(of: grouped.rows(of: $0)) }
    filled = FilledLines(families, of: cases, units: units, rules: rules, neutral: neutral)
  }

  private mutating func add(_ content: CellFamily.Content, _ dimensions: [Int], _ table: Int) {
    families.append(
      CellFamily(table: table, content: content, dimensions: dimensions, in: cases, &cells))
  }

  private mutating func findSmall() {
    for cell in units.indices where units[cell] > 0 && units[cell] < rules.units {
      reasons[cell] = .threshold
    }
  }

  /// In a filled line: the category that fills it, and those that nobody is in.
  private mutating func findFilled() {
    for (place, family) in families.enumerated() {
      for (key, cell) in family.sets where reasons[cell] == nil {
        let isTold = family.lines(of: key).contains { dimension, total in
          guard filled.contains(total, dimension, at: place), let whole = family.sets[total]
          else { return false }
          return units[cell] == 0 || rules.isFilled(units[whole], by: units[cell])
        }
        if isTold { reasons[cell] = .group }
      }
    }
  }

  /// Suppresses what else must be, so that nobody can work out the rest.
  ///
  /// First against somebody who knows which combinations nobody has; then, for groups that are nearly all
  /// alike, against somebody who does not. What the first needs stays suppressed in the second.
  private mutating func protect(_ check: () throws -> Void) throws {
    let rows = cases.atoms.map { Double($0.rows.count) }
    let costs = cells.atoms.map { Double(count($0)) }
    let real = cells.atoms.map { $0.filter { rows[Int($0)] > 0 } }
    let stages = [(real, smallDemands()), (cells.atoms, groupDemands())]
    for (cells, demands) in stages {
      let problem = ProtectionProblem(atoms: rows, cells: cells, costs: costs, demands: demands)
      var search = SuppressionSearch(problem, withheld: Set(reasons.keys))
      try search.run(check)
      for (cell, rule) in search.added { reasons[cell] = Reason(supporting: rule) }
    }
  }

  /// That a small count may be large enough, and less than it is; that a difference may be larger.
  private func smallDemands() -> [ProtectionDemand] {
    var demands: [ProtectionDemand] = []
    for cell in units.indices where units[cell] > 0 && units[cell] < rules.units {
      let count = Double(count(cells.atoms[cell]))
      let terms = cells.atoms[cell].filter { !cases.atoms[Int($0)].rows.isEmpty }
        .map { (atom: Int($0), coefficient: 1.0) }
      demands.append(
        ProtectionDemand(
          rule: .threshold, terms: terms, atLeast: count + Double(rules.units - units[cell])))
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
    return demands
  }

  /// That a category may hold no more than the largest share of a line that it fills.
  private func groupDemands() -> [ProtectionDemand] {
    var demands: [ProtectionDemand] = []
    var seen: Set<[Int]> = []
    for (place, family) in families.enumerated() {
      for (key, cell) in family.sets.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        for (dimension, total) in family.lines(of: key) {
          guard filled.contains(total, dimension, at: place), let whole = family.sets[total],
            whole != cell, rules.isFilled(units[whole], by: units[cell]),
            seen.insert([cell, whole]).inserted
          else { continue }
          let own = Set(cells.atoms[cell])
          let terms = cells.atoms[whole].map { atom in
            let share = own.contains(atom) ? rules.groupShare - 1 : rules.groupShare
            return (atom: Int(atom), coefficient: share)
          }
          demands.append(ProtectionDemand(rule: .group, terms: terms, atLeast: 0))
        }
      }
    }
    return demands
  }
}
