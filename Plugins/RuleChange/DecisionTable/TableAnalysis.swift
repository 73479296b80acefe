// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Finds the gaps, overlaps and dead rules of a decision table, exactly and with a case that shows each.
///
/// The inputs count as independent of each other; a missing value is outside of every domain, since no
/// test decides over it.
struct TableAnalysis {
  /// How many combinations of regions are looked at, and how many findings one table gives.
  static let combinationLimit = 1_000_000
  static let findingLimit = 100

  private let table: DecisionTable
  private let domains: [InputDomain]
  /// For each input and region the rules that pass, a bit for each rule.
  private let passing: [[Bitmap]]
  /// For each rule how many go before it where it applies with others; none where no rule goes first.
  private let ranks: [Int]?

  /// - Throws: a fault that says why the table cannot be analysed.
  init(
    _ table: DecisionTable, domains: [InputDomain], scope: FEELScope
  ) throws(RuleFault) {
    self.table = table
    self.domains = domains
    var combinations = 1
    for domain in domains {
      let (product, overflow) = combinations.multipliedReportingOverflow(by: domain.regions.count)
      guard !overflow, product <= Self.combinationLimit else {
        throw RuleFault(
          "the table has more than \(Self.combinationLimit) combinations of values to look at",
          help: "split it into several tables")
      }
      combinations = product
    }
    var passing: [[Bitmap]] = []
    for (place, domain) in domains.enumerated() {
      var regions: [Bitmap] = []
      for region in domain.regions {
        regions.append(try Self.rules(of: table, passing: region.witness, at: place, scope))
      }
      passing.append(regions)
    }
    self.passing = passing
    switch table.hit {
    case .first: ranks = Array(table.rows.indices)
    case .priority:
      var ranks = [Int](repeating: 0, count: table.rows.count)
      for (rank, row) in try table.priorityOrder(in: scope).enumerated() { ranks[row] = rank }
      self.ranks = ranks
    case .unique, .any, .collectSum, .collectMinimum, .collectMaximum, .collectCount: ranks = nil
    }
  }

  private static func rules(
    of table: DecisionTable, passing value: FEELValue, at place: Int, _ scope: FEELScope
  ) throws(RuleFault) -> Bitmap {
    var rules = Bitmap(repeating: false, count: 0)
    for row in table.rows {
      do throws(FEELFault) {
        rules.append(try row.cells[place].tests.evaluate(input: value, in: scope) ?? false)
      } catch {
        throw RuleFault(error, at: row.cells[place].origin)
      }
    }
    return rules
  }

  /// Everything that is found, gaps and overlaps first.
  func findings() -> [TableFinding] {
    var cells: [Bitmap: [[Int]]] = [:]
    var order: [Bitmap] = []
    var reached = Bitmap(repeating: false, count: table.rows.count)
    var deciding = reached
    var witnesses: [Int: [Int]] = [:]
    forEachCell { cell, rules in
      reached = reached | rules
      let hits = rules.setIndices
      if let ranks, let rule = hits.min(by: { ranks[$0] < ranks[$1] }) {
        deciding.set(rule, to: true)
      }
      for rule in hits where witnesses[rule] == nil { witnesses[rule] = cell }
      let isGap = hits.isEmpty && !table.hasDefaults
      guard isGap || isClash(hits) else { return }
      if cells[rules] == nil { order.append(rules) }
      cells[rules, default: []].append(cell)
    }
    var found: [TableFinding] = []
    for rules in order {
      for box in RegionBox.merged(cells[rules] ?? [], domains: domains) {
        found.append(finding(on: box, rules: rules.setIndices))
      }
    }
    found.sort {
      $0.tests.isEmpty == $1.tests.isEmpty && $0.rules.lexicographicallyPrecedes($1.rules)
    }
    var dead: Set<Int> = []
    for rule in table.rows.indices {
      if !reached[rule] {
        found.append(unreachable(rule))
        dead.insert(rule)
      } else if ranks != nil, !deciding[rule] {
        found.append(shadowed(rule, witnesses[rule] ?? []))
        dead.insert(rule)
      }
    }
    return limited(found + unreachableOutputs(dead, witnesses))
  }

  /// Whether rules may not apply at once: never two under UNIQUE, and none that differ under ANY.
  private func isClash(_ rules: [Int]) -> Bool {
    switch table.hit {
    case .unique: rules.count > 1
    case .any:
      rules.dropFirst().contains { rule in
        table.rows[rule].outputs.map(\.source) != table.rows[rules[0]].outputs.map(\.source)
      }
    case .priority, .first, .collectSum, .collectMinimum, .collectMaximum, .collectCount: false
    }
  }

  private func forEachCell(_ body: ([Int], Bitmap) -> Void) {
    var cell = [Int](repeating: 0, count: domains.count)
    func visit(_ axis: Int, _ rules: Bitmap) {
      guard axis < domains.count else {
        body(cell, rules)
        return
      }
      for (place, passed) in passing[axis].enumerated() {
        cell[axis] = place
        visit(axis + 1, rules & passed)
      }
    }
    visit(0, Bitmap(repeating: true, count: table.rows.count))
  }

  private func limited(_ findings: [TableFinding]) -> [TableFinding] {
    guard findings.count > Self.findingLimit else { return findings }
    let rest = findings.count - Self.findingLimit
    return findings.prefix(Self.findingLimit) + [
      TableFinding(
        kind: .notAnalysed, rules: [], witness: nil,
        message: "there are \(rest) more findings; mend these first", tests: [])
    ]
  }
}

// What a finding says
extension TableAnalysis {
  private func finding(on box: RegionBox, rules: [Int]) -> TableFinding {
    let numbers = rules.map { $0 + 1 }
    let tests = zip(domains, box.places).map { $0.test(of: $1) }
    let place = edge(of: box, rules)
    let cases = describe(tests)
    let list = Self.list(numbers)
    let message =
      switch (place, rules.isEmpty) {
      case (let axis?, true):
        "exactly \(witness(of: box, on: axis)) falls into no rule\(besides(axis, tests))"
      case (let axis?, false):
        "exactly \(witness(of: box, on: axis)) falls into rules \(list)\(besides(axis, tests)): "
          + "decide which one holds"
      case (nil, true): "no rule applies to \(cases)"
      case (nil, false): "rules \(list) all apply to \(cases)"
      }
    return TableFinding(
      kind: place != nil ? .edge : rules.isEmpty ? .gap : .overlap, rules: numbers,
      witness: witness(box.places.map { $0[0] }), message: message,
      tests: zip(tests, domains).map { test, domain in
        test ?? domain.test(ofAll: domain.regions)
      })
  }

  /// The input on whose boundary value alone the finding lies; a rule made for just that value is on
  /// purpose.
  private func edge(of box: RegionBox, _ rules: [Int]) -> Int? {
    domains.indices.first { axis in
      guard domains[axis].isOrdered, box.places[axis].count == 1, domains[axis].regions.count > 1,
        domains[axis].regions[box.places[axis][0]].isPoint
      else { return false }
      return rules.allSatisfy { rule in passing[axis].count { $0[rule] } > 1 }
    }
  }

  private func unreachable(_ rule: Int) -> TableFinding {
    TableFinding(
      kind: .unreachable, rules: [rule + 1], witness: nil,
      message: "rule \(rule + 1) can never apply: no value passes its tests", tests: [])
  }

  private func shadowed(_ rule: Int, _ cell: [Int]) -> TableFinding {
    TableFinding(
      kind: .shadowed, rules: [rule + 1], witness: witness(cell),
      message: "rule \(rule + 1) never decides: "
        + (table.hit == .first ? "the rules before it" : "rules with higher priority")
        + " take all its cases", tests: [])
  }

  /// Results that no living rule gives; what holds where no rule applies is given to missing values.
  private func unreachableOutputs(
    _ dead: Set<Int>, _ witnesses: [Int: [Int]]
  ) -> [TableFinding] {
    var found: [TableFinding] = []
    for (place, output) in table.outputs.enumerated() {
      let living = table.rows.indices.filter { !dead.contains($0) }
      var seen = Set(living.map { table.rows[$0].outputs[place].source })
      if let fallback = output.fallback { seen.insert(fallback.source) }
      for rule in dead.sorted() {
        let source = table.rows[rule].outputs[place].source
        guard seen.insert(source).inserted else { continue }
        let rules = dead.sorted().filter { table.rows[$0].outputs[place].source == source }
        let numbers = rules.map { $0 + 1 }
        let noun = numbers.count == 1 ? "rule" : "rules"
        found.append(
          TableFinding(
            kind: .unreachableOutput, rules: numbers,
            witness: rules.lazy.compactMap { witnesses[$0] }.first.map(witness),
            message: "no case gets \(output.name) = \(source): \(noun) \(Self.list(numbers)), "
              + "which \(numbers.count == 1 ? "gives" : "give") it, "
              + "never \(numbers.count == 1 ? "decides" : "decide")", tests: []))
      }
    }
    return found
  }

  private func witness(_ cell: [Int]) -> String {
    zip(domains, cell).map { "\($0.label) = \($0.regions[$1].witness.source)" }
      .joined(separator: ", ")
  }

  private func witness(of box: RegionBox, on axis: Int) -> String {
    let value = domains[axis].regions[box.places[axis][0]].witness
    return "\(domains[axis].label) = \(value.source)"
  }

  private func describe(_ tests: [String?], without axis: Int? = nil) -> String {
    let parts = domains.indices.compactMap { place in
      place == axis ? nil : tests[place].map { "\(domains[place].label): \($0)" }
    }
    return parts.isEmpty ? "any case" : parts.joined(separator: ", ")
  }

  private func besides(_ axis: Int, _ tests: [String?]) -> String {
    let rest = describe(tests, without: axis)
    return rest == "any case" ? "" : " (\(rest))"
  }

  private static func list(_ numbers: [Int]) -> String {
    guard let last = numbers.last, numbers.count > 1 else {
      return numbers.map { "\($0)" }.joined()
    }
    return numbers.dropLast().map { "\($0)" }.joined(separator: ", ") + " and \(last)"
  }
}

extension InputDomain {
  /// A test that every value of the domain passes, and a missing value does not.
  fileprivate func test(ofAll regions: [Region]) -> String {
    regions.contains { $0.test == "-" }
      ? "not(null)" : regions.map(\.test).joined(separator: ", ")
  }
}
