// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Which sums of one measure may be published, over all tables that have it, and with them the means.
///
/// A sum goes where its count goes. A sum of which one unit has more than the largest share goes too: by
/// the absolute values, where some are negative. So does one that is zero of values that are never below
/// it, since each of them is then told. An attacker must be left with room above the sum: up to where the
/// largest contributor would have no more than that share, and a tenth to either side.
///
/// Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4, for the dominance
/// rule and the protection that it asks for.
struct SumProtection {
  /// Per set of atoms, those without a value left out, why its sum is suppressed.
  private(set) var reasons: [Int: CountProtection.Reason] = [:]
  private(set) var cells = CellSets()
  /// Per set its sum.
  private var sums: [Double] = []

  /// The measure, and its place among those of the cases.
  private let measure: TabulatedCases.Measure
  private let place: Int
  private let cases: TabulatedCases
  private let rules: OutputRules
  /// Sets of the count's cells, as sets of atoms with a value.
  private var places: [Int: Int] = [:]
  private var demands: [ProtectionDemand] = []

  init(
    of place: Int, tables: [Int], after counts: CountProtection, rules: OutputRules
  ) {
    cases = counts.cases
    measure = cases.measures[place]
    self.place = place
    self.rules = rules
    for family in counts.families where tables.contains(family.table) {
      let isOwn = family.content == .cases || family.content == .present(measure.name)
      guard isOwn else { continue }
      for (_, cell) in family.sets.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        let present = counts.cells.atoms[cell].filter(hasValue)
        guard !present.isEmpty else { continue }
        let place = cells.place(of: present)
        places[cell] = place
        if let reason = counts.reasons[cell], reasons[place] == nil { reasons[place] = reason }
      }
    }
    let isSigned = measure.values.contains { $0 < 0 }
    for place in 0..<cells.count { judge(place, isSigned: isSigned) }
    for group in counts.differences {
      let present = group.filter(hasValue)
      if !present.isEmpty { demand(.differencing, present, isSigned: isSigned) }
    }
  }

  mutating func protect(_ check: () throws -> Void) throws {
    let values = cases.atoms.indices.map { hasValue(Int32($0)) ? sum([Int32($0)]) : 0 }
    let isSigned = measure.values.contains { $0 < 0 }
    // Whole numbers up to a million: the program's arithmetic is then as exact as that of counts.
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let scale = largest > 1e-290 ? 1_000_000 / largest : 1
    let problem = ProtectionProblem(
      atoms: values.map { ($0 * scale).rounded() }, cells: cells.atoms,
      costs: sums.map { $0.magnitude * scale },
      demands: demands.map { demand in
        ProtectionDemand(
          rule: demand.rule, terms: demand.terms,
          atLeast: isSigned ? 1 : demand.atLeast * scale)
      }, isSigned: isSigned)
    var search = SuppressionSearch(problem, withheld: Set(reasons.keys))
    try search.run(check)
    for (cell, rule) in search.added {
      reasons[cell] = CountProtection.Reason(supporting: rule)
    }
  }

  /// Why the sum of a count's cell is suppressed; nil where it may be published.
  func reason(_ cell: Int) -> CountProtection.Reason? { places[cell].flatMap { reasons[$0] } }

  /// The sum over the cases of a count's cell that have a value.
  func sum(of cell: Int) -> Double? { places[cell].map { sums[$0] } }
}

extension SumProtection {
  private func hasValue(_ atom: Int32) -> Bool {
    cases.atoms[Int(atom)].present[place] && !cases.atoms[Int(atom)].rows.isEmpty
  }

  private func contributions(_ atoms: [Int32]) -> [Double] {
    cases.contributions(to: measure, of: cases.rows(of: atoms))
  }

  private func sum(_ atoms: [Int32]) -> Double {
    cases.rows(of: atoms).reduce(0) { $0 + measure.values[$1] }
  }

  private mutating func judge(_ place: Int, isSigned: Bool) {
    let atoms = cells.atoms[place]
    sums.append(sum(atoms))
    let parts = contributions(atoms)
    guard !parts.isEmpty else { return }
    let total = parts.reduce(0) { $0 + $1.magnitude }
    let largest = parts.reduce(0) { max($0, $1.magnitude) }
    if parts.count < rules.units {
      if reasons[place] == nil { reasons[place] = .threshold }
      demand(.threshold, atoms, isSigned: isSigned)
    } else if largest > rules.dominantShare * total + 1e-12 * total || total == 0 {
      if reasons[place] == nil { reasons[place] = .dominance }
      demand(.dominance, atoms, isSigned: isSigned)
    }
  }

  private mutating func demand(
    _ rule: ProtectionDemand.Rule, _ atoms: [Int32], isSigned: Bool
  ) {
    let terms = atoms.map { (atom: Int($0), coefficient: 1.0) }
    guard !isSigned else {
      demands.append(ProtectionDemand(rule: rule, terms: terms, atLeast: 1))
      return
    }
    let parts = contributions(atoms)
    let (total, largest) = (parts.reduce(0, +), parts.max() ?? 0)
    let typical = measure.values.reduce(0, +) / Double(max(1, measure.values.count))
    let above = total > 0 ? max(largest / rules.dominantShare, 1.1 * total) : typical
    guard above > total else { return }
    demands.append(ProtectionDemand(rule: rule, terms: terms, atLeast: above))
    if total > 0 {
      demands.append(
        ProtectionDemand(rule: rule, terms: terms.map { ($0.atom, -1) }, atLeast: -0.9 * total))
    }
  }
}
