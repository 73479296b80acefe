// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Finds the rules that apply to a case without trying every rule on every case.
///
/// The constants that an input is compared with part its values into classes, within which no test tells
/// one value from another: below the first constant, that constant, between it and the next, and so on;
/// missing values are a class of their own. For each class a row of bits says which rules the input
/// leaves open. The rules of a case are those that all its inputs leave open, a word of 64 at a time.
/// Tests that are more than comparisons with constants are evaluated over all cases, as scans.
struct RuleIndex: Sendable {
  /// How many rules one index holds: the bits of all classes then stay within some megabytes.
  static let capacity = 4_096
  /// How many words of bits one input may take; with more constants its tests are scans.
  private static let wordLimit = 1 << 22

  /// The rules as they stand in the table, counted from 0.
  let rules: Range<Int>
  /// How many words the bits of a class take.
  let wordCount: Int
  private(set) var parts: [Part] = []
  private(set) var scans: [Scan] = []
  /// For each rule, counted from the first of the index, the scans that it has to pass.
  private(set) var scansOfRules: [[Int]]

  /// What one input leaves open.
  struct Part: Sendable {
    let input: Int
    let classes: ValueClasses
    /// The rows of bits, class by class.
    let bits: [UInt64]
  }

  /// A test that is evaluated over all cases.
  struct Scan: Sendable {
    let input: Int
    let cell: TableCell
  }

  /// The types are those of the inputs' columns; no name is that of a column.
  init(
    _ table: DecisionTable, rules: Range<Int>, types: [ColumnType], columns names: Set<String>,
    _ scope: FEELScope
  ) {
    self.rules = rules
    wordCount = (rules.count + 63) / 64
    scansOfRules = [[Int]](repeating: [], count: rules.count)
    for (input, type) in types.enumerated() { add(input, type, table, names, scope) }
  }

  /// Indexes of all rules of a table, in their order.
  static func all(
    _ table: DecisionTable, types: [ColumnType], columns names: Set<String>, _ scope: FEELScope
  ) -> [RuleIndex] {
    stride(from: 0, to: table.rows.count, by: capacity).map { start in
      RuleIndex(
        table, rules: start..<min(table.rows.count, start + capacity), types: types,
        columns: names, scope)
    }
  }
}

extension RuleIndex {
  private mutating func add(
    _ input: Int, _ type: ColumnType, _ table: DecisionTable, _ names: Set<String>,
    _ scope: FEELScope
  ) {
    var places: [UnaryTests: Int] = [:]
    var distinct: [(cell: TableCell, rules: [Int])] = []
    var open: [Int] = []
    for (rule, row) in table.rows[rules].enumerated() {
      let cell = row.cells[input]
      if cell.tests.isAny {
        open.append(rule)
      } else if let place = places[cell.tests] {
        distinct[place].rules.append(rule)
      } else {
        places[cell.tests] = distinct.count
        distinct.append((cell, [rule]))
      }
    }
    guard !distinct.isEmpty else { return }
    var tests: [ClassTest] = []
    var others: [(cell: TableCell, rules: [Int])] = []
    for (cell, rules) in distinct {
      if let test = ClassTest(cell.tests, rules: rules, over: type, columns: names, scope) {
        tests.append(test)
      } else {
        others.append((cell, rules))
      }
    }
    let classes = ValueClasses(tests.map(\.edges), of: type)
    if classes.count * wordCount > Self.wordLimit { (tests, others) = ([], distinct) }
    for (cell, rules) in others {
      for rule in rules { scansOfRules[rule].append(scans.count) }
      scans.append(Scan(input: input, cell: cell))
      open += rules
    }
    guard !tests.isEmpty else { return }
    parts.append(
      Part(input: input, classes: classes, bits: bits(of: tests, open: open, in: classes)))
  }

  /// The bits of all classes: from one class to the next only the rules change whose tests turn there.
  private func bits(of tests: [ClassTest], open: [Int], in classes: ValueClasses) -> [UInt64] {
    var current = [UInt64](repeating: 0, count: wordCount)
    func flip(_ rule: Int, _ words: inout [UInt64]) { words[rule >> 6] ^= 1 << UInt64(rule & 63) }
    for rule in open { flip(rule, &current) }
    var missing = current
    var turns: [(place: Int, rule: Int)] = []
    for test in tests {
      let starts = classes.starts(of: test.edges)
      var before = false
      for (own, passes) in test.passes.enumerated() where passes != before {
        before = passes
        for rule in test.rules { turns.append((starts[own], rule)) }
      }
      if test.passesMissing { for rule in test.rules { flip(rule, &missing) } }
    }
    turns.sort { $0.place < $1.place }
    var bits: [UInt64] = []
    bits.reserveCapacity(classes.count * wordCount)
    var next = 0
    for place in 0..<classes.missing {
      while next < turns.count, turns[next].place == place {
        flip(turns[next].rule, &current)
        next += 1
      }
      bits += current
    }
    return bits + missing
  }
}

/// A test that does nothing but compare its input with constants, and the rules that have it.
private struct ClassTest {
  let rules: [Int]
  let edges: ValueEdges
  /// Whether the values below the first edge pass, that edge, those between it and the next, and so on.
  let passes: [Bool]
  let passesMissing: Bool

  /// Nil for other tests, and for one that cannot be evaluated: what then is wrong, the cases tell.
  init?(
    _ tests: UnaryTests, rules: [Int], over type: ColumnType, columns names: Set<String>,
    _ scope: FEELScope
  ) {
    guard tests.references.allSatisfy({ !names.contains($0.path[0]) }),
      let boundaries = try? tests.boundaries(in: scope), boundaries.isExact,
      let edges = ValueEdges(boundaries.values, of: type),
      let found = try? tests.evaluate(over: edges.samples(of: type), in: scope).values
    else { return nil }
    self.rules = rules
    self.edges = edges
    passes = (0..<found.count - 1).map { found[$0] }
    passesMissing = found[found.count - 1]
  }
}
