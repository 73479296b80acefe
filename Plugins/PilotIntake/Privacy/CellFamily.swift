// SPDX-License-Identifier: EUPL-1.2

/// The cells of one table, or of what a measure adds to it: who has a value, or how many have each level.
struct CellFamily {
  enum Content: Hashable {
    case cases
    /// The cases that have a value of this measure: what a mean divides by.
    case present(String)
    /// The same by value, 0 or 1: what a share tells.
    case levels(String)
  }

  /// The codes of a cell, −1 for all of a dimension.
  typealias Key = [Int32]

  /// The place of the table.
  let table: Int
  let content: Content
  let dimensions: [Int]
  /// The set of each cell that holds a case.
  private(set) var sets: [Key: Int] = [:]
  private let codes: [(atom: Int, codes: [Int32])]

  init(
    table: Int, content: Content, dimensions: [Int], in cases: TabulatedCases,
    _ cells: inout CellSets
  ) {
    self.table = table
    self.content = content
    self.dimensions = dimensions
    let measure: Int? =
      switch content {
      case .cases: nil
      case .present(let name), .levels(let name): cases.measurePlace(name)
      }
    codes = cases.atoms.indices.compactMap { atom in
      let place = cases.atoms[atom]
      guard place.populations[table], measure.map({ place.present[$0] }) ?? true else {
        return nil
      }
      return (atom, dimensions.map { place.codes[$0] })
    }
    for level in levels {
      var members: [Key: [Int32]] = [:]
      for (atom, codes) in codes {
        members[Self.key(codes, at: level), default: []].append(Int32(atom))
      }
      // In order, since the places of sets decide between cells of equal cost.
      for (key, atoms) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        sets[key] = cells.place(of: atoms)
      }
    }
  }

  /// Which dimensions stand for themselves, as bits: all of them first, the grand total last.
  var levels: [Int] { (0..<(1 << dimensions.count)).reversed() }

  /// Per atom of the population the set of its cell at a level.
  func cells(at level: Int) -> [Int: Int] {
    Dictionary(
      uniqueKeysWithValues: codes.compactMap { atom, codes in
        sets[Self.key(codes, at: level)].map { (atom, $0) }
      })
  }

  /// The totals of the rows and columns that a cell stands in, with the dimension of each.
  func lines(of key: Key) -> [(dimension: Int, total: Key)] {
    key.indices.compactMap { place in
      guard key[place] >= 0 else { return nil }
      var total = key
      total[place] = -1
      return (dimensions[place], total)
    }
  }

  private static func key(_ codes: [Int32], at level: Int) -> Key {
    codes.enumerated().map { place, code in level >> place & 1 == 1 ? code : -1 }
  }
}

/// The different sets of atoms that cells are: two cells of the same people are one, in whatever table.
struct CellSets {
  private(set) var atoms: [[Int32]] = []
  private var places: [[Int32]: Int] = [:]

  var count: Int { atoms.count }

  mutating func place(of atoms: [Int32]) -> Int {
    if let place = places[atoms] { return place }
    places[atoms] = self.atoms.count
    self.atoms.append(atoms)
    return self.atoms.count - 1
  }

  func contains(_ atoms: [Int32]) -> Bool { places[atoms] != nil }
}
