// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What a stage's draws came to, one row beside each effect: how many, and the error they leave.
struct SimulationTable {
  private let figureNames: [String]
  private var outcomes: [String] = []
  private var contrasts: [String] = []
  private var statistics: [String] = []
  private var draws: [Int64] = []
  private var exact: [Bool] = []
  private var figures: [[Double?]]

  /// - Parameter figures: the names of the number columns.
  init(_ figures: [String]) {
    figureNames = figures
    self.figures = figures.map { _ in [] }
  }

  /// - Parameters:
  ///   - effect: whose outcome and contrast the row names.
  ///   - statistic: what was simulated, in words.
  ///   - draws: how many were looked at.
  ///   - isExact: whether these were all there are.
  ///   - figures: as many as there are names; infinite and absent ones become null.
  mutating func append(
    _ effect: Effect, statistic: String, draws: Int, isExact: Bool, _ figures: [Double?]
  ) {
    outcomes.append(effect.outcome)
    contrasts.append(effect.contrast)
    statistics.append(statistic)
    self.draws.append(Int64(draws))
    exact.append(isExact)
    for (place, figure) in figures.enumerated() {
      self.figures[place].append(figure.flatMap { $0.isFinite ? $0 : nil })
    }
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(outcomes)), .text(TextColumn(contrasts)), .text(TextColumn(statistics)),
      .integer(FixedColumn(draws)), .boolean(BooleanColumn(exact.map { $0 })),
    ]
    return try Table(
      zip(
        Self.promises(figureNames).map(\.name), columns + figures.map { .number(FixedColumn($0)) }
      )
      .map { ($0, $1) })
  }

  /// What the next stage may count on.
  static func promises(_ figures: [String]) -> [ColumnPromise] {
    [
      ColumnPromise("outcome", .text), ColumnPromise("contrast", .text),
      ColumnPromise("statistic", .text), ColumnPromise("draws", .integer),
      ColumnPromise("exact", .boolean),
    ] + figures.map { ColumnPromise($0, .number) }
  }
}
