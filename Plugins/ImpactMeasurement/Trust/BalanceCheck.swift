// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Whether two arms were alike before the change.
struct BalanceCheck {
  private let contrast: ArmContrast
  private let rows: [Int]
  private let treated: [Bool]
  private let columns: [Prepared]
  private let blocks: Statistics.Grouping?
  private let clusters: Statistics.Grouping?

  /// A regressor of the balance test; rows without a value are named.
  private struct Prepared {
    let name: String
    let values: [Double]
    let hasValue: [Bool]?
  }

  init(
    _ contrast: ArmContrast, _ arms: Arms, _ covariates: [Covariate], _ units: AssignedUnits
  ) {
    var selection = CaseSelection(
      arms.codes.indices.filter { contrast.isTreated(arms.codes[$0]) != nil })
    if let cluster = units.cluster {
      selection.require("cluster", cluster.column, cluster.validity)
    }
    if let block = units.block { selection.require("block", block.column, block.validity) }
    let rows = selection.rows
    self.contrast = contrast
    self.rows = rows
    treated = rows.map { contrast.isTreated(arms.codes[$0]) ?? false }
    blocks = units.block?.grouping(rows)
    clusters = units.cluster?.grouping(rows)
    columns = covariates.flatMap { Self.prepare($0, rows) }
  }

  /// A number as it stands; each level of a text as an indicator.
  private static func prepare(_ covariate: Covariate, _ rows: [Int]) -> [Prepared] {
    let hasValue = covariate.validity.map { validity in rows.map { validity[$0] } }
    switch covariate {
    case .number(let numbers):
      return [
        Prepared(
          name: numbers.column, values: rows.map { numbers.values[$0] }, hasValue: hasValue)
      ]
    case .levels(let groups):
      let order = groups.labels.indices.sorted {
        groups.labels[$0].isExactlyBefore(groups.labels[$1])
      }
      return order.map { level in
        Prepared(
          name: "\(groups.column).\(groups.labels[level])",
          values: rows.map { Int(groups.codes[$0]) == level ? 1 : 0 }, hasValue: hasValue)
      }
    }
  }

  /// Each covariate in the two arms, over the cases that have it.
  var lines: [BalanceTable.Line] { columns.map(line) }

  /// The omnibus test, and the largest standardised difference to know.
  func checks(threshold: Double) throws(StageFault) -> [TrustCheck] {
    var checks = [try omnibus(threshold)]
    let largest = lines.max {
      ($0.standardisedDifference ?? 0).magnitude < ($1.standardisedDifference ?? 0).magnitude
    }
    if let largest, let difference = largest.standardisedDifference {
      var check = TrustCheck(
        "largest-difference", subject: contrast.name, passed: difference.magnitude <= 0.1,
        severity: .info,
        message: "'\(largest.covariate)' differs most between \(contrast.treatedLabel) and "
          + "\(contrast.controlLabel), by \((difference.magnitude * 100).rounded() / 100) "
          + "standard deviations")
      check.value = difference.magnitude
      check.threshold = 0.1
      checks.append(check)
    }
    return checks
  }

  private func omnibus(_ threshold: Double) throws(StageFault) -> TrustCheck {
    let test: ChiSquaredTest?
    do throws(EstimationFault) {
      test = try CovariateBalance(
        covariates: try completed(), treated: treated, blocks: blocks, clusters: clusters
      ).omnibus
    } catch .zeroVariance {
      test = nil
    } catch {
      throw StageFault(error, of: "balance of \(contrast.name)")
    }
    let passed = (test?.pValue ?? 1) >= threshold
    var check = TrustCheck(
      "balance", subject: contrast.name, passed: passed, severity: .warning,
      message: test.map { test in
        passed
          ? "\(contrast.treatedLabel) and \(contrast.controlLabel) were alike before the change "
            + "(\(test.pValue.asPValue))"
          : "\(contrast.treatedLabel) and \(contrast.controlLabel) were not alike before the change "
            + "(\(test.pValue.asPValue)): check how cases were assigned"
      } ?? "no covariate varies, so there is nothing to compare")
    if let test { check.take(test) }
    check.value = test?.pValue
    check.threshold = threshold
    check.flag = passed ? nil : "imbalance"
    return check
  }

  /// Every column without gaps: the mean stands in, and an indicator says where.
  private func completed() throws(EstimationFault) -> [(name: String, values: [Double])] {
    var result: [(name: String, values: [Double])] = []
    var gaps: [[Bool]] = []
    for column in columns {
      guard let hasValue = column.hasValue, hasValue.contains(false) else {
        result.append((column.name, column.values))
        continue
      }
      let present = zip(column.values, hasValue).filter(\.1).map(\.0)
      let mean = try Sample(column.name, present).mean
      result.append((column.name, zip(column.values, hasValue).map { $1 ? $0 : mean }))
      if !gaps.contains(hasValue) {
        gaps.append(hasValue)
        result.append(("\(column.name) missing", hasValue.map { $0 ? 0 : 1 }))
      }
    }
    return result
  }

  private func line(_ column: Prepared) -> BalanceTable.Line {
    let places = rows.indices.filter { column.hasValue?[$0] ?? true }
    let values = places.map { column.values[$0] }
    let flags = places.map { treated[$0] }
    let count = flags.count { $0 }
    var line = BalanceTable.Line(
      covariate: column.name, arm: contrast.treatedLabel, count: count)
    let compared = try? CovariateBalance(covariates: [(column.name, values)], treated: flags)
    if let compared = compared?.lines.first {
      line.mean = compared.treatedMean
      line.controlMean = compared.controlMean
      line.standardisedDifference = compared.standardisedDifference
    } else {
      // One case in an arm, or no spread at all: means only.
      line.mean = mean(values, flags, of: true)
      line.controlMean = mean(values, flags, of: false)
    }
    return line
  }

  private func mean(_ values: [Double], _ flags: [Bool], of arm: Bool) -> Double? {
    let part = zip(values, flags).filter { $1 == arm }.map(\.0)
    return part.isEmpty ? nil : try? Sample("", part).mean
  }
}
