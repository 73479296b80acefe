// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// How alike the arms are before anything happened.
///
/// A covariate of numbers (true is 1) has one line per arm; one of texts a line per level and arm, with
/// the level's share as its mean. The standardised difference is (m − m₀) ⁄ √((s² + s₀²) ⁄ 2) from the
/// first arm, in standard deviations; for shares s² = p(1 − p).
///
/// Source: Austin (2009), Statistics in Medicine 28:3083–3107. A difference, not a test: arms that were
/// drawn at random differ by chance only.
struct BalanceTable {
  private struct Line {
    let covariate: String
    let level: String?
    let arm: String
    let n: Int
    let mean: Double?
    let sd: Double?
    let difference: Double?
  }

  private static let levelLimit = 50

  let arms: [String]
  /// Per row the place of its arm.
  let codes: [Int]

  static let columns = [
    ColumnPromise("covariate", .text), ColumnPromise("level", .text),
    ColumnPromise("arm", .category), ColumnPromise("n", .integer), ColumnPromise("mean", .number),
    ColumnPromise("sd", .number), ColumnPromise("standardised_difference", .number),
  ]

  /// The arms' sizes first (the mean is the share of all cases), then each covariate.
  func table(of covariates: [String], in table: Table) throws -> Table {
    var lines = sizes()
    for name in covariates {
      lines += try self.lines(
        of: name, try AssignmentUnits.column(name, of: table, at: "balance"))
    }
    return try Table([
      ("covariate", .text(TextColumn(lines.map { $0.covariate }))),
      ("level", .text(TextColumn(lines.map(\.level)))),
      ("arm", .category(CategoryColumn(lines.map { $0.arm }))),
      ("n", .integer(FixedColumn(lines.map { Int64($0.n) }))),
      ("mean", .number(FixedColumn(lines.map(\.mean)))),
      ("sd", .number(FixedColumn(lines.map(\.sd)))),
      ("standardised_difference", .number(FixedColumn(lines.map(\.difference)))),
    ])
  }

  private func sizes() -> [Line] {
    arms.enumerated().map { code, arm in
      let n = codes.count { $0 == code }
      return Line(
        covariate: "all cases", level: nil, arm: arm, n: n,
        mean: codes.isEmpty ? nil : Double(n) / Double(codes.count), sd: nil, difference: nil)
    }
  }

  private func lines(of name: String, _ column: Column) throws(StageFault) -> [Line] {
    if let (values, validity) = column.doubles() {
      return lines(name, nil, Numbers(values: values, validity: validity))
    }
    guard column.type.isTextual else {
      throw StageFault(
        "'balance' takes numbers, true or false, and categories; '\(name)' is \(column.type.name)",
        at: "balance", kind: .user)
    }
    let grouping = column.grouping()
    guard grouping.count <= Self.levelLimit else {
      throw StageFault(
        "'\(name)' has \(grouping.count) different texts, too many for a balance table",
        at: "balance", help: "derive a column that puts them into groups", kind: .user)
    }
    return grouping.labels.indices.flatMap { level in
      let values = grouping.codes.map { $0 == level ? 1.0 : 0 }
      return lines(name, grouping.labels[level], Numbers(values: values, validity: column.validity))
    }
  }

  private func lines(_ name: String, _ level: String?, _ numbers: Numbers) -> [Line] {
    let moments = arms.indices.map { self.moments(of: numbers, arm: $0, isShare: level != nil) }
    return arms.indices.map { arm in
      let own = moments[arm]
      return Line(
        covariate: name, level: level, arm: arms[arm], n: own.n, mean: own.mean, sd: own.sd,
        difference: arm == 0 ? nil : difference(own, moments[0]))
    }
  }

  private typealias Moments = (n: Int, mean: Double?, sd: Double?)

  private func difference(_ own: Moments, _ reference: Moments) -> Double? {
    guard let mean = own.mean, let sd = own.sd, let mean0 = reference.mean, let sd0 = reference.sd
    else { return nil }
    let scale = ((sd * sd + sd0 * sd0) / 2).squareRoot()
    return scale > 0 ? (mean - mean0) / scale : nil
  }

  /// The standard deviation has n − 1 below, that of a share √(p(1 − p)).
  private func moments(of numbers: Numbers, arm: Int, isShare: Bool) -> Moments {
    let values = codes.indices.compactMap { codes[$0] == arm ? numbers[$0] : nil }
    guard !values.isEmpty else { return (0, nil, nil) }
    let mean = values.reduce(0, +) / Double(values.count)
    if isShare { return (values.count, mean, (mean * (1 - mean)).squareRoot()) }
    guard values.count > 1 else { return (1, mean, nil) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (values.count, mean, (squares / Double(values.count - 1)).squareRoot())
  }
}
