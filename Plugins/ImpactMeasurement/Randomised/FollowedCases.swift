// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// How long each case was followed, and whether its event came: from two columns, or from dates.
struct FollowedCases {
  /// The column that the time is measured by: what a pilot card declares, with the direction of a time.
  let outcome: String
  /// The column that says whether the event came.
  let event: String
  /// Days where dates were given; else whatever the column counts.
  let unit: String?
  private(set) var selection: CaseSelection
  private let time: [Double]
  private let isEvent: [Bool]
  private let entry: [Double]?

  /// - Throws: `StageFault` at the parameter whose column does not do.
  init(_ stage: Survival, _ cases: Cases) throws(StageFault) {
    var selection = CaseSelection(Array(0..<cases.count))
    if let start = stage.start, let end = stage.end {
      let from = try cases.days(start, at: "start")
      let to = try cases.days(end, at: "end")
      selection.require("start", start.name, from.validity)
      let closing = stage.closingDay
      let censoring = closing.map { Double($0) }
      var followed = [Double](repeating: 0, count: cases.count)
      var came = [Bool](repeating: false, count: cases.count)
      var late: Set<Int> = []
      for row in selection.rows {
        let ends = to.validity?[row] ?? true
        // An event after the closing date was not known on that date.
        came[row] = ends && to.values[row] <= censoring ?? .infinity
        let last = came[row] ? to.values[row] : censoring ?? 0
        followed[row] = last - from.values[row]
        if !came[row], followed[row] < 0 { late.insert(row) }
      }
      selection.leaveOut(
        "started-after-closing", where: { late.contains($0) },
        note: { count, total in
          "\(count) of \(total) cases started after the closing date and are left out"
        })
      guard selection.rows.allSatisfy({ followed[$0] >= 0 }) else {
        let count = selection.rows.count { followed[$0] < 0 }
        throw StageFault(
          "'\(end)' lies before '\(start)' in \(count) cases", at: "end",
          help: "mend the dates, or leave these cases out with 'where'")
      }
      outcome = end.name
      self.event = end.name
      unit = "days"
      time = followed
      isEvent = came
      entry = nil
    } else {
      let numbers = try cases.numbers(stage.time ?? ColumnName(""), at: "time")
      let event = try cases.numbers(stage.event ?? ColumnName(""), at: "event")
      selection.require("time", numbers.column, numbers.validity)
      selection.require("event", event.column, event.validity)
      let entries = try stage.entry.map { name throws(StageFault) in
        try cases.numbers(name, at: "entry")
      }
      if let entries { selection.require("entry", entries.column, entries.validity) }
      guard selection.rows.allSatisfy({ event.values[$0] == 0 || event.values[$0] == 1 }) else {
        throw StageFault(
          "'\(event.column)' holds other values than true and false (1 and 0)", at: "event",
          help: "derive such a column at intake: true where the event came")
      }
      outcome = numbers.column
      self.event = event.column
      unit = nil
      time = numbers.values
      isEvent = event.values.map { $0 == 1 }
      entry = entries?.values
    }
    self.selection = selection
  }

  /// Leaves out the cases that lack something else.
  mutating func require(_ role: String, _ column: String, _ validity: Bitmap?) {
    selection.require(role, column, validity)
  }

  /// The times of the cases left, in their order.
  func times() throws(StageFault) -> SurvivalTimes {
    let rows = selection.rows
    guard !rows.isEmpty else {
      throw StageFault(
        "\(outcome): no case has all that is needed", at: unit == nil ? "event" : "end")
    }
    let open = rows.count { !isEvent[$0] }
    guard open < rows.count else {
      throw StageFault(
        "\(event): the event came in none of the \(rows.count) cases (all are open), so there is "
          + "nothing to compare", at: unit == nil ? "event" : "end",
        help: "wait longer, or check which value says that the event came")
    }
    do throws(EstimationFault) {
      return try SurvivalTimes(
        time: rows.map { time[$0] }, isEvent: rows.map { isEvent[$0] },
        entry: entry.map { entry in rows.map { entry[$0] } })
    } catch {
      throw StageFault(error, of: outcome)
    }
  }
}

extension Cases {
  /// A column of dates, as days since 1970.
  fileprivate func days(_ name: ColumnName, at parameter: String) throws(StageFault) -> Measurements
  {
    guard case .date(let column) = try self.column(name, at: parameter) else {
      throw StageFault(
        "column '\(name)' holds no dates", at: parameter,
        help: "declare it as date at intake: columns: {\(name): date}")
    }
    return Measurements(
      column: name.name, values: column.values.map { Double($0) }, validity: column.validity)
  }
}
