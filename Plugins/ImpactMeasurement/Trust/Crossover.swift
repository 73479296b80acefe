// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Tables

/// What each arm was assigned, and what its cases received: crossover and contamination.
struct Crossover {
  private let arms: Arms
  private let control: Int
  private let received: CaseGroups
  /// For each label received the arm that it is; nil for something that is no arm.
  private let armReceived: [Int?]
  /// Whether the column only says if the change was received.
  private let isYesNo: Bool
  /// Cases by arm and label received; the last label stands for cases of which it is not known.
  private let counts: [[Int]]

  /// - Throws: `StageFault` where what was received is neither an arm nor yes or no.
  init(_ cases: Cases, received: ColumnName, arms: Arms, control: Int) throws(StageFault) {
    let groups = try cases.groups(received, at: "received")
    let column = try cases.column(received, at: "received")
    guard groups.labels.count <= Arms.limit else {
      throw StageFault(
        "column '\(received)' has \(groups.labels.count) different values: those are no arms",
        at: "received", help: "name the column that says which arm's service a case got")
    }
    let places = groups.labels.map { arms.place(of: $0) }
    let yes = Self.yesNo(column)
    guard yes != nil || places.contains(where: { $0 != nil }) else {
      throw StageFault(
        "nothing in column '\(received)' is an arm of '\(arms.column)'", at: "received",
        help: "name a column with the arms' labels, or one of true and false")
    }
    isYesNo = yes != nil && !places.contains { $0 != nil }
    armReceived = places
    self.arms = arms
    self.control = control
    self.received = groups
    var counts = arms.labels.map { _ in [Int](repeating: 0, count: groups.labels.count + 1) }
    for (row, arm) in arms.codes.enumerated() where arm >= 0 {
      let label = groups.codes[row]
      counts[Int(arm)][label >= 0 ? Int(label) : groups.labels.count] += 1
    }
    self.counts = counts
  }

  /// Yes or no for each row; nil where the column holds anything else.
  private static func yesNo(_ column: Column) -> [Bool]? {
    guard let (values, validity) = column.doubles() else { return nil }
    for (row, value) in values.enumerated() where validity?[row] ?? true {
      guard value == 0 || value == 1 else { return nil }
    }
    return values.map { $0 == 1 }
  }

  /// Whether a label is what an arm was to get.
  private func isOwn(_ label: Int, of arm: Int) -> Bool {
    guard isYesNo else { return armReceived[label] == arm }
    return Self.no.contains(received.labels[label]) == (arm == control)
  }

  private static let no: Set = ["false", "0"]

  var lines: [Line] {
    var lines: [Line] = []
    for (arm, label) in arms.labels.enumerated() {
      let whole = counts[arm].reduce(0, +)
      for (place, count) in counts[arm].enumerated()
      where count > 0 || place < received.labels.count {
        lines.append(
          Line(
            assigned: label,
            received: place < received.labels.count ? received.labels[place] : nil, count: count,
            share: whole > 0 ? Double(count) / Double(whole) : nil))
      }
    }
    return lines
  }

  /// Crossover over all arms, contamination of the control, and what is not known.
  func checks(limit: Double) -> [TrustCheck] {
    let known = arms.labels.indices.map { counts[$0].dropLast().reduce(0, +) }
    let other = arms.labels.indices.map { arm in
      received.labels.indices.reduce(0) { $0 + (isOwn($1, of: arm) ? 0 : counts[arm][$1]) }
    }
    return [
      check(
        "crossover", arms.column, other.reduce(0, +), of: known.reduce(0, +), limit,
        "cases got something else than what their arm was to get"),
      check(
        "contamination", arms.labels[control], other[control], of: known[control], limit,
        "cases of the control arm got something else than the control"),
      unknown,
    ]
  }

  private func check(
    _ name: String, _ subject: String, _ count: Int, of all: Int, _ limit: Double,
    _ what: String
  ) -> TrustCheck {
    let share = all == 0 ? 0 : Double(count) / Double(all)
    var check = TrustCheck(
      name, subject: subject, passed: share <= limit, severity: .warning,
      message: "\(count) of \(all) (\(share.asPercentage)) \(what)")
    check.value = share
    check.threshold = limit
    check.flag = check.passed ? nil : "crossover"
    return check
  }

  private var unknown: TrustCheck {
    let count = counts.reduce(0) { $0 + ($1.last ?? 0) }
    var check = TrustCheck(
      "received-known", subject: received.column, passed: count == 0, severity: .info,
      message: count == 0
        ? "of every case it is known what it got"
        : "of \(count) cases it is not known what they got")
    check.value = Double(count)
    check.threshold = 0
    return check
  }
}

extension Crossover {
  /// One cell of the matrix of assigned and received.
  struct Line {
    let assigned: String
    /// Nil where it is not known.
    let received: String?
    let count: Int
    /// Of the cases assigned to the arm.
    let share: Double?
  }

  static let promises = [
    ColumnPromise("assigned", .text), ColumnPromise("received", .text),
    ColumnPromise("n", .integer), ColumnPromise("share", .number),
  ]

  static func table(_ lines: [Line]) throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(lines.map(\.assigned))), .text(TextColumn(lines.map(\.received))),
      .integer(FixedColumn(lines.map { Int64($0.count) })),
      .number(FixedColumn(lines.map(\.share))),
    ]
    return try Table(zip(promises, columns).map { ($0.name, $1) })
  }
}
