// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Foundation
import Tables
import Testing

/// Reference runs and data sets that lie beside the repository; tests are skipped where they do not.
struct Reference {
  private static let shared = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared")

  static let isPresent = FileManager.default.fileExists(
    atPath: shared.appending(path: "reference").path)
  static let absent: Comment = "the reference runs are not beside the repository"

  static let letters = shared.appending(path: "data/tanf-letters/recertification.csv").path
  static let hasLetters = FileManager.default.fileExists(atPath: letters)
  static let lettersAbsent: Comment = "the recertification data are not beside the repository"

  let cases: Table
  private let expected: JSONValue

  init(_ name: String) throws {
    let folder = Self.shared.appending(path: "reference/\(name)")
    cases = try CSVReader().read(path: folder.appending(path: "data.csv").path).table
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "expected.json")))
    expected = try JSONValue.parse(bytes: bytes)
  }

  /// What lies under a path such as `HC2/x1/se`.
  func number(_ path: String) throws -> Double {
    var value: JSONValue? = expected
    for key in path.split(separator: "/") { value = value?[String(key)] }
    return try #require(value?.doubleValue)
  }

  /// Holds an effect against the figures that estimatr reports under a path.
  ///
  /// Tolerances: 1e-8, degrees of freedom 1e-6 (reference/README.md).
  func expect(
    _ effect: Effect, equals path: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    let figures: [(String, Double?, Double)] = [
      ("estimate", effect.estimate, 1e-8), ("se", effect.standardError, 1e-8),
      ("statistic", effect.statistic, 1e-8), ("p", effect.pValue, 1e-7),
      ("ci_low", effect.confidenceLow, 1e-7), ("ci_high", effect.confidenceHigh, 1e-7),
      ("df", effect.degreesOfFreedom, 1e-6),
    ]
    for (name, figure, tolerance) in figures {
      expectClose(
        figure, try number("\(path)/\(name)"), tolerance, "\(path)/\(name)", at: location)
    }
  }
}

/// Small cases whose figures can be checked by hand.
enum Sample {
  /// Arms a, b and c; `paid` and `done` miss a value here and there; blocks, clusters, a covariate.
  static func trial() throws -> Table {
    let arms = (0..<24).map { ["a", "b", "c"][$0 % 3] }
    let done: [Bool?] = (0..<24).map { $0 == 7 || $0 == 8 ? nil : $0 % 4 < 2 }
    return try Table([
      ("arm", .category(CategoryColumn(arms))),
      ("paid", numbers { $0 == 4 ? nil : Double($0 * $0 % 17) }),
      ("done", .boolean(BooleanColumn(done))),
      ("treated", numbers { $0 % 3 == 0 ? 0 : 1 }),
      ("dose", numbers { Double($0 % 5) }),
      ("age", numbers { $0 == 9 ? nil : Double(30 + $0 * 7 % 11) }),
      ("site", texts { ["north", "south"][$0 / 3 % 2] }),
      ("office", texts { $0 == 1 ? "lone" : ["x", "y"][$0 / 3 % 2] }),
      ("village", numbers { Double($0 % 12) }),
      ("note", texts { "person \($0)" }),
      ("empty", numbers { _ in nil }),
      ("same", numbers { _ in 3 }),
      ("only", texts { _ in "a" }),
      ("day", .date(FixedColumn([Int32](repeating: 3, count: 24)))),
    ])
  }

  private static func numbers(_ value: (Int) -> Double?) -> Column {
    .number(FixedColumn((0..<24).map(value)))
  }

  private static func texts(_ value: (Int) -> String) -> Column {
    .text(TextColumn((0..<24).map(value)))
  }

  static func card(_ change: (inout JSONValue) -> Void = { _ in }) throws -> PilotCard {
    var answers: JSONValue = [
      "id": "letters-2026", "title": "A clearer letter", "owner": "Team Inkomen",
      "organisation": "Gemeente Voorbeeld", "target_group": "households", "track": "experiment",
      "problem": "few apply", "goal": "more apply", "change": "a B1 letter",
      "legal_basis": "within-existing-rules", "design": "individual-rct",
      "unit_of_assignment": "person",
      "arms": [["id": "a", "control": true], ["id": "b"], ["id": "c"]],
      "outcomes": [
        [
          "id": "payment", "column": "paid", "direction": "increase", "role": "primary",
          "metric": "payments@2", "unit": "euro", "minimum_difference": 1,
        ],
        ["id": "finished", "column": "done", "direction": "increase", "role": "guardrail"],
      ],
    ]
    change(&answers)
    return try PilotCard(answers: answers)
  }
}

extension Table {
  /// The same table with another column of numbers.
  func adding(_ name: String, _ value: (Int) -> Double?) throws -> Table {
    try Table(
      names.map { ($0, try #require(self[$0])) }
        + [(name, .number(FixedColumn((0..<rowCount).map(value))))])
  }
}
