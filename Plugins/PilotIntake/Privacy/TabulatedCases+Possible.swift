// SPDX-License-Identifier: EUPL-1.2

extension TabulatedCases {
  private static let possibleLimit = 5000

  /// Adds atoms that nobody is of and that somebody might be: like these, but in another category.
  ///
  /// Where nearly all of a group are in one category, that nobody is in another one is what the cells must
  /// not tell; only an attacker who thinks it possible can be kept from knowing. A category counts as
  /// possible where it goes with each other value of the atom somewhere in the cases, other columns of the
  /// same table apart: a district and a postcode outside it stay impossible.
  ///
  /// - Parameters:
  ///   - members: the atoms that are in the one category.
  ///   - dimension: the column whose category changes.
  ///   - apart: the columns of the table, whose combinations with the category may be new.
  mutating func addPossible(like members: [Int32], in dimension: Int, apart: [Int]) {
    let real = atoms.filter { !$0.rows.isEmpty }
    var known = Set(atoms.map(\.place))
    for code in dimensions[dimension].labels.indices.map({ Int32($0) }) {
      let category = real.filter { $0.codes[dimension] == code }
      for member in members {
        let atom = atoms[Int(member)]
        guard atoms.count - real.count < Self.possibleLimit else { return }
        // The level of a share goes with having a value.
        let same = category.filter { $0.present == atom.present }
        guard !same.isEmpty else { continue }
        let goesTogether = dimensions.indices.allSatisfy { other in
          apart.contains(other) || other == dimension
            || same.contains { $0.codes[other] == atom.codes[other] }
        }
        guard goesTogether else { continue }
        var codes = atom.codes
        codes[dimension] = code
        let possible = Atom(
          rows: [], codes: codes, populations: atom.populations, present: atom.present)
        if known.insert(possible.place).inserted { add(possible) }
      }
    }
  }
}

extension TabulatedCases.Atom {
  /// What tells atoms apart.
  fileprivate struct Place: Hashable {
    let codes: [Int32]
    let populations: [Bool]
    let present: [Bool]
  }

  fileprivate var place: Place {
    Place(codes: codes, populations: populations, present: present)
  }
}
