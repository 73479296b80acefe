// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Statistics
import Tables

/// Whether to go on: a look at an experiment under way, or at a signal of a service.
///
/// `group-sequential` holds the statistic of each outcome and contrast against bounds that keep the error
/// over all looks; `confidence-sequence` gives intervals that hold at all times; `control-chart` watches
/// series in time. Guardrails, of the card or under `guardrails`, can only stop for harm. A look is no
/// result: this stage gives no effects.
///
/// What was looked at when is carried forward: connect `earlier` to the output `looks` of the run before.
/// The bounds of earlier looks then stand as they were, and what they spent is gone. Changing the plan
/// after a look is a fault.
struct Monitor: Stage {
  static let info = StageInfo(
    "monitor", version: 1,
    summary:
      "Says at each look whether an experiment goes on, or stops for benefit, harm or futility.",
    example: """
      look:
        use: impact/monitor
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          method: group-sequential
          outcome: recertified
          arm: condition
          control: No_Letter
          better: increase
          planned: 3500
          spending: obrien-fleming
          guardrails: {complaint: decrease}
          futility: 0.1
          date: 2026-03-01
      """,
    source:
      "Jennison and Turnbull (2000), Group Sequential Methods; Lan and DeMets (1983), Biometrika "
      + "70:659–663; Waudby-Smith et al. (2024), Annals of Statistics 52:2613–2640; Montgomery (2019), "
      + "Introduction to Statistical Quality Control.")

  @Parameter("How it is looked at.") var method: Method = .groupSequential
  @Parameter("Column, or list of columns, of the outcomes, or of the series of a control chart.")
  var outcome: [ColumnName]
  @Parameter("Column that names the arm of each case.") var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Column of the strata within which cases were assigned.") var block: ColumnName?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Which way is better; as the pilot card says unless given.") var better: Better?
  @Parameter("Columns that may not get worse, each with the way that is better.")
  var guardrails: NamedValues<Better> = NamedValues()
  @Parameter("Cases to keep.") var `where`: Expression?
  @Parameter(
    "Confidence level over all looks; outcomes and contrasts share the error.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("One-sided confidence level for harm, for each guardrail.", in: 0.5...0.999)
  var guardrailLevel = 0.95
  @Parameter("Day of the look; the reference date unless given.") var date: LookDate?

  @Parameter("Cases (with 'cluster': clusters) planned in the two arms of a contrast.", in: 2...)
  var planned: Int?
  @Parameter("How the error is spent over the looks.") var spending: Spending = .obrienFleming
  @Parameter("Shape of the spending: kim-demets 2, hwang-shih-decani −4, haybittle-peto 3.")
  var shape: Double?
  @Parameter("Planned looks as shares of the information: needed for fixed bounds.")
  var looks: [Double] = []
  @Parameter("Whether this is the last look, which spends what is left.") var final = false
  @Parameter("A chance of showing benefit below this stops for futility.", in: 0...0.5)
  var futility: Double?

  @Parameter("Which confidence sequence.") var sequence: Sequence = .asymptotic
  @Parameter("Cases at which the sequence should be narrowest; 'planned' unless given.", in: 1...)
  var tunedFor: Int?
  @Parameter("Lowest and highest value that a bounded outcome can have.") var limits: [Double] = []
  @Parameter("Column by which rows are in time's order.") var time: ColumnName?

  @Parameter("Which control chart.") var chart: Chart = .xmr
  @Parameter("Column of what the counts of p and u charts are counted among.")
  var exposure: ColumnName?
  @Parameter("Which patterns are signals.") var rules: Rules = .westernElectric
  @Parameter("First points that give centre and limits; all unless given.", in: 2...)
  var baseline: Int?
  @Parameter("Half the shift that a CUSUM chart should find, in σ.", in: 0...10)
  var allowance = 0.5
  @Parameter("Sum at which a CUSUM chart signals, in σ.", in: 0.1...100) var decisionLimit = 5.0

  enum Method: String, ParameterChoice {
    case groupSequential = "group-sequential"
    case confidenceSequence = "confidence-sequence"
    case controlChart = "control-chart"
  }

  enum Spending: String, ParameterChoice {
    case obrienFleming = "obrien-fleming"
    case pocock
    case kimDemets = "kim-demets"
    case hwangShihDecani = "hwang-shih-decani"
    case haybittlePeto = "haybittle-peto"
    case fixedPocock = "fixed-pocock"
    case fixedObrienFleming = "fixed-obrien-fleming"

    var isFixed: Bool { self == .fixedPocock || self == .fixedObrienFleming }
  }

  enum Sequence: String, ParameterChoice {
    case asymptotic
    case binomial
    case bounded
  }

  enum Chart: String, ParameterChoice {
    case xmr
    case p
    case pPrime = "p-prime"
    case u
    case uPrime = "u-prime"
    case cusum

    var needsExposure: Bool { self != .xmr && self != .cusum }
  }

  enum Rules: String, ParameterChoice {
    case westernElectric = "western-electric"
    case nelson
    case limits

    var rules: [RunRule] {
      switch self {
      case .westernElectric: RunRule.westernElectric
      case .nelson: RunRule.nelson
      case .limits: [.beyondLimits]
      }
    }
  }

  struct Input: PortSet {
    @Port("One row per case, or per period of a series.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
    @Port("The looks of the run before.") var earlier: Table?
  }

  struct Output: PortSet {
    @Port("One row per look, outcome and contrast, those of earlier runs first.") var looks: Table
    @Port("What this look leads to, with a sentence for each outcome and contrast.")
    var decision: Table
    @Port("One row per point of a control chart.") var chart: Table?
  }

  func validate() throws(StageFault) { try MonitorSettings(self).validate() }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns([
      "looks": LooksTable.promises, "decision": DecisionTableOfLook.promises,
    ])
    if method == .controlChart { known["chart"] = ControlChartTable.promises }
    return known
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let history = try LookHistory(input.earlier)
    history.overruns.forEach(context.note)
    let cases = try Cases(input.cases, where: `where`)
    let day = date?.day ?? context.referenceDate.day
    var output = Output()
    var new: [Look]
    if method == .controlChart {
      let series = try MonitoredSeries(self, cases, input.pilot)
      series.notes.forEach(context.note)
      new = try series.looks(history, on: day)
      output.chart = try ControlChartTable.table(series.points.flatMap(\.self))
    } else {
      let origin = try EffectOrigin(
        context, card: input.pilot, design: nil, cluster: cluster, where: `where`, level: level)
      new = try compared(cases, origin, history, on: day, in: context)
    }
    for look in new { context.note("\(look.outcome), \(look.contrast): \(look.sentence)") }
    output.looks = try LooksTable.table(history.looks + new)
    output.decision = try DecisionTableOfLook.table(new)
    return output
  }

  private func compared(
    _ cases: Cases, _ origin: EffectOrigin, _ history: LookHistory, on day: CalendarDate?,
    in context: StageContext
  ) throws -> [Look] {
    let monitored = try monitored(origin.card, cases, note: context.note)
    let arms = try arms(of: cases)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: origin.card), pool: NamedValues())
    let share = (1 - level) / Double(outcome.count * contrasts.count)
    if outcome.count * contrasts.count > 1, history.looks.isEmpty {
      context.note(
        "\(outcome.count * contrasts.count) outcomes and contrasts share the error: "
          + "\(share.asFigure) each")
    }
    let block = try cases.groups(block, at: "block")
    let cluster = try cases.groups(cluster, at: "cluster")
    let settings = MonitorSettings(self)
    let order = try settings.order(cases)
    var looks: [Look] = []
    for outcome in monitored {
      try context.checkCancellation()
      let measured = try cases.numbers(
        outcome.column, at: outcome.role == .guardrail ? "guardrails" : "outcome")
      for contrast in contrasts {
        let chosen = ComparedCases(
          contrast, of: arms, outcome: measured, block: block, cluster: cluster)
        for note in chosen.selection.notes {
          context.note("\(outcome.column), \(contrast.name): \(note)")
        }
        let compared = try ComparedLook(outcome, contrast, chosen, level: level)
        let look = Look(
          number: history.next, date: day, outcome: outcome.column.name, contrast: contrast.name,
          role: outcome.role, better: outcome.better, method: settings.name(outcome.role),
          count: compared.units)
        looks.append(
          try settings.judge(look, compared, history, alpha: share, order: order))
      }
    }
    return looks
  }

  private func arms(of cases: Cases) throws(StageFault) -> Arms {
    if let arm { return try Arms(cases, arm: arm) }
    guard let treatment else { throw .noArm }
    guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
      throw Arms.isDose(treatment)
    }
    return arms
  }
}
