// SPDX-License-Identifier: EUPL-1.2

/// What somebody can work out from the cells that are published: exact bounds of sums over atoms.
///
/// Cells that leave one atom open give it away, and others with it; what is left falls into parts that
/// share no equation, each a linear program of its own. Corners that one question finds answer others.
struct AttackerView {
  enum Verdict {
    case holds
    /// The cells by which the attacker knows too much.
    case fails(culprits: [Int], shortBy: Double)
  }

  private let problem: ProtectionProblem
  /// The equation that gave an atom away, and when; −1 where it is open.
  private var source: [Int]
  private var order: [Int]
  /// Per cell its atoms that are open.
  private var open: [[Int]]
  private let equations: [Int]
  /// The part that an open atom belongs to.
  private var part: [Int]
  private var programs: [Int: PartProgram] = [:]

  /// How many numbers the program of one part may hold.
  static let limit = 12_000_000

  init(_ problem: ProtectionProblem, published: [Bool]) {
    self.problem = problem
    source = [Int](repeating: -1, count: problem.atoms.count)
    order = source
    part = source
    open = problem.cells.map { $0.map { Int($0) } }
    equations = problem.cells.indices.filter { published[$0] && !problem.cells[$0].isEmpty }
    giveAway()
    findParts()
  }

  /// The most numbers that a part's program takes.
  var size: Int {
    var atoms: [Int: Int] = [:]
    var cells: [Int: Int] = [:]
    for atom in part where atom >= 0 { atoms[atom, default: 0] += 1 }
    for cell in equations {
      if let first = open[cell].first { cells[part[first], default: 0] += 1 }
    }
    return cells.map { $0.value * ($0.value + (atoms[$0.key] ?? 0) + 1) }.max() ?? 0
  }

  /// Tries demands one by one; those that hold by a corner found for another are not looked at.
  mutating func verdicts(
    on demands: [ProtectionDemand], _ check: () throws -> Void
  ) rethrows -> [Verdict] {
    var verdicts = [Verdict?](repeating: nil, count: demands.count)
    for place in demands.indices where verdicts[place] == nil {
      try check()
      let (verdict, corner) = verdict(on: demands[place])
      verdicts[place] = verdict
      guard let corner, !problem.isSigned else { continue }
      for other in demands.indices where other > place && verdicts[other] == nil {
        let value = demands[other].terms.reduce(0) { sum, term in
          sum + term.coefficient * (corner[term.atom] ?? problem.atoms[term.atom])
        }
        if value >= demands[other].atLeast - 1e-6 { verdicts[other] = .holds }
      }
    }
    return verdicts.map { $0 ?? .holds }
  }
}

extension AttackerView {
  /// The atoms that cells give away, one after the other.
  private mutating func giveAway() {
    var holders = [[Int]](repeating: [], count: problem.atoms.count)
    for cell in equations { for atom in open[cell] { holders[atom].append(cell) } }
    var queue = equations
    var time = 0
    while let cell = queue.popLast() {
      let known = open[cell].filter { source[$0] < 0 }
      open[cell] = known
      // Nobody has less than nothing: where nothing is left, each is nothing.
      let isEmpty = !problem.isSigned && known.allSatisfy { problem.atoms[$0] == 0 }
      guard known.count == 1 || isEmpty else { continue }
      for atom in known {
        source[atom] = cell
        order[atom] = time
        queue += holders[atom]
      }
      time += 1
      open[cell] = []
    }
    for cell in equations { open[cell].removeAll { source[$0] >= 0 } }
  }

  private mutating func findParts() {
    var parent = Array(part.indices)
    func root(_ atom: Int) -> Int {
      var atom = atom
      while parent[atom] != atom {
        parent[atom] = parent[parent[atom]]
        atom = parent[atom]
      }
      return atom
    }
    for cell in equations {
      guard let first = open[cell].first else { continue }
      for atom in open[cell].dropFirst() { parent[root(atom)] = root(first) }
    }
    for atom in part.indices where source[atom] < 0 { part[atom] = root(atom) }
  }

  /// The verdict, and the values of atoms at the corner that was found.
  private mutating func verdict(
    on demand: ProtectionDemand
  ) -> (Verdict, corner: [Int: Double]?) {
    var byPart: [Int: [(atom: Int, coefficient: Double)]] = [:]
    var sum = 0.0
    var known: [Int] = []
    for term in demand.terms where term.coefficient != 0 {
      if source[term.atom] >= 0 {
        // Without bounds only the change from what is true counts: nothing or anything.
        if !problem.isSigned { sum += term.coefficient * problem.atoms[term.atom] }
        known.append(term.atom)
      } else {
        byPart[part[term.atom], default: []].append(term)
      }
    }
    var corner: [Int: Double] = [:]
    var binding: [Int] = []
    for (place, (part, terms)) in byPart.sorted(by: { $0.key < $1.key }).enumerated() {
      if programs[part] == nil { programs[part] = program(of: part) }
      // Only the last part may stop early: the others' whole maximum counts.
      let enough = place == byPart.count - 1 ? demand.atLeast - sum : .infinity
      guard let answer = programs[part]?.maximum(of: terms, enough: enough) else { continue }
      switch answer {
      case .unbounded: return (.holds, nil)
      case .undecided:
        binding += programs[part]?.cells ?? []
      case .value(let value, let cells):
        sum += value
        binding += cells
        corner.merge(programs[part]?.corner ?? [:]) { first, _ in first }
      }
    }
    if sum >= demand.atLeast - 1e-6 { return (.holds, corner) }
    return (
      .fails(culprits: culprits(binding, known), shortBy: demand.atLeast - sum), corner
    )
  }

  private func program(of wanted: Int) -> PartProgram {
    let atoms = part.indices.filter { part[$0] == wanted }
    let cells = equations.filter { open[$0].first.map { part[$0] == wanted } ?? false }
    return PartProgram(
      atoms: atoms, cells: cells, members: cells.map { open[$0] }, values: problem.atoms,
      isSigned: problem.isSigned)
  }

  /// The binding cells, and those that gave away what they and the demand take as known.
  private func culprits(_ binding: [Int], _ known: [Int]) -> [Int] {
    var found = Set(binding)
    var seen: Set<Int> = []
    var waiting = known + binding.flatMap { cell in givenAway(in: cell, before: .max) }
    while let atom = waiting.popLast() {
      guard seen.insert(atom).inserted else { continue }
      found.insert(source[atom])
      waiting += givenAway(in: source[atom], before: order[atom])
    }
    return found.sorted()
  }

  private func givenAway(in cell: Int, before time: Int) -> [Int] {
    problem.cells[cell].lazy.map { Int($0) }.filter { source[$0] >= 0 && order[$0] < time }
  }
}
