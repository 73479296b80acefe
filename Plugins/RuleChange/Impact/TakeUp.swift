// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// How likely those who are entitled are to get what they are entitled to.
struct TakeUp: ParameterValue {
  enum Likelihood: Sendable, Hashable {
    case share(Double)
    /// A column of shares, one for each unit.
    case column(ColumnName)
  }

  /// Under the rules as they are, and under every reform that has none of its own.
  let baseline: Likelihood
  let reforms: NamedValues<Likelihood>

  static var schema: ParameterSchema {
    .either([Likelihood.schema, .map(Likelihood.schema)])
  }

  /// A share or column for all, or a map with `baseline` and the ids of reforms.
  static func read(_ node: Node, in reading: inout ParameterReading) -> TakeUp? {
    guard node.entries != nil else {
      return Likelihood.read(node, in: &reading).map {
        TakeUp(baseline: $0, reforms: NamedValues())
      }
    }
    guard let all = NamedValues<Likelihood>.read(node, in: &reading) else { return nil }
    guard let baseline = all[SchemeVariants.baseline] else {
      reading.report(
        .missingParameter, "'\(reading.parameter)' needs 'baseline'", at: node,
        help: "give the take-up under the rules as they are; a reform left out has the same")
      return nil
    }
    return TakeUp(
      baseline: baseline,
      reforms: NamedValues(
        all.entries.filter { $0.name != SchemeVariants.baseline }.map { ($0.name, $0.value) }))
  }

  var json: JSONValue { ["baseline": baseline.json, "reforms": reforms.json] }

  /// The likelihood under a variant.
  func likelihood(of variant: SchemeVariant) -> Likelihood { reforms[variant.id] ?? baseline }

  func check(_ variants: [SchemeVariant]) throws(StageFault) {
    let ids = variants.map(\.id)
    guard let unknown = reforms.names.first(where: { !ids.contains($0) }) else { return }
    throw StageFault(
      "there is no reform '\(unknown)'", at: "take_up", entry: unknown,
      help: Suggestion.question(for: unknown, among: ids)
        ?? "reforms: " + ids.dropFirst().joined(separator: ", "), kind: .user)
  }
}

extension TakeUp.Likelihood: ParameterValue {
  static var schema: ParameterSchema { .either([.number(minimum: 0, maximum: 1), .column]) }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Self? {
    let share: Double
    switch node.scalar?.value {
    case .integer(let value): share = Double(value)
    case .number(let value): share = value
    default: return ColumnName.read(node, in: &reading).map { .column($0) }
    }
    guard 0...1 ~= share else {
      reading.report(
        .outOfRange, "'\(reading.parameter)' is out of range", at: node,
        help: "it takes a share from 0 to 1, or a column of such shares")
      return nil
    }
    return .share(share)
  }

  var json: JSONValue {
    switch self {
    case .share(let share): .number(share)
    case .column(let column): ["column": column.json]
    }
  }
}

/// Who takes up an entitlement: a number is drawn for each unit once, and is the same under the baseline
/// and under every reform.
///
/// A unit takes up where its number is below the likelihood, so that two variants with the same
/// likelihood have the same takers, and a higher one adds takers and takes none away.
struct TakersDraw: Sendable {
  private let draws: [Double]

  init(count: Int, _ stream: RandomStream) {
    var stream = stream
    draws = (0..<count).map { _ in stream.uniform() }
  }

  func takers(_ likelihood: TakeUp.Likelihood, in population: Table) throws -> Bitmap {
    switch likelihood {
    case .share(let share): return Bitmap(rows: draws.count) { draws[$0] < share }
    case .column(let column):
      guard let (shares, validity) = try population.column(column.name).doubles(), validity == nil,
        shares.allSatisfy({ 0...1 ~= $0 })
      else {
        throw StageFault(
          "take-up column '\(column)' has missing values, or some that are no share from 0 to 1",
          at: "take_up", help: "a share of 0.6 says that six in ten get what they are entitled to")
      }
      return Bitmap(rows: draws.count) { draws[$0] < shares[$0] }
    }
  }
}

extension Column {
  /// The amounts that people get: above zero only where they are taken up.
  ///
  /// What people owe, they owe.
  func taken(by takers: Bitmap) -> Column {
    switch self {
    case .boolean(let column):
      .boolean(BooleanColumn(column.values & takers, validity: column.validity))
    case .integer(let column): .integer(column.taken(by: takers))
    case .number(let column): .number(column.taken(by: takers))
    case .decimal(let column, let scale): .decimal(column.taken(by: takers), scale: scale)
    case .text, .category, .date, .timestamp: self
    }
  }
}

extension FixedColumn where Value: Comparable {
  fileprivate func taken(by takers: Bitmap) -> FixedColumn {
    var amounts = values.array
    for row in amounts.indices where amounts[row] > .zero && !takers[row] { amounts[row] = .zero }
    return FixedColumn(amounts, validity: validity)
  }
}
