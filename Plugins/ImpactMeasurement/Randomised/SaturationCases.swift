// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// The cases of one outcome with their clusters and saturations.
struct SaturationCases {
  private(set) var notes: [String]
  let flags: [String]
  private let design: SaturationDesign
  private let stage: Spillover
  private let outcome: String

  /// - Throws: `StageFault` where a column does not do, or a saturation has fewer than two clusters.
  init(
    _ stage: Spillover, _ cases: Cases, _ arms: Arms, control: Int, outcome name: ColumnName
  ) throws(StageFault) {
    let outcome = try cases.numbers(name, at: "outcome")
    let cluster = try cases.groups(stage.cluster, at: "cluster")
    let saturation = try cases.groups(stage.saturation, at: "saturation").limited(at: "saturation")
    var selection = CaseSelection(Array(0..<cases.count))
    selection.require(arms.parameter, arms.column, arms.validity)
    selection.require("outcome", outcome.column, outcome.validity)
    selection.require("cluster", cluster.column, cluster.validity)
    selection.require("saturation", saturation.column, saturation.validity)
    let rows = selection.rows
    do throws(EstimationFault) {
      design = try SaturationDesign(
        outcome: rows.map { outcome.values[$0] },
        isTreated: rows.map { Int(arms.codes[$0]) != control },
        clusters: cluster.grouping(rows), saturations: saturation.grouping(rows))
    } catch {
      throw Self.fault(error, name.name)
    }
    self.stage = stage
    self.outcome = name.name
    flags = selection.flags + (design.hasPureControl ? [] : ["no-pure-control"])
    notes = selection.notes
    notes.append(
      "saturations: "
        + design.labels.indices.map { place in
          "\(design.labels[place]) (\(design.clusterCount(place)) clusters, "
            + "\(design.shares[place].asPercentage) of cases treated)"
        }.joined(separator: ", "))
    if !design.hasPureControl {
      notes.append(
        "no cluster is without treated cases: effects are against saturation \(design.labels[0]), where "
          + "untreated cases may be affected too, and nothing is pooled")
    }
  }

  func bySaturation() throws(StageFault) -> [SaturationEffect] {
    do throws(EstimationFault) {
      switch stage.method {
      case .hudgensHalloran: return try design.hudgensHalloran(level: stage.level)
      case .regression: return try design.regression(variance, level: stage.level)
      }
    } catch {
      throw Self.fault(error, outcome)
    }
  }

  /// Empty without a pure control.
  func pooled() throws(StageFault) -> [SaturationEffect] {
    guard design.hasPureControl else { return [] }
    do throws(EstimationFault) {
      return try design.pooled(variance, level: stage.level)
    } catch {
      throw Self.fault(error, outcome)
    }
  }

  /// What is compared, as the effects table shows it.
  func contrast(_ effect: SaturationEffect) -> String {
    let here = effect.saturation.map { "at \(design.labels[$0])" } ?? "at any saturation"
    let reference = "at \(design.labels[0])"
    switch effect.kind {
    case .direct: return "treated \(here) - untreated \(here)"
    case .indirect: return "untreated \(here) - untreated \(reference)"
    case .total: return "treated \(here) - untreated \(reference)"
    case .overall: return "all \(here) - all \(reference)"
    }
  }

  private var variance: SaturationDesign.Variance {
    switch stage.variance {
    case .cr0: .cr0
    case .cr1: .cr1
    case .cr2, nil: .cr2
    }
  }

  private static func fault(_ fault: EstimationFault, _ outcome: String) -> StageFault {
    switch fault {
    case .tooFew(let what, _, _) where what.contains("saturation"):
      StageFault(
        "\(outcome): \(fault.message)", at: "saturation",
        help: "leave the saturation out with 'where', or take it together with another")
    default: StageFault(fault, of: outcome)
    }
  }
}
