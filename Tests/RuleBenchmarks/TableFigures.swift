// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import FEEL
import Foundation
import RuleChange
import Tables

/// A decision table of 3,700 rules over a hundred thousand cases: 37 municipalities, each with a hundred
/// bands of income of its own.
enum TableFigures {
  private static let rows = 100_000
  private static let municipalities = 37
  private static let bands = 100

  static func all() throws -> [Figure] {
    let population = try population()
    let slow = try ruleByRule(population)
    return try ["FIRST", "UNIQUE"].map { hit in
      let calculator = try SchemeCalculator(parsing: scheme(hit))
      var amounts: Column?
      let measure = try Measure(runs: 5) {
        amounts = try calculator.columns(["amount"], over: population)["amount"]
      }
      guard let amounts, isRight(amounts, population) else {
        return Figure(name: "\(hit) table of 3,700 rules", value: "WRONG", target: "")
      }
      return Figure(
        name: "\(hit) table of 3,700 rules, 10⁵ cases", value: milliseconds(measure.least),
        target: "",
        peer: "every rule on every case, its hits alone: "
          + "\((slow / measure.least * 10).rounded() / 10) × (\(milliseconds(slow)))")
    }
  }

  /// How long it takes to put each rule's tests to all cases, column by column: what an index saves.
  private static func ruleByRule(_ population: Table) throws -> Double {
    let (places, incomes) = (try population.column("municipality"), try population.column("income"))
    func bits(_ source: String, _ column: Column) throws -> Bitmap {
      try UnaryTests(parsing: source).evaluate(over: column, in: FEELScope()).values
    }
    return try Measure(runs: 1) {
      var free = Bitmap(repeating: true, count: rows)
      var chosen: [Bitmap] = []
      for place in 0..<municipalities {
        let isThere = try bits("\"M\(place)\"", places)
        for band in 0..<bands {
          let (low, high) = (limit(place, band), limit(place, band + 1))
          let hit = isThere & (try bits("[\(low)..\(high))", incomes))
          chosen.append(hit & free)
          free = free & ~hit
        }
      }
      precondition(chosen.count == municipalities * bands)
    }.least
  }

  private static func scheme(_ hit: String) -> String {
    var lines = [
      "scheme: {id: many}", "inputs:", "  municipality: {type: text}", "  income: {type: integer}",
      "  children: {type: integer}", "decisions:", "  amount:", "    table:", "      hit: \(hit)",
      "      inputs: [municipality, income, children]", "      default: [0]", "      rows:",
    ]
    for place in 0..<municipalities {
      for band in 0..<bands {
        let low = limit(place, band)
        let amount = amount(place, band)
        lines.append(
          "        - ['\"M\(place)\"', '[\(low)..\(limit(place, band + 1)))', '>= 0', \(amount)]")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func limit(_ municipality: Int, _ band: Int) -> Int {
    municipality * 7 + band * (400 + municipality)
  }

  private static func amount(_ municipality: Int, _ band: Int) -> String {
    "\(2_000 - band * 15).\(10 + municipality)"
  }

  private static func population() throws -> Table {
    var random = RandomStream(seed: 37, name: "cases")
    let codes = (0..<rows).map { _ in Int32(random.integer(below: municipalities)) }
    return try Table([
      (
        "municipality",
        .category(
          CategoryColumn(codes: codes, dictionary: (0..<municipalities).map { "M\($0)" }))
      ),
      (
        "income",
        .integer(FixedColumn((0..<rows).map { _ in Int64(random.integer(below: 50_000)) }))
      ),
      ("children", .integer(FixedColumn((0..<rows).map { _ in Int64(random.integer(below: 5)) }))),
    ])
  }

  /// Whether each case has the amount that its band follows by division.
  private static func isRight(_ amounts: Column, _ population: Table) -> Bool {
    guard case .decimal(let amounts, scale: 2) = amounts,
      case .category(let places)? = population["municipality"],
      case .integer(let incomes)? = population["income"]
    else { return false }
    return (0..<rows).allSatisfy { row in
      guard let text = places[row], let place = Int(text.dropFirst()), let income = incomes[row]
      else { return false }
      let above = Int(income) - place * 7
      let band = above / (400 + place)
      let isIn = above >= 0 && band < bands
      return amounts[row] == (isIn ? Int64((2_000 - band * 15) * 100 + 10 + place) : 0)
    }
  }
}
