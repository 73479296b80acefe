// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// How much of a rise in income each scheme takes, by itself and through the schemes before it.
///
/// With rᵢ the amount that a household gets from scheme i, and Δ the rise, the pressure of i is
/// −(rᵢ(all after the rise) − rᵢ(before)) ⁄ Δ. Its own part leaves what earlier schemes give as it was; the
/// rest is passed on by them. Over all schemes the parts add up to the whole.
struct MarginalPressure {
  /// Per scheme and row; missing rows hold zero and are not in `decided`.
  private(set) var own: [[Double]] = []
  private(set) var passedOn: [[Double]] = []
  private(set) var decided: Bitmap

  private let members: [InteractingSchemes.Member]
  private let date: CalendarDate

  init(
    _ schemes: InteractingSchemes, on date: CalendarDate, before: Population, after: Population,
    rise: Double
  ) throws {
    members = schemes.members
    self.date = date
    decided = Bitmap(repeating: true, count: before.units.rowCount)
    var given = before
    var risen = after
    var apart = after
    for member in members {
      let now = try amount(of: member, over: given)
      let later = try amount(of: member, over: risen)
      let alone = try amount(of: member, over: apart)
      given.units = try given.units.setting(member.result, to: now)
      risen.units = try risen.units.setting(member.result, to: later)
      // Seen by itself, a scheme finds what the others gave before the rise.
      apart.units = try apart.units.setting(member.result, to: now)
      let sign = member.isCharge ? 1.0 : -1.0
      let (first, second, third) = try (
        values(now, member), values(later, member), values(alone, member)
      )
      own.append(zip(third, first).map { sign * ($0 - $1) / rise })
      passedOn.append(zip(second, third).map { sign * ($0 - $1) / rise })
    }
  }

  /// The pressure of a row, all schemes together.
  func whole(_ row: Int) -> Double {
    own.indices.reduce(0) { $0 + own[$1][row] + passedOn[$1][row] }
  }

  private func amount(
    of member: InteractingSchemes.Member, over population: Population
  ) throws -> Column {
    try SchemeEvaluation(member.scheme, on: date).decide(over: population).units
      .column(member.result)
  }

  private mutating func values(
    _ column: Column, _ member: InteractingSchemes.Member
  ) throws(StageFault) -> [Double] {
    guard column.type.isNumeric, let (values, validity) = column.doubles() else {
      throw StageFault(
        "'\(member.result)' of scheme '\(member.scheme.id)' is a \(column.type.name), and no amount",
        at: "schemes", help: "name under 'result' a decision that gives a number")
    }
    guard let validity else { return values }
    decided = decided & validity
    return values.indices.map { validity[$0] ? values[$0] : 0 }
  }

  /// The population in which each unit has a higher income: in a column of its own, or else of its first
  /// member; nil where the column is no number or would overflow.
  static func raising(
    _ income: String, by step: Int, in population: Population
  ) throws -> Population? {
    var risen = population
    if let members = population.members, !population.units.contains(income) {
      guard let table = try raising(income, by: step, in: members.table) else { return nil }
      let (before, after) = (try members.table.column(income), try table.column(income))
      var rows = [Int](0..<before.count)
      for unit in 0..<(members.starts.count - 1)
      where members.starts[unit] < members.starts[unit + 1] {
        rows[members.starts[unit]] += before.count
      }
      guard let column = ColumnBlend.joined([before, after], as: before.type, rows: rows) else {
        return nil
      }
      risen.members?.table = try members.table.setting(income, to: column)
      return risen
    }
    guard let units = try raising(income, by: step, in: population.units) else { return nil }
    risen.units = units
    return risen
  }

  /// The table with a higher income; nil where the column is no number or would overflow.
  private static func raising(_ income: String, by step: Int, in table: Table) throws -> Table? {
    let column = try table.column(income)
    let risen: Column
    switch column {
    case .integer(let values):
      guard let sums = Self.sums(values, Int64(step)) else { return nil }
      risen = .integer(sums)
    case .decimal(let values, let scale):
      var rise = Int64(step)
      for _ in 0..<scale {
        let (product, overflow) = rise.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        rise = product
      }
      guard let sums = Self.sums(values, rise) else { return nil }
      risen = .decimal(sums, scale: scale)
    case .number(let values):
      risen = .number(
        FixedColumn(values.values.array.map { $0 + Double(step) }, validity: values.validity))
    default: return nil
    }
    return try table.setting(income, to: risen)
  }

  private static func sums(_ column: FixedColumn<Int64>, _ rise: Int64) -> FixedColumn<Int64>? {
    var sums: [Int64] = []
    for value in column.values.array {
      let (sum, overflow) = value.addingReportingOverflow(rise)
      if overflow { return nil }
      sums.append(sum)
    }
    return FixedColumn(sums, validity: column.validity)
  }
}
