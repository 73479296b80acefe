// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What was shown about margins: one row per outcome and contrast, with a sentence for people.
struct DecisionsTable {
  private struct Line {
    let test: EquivalenceTest
    let aim: Equivalence.Aim
    let effect: Effect
    var adjusted: Double?
    var decision = ""
    var sentence = ""
  }

  private static let texts = ["outcome", "contrast", "aim", "decision", "sentence"]
  private static let numbers = [
    "margin_low", "margin_high", "estimate", "conf_low", "conf_high", "level", "p_low", "p_high",
    "p_value", "p_adjusted",
  ]

  private let adjust: Adjustment
  private var lines: [Line] = []

  init(adjust: Adjustment) { self.adjust = adjust }

  mutating func append(_ test: EquivalenceTest, aim: Equivalence.Aim, effect: Effect) {
    lines.append(Line(test: test, aim: aim, effect: effect))
  }

  /// Decides all rows, once they are together.
  mutating func decide() throws(StageFault) {
    if let method = MultiplicityAdjustment(rawValue: adjust.rawValue) {
      do {
        let adjusted = try method.adjust(lines.map(\.test.pValue))
        for (place, value) in adjusted.enumerated() { lines[place].adjusted = value }
      } catch {
        throw StageFault(error.message, at: "adjust", help: error.help)
      }
    }
    for place in lines.indices {
      let test = lines[place].test
      let isShown = (lines[place].adjusted ?? test.pValue) < test.alpha
      let isOutside =
        test.margins.lower.map { test.interval.upper < $0 } ?? false
        || test.margins.upper.map { test.interval.lower > $0 } ?? false
      lines[place].decision = isShown ? "shown" : isOutside ? "refuted" : "inconclusive"
      lines[place].sentence = Self.sentence(lines[place])
    }
  }

  var sentences: [String] { lines.map(\.sentence) }

  func table() throws(TableFault) -> Table {
    let words = [
      lines.map(\.effect.outcome), lines.map(\.effect.contrast), lines.map(\.aim.rawValue),
      lines.map(\.decision), lines.map(\.sentence),
    ]
    let figures: [[Double?]] = [
      lines.map(\.test.margins.lower), lines.map(\.test.margins.upper), lines.map(\.test.value),
      lines.map(\.test.interval.lower), lines.map(\.test.interval.upper), lines.map(\.effect.level),
      lines.map(\.test.lowerPValue), lines.map(\.test.upperPValue), lines.map(\.test.pValue),
      lines.map(\.adjusted),
    ]
    return try Table(
      zip(Self.texts, words).map { ($0, .text(TextColumn($1))) }
        + zip(Self.numbers, figures).map { ($0, .number(FixedColumn($1))) })
  }

  /// What the next stage may count on.
  static var promises: [ColumnPromise] {
    texts.map { ColumnPromise($0, .text) } + numbers.map { ColumnPromise($0, .number) }
  }

  private static func sentence(_ line: Line) -> String {
    let test = line.test
    let claim: String
    switch line.aim {
    case .nonInferiority:
      claim =
        "is worse by less than \(rounded((test.margins.lower ?? test.margins.upper ?? 0).magnitude))"
    case .equivalence:
      claim = "differs by less than \(rounded(test.margins.upper ?? 0)) either way"
    }
    let interval =
      "\(rounded(test.interval.lower)) to \(rounded(test.interval.upper)), "
      + (line.adjusted ?? test.pValue).asPValue
    let subject = "\(line.effect.outcome), \(line.effect.contrast)"
    switch line.decision {
    case "shown": return "\(subject): it is shown that the change \(claim) (\(interval))"
    case "refuted":
      return "\(subject): the data speak against that the change \(claim) (\(interval))"
    default: return "\(subject): the data do not settle whether the change \(claim) (\(interval))"
    }
  }

  /// Four significant digits.
  private static func rounded(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return NumberText.print(value) }
    var scale = 1.0
    while value.magnitude * scale < 1000 { scale *= 10 }
    while value.magnitude * scale >= 10_000 { scale /= 10 }
    return scale >= 1
      ? NumberText.print((value * scale).rounded() / scale) : NumberText.print(value.rounded())
  }
}
