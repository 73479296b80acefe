// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables
import Testing

/// The page about the demonstrations names files that are there, and figures that are in them.
struct DemonstrationPageTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Installed.root.appending(path: path), encoding: .utf8)
  }

  private func page() throws -> String {
    try Self.text("Plugins/RuleChange/RuleChange.docc/Demonstrations.md")
  }

  /// The cells of the rows of a table that begin with one of these.
  private func rows(_ first: [String]) throws -> [[String]] {
    try page().split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return line.hasPrefix("|") && first.contains(cells.first ?? "") ? cells : nil
    }
  }

  @Test func `every pipeline and rule file that it names is there`() throws {
    let names = try page().matches(of: /[a-z0-9\/-]+\.(?:yaml|csv)/).map { String($0.output) }
    #expect(names.count >= 10)
    for name in names {
      let path = name.hasPrefix("pipelines/") ? name : "pipelines/\(name)"
      #expect(FileManager.default.fileExists(atPath: Installed.root.appending(path: path).path))
    }
  }

  @Test(
    arguments: [
      ("zorgtoeslag", ["2024", "2025"], 2),
      ("bijstandsnormen", ["2024-01-01", "2024-07-01", "2025-01-01"], 3),
    ])
  func `the figures of a table stand in the scheme`(
    scheme: String, dates: [String], count: Int
  ) throws {
    let rules = try Self.text("pipelines/\(scheme)/scheme.yaml")
    let rows = try rows(dates)
    #expect(rows.count == count)
    for row in rows {
      for cell in row.dropFirst() {
        let figure = cell.replacing(",", with: "").replacing(" %", with: "")
        let line = "\(row[0].count == 4 ? row[0] + "-01-01" : row[0]): {value: \(figure),"
        #expect(rules.contains(line), "the scheme has no '\(line)'")
      }
    }
  }

  @Test func `the amounts of the five municipalities are those of the run`() async throws {
    let run = try await Installed.run(
      Installed.root.appending(path: "pipelines/supplement-by-municipality.yaml"))
    let cases = try run.table("households", "cases")
    let places = ["noordenveld", "midden_drenthe", "zevenaar", "waalre", "kerkrade"]
    let amounts = try places.map {
      try #require(try cases.column("supplement_\($0)").doubles()).values
    }
    // Each row of the page beside its place in households.csv.
    for (name, place) in [
      ("single, 100 %, one year", 0), ("single, 100 %, five years", 2),
      ("single, 110 %, five years", 3), ("single, 124 %, four years", 5),
      ("couple, 100 %, five years", 10),
    ] {
      let row = try #require(try rows([name]).first)
      #expect(row.dropFirst().map { Double($0) ?? 0 } == amounts.map { $0[place] }, "\(name)")
    }
  }
}
