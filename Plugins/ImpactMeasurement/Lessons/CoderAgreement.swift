// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// How far coders agreed, thing by thing, and the table that shows it.
struct CoderAgreement {
  struct Row {
    let subject: String
    let scale: KrippendorffAlpha.Scale
    /// Cases with values from two coders, at least.
    let cases: Int
    var alpha: Double?
    var interval: AgreementInterval?
    var verdict: Lesson.Reliability.Verdict
  }

  private(set) var rows: [Row] = []
  private let level: Double
  private let draws: Int
  private let streams: RandomStreams

  /// - Throws: `StageFault` where a rating cannot be compared at all.
  init(
    _ coded: CodedCases, least: Int, level: Double, draws: Int, streams: RandomStreams
  ) throws(StageFault) {
    self.level = level
    self.draws = draws
    self.streams = streams
    if !coded.codes.isEmpty {
      let used = Set(coded.cases.indices.flatMap { coded.anyCodes(of: $0) }).sorted {
        coded.codes[$0].isExactlyBefore(coded.codes[$1])
      }
      try append("all codes", .nominal, Self.units(coded, used))
      for code in used
      where coded.cases.indices.count(where: { coded.anyCodes(of: $0).contains(code) }) >= least {
        try append(coded.codes[code], .nominal, Self.units(coded, [code]))
      }
    }
    for rating in coded.ratings {
      try append(
        rating.column, rating.scale,
        rating.values.enumerated().map { ($0.offset, $0.element.sortedByKey) })
    }
  }

  /// Whether each coder of a case gave a code: one unit for each case and code.
  private static func units(_ coded: CodedCases, _ codes: [Int]) -> [(Int, [Double])] {
    coded.cases.enumerated().flatMap { place, one in
      codes.map { code in
        (place, one.codes.sorted { $0.key < $1.key }.map { $0.value.contains(code) ? 1 : 0 })
      }
    }
  }

  private mutating func append(
    _ subject: String, _ scale: KrippendorffAlpha.Scale, _ units: [(place: Int, values: [Double])]
  ) throws(StageFault) {
    let compared = units.filter { $0.values.count > 1 }
    let cases = Set(compared.map(\.place)).count
    var row = Row(subject: subject, scale: scale, cases: cases, verdict: .notDoubleCoded)
    guard cases > 1 else {
      rows.append(row)
      return
    }
    let values = compared.map(\.values)
    do throws(EstimationFault) {
      let alpha = try KrippendorffAlpha(values, scale: scale).alpha
      row.alpha = alpha
      row.verdict = Lesson.Reliability.Verdict(alpha: alpha)
      row.interval = try AgreementInterval(
        values, scale: scale, cases: Statistics.Grouping(compared.map(\.place)), draws: draws,
        streams: streams, level: level)
    } catch {
      switch error {
      // Alike everywhere, or in nearly every replicate: the verdict says it, no figure does.
      case .zeroVariance: if row.alpha == nil { row.verdict = .noVariation }
      default:
        throw StageFault("\(subject): \(error.message)", at: scale.rawValue, help: error.help)
      }
    }
    rows.append(row)
  }

  var reliability: [Lesson.Reliability] {
    rows.map { Lesson.Reliability(subject: $0.subject, verdict: $0.verdict, alpha: $0.alpha) }
  }

  static let promises = [
    ColumnPromise("subject", .text), ColumnPromise("measurement", .text),
    ColumnPromise("alpha", .number), ColumnPromise("lower", .number),
    ColumnPromise("upper", .number), ColumnPromise("level", .number),
    ColumnPromise("monte_carlo_error", .number), ColumnPromise("draws", .integer),
    ColumnPromise("cases", .integer), ColumnPromise("verdict", .text),
  ]

  func table() throws(TableFault) -> Table {
    let columns: [Column] = [
      .text(TextColumn(rows.map(\.subject))), .text(TextColumn(rows.map(\.scale.rawValue))),
      .number(FixedColumn(rows.map(\.alpha))),
      .number(FixedColumn(rows.map { $0.interval?.interval.lower })),
      .number(FixedColumn(rows.map { $0.interval?.interval.upper })),
      .number(FixedColumn(rows.map { $0.interval?.level })),
      .number(FixedColumn(rows.map { $0.interval?.monteCarloError })),
      .integer(FixedColumn(rows.map { $0.interval.map { Int64($0.replicates) } })),
      .integer(FixedColumn(rows.map { Int64($0.cases) })),
      .text(TextColumn(rows.map(\.verdict.rawValue))),
    ]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

extension [Int: Double] {
  fileprivate var sortedByKey: [Double] { sorted { $0.key < $1.key }.map(\.value) }
}
