// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Units that adopt a change at given dates or never, over six periods; the effect is 2 + time since.
struct RollOutSample {
  var dates: [Int?] = [3, 4, 6, nil]
  var units = 24
  /// How much more the adopters' outcome rises in each period, whatever they adopt.
  var drift = 0.0
  /// The period from which nobody is treated any longer.
  var ends = Int.max

  /// The county employment panel with an empty date for never.
  static func counties() throws -> Table {
    let table = try Reference("did-mpdta").cases
    let dates = table["first_treat"]?.doubles()?.values ?? []
    return try table.adding(
      "adopted", .integer(FixedColumn(dates.map { $0 == 0 ? nil : Int64($0) })))
  }

  func table() throws -> Table {
    let rows = (0..<units).flatMap { unit in (1...6).map { (unit: unit, time: $0) } }
    func date(_ unit: Int) -> Int? { dates[unit % dates.count] }
    func isTreated(_ row: (unit: Int, time: Int)) -> Bool {
      row.time < ends && (date(row.unit).map { $0 <= row.time } ?? false)
    }
    func noise(_ row: (unit: Int, time: Int), _ turn: Int) -> Double {
      let mixed: Int = row.unit * 37 + row.time * 101 + row.unit * row.time * 13 + turn * 7
      return Double(mixed % 29) / 29
    }
    func numbers(_ value: ((unit: Int, time: Int)) -> Double) -> Column {
      .number(FixedColumn(rows.map { value($0) as Double? }))
    }
    func texts(_ value: ((unit: Int, time: Int)) -> String) -> Column {
      .text(TextColumn(rows.map(value)))
    }
    func integers(_ value: ((unit: Int, time: Int)) -> Int?) -> Column {
      .integer(FixedColumn(rows.map { value($0).map { Int64($0) } }))
    }
    return try Table([
      ("unit", texts { "office \($0.unit)" }),
      ("time", integers { $0.time }),
      ("adopted", integers { date($0.unit) }),
      ("treated", integers { isTreated($0) ? 1 : 0 }),
      (
        "y",
        numbers { row in
          let since = date(row.unit).map { row.time - $0 } ?? 0
          let trend = date(row.unit) == nil ? 0 : drift * Double(row.time)
          let effect = isTreated(row) ? 2 + Double(since) : 0
          return Double(row.unit % 5) + 0.5 * Double(row.time) + trend + noise(row, 0) + effect
        }
      ),
      ("z", numbers { row in noise(row, 3) + (isTreated(row) ? 1 : 0) }),
      ("w", numbers { row in noise(row, 5) }),
      ("kind", texts { (($0.unit / 4 + $0.time) % 2 == 0) ? "plain" : "odd" }),
      ("kind2", texts { (($0.unit + $0.time) % 2 == 0) ? "plain" : "odd" }),
      ("size", numbers { row in Double(row.unit * 7 % 11) }),
      ("fixed", numbers { row in Double(row.unit * row.unit % 7) }),
      ("changing", integers { $0.time < 3 ? 4 : 5 }),
      ("same", integers { _ in 1 }),
      ("time2", integers { $0.time % 2 }),
      ("empty", integers { _ in nil }),
      ("apart", numbers { row in (date(row.unit) == nil ? 100 : 0) + Double(row.unit % 7) }),
      ("name", texts { "period \($0.time)" }),
      ("only", texts { _ in "all" }),
      ("zero", numbers { _ in 0 }),
      ("flat", numbers { _ in 3 }),
    ])
  }
}
