// SPDX-License-Identifier: EUPL-1.2

/// The linear program of one part of an attacker's view: atoms that hang together by published cells.
struct PartProgram {
  let cells: [Int]
  private let atoms: [Int]
  private let places: [Int: Int]
  private let isSigned: Bool
  private var program: LinearProgram

  /// The program of these atoms and cells; `members` are the open atoms of each cell.
  init(atoms: [Int], cells: [Int], members: [[Int]], values: [Double], isSigned: Bool) {
    self.atoms = atoms
    self.cells = cells
    self.isSigned = isSigned
    var places: [Int: Int] = [:]
    for (place, atom) in atoms.enumerated() { places[atom] = place }
    self.places = places
    let count = atoms.count
    let equations = members.map { members in
      members.flatMap { atom -> [(unknown: Int, coefficient: Double)] in
        let place = places[atom] ?? 0
        return isSigned ? [(place, 1), (count + place, -1)] : [(place, 1)]
      }
    }
    program = LinearProgram(
      unknowns: isSigned ? 2 * count : count, equations: equations,
      // Without bounds a sum is either fixed or free, whatever the values are.
      sums: members.map { isSigned ? 0 : $0.reduce(0) { $0 + values[$1] } })
  }

  /// The values of the atoms at the present corner; none where they have no bounds.
  var corner: [Int: Double] {
    guard !isSigned else { return [:] }
    return Dictionary(uniqueKeysWithValues: zip(atoms, program.corner))
  }

  mutating func maximum(
    of terms: [(atom: Int, coefficient: Double)], enough: Double
  ) -> LinearProgram.Answer {
    var objective = [Double](repeating: 0, count: isSigned ? 2 * atoms.count : atoms.count)
    for term in terms {
      guard let place = places[term.atom] else { continue }
      objective[place] += term.coefficient
      if isSigned { objective[atoms.count + place] -= term.coefficient }
    }
    switch program.maximum(of: objective, enough: enough) {
    case .value(let value, let binding): return .value(value, binding: binding.map { cells[$0] })
    case .unbounded: return .unbounded
    case .undecided: return .undecided
    }
  }
}
