// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import PilotIntake

struct LinearProgramTests {
  /// The cells of a table row by row, with the sums of its rows and columns known.
  private static func program(_ rows: [Double], _ columns: [Double]) -> LinearProgram {
    let width = columns.count
    let equations = rows.indices.map { row in
      (0..<width).map { (unknown: row * width + $0, coefficient: 1.0) }
    }
    let others = columns.indices.map { column in
      rows.indices.map { (unknown: $0 * width + column, coefficient: 1.0) }
    }
    return LinearProgram(
      unknowns: rows.count * width, equations: equations + others, sums: rows + columns)
  }

  private static func value(_ answer: LinearProgram.Answer) -> Double? {
    if case .value(let value, _) = answer { return value }
    return nil
  }

  /// Fréchet (1940), Cahiers du Séminaire d'économétrie: a cell with known margins lies between
  /// max(0, row + column − total) and min(row, column), and both can be.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a cell of a table with known margins has Frechet's bounds`(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, name: "margins")
    let (height, width) = (2 + Int(stream.uniform() * 4), 2 + Int(stream.uniform() * 4))
    let cells = (0..<height * width).map { _ in Double(Int(stream.uniform() * 12)) }
    let rows = (0..<height).map { row in (0..<width).reduce(0) { $0 + cells[row * width + $1] } }
    let columns = (0..<width).map { column in
      (0..<height).reduce(0) { $0 + cells[$1 * width + column] }
    }
    let total = cells.reduce(0, +)
    var program = Self.program(rows, columns)
    for place in cells.indices {
      var objective = [Double](repeating: 0, count: cells.count)
      objective[place] = 1
      let (row, column) = (rows[place / width], columns[place % width])
      let most = try #require(Self.value(program.maximum(of: objective, enough: .infinity)))
      #expect((most - min(row, column)).magnitude < 1e-9)
      objective[place] = -1
      let least = try #require(Self.value(program.maximum(of: objective, enough: .infinity)))
      #expect((-least - max(0, row + column - total)).magnitude < 1e-9)
    }
  }

  @Test func `what no equation holds is unbounded`() {
    var program = LinearProgram(
      unknowns: 2, equations: [[(0, 1)]], sums: [3])
    #expect(program.maximum(of: [0, 1], enough: .infinity) == .unbounded)
    #expect(program.maximum(of: [1, 0], enough: .infinity) == .value(3, binding: [0]))
  }

  @Test func `equations that follow from others do no harm`() {
    var program = LinearProgram(
      unknowns: 2, equations: [[(0, 1), (1, 1)], [(0, 1), (1, 1)], [(0, 2), (1, 2)]],
      sums: [4, 4, 8])
    #expect(Self.value(program.maximum(of: [1, 0], enough: .infinity)) == 4)
  }

  @Test func `equations that contradict each other have no corner`() {
    let program = LinearProgram(
      unknowns: 1, equations: [[(0, 1)], [(0, 1)]], sums: [1, 2])
    #expect(!program.isFeasible)
  }
}
