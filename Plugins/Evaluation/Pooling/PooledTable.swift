// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The table of pooled estimates, as `evaluation/compare` and `evaluation/meta-analysis` give it.
enum PooledTable {
  struct Line {
    var outcome: String?
    var contrast: String?
    var subgroup: String?
    var time: String?
    var scale: String?
    var unit: String?
    let pooled: Pooled
    /// What a reader must know, such as that the studies are not comparable.
    var note: String?
  }

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    var maker = TableMaker(lines)
    maker.text("outcome", \.outcome)
    maker.text("contrast", \.contrast)
    maker.text("subgroup", \.subgroup)
    maker.text("time", \.time)
    maker.text("scale", \.scale)
    maker.text("unit", \.unit)
    maker.text("method") { $0.pooled.result.method.rawValue }
    maker.flag("hartung_knapp") { $0.pooled.result.isHartungKnapp }
    maker.integer("k") { $0.pooled.result.weights.count }
    maker.number("estimate") { $0.pooled.result.estimate.value }
    maker.number("std_error") { $0.pooled.result.estimate.standardError }
    maker.number("statistic") { $0.pooled.result.estimate.statistic }
    maker.number("df") { line in
      let df = line.pooled.result.estimate.degreesOfFreedom
      return df.isFinite ? df : nil
    }
    maker.number("p_value") { $0.pooled.result.estimate.pValue }
    maker.number("conf_low") { $0.pooled.result.estimate.interval.lower }
    maker.number("conf_high") { $0.pooled.result.estimate.interval.upper }
    maker.number("level") { $0.pooled.result.estimate.level }
    maker.number("prediction_low") { $0.pooled.prediction?.lower }
    maker.number("prediction_high") { $0.pooled.prediction?.upper }
    maker.number("tau2") { $0.pooled.result.tauSquared }
    maker.number("i2") { $0.pooled.result.iSquared }
    maker.number("h2") { $0.pooled.result.hSquared }
    maker.number("q") { $0.pooled.result.heterogeneity?.statistic }
    maker.number("q_df") { $0.pooled.result.heterogeneity?.degreesOfFreedom }
    maker.number("q_p") { $0.pooled.result.heterogeneity?.pValue }
    maker.text("note", \.note)
    return try maker.table()
  }

  static let promises: [ColumnPromise] =
    ["outcome", "contrast", "subgroup", "time", "scale", "unit", "method"].map {
      ColumnPromise($0, .text)
    }
    + [ColumnPromise("hartung_knapp", .boolean), ColumnPromise("k", .integer)]
    + [
      "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "level",
      "prediction_low", "prediction_high", "tau2", "i2", "h2", "q", "q_df", "q_p",
    ].map { ColumnPromise($0, .number) } + [ColumnPromise("note", .text)]
}
