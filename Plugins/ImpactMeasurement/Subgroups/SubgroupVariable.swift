// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What sorts cases into subgroups, and whether the pilot card declared it.
struct SubgroupVariable {
  let name: String
  /// Whether it was declared beforehand; true where no card could have done so.
  let isDeclared: Bool
  /// The subgroup of each case; code −1 where it is not known.
  let groups: CaseGroups
  /// Codes in the order of the labels' bytes, so that the order of rows does not matter.
  let order: [Int]

  /// More groups than this are no subgroups.
  static let limit = 20

  /// The variables of a stage: those named, else those of the card's plan.
  static func all(
    of stage: Subgroups, _ cases: Cases, card: PilotCard?
  ) throws(StageFault) -> [SubgroupVariable] {
    let declared = card?.plan.subgroups ?? []
    var named = stage.subgroups.entries.map { ($0.name, $0.value) }
    if named.isEmpty {
      for text in declared { named.append((text, try planned(text, cases))) }
    }
    guard !named.isEmpty else {
      throw .user(
        "no subgroups are named, and the pilot card declares none", at: "subgroups",
        help: "write subgroups: {channel: channel}, or a condition: {young: age < 27}")
    }
    var variables: [SubgroupVariable] = []
    for (name, expression) in named {
      let isDeclared =
        card == nil
        || declared.contains { $0.isExactly(name) || $0.isExactly(expression.writtenOut) }
      variables.append(try SubgroupVariable(name, expression, cases, isDeclared: isDeclared))
    }
    return variables
  }

  /// A subgroup of the plan: a column's name, or a condition.
  private static func planned(_ text: String, _ cases: Cases) throws(StageFault) -> Expression {
    do {
      return try Expression(text)
    } catch {
      throw StageFault(
        "the plan's subgroup '\(text)' is neither a column nor a condition", at: "subgroups",
        help: "say here what is meant: subgroups: {\"\(text)\": the column or condition}")
    }
  }

  private init(
    _ name: String, _ expression: Expression, _ cases: Cases, isDeclared: Bool
  ) throws(StageFault) {
    let column: Column
    do {
      column = try expression.column(over: cases.table)
    } catch {
      throw StageFault("subgroup '\(name)': \(error)", at: "subgroups")
    }
    let grouping = column.grouping()
    guard column.missingCount < column.count else {
      throw StageFault("subgroup '\(name)' is not known of any case", at: "subgroups")
    }
    guard grouping.labels.count <= Self.limit else {
      throw StageFault(
        "subgroup '\(name)' has \(grouping.labels.count) different values, and at most "
          + "\(Self.limit) can be compared", at: "subgroups",
        help: "sort cases into a few groups, as in \(name): \(expression.source) < 30")
    }
    self.name = name
    self.isDeclared = isDeclared
    groups = CaseGroups(
      column: name, codes: grouping.codes, labels: grouping.labels, validity: column.validity)
    order = grouping.labels.indices.sorted {
      grouping.labels[$0].isExactlyBefore(grouping.labels[$1])
    }
  }

  /// As the effects table names a subgroup: `channel = post`.
  func title(_ code: Int) -> String { "\(name) = \(groups.labels[code])" }
}
