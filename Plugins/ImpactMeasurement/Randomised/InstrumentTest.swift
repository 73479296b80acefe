// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What can be tested of an instrument, for one outcome.
struct InstrumentTest {
  /// With the stage's variance; nil where everybody complied.
  let strength: FTest?
  /// The same with equal variances.
  let classicalStrength: FTest?
  let set: AndersonRubinSet
  /// Anderson and Rubin's test of no effect.
  let noEffect: FTest
  let exogeneity: FTest?
  let overidentification: ChiSquaredTest?
  let count: Int

  init(
    _ model: TwoStageLeastSquares, _ variance: VarianceEstimator, count: Int, level: Double
  ) throws(EstimationFault) {
    strength = try model.firstStageTest(variance)
    classicalStrength = try model.firstStageTest(.classical)
    set = try model.andersonRubin(variance, level: level)
    noEffect = try model.andersonRubinTest(of: 0, variance)
    exogeneity = try model.exogeneityTest()
    overidentification = try model.overidentificationTest()
    self.count = count
  }

  func isWeak(below limit: Double) -> Bool { (strength?.statistic ?? .infinity) < limit }

  /// The set in a line, such as `[-0.2, 1.4]` or `everything`.
  var setText: String {
    if set.isEmpty { return "empty" }
    let isEverything =
      set.pieces.count == 1 && !set.isBounded
      && set.pieces[0].lower == -.infinity && set.pieces[0].upper == .infinity
    if isEverything { return "everything" }
    return set.pieces.map { piece in
      let low = piece.lower.isFinite ? "[\(piece.lower.short)" : "(-infinity"
      let high = piece.upper.isFinite ? "\(piece.upper.short)]" : "infinity)"
      return "\(low), \(high)"
    }.joined(separator: " or ")
  }

  /// The strength of the first stage as a check of trust.
  func check(of outcome: String, treatment: String, weak limit: Double) -> TrustCheck {
    let isWeak = isWeak(below: limit)
    let finding =
      strength.map { "F \($0.statistic.short)" } ?? "the instrument decides '\(treatment)' wholly"
    var check = TrustCheck(
      "first-stage", subject: outcome, passed: !isWeak, severity: .warning,
      message: isWeak
        ? "The instrument hardly moves '\(treatment)': \(finding), less than \(limit.short)."
        : "The instrument moves '\(treatment)': \(finding).")
    check.statistic = strength?.statistic
    check.degreesOfFreedom = strength?.numeratorDegreesOfFreedom
    check.pValue = strength?.pValue
    check.value = strength?.statistic
    check.threshold = limit
    check.flag = isWeak ? "weak-instrument" : nil
    return check
  }

  func notes(weak limit: Double, treatment: String) -> [String] {
    var notes: [String] = []
    guard let strength else {
      return ["the instrument decides '\(treatment)' wholly: the LATE is the effect on everybody"]
    }
    if isWeak(below: limit) {
      notes.append(
        "the first stage is weak (F \(strength.statistic.short), less than \(limit.short)): rely on "
          + "the ITT and on the Anderson–Rubin set, which is \(setText)")
    }
    if set.isEmpty {
      notes.append(
        "the Anderson–Rubin set is empty: under no single effect do the instruments agree")
    } else if !set.isBounded {
      notes.append(
        "the Anderson–Rubin set has no end (\(setText)): the data do not bound the LATE at this level"
      )
    }
    return notes
  }
}

/// The table of the port `tests`, a row for each outcome; absent figures are null.
struct InstrumentTests {
  private static let numbers = [
    "f", "f_df1", "f_df2", "f_p_value", "f_classical", "ar_f", "ar_p_value", "ar_low", "ar_high",
    "wu_hausman_f", "wu_hausman_p_value", "sargan", "sargan_p_value",
  ]

  static var promises: [ColumnPromise] {
    [ColumnPromise("outcome", .text)] + numbers.map { ColumnPromise($0, .number) }
      + [
        ColumnPromise("ar_set", .text), ColumnPromise("weak", .boolean),
        ColumnPromise("n", .integer),
      ]
  }

  private var outcomes: [String] = []
  private var figures: [[Double?]] = numbers.map { _ in [] }
  private var sets: [String] = []
  private var weak: [Bool?] = []
  private var counts: [Int64] = []

  mutating func append(_ test: InstrumentTest, outcome: String, isWeak: Bool) {
    outcomes.append(outcome)
    let single = test.set.pieces.count == 1 ? test.set.pieces[0] : nil
    let values: [Double?] = [
      test.strength?.statistic, test.strength?.numeratorDegreesOfFreedom,
      test.strength?.denominatorDegreesOfFreedom, test.strength?.pValue,
      test.classicalStrength?.statistic, test.noEffect.statistic, test.noEffect.pValue,
      single?.lower, single?.upper, test.exogeneity?.statistic, test.exogeneity?.pValue,
      test.overidentification?.statistic, test.overidentification?.pValue,
    ]
    for (place, value) in values.enumerated() {
      figures[place].append(value.flatMap { $0.isFinite ? $0 : nil })
    }
    sets.append(test.setText)
    weak.append(isWeak)
    counts.append(Int64(test.count))
  }

  func table() throws(TableFault) -> Table {
    let columns: [Column] =
      [.text(TextColumn(outcomes))] + figures.map { .number(FixedColumn($0)) }
      + [.text(TextColumn(sets)), .boolean(BooleanColumn(weak)), .integer(FixedColumn(counts))]
    return try Table(zip(Self.promises, columns).map { ($0.name, $1) })
  }
}

extension Double {
  /// Four digits, for sentences.
  fileprivate var short: String {
    guard self != 0 else { return "0" }
    var scale = 1.0
    while (magnitude * scale) < 1000 { scale *= 10 }
    return "\((self * scale).rounded() / scale)"
  }
}
