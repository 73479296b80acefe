// SPDX-License-Identifier: EUPL-1.2

/// The rows of a panel in which units adopt a change, at different times or never, and keep it.
public struct AdoptionPanel: Sendable, Hashable {
  /// The unit of each row.
  public let units: Grouping
  /// The distinct times, ascending.
  public let periods: [Int]
  /// For each row the place of its time in `periods`.
  public let places: [Int32]
  /// For each unit, in the order of `units.labels`, its first treated time; nil for never.
  public let adoption: [Int?]

  /// - Parameters:
  ///   - units: the unit of each row.
  ///   - times: a whole number for each row.
  ///   - adopted: for each row its unit's first treated time; nil for never.
  /// - Throws: `EstimationFault.repeatedPeriods` where a unit has two rows in a period,
  ///   `.changingAdoption` where its rows differ in `adopted`, `.tooFew` for fewer than two periods.
  public init(units: Grouping, times: [Int], adopted: [Int?]) throws(EstimationFault) {
    precondition(units.rowCount == times.count, "one unit for each row")
    precondition(adopted.count == times.count, "one date of adoption for each row")
    let grouped = Grouping(times)
    let distinct = grouped.labels.compactMap { Int($0) }
    let order = distinct.indices.sorted { distinct[$0] < distinct[$1] }
    var ranks = [Int32](repeating: 0, count: order.count)
    for (rank, code) in order.enumerated() { ranks[code] = Int32(rank) }
    periods = order.map { distinct[$0] }
    places = grouped.codes.map { ranks[Int($0)] }
    self.units = units
    guard periods.count > 1 else { throw .tooFew("periods", count: periods.count, needed: 2) }
    var adoption = [Int?](repeating: nil, count: units.count)
    var isKnown = [Bool](repeating: false, count: units.count)
    var changes: Set<Int32> = []
    var seen = [Bool](repeating: false, count: units.count * periods.count)
    var repeats: Set<Int32> = []
    for (row, unit) in units.codes.enumerated() {
      let cell = Int(unit) * periods.count + Int(places[row])
      if seen[cell] { repeats.insert(unit) }
      seen[cell] = true
      if !isKnown[Int(unit)] {
        adoption[Int(unit)] = adopted[row]
        isKnown[Int(unit)] = true
      } else if adoption[Int(unit)] != adopted[row] {
        changes.insert(unit)
      }
    }
    guard changes.isEmpty else { throw .changingAdoption(units: changes.count) }
    guard repeats.isEmpty else { throw .repeatedPeriods(units: repeats.count) }
    self.adoption = adoption
  }

  /// The dates of adoption, ascending, that some unit has.
  public var cohorts: [Int] { Set(adoption.compactMap(\.self)).sorted() }

  /// The time of a row.
  public func time(_ row: Int) -> Int { periods[Int(places[row])] }

  /// Whether the row's unit had adopted by then.
  public func isTreated(_ row: Int) -> Bool {
    adoption[Int(units.codes[row])].map { $0 <= time(row) } ?? false
  }

  /// Periods since the row's unit adopted; nil where it does not within the panel, or so soon after that
  /// the anticipation reaches it.
  func timeSinceAdoption(_ row: Int, anticipation: Int) -> Int? {
    let last = (periods.last ?? 0) + anticipation
    guard let date = adoption[Int(units.codes[row])], date <= last else { return nil }
    return time(row) - date
  }
}
