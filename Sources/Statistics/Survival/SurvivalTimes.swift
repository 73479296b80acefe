// SPDX-License-Identifier: EUPL-1.2

/// Times until an event; of open cases only that it has not come yet (right censoring).
///
/// A case may come under observation late (delayed entry): it then counts as at risk only after that.
public struct SurvivalTimes: Sendable, Hashable {
  /// For each row the time of its event, or until which it was followed, from 0 in any unit.
  public let time: [Double]
  /// Whether the event came at that time.
  public let isEvent: [Bool]
  /// For each row the time after which it is at risk; nil for the beginning.
  public let entry: [Double]?

  /// - Parameters:
  ///   - time: n numbers from 0.
  ///   - isEvent: whether the event came; false for an open case.
  ///   - entry: n numbers below `time`, nil where every row is followed from the beginning.
  /// - Throws: `EstimationFault.notFinite`, `.outOfRange` for a negative time or an entry that is not
  ///   before the end.
  public init(
    time: [Double], isEvent: [Bool], entry: [Double]? = nil
  ) throws(EstimationFault) {
    precondition(time.count == isEvent.count, "one time for each row")
    precondition(entry.map { $0.count == time.count } ?? true, "one entry for each row")
    let missing = time.indices.filter { !time[$0].isFinite || !(entry?[$0].isFinite ?? true) }
    guard missing.isEmpty else { throw .notFinite("time", rows: missing) }
    guard time.allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange("the time of every row", allowed: "zero or more")
    }
    if let entry, !time.indices.allSatisfy({ entry[$0] < time[$0] }) {
      throw .outOfRange("the entry of every row", allowed: "before the end of its time")
    }
    self.time = time
    self.isEvent = isEvent
    self.entry = entry
  }

  public var count: Int { time.count }
  public var eventCount: Int { isEvent.count { $0 } }

  /// Some of the rows, in the order asked for.
  public func selecting(_ rows: [Int]) -> SurvivalTimes {
    SurvivalTimes(
      unchecked: rows.map { time[$0] }, rows.map { isEvent[$0] },
      entry.map { entry in rows.map { entry[$0] } })
  }

  private init(unchecked time: [Double], _ isEvent: [Bool], _ entry: [Double]?) {
    self.time = time
    self.isEvent = isEvent
    self.entry = entry
  }
}

/// The rows of one stratum in the order in which risk sets are gone through.
struct RiskOrder {
  /// Rows by time, the latest first.
  let byTime: [Int]
  /// Rows by entry, the latest first; empty without delayed entry.
  let byEntry: [Int]

  init(_ times: SurvivalTimes, rows: [Int]) {
    byTime = rows.sorted { times.time[$0] > times.time[$1] }
    byEntry = times.entry.map { entry in rows.sorted { entry[$0] > entry[$1] } } ?? []
  }

  /// Goes back in time over the times at which an event happened.
  ///
  /// - Parameters:
  ///   - times: of all rows.
  ///   - join: called for each row that is at risk from here on backwards.
  ///   - leave: called for each row that was not yet under observation here.
  ///   - visit: called at each time with an event, with the rows of these events.
  func backwards(
    _ times: SurvivalTimes, join: (Int) -> Void, leave: (Int) -> Void,
    visit: (_ time: Double, _ events: [Int]) -> Void
  ) {
    var place = 0
    var left = 0
    while place < byTime.count {
      let time = times.time[byTime[place]]
      var events: [Int] = []
      while place < byTime.count, times.time[byTime[place]] == time {
        let row = byTime[place]
        join(row)
        if times.isEvent[row] { events.append(row) }
        place += 1
      }
      guard !events.isEmpty else { continue }
      if let entry = times.entry {
        while left < byEntry.count, entry[byEntry[left]] >= time {
          leave(byEntry[left])
          left += 1
        }
      }
      visit(time, events)
    }
  }
}
