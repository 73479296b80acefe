// SPDX-License-Identifier: EUPL-1.2

import StageKit
import StageTesting
import Tables
import Testing

@testable import PilotIntake

/// An attacker of its own, who sees the published cells alone and tries every table that fits them.
private struct Attacker {
  /// The values of the atoms that people can be in.
  let atoms: [[String]]
  /// Per published cell its atoms and its count.
  private(set) var equations: [(atoms: [Int], count: Int)] = []

  init(atoms: [[String]]) { self.atoms = atoms }

  /// The atoms of a cell: "all" stands for every value.
  func members(_ key: [String]) -> [Int] {
    atoms.indices.filter { place in
      zip(key, atoms[place]).allSatisfy { $0 == "all" || $0 == $1 }
    }
  }

  mutating func learn(_ members: [Int], _ count: Int) { equations.append((members, count)) }

  /// Whether some table of whole numbers that fits has a count that meets a condition in a cell.
  func isPossible(_ cell: [Int], most: Int, where condition: (Int) -> Bool) -> Bool {
    var rest = equations.map(\.count)
    var holders = [[Int]](repeating: [], count: atoms.count)
    var last = [Int](repeating: -1, count: equations.count)
    for (place, equation) in equations.enumerated() {
      for atom in equation.atoms {
        holders[atom].append(place)
        last[place] = max(last[place], atom)
      }
    }
    let own = Set(cell)
    func search(_ atom: Int, _ sum: Int) -> Bool {
      guard atom < atoms.count else { return condition(sum) }
      let limit = holders[atom].map { rest[$0] }.min() ?? most
      // The equations that end here leave one value.
      let ending = holders[atom].filter { last[$0] == atom }.map { rest[$0] }
      if let first = ending.first, ending.contains(where: { $0 != first }) || first > limit {
        return false
      }
      let values = ending.first.map { [$0] } ?? Array((0...max(0, limit)).reversed())
      for value in values where limit >= 0 {
        for place in holders[atom] { rest[place] -= value }
        defer { for place in holders[atom] { rest[place] += value } }
        if search(atom + 1, sum + (own.contains(atom) ? value : 0)) { return true }
      }
      return false
    }
    return search(0, 0)
  }
}

struct DisclosureAttackTests {
  private static let units = 5

  /// Cases of drawn categories: a, b and, where there are three, c; and a flag.
  private static func drawn(_ seed: UInt64, _ sizes: [Int], upTo most: Int) -> [[String]] {
    var stream = RandomStream(seed: seed, name: "cells")
    var keys: [[String]] = [[]]
    for (place, size) in sizes.enumerated() {
      let letter = ["a", "b", "c"][place]
      keys = keys.flatMap { key in (0..<size).map { key + ["\(letter)\($0)"] } }
    }
    return keys.flatMap { key in
      repeatElement(key, count: Int(stream.uniform() * Double(most + 1)))
    }
  }

  private static func table(_ rows: [[String]], _ names: [String]) throws -> Table {
    try Table(
      names.enumerated().map { place, name in
        (name, .category(CategoryColumn(rows.map { $0[place] })))
      })
  }

  private static func count(_ rows: [[String]], _ key: [String]) -> Int {
    rows.count { row in zip(key, row).allSatisfy { $0 == "all" || $0 == $1 } }
  }

  /// Every published count is right, and no small one that is not can be narrowed down to below the
  /// threshold, in tables of one to three columns.
  @Test(
    arguments: [[5], [2, 3], [3, 3], [2, 2, 2]], 0..<12 as Range<UInt64>)
  func `no suppressed small count can be found`(sizes: [Int], seed: UInt64) async throws {
    let rows = Self.drawn(seed, sizes, upTo: 14)
    let names = Array(["a", "b", "c"].prefix(sizes.count))
    let result = try await DisclosureTests.run(
      try Self.table(rows, names),
      "tables: {t: {by: [\(names.joined(separator: ", "))]}}\nunits: \(Self.units)")
    let cells = try DisclosureTests.cells(result)
    var attacker = Attacker(atoms: Array(Set(rows)).sorted { $0.joined() < $1.joined() })
    var hidden: [(key: [String], count: Int)] = []
    for (cell, shown) in cells {
      let key = cell.split(separator: " ").dropFirst().map { String($0) }
      let truth = Self.count(rows, key)
      if shown == "x" {
        hidden.append((key, truth))
      } else {
        #expect(shown == "\(truth)")
        #expect(truth == 0 || truth >= Self.units)
        attacker.learn(attacker.members(key), truth)
      }
    }
    for (key, truth) in hidden where truth > 0 && truth < Self.units {
      let members = attacker.members(key)
      #expect(attacker.isPossible(members, most: 40) { $0 >= Self.units })
      #expect(attacker.isPossible(members, most: 40) { $0 < truth })
    }
  }

  /// Where more than nine tenths of a line are in one category, nobody can be sure that they are: not
  /// even where all are, and somebody who does not know that nobody is in the others adds up.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `no group can be found to be nearly all alike`(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, name: "groups")
    let keys = ["a0", "a1", "a2"].flatMap { a in ["b0", "b1"].map { [a, $0] } }
    let rows = keys.flatMap { key in
      repeatElement(key, count: Int(stream.uniform() * (key[1] == "b0" ? 20 : 4)))
    }
    let result = try await DisclosureTests.run(
      try Self.table(rows, ["a", "b"]),
      "tables: {t: {by: [a, b]}}\nunits: 2\nneutral: [a]")
    let cells = try DisclosureTests.cells(result)
    var attacker = Attacker(atoms: keys)
    for (cell, shown) in cells {
      if let count = Int(shown) {
        let key = cell.split(separator: " ").dropFirst().map { String($0) }
        attacker.learn(attacker.members(key), count)
      }
    }
    for a in Set(rows.map { $0[0] }).sorted() + ["all"] {
      let total = Self.count(rows, [a, "all"])
      for b in Set(rows.map { $0[1] }).sorted() {
        let own = Self.count(rows, [a, b])
        guard total >= 2, Double(own) > 0.9 * Double(total) + 1e-9 else { continue }
        #expect(cells["t \(a) \(b)"] == "x")
        guard cells["t \(a) all"] != "x", Set(rows.map { $0[1] }).count == 2 else { continue }
        #expect(
          attacker.isPossible(attacker.members([a, b]), most: 60) {
            Double($0) <= 0.9 * Double(total) + 1e-9
          })
      }
    }
  }

  /// The same cases in a table of all and in one of some: nobody finds the few that make the difference.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `no small difference of two tables can be found`(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, name: "differences")
    let rows = ["a0", "a1", "a2"].flatMap { a in
      ["in", "out"].flatMap { flag in
        repeatElement([a, flag], count: 1 + Int(stream.uniform() * 14))
      }
    }
    let result = try await DisclosureTests.run(
      try Self.table(rows, ["a", "flag"]),
      """
      tables: {everybody: {by: a}, some: {by: a, where: 'flag = "in"'}}
      units: \(Self.units)
      group_share: 1
      """)
    var attacker = Attacker(atoms: Array(Set(rows)).sorted { $0.joined() < $1.joined() })
    for (cell, shown) in try DisclosureTests.cells(result) {
      let parts = cell.split(separator: " ").map { String($0) }
      let key = [parts[1], parts[0] == "some" ? "in" : "all"]
      if shown == "x" { continue }
      #expect(shown == "\(Self.count(rows, key))")
      attacker.learn(attacker.members(key), Self.count(rows, key))
    }
    for a in ["a0", "a1", "a2", "all"] {
      for flag in ["in", "out"] {
        let truth = Self.count(rows, [a, flag])
        guard truth > 0, truth < Self.units else { continue }
        #expect(attacker.isPossible(attacker.members([a, flag]), most: 60) { $0 != truth })
      }
    }
  }

  /// Two tables that share a column, and a share in one of them: what they tell together.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func `no small count can be found from tables that hang together`(seed: UInt64) async throws {
    let rows = Self.drawn(seed, [2, 2, 2], upTo: 12)
    let result = try await DisclosureTests.run(
      try Self.table(rows, ["a", "b", "c"]),
      """
      tables: {ab: {by: [a, b]}, bc: {by: [b, c]}}
      units: \(Self.units)
      group_share: 1
      """)
    var attacker = Attacker(atoms: Array(Set(rows)).sorted { $0.joined() < $1.joined() })
    var hidden: [[String]] = []
    for (cell, shown) in try DisclosureTests.cells(result) {
      let parts = cell.split(separator: " ").map { String($0) }
      let key = parts[0] == "ab" ? [parts[1], parts[2], "all"] : ["all", parts[1], parts[2]]
      if shown == "x" {
        hidden.append(key)
      } else {
        #expect(shown == "\(Self.count(rows, key))")
        attacker.learn(attacker.members(key), Self.count(rows, key))
      }
    }
    for key in hidden {
      let truth = Self.count(rows, key)
      guard truth > 0, truth < Self.units else { continue }
      #expect(attacker.isPossible(attacker.members(key), most: 30) { $0 >= Self.units })
      #expect(attacker.isPossible(attacker.members(key), most: 30) { $0 < truth })
    }
  }

  /// By elimination: a suppressed sum is no combination of published ones.
  @Test(arguments: 0..<30 as Range<UInt64>, [false, true])
  func `no suppressed sum follows from published ones`(
    seed: UInt64, isSigned: Bool
  ) async throws {
    var stream = RandomStream(seed: seed, name: "sums")
    let rows = Self.drawn(seed, [3, 3], upTo: 20)
    let values = rows.map { _ in
      let value = stream.uniform()
      return (value > 0.97 ? 500 : value * 10) - (isSigned ? 3 : 0)
    }
    let table = try Self.table(rows, ["a", "b"])
      .adding("income", .number(FixedColumn(values)))
    let result = try await DisclosureTests.run(
      table, "tables: {t: {by: [a, b], sum: income}}\nunits: \(Self.units)")
    let rules = try DisclosureTests.rules(result, measure: "sum")
    let atoms = Array(Set(rows)).sorted { $0.joined() < $1.joined() }
    let attacker = Attacker(atoms: atoms)
    var span = Span(width: atoms.count)
    for (cell, shown) in try DisclosureTests.cells(result, measure: "sum") {
      let key = cell.split(separator: " ").dropFirst().map { String($0) }
      let members = attacker.members(key)
      guard shown != "x" else { continue }
      let truth = rows.indices.reduce(0.0) { sum, row in
        zip(key, rows[row]).allSatisfy { $0 == "all" || $0 == $1 } ? sum + values[row] : sum
      }
      #expect(try #require(Double(shown)).distance(to: truth).magnitude < 1e-9)
      span.add(members)
    }
    for (cell, rule) in rules where rule == "threshold" || rule == "dominance" {
      let key = cell.split(separator: " ").dropFirst().map { String($0) }
      let members = attacker.members(key)
      if !members.isEmpty { #expect(!span.contains(members)) }
    }
  }

  /// What is published of a line never adds up to more than its total.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `published cells stay within published totals`(seed: UInt64) async throws {
    let rows = Self.drawn(seed, [3, 4], upTo: 16)
    let result = try await DisclosureTests.run(
      try Self.table(rows, ["a", "b"]), "tables: {t: {by: [a, b]}}\nunits: \(Self.units)")
    let cells = try DisclosureTests.cells(result)
    for a in ["a0", "a1", "a2", "all"] {
      let shown = (0..<4).compactMap { cells["t \(a) b\($0)"].flatMap { Int($0) } }
      if let total = cells["t \(a) all"].flatMap({ Int($0) }) {
        #expect(shown.reduce(0, +) <= total)
      }
    }
  }

  /// One-way tables of cells of ten and more suppress nothing, however thin their combinations are.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `tables apart with large cells are published whole`(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, name: "apart")
    let rows = (0..<200).map { _ in
      ["a", "b", "c"].map { "\($0)\(Int(stream.uniform() * 4))" }
    }
    let result = try await DisclosureTests.run(
      try Self.table(rows, ["a", "b", "c"]), "tables: {a: {by: a}, b: {by: b}, c: {by: c}}")
    #expect(try DisclosureTests.rules(result).isEmpty)
  }

  /// The order of the rows means nothing.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `rows in another order give the same tables`(seed: UInt64) async throws {
    var rows = Self.drawn(seed, [3, 3], upTo: 14)
    let yaml = "tables: {t: {by: [a, b]}}\nunits: \(Self.units)"
    let first = try await DisclosureTests.run(try Self.table(rows, ["a", "b"]), yaml)
    var stream = RandomStream(seed: seed, name: "order")
    stream.shuffle(&rows)
    let second = try await DisclosureTests.run(try Self.table(rows, ["a", "b"]), yaml)
    #expect(try DisclosureTests.cells(first) == DisclosureTests.cells(second))
  }
}

/// The combinations of some sums, by elimination.
private struct Span {
  private var rows: [[Double]] = []
  private let width: Int

  init(width: Int) { self.width = width }

  private func reduced(_ members: [Int]) -> [Double] {
    var row = [Double](repeating: 0, count: width)
    for place in members { row[place] = 1 }
    for base in rows {
      guard let lead = base.firstIndex(where: { $0.magnitude > 1e-9 }) else { continue }
      let factor = row[lead] / base[lead]
      if factor != 0 { for place in row.indices { row[place] -= factor * base[place] } }
    }
    return row
  }

  mutating func add(_ members: [Int]) {
    let row = reduced(members)
    if row.contains(where: { $0.magnitude > 1e-9 }) { rows.append(row) }
  }

  func contains(_ members: [Int]) -> Bool { reduced(members).allSatisfy { $0.magnitude < 1e-9 } }
}
