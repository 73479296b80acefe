// SPDX-License-Identifier: EUPL-1.2

/// The groups that come out when cells of one table are taken from a cell of another.
///
/// Two ways, against every table and every set of its margins: what is left of a cell without the
/// categories that lie wholly in it, and what the categories that it touches hold besides. A total of
/// everybody and one of people under 65 give those of 65 and over; bands of five years and bands that are
/// shifted give the two years between.
struct CellDifferences {
  private let cells: CellSets
  private let families: [CellFamily]
  private let rows: [Int]

  /// Looks at all families against all cells; `rows` are those of each atom.
  init(_ families: [CellFamily], _ cells: CellSets, rows: [Int]) {
    self.families = families
    self.cells = cells
    self.rows = rows
  }

  /// Groups of at most so many rows that are no cells themselves.
  func groups(upTo limit: Int, _ check: () throws -> Void) rethrows -> [[Int32]] {
    var found: Set<[Int32]> = []
    let sizes = cells.atoms.map(\.count)
    for family in families {
      for level in family.levels {
        try check()
        let cellOfAtom = family.cells(at: level)
        for atoms in cells.atoms {
          var touched: [Int: Int] = [:]
          for atom in atoms {
            if let cell = cellOfAtom[Int(atom)] { touched[cell, default: 0] += 1 }
          }
          let contained = touched.filter { sizes[$0.key] == $0.value }
          if !contained.isEmpty {
            let rest = atoms.lazy.filter { atom in
              cellOfAtom[Int(atom)].map { contained[$0] == nil } ?? true
            }
            if let group = group(rest, upTo: limit) { found.insert(group) }
          }
          guard touched.values.reduce(0, +) == atoms.count, touched.count > contained.count else {
            continue
          }
          let own = Set(atoms)
          let besides = touched.keys.sorted().lazy.filter { contained[$0] == nil }
            .flatMap { cells.atoms[$0] }.filter { !own.contains($0) }
          if let group = group(besides, upTo: limit) { found.insert(group.sorted()) }
        }
      }
    }
    return found.filter { !cells.contains($0) }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The atoms, unless they are none or hold more rows than the limit.
  private func group(_ atoms: some Sequence<Int32>, upTo limit: Int) -> [Int32]? {
    var (group, count): ([Int32], Int) = ([], 0)
    for atom in atoms {
      count += rows[Int(atom)]
      if count > limit { return nil }
      group.append(atom)
    }
    return group.isEmpty ? nil : group
  }
}
