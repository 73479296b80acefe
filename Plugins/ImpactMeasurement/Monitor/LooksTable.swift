// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// The table of looks, in which each run carries forward those before it.
enum LooksTable {
  static let schema: [ColumnSchema] = [
    ColumnSchema("look", .integer), ColumnSchema("date", .date), ColumnSchema("outcome", .text),
    ColumnSchema("contrast", .text), ColumnSchema("role", .text), ColumnSchema("better", .text),
    ColumnSchema("method", .text), ColumnSchema("n", .integer),
    ColumnSchema("information", .number), ColumnSchema("estimate", .number),
    ColumnSchema("std_error", .number), ColumnSchema("statistic", .number),
    ColumnSchema("bound", .number), ColumnSchema("alpha", .number),
    ColumnSchema("alpha_spent", .number), ColumnSchema("conf_low", .number),
    ColumnSchema("conf_high", .number), ColumnSchema("conditional_power", .number),
    ColumnSchema("conditional_power_planned", .number),
    ColumnSchema("predictive_power", .number), ColumnSchema("decision", .text),
    ColumnSchema("sentence", .text),
  ]

  static var promises: [ColumnPromise] { schema.map { ColumnPromise($0.name, $0.type) } }

  static func table(_ looks: [Look]) throws(TableFault) -> Table {
    func text(_ read: (Look) -> String?) -> Column { .text(TextColumn(looks.map(read))) }
    func number(_ read: (Look) -> Double?) -> Column { .number(FixedColumn(looks.map(read))) }
    let columns: [Column] = [
      .integer(FixedColumn(looks.map { Int64($0.number) })),
      .date(FixedColumn(looks.map { $0.date?.daysSince1970 })), text(\.outcome), text(\.contrast),
      text(\.role.rawValue), text(\.better?.rawValue), text(\.method),
      .integer(FixedColumn(looks.map { Int64($0.count) })), number(\.information),
      number(\.estimate), number(\.standardError), number(\.statistic), number(\.bound),
      number(\.alpha), number(\.alphaSpent), number(\.low), number(\.high),
      number(\.conditionalPower), number(\.conditionalPowerPlanned), number(\.predictivePower),
      text(\.decision.rawValue), text(\.sentence),
    ]
    return try Table(zip(schema, columns).map { ($0.name, $1) })
  }

  /// The looks of an earlier run.
  ///
  /// - Throws: `StageFault` where the table is no table of looks.
  static func looks(_ table: Table) throws(StageFault) -> [Look] {
    let reader = try LooksReader(table)
    var looks: [Look] = []
    for row in 0..<table.rowCount {
      guard let number = reader.numbers["look"]?[row], let outcome = reader.texts["outcome"]?[row],
        let contrast = reader.texts["contrast"]?[row],
        let role = reader.texts["role"]?[row].flatMap({ Look.Role(rawValue: $0) }),
        let method = reader.texts["method"]?[row],
        let decision = reader.texts["decision"]?[row].flatMap({ LookDecision(rawValue: $0) })
      else { throw LooksReader.fault("row \(row + 1) has no look, outcome, role or decision") }
      var look = Look(
        number: Int(number), date: reader.dates[row], outcome: outcome, contrast: contrast,
        role: role,
        better: reader.texts["better"]?[row].flatMap { PilotCard.Direction(rawValue: $0) },
        method: method, count: Int(reader.numbers["n"]?[row] ?? 0))
      func figure(_ name: String) -> Double? { reader.numbers[name]?[row] }
      look.information = figure("information")
      look.estimate = figure("estimate")
      look.standardError = figure("std_error")
      look.statistic = figure("statistic")
      look.bound = figure("bound")
      look.alpha = figure("alpha")
      look.alphaSpent = figure("alpha_spent")
      look.low = figure("conf_low")
      look.high = figure("conf_high")
      look.conditionalPower = figure("conditional_power")
      look.conditionalPowerPlanned = figure("conditional_power_planned")
      look.predictivePower = figure("predictive_power")
      look.decision = decision
      look.sentence = reader.texts["sentence"]?[row] ?? ""
      looks.append(look)
    }
    return looks
  }
}

private struct LooksReader {
  private(set) var texts: [String: [String?]] = [:]
  private(set) var numbers: [String: [Double?]] = [:]
  private(set) var dates: [CalendarDate?] = []

  init(_ table: Table) throws(StageFault) {
    for field in LooksTable.schema {
      guard let column = table[field.name] else {
        throw Self.fault("it has no column '\(field.name)'")
      }
      // A column without a value may have lost its type on the way through a file.
      let isEmpty = column.missingCount == column.count
      switch field.type {
      case .text where column.type.isTextual || isEmpty: texts[field.name] = column.texts()
      case .date where column.type == .date || column.type.isTextual || isEmpty:
        dates = column.texts().map { $0.flatMap { CalendarDate($0) } }
      case .number, .integer:
        if isEmpty {
          numbers[field.name] = [Double?](repeating: nil, count: column.count)
        } else if let (values, validity) = column.doubles() {
          numbers[field.name] = values.indices.map { validity?[$0] ?? true ? values[$0] : nil }
        } else {
          throw Self.fault("'\(field.name)' is not a number")
        }
      default:
        throw Self.fault("'\(field.name)' is not \(field.type == .date ? "a date" : "text")")
      }
    }
  }

  static func fault(_ message: String) -> StageFault {
    StageFault(
      "'earlier' carries no table of looks: \(message)",
      help: "connect it to the output 'looks' of the run before")
  }
}
