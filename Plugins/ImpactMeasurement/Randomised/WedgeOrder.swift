// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

extension RandomisationTest {
  /// The test of a stepped wedge: which clusters started when is drawn again, and each order is judged
  /// by the coefficient of "has started" beside cluster and period effects.
  func wedge(
    _ cases: Cases, _ origin: EffectOrigin, _ setup: Statistics.RandomisationTest.Setup,
    _ card: PilotCard?, _ context: StageContext
  ) throws -> Output {
    guard let time, let adopted, let cluster else {
      throw StageFault("a stepped wedge needs 'cluster', 'time' and 'adopted'", at: "adopted")
    }
    let periods = try cases.numbers(time, at: "time")
    let starts = try cases.numbers(adopted, at: "adopted")
    let clusters = try cases.groups(cluster, at: "cluster")
    let blocks = try cases.groups(block, at: "block")
    let covariates = try cases.covariates(self.covariates)
    var results = Results(self, origin, cases, comparison: .wedge, contrasts: 1)
    results.deviations.forEach(context.note)
    for column in outcome {
      try context.checkCancellation()
      let measured = try cases.numbers(column, at: "outcome")
      var selection = CaseSelection(Array(0..<cases.count))
      selection.require("time", periods.column, periods.validity)
      selection.require("cluster", clusters.column, clusters.validity)
      if let blocks { selection.require("block", blocks.column, blocks.validity) }
      selection.require("outcome", measured.column, measured.validity)
      for covariate in covariates {
        selection.require("covariate", covariate.column, covariate.validity)
      }
      for note in selection.notes { context.note("\(column): \(note)") }
      let rows = selection.rows
      let order = WedgeOrder(rows, periods: periods, starts: starts)
      let unit = clusters.grouping(rows)
      guard unit.count <= Self.clusterLimit else {
        throw StageFault(
          "'\(cluster)' has \(unit.count) clusters, and at most \(Self.clusterLimit) get an effect "
            + "of their own", at: "cluster", help: "use impact/staggered-adoption")
      }
      do throws(EstimationFault) {
        let assignment = try Assignment(
          .steppedWedge, codes: order.codes, blocks: blocks?.grouping(rows), clusters: unit)
        var nuisance = Design(rows: rows.count)
        nuisance.appendIndicators(cluster.name, unit)
        nuisance.appendIndicators(time.name, order.periodGroups)
        for covariate in covariates {
          for (name, values) in CovariateColumns(covariate, rows: rows).columns {
            nuisance.append(name, values)
          }
        }
        let test = try Statistics.RandomisationTest(
          assignment, outcome: rows.map { measured.values[$0] }, nuisance: nuisance, setup,
          isExposed: order.isExposed)
        let treated = rows.indices.count { order.isExposed($0, order.codes[$0]) }
        results.append(
          column.name, "treated - control", test, .steppedWedge, .regression, treated: treated,
          control: rows.count - treated, clusters: unit.count, flags: selection.flags)
      } catch {
        throw Self.fault(error, of: column, adopted: adopted, cluster: cluster)
      }
    }
    return try results.output(in: context)
  }

  private static let clusterLimit = 500

  private static func fault(
    _ fault: EstimationFault, of outcome: ColumnName, adopted: ColumnName, cluster: ColumnName
  ) -> StageFault {
    guard case .mixedClusters(let count, let total) = fault else {
      return StageFault(fault, of: outcome.name)
    }
    return StageFault(
      "\(outcome): '\(adopted)' (or the block) differs within \(count) of \(total) clusters of "
        + "'\(cluster)', which start as a whole", at: "adopted",
      help: "give each cluster one period, or leave it empty in all its rows")
  }
}

/// When clusters started, as codes that can be dealt out again: a code for each period of starting, and
/// the last for never.
struct WedgeOrder {
  let codes: [Int32]
  let periodGroups: Statistics.Grouping
  private let periods: [Double]
  private let startOfCode: [Double]

  init(_ rows: [Int], periods: Measurements, starts: Measurements) {
    self.periods = rows.map { periods.values[$0] }
    let own = rows.map { starts.validity?[$0] ?? true ? starts.values[$0] : .infinity }
    startOfCode = Set(own).sorted()
    let codeOfStart = Dictionary(
      uniqueKeysWithValues: startOfCode.enumerated().map { ($1, Int32($0)) })
    codes = own.map { codeOfStart[$0] ?? 0 }
    let order = Set(self.periods).sorted()
    let placeOfPeriod = Dictionary(
      uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    periodGroups = Statistics.Grouping(
      codes: self.periods.map { placeOfPeriod[$0] ?? 0 }, labels: order.map { "\($0)" })
  }

  /// Whether a row lies at or after the start that a code stands for.
  func isExposed(_ row: Int, _ code: Int32) -> Bool { periods[row] >= startOfCode[Int(code)] }
}
