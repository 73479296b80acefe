// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of a change that a rule gives from a cut-off on, for the cases at that cut-off.
///
/// Local polynomials on either side, bandwidths that make the mean squared error least, and robust
/// intervals (Calonico, Cattaneo and Titiunik). **The effects row holds the bias-corrected estimate with
/// its robust standard error, so that estimate, error, interval and p-value belong together**; rdrobust
/// prints the conventional estimate beside the same robust interval and p-value, and the port
/// `estimates` has that one, too. Probabilities are normal. `n` counts the cases within the bandwidth.
///
/// With `treatment` the design is fuzzy: the effect is that on those whom the cut-off moved. Cases at
/// the cut-off count as above it. `sensitivity` repeats the estimate with other bandwidths, without the
/// cases next to the cut-off, at cut-offs where nothing happens, and on every covariate. `checks` tests
/// the density of the running variable and the covariates at the cut-off; what fails lowers the grade.
struct RegressionDiscontinuity: OutcomeStage {
  static let info = StageInfo(
    "regression-discontinuity", version: 1,
    summary: "Estimates the effect of a change that a rule gives from a cut-off on.",
    namesExperiment: true,
    example: """
      discount:
        use: impact/regression-discontinuity
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: months_in_debt
          running: income
          cutoff: 1500
          treated: below
          covariates: [age]
      """,
    source:
      "Calonico, Cattaneo and Titiunik (2014), Econometrica 82:2295–2326; Calonico, Cattaneo, "
      + "Farrell and Titiunik (2019), Review of Economics and Statistics 101:442–451; Cattaneo, "
      + "Jansson and Ma (2020), J. American Statistical Association 115:1449–1455.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column of numbers that the rule looks at.")
  var running: ColumnName
  @Parameter("Value of 'running' from which the rule treats cases differently.")
  var cutoff: Double
  @Parameter("Side of the cut-off on which cases get the change; cases at it count as above.")
  var treated: TreatedSide = .above
  @Parameter(
    "Column of 0 and 1, or a dose, that says who got the change: the design is then fuzzy.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change to adjust for and to test at the cut-off.")
  var covariates: [ColumnName] = []
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Distance from the cut-off within which cases count; chosen unless given.", in: 0...)
  var bandwidth: Double?
  @Parameter("The same for the estimate of the bias; 'bandwidth' where that is given.", in: 0...)
  var biasBandwidth: Double?
  @Parameter("Which error a chosen bandwidth makes least.")
  var selector: Selector = .mserd
  @Parameter("Order of the polynomial.", in: 1...4)
  var order = 1
  @Parameter("Order of the polynomial that estimates the bias; one more unless given.", in: 2...5)
  var biasOrder: Int?
  @Parameter("How cases count less the farther they are from the cut-off.")
  var kernel: Kernel = .triangular
  @Parameter("How the variance is estimated: nearest-neighbour, or cr1 with 'cluster'.")
  var variance: Variance?
  @Parameter("Neighbours that nearest-neighbour compares each case with.", in: 1...20)
  var matches = 3
  @Parameter(
    "Distances within which cases are left out for 'sensitivity'; 5 % and 10 % of h unless given.")
  var donut: [Double] = []
  @Parameter("Cut-offs where nothing happens, for 'sensitivity'; each side's median unless given.")
  var placebo: [Double] = []
  @Parameter("Density, covariates and placebo cut-offs fail below this p-value.", in: 0...0.5)
  var checkThreshold = 0.01
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came to be treated, where no pilot card says it.")
  var design: DesignChoice?

  enum TreatedSide: String, ParameterChoice {
    case above
    case below
  }

  enum Kernel: String, ParameterChoice {
    case triangular
    case epanechnikov
    case uniform
  }

  enum Selector: String, ParameterChoice {
    case mserd, msetwo, msesum, msecomb1, msecomb2
    case cerrd, certwo, cersum, cercomb1, cercomb2
  }

  enum Variance: String, ParameterChoice {
    case nearestNeighbour = "nearest-neighbour"
    case hc0
    case hc1
    case hc2
    case hc3
    case cr1
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome.") var effects: Table
    @Port("Conventional, bias-corrected and robust figures of each outcome, with their bandwidths.")
    var estimates: Table
    @Port("The same effect in other ways, and on what it should not touch.")
    var sensitivity: Table
    @Port("One row per check.") var checks: Table
  }

  func validate() throws(StageFault) {
    for column in outcome where column == running || column == treatment {
      throw .user("'\(column)' is the outcome and something else at once", at: "outcome")
    }
    for column in covariates
    where outcome.contains(column) || column == running || column == treatment {
      throw .user("'\(column)' is a covariate and something else at once", at: "covariates")
    }
    if let biasOrder, biasOrder <= order {
      throw .user("'bias_order' has to be more than 'order'", at: "bias_order")
    }
    if bandwidth == nil, biasBandwidth != nil {
      throw .user(
        "'bias_bandwidth' is given without 'bandwidth'", at: "bias_bandwidth",
        help: "give both, or neither")
    }
    for (name, width) in [("bandwidth", bandwidth), ("bias_bandwidth", biasBandwidth)]
    where width == 0 {
      throw .user("'\(name)' has to be more than 0", at: name)
    }
    if let fault = donut.first(where: { !($0 > 0) }) {
      throw .user("'donut' has to be more than 0, and \(fault) is not", at: "donut")
    }
    guard (chosenVariance == .cr1) == (cluster != nil) else {
      throw cluster == nil
        ? .user("variance cr1 sums by cluster, and no 'cluster' is named", at: "variance")
        : .user(
          "variance \(chosenVariance.rawValue) passes over 'cluster': inference follows assignment",
          at: "variance", help: "use cr1, the default with 'cluster'")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "estimates": DiscontinuityEstimates.empty.promises,
      "sensitivity": DiscontinuitySensitivity.empty.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let table = try input.cases.table(namedColumns, where: `where`)
    let columns = try DiscontinuityColumns(self, Cases(table, where: `where`))
    let comparison = Comparison.cutoff
    let estimand = treatment == nil ? "ATE at the cut-off" : "LATE at the cut-off"
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name), adjust: outcome.count > 1 ? adjust.rawValue : nil,
      estimand: treatment == nil ? "ATE" : "LATE")
    plan.deviations.forEach(context.note)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var estimates = DiscontinuityEstimates.empty
    var sensitivity = DiscontinuitySensitivity.empty
    var checks = DiscontinuityChecks(threshold: checkThreshold, running: running.name)
    for column in outcome {
      try context.checkCancellation()
      let cases = try columns.selecting(outcome: column)
      for note in cases.selection.notes { context.note("\(column): \(note)") }
      let found = try cases.estimate()
      if let treatment, found.firstStage == nil {
        context.note("\(column): '\(treatment)' is the same for all on a side: the design is sharp")
      }
      let others = DiscontinuitySensitivity(cases, found)
      for note in others.notes { context.note("\(column): \(note)") }
      let failed = checks.append(cases, found, others)
      var grade = comparison.grade(origin.design)
      for check in failed { check.lower(&grade) }
      var effect = origin.effect(
        of: column.name, contrast: "treated - control", comparison: comparison, estimand: estimand)
      effect.raise(plan.flags + cases.selection.flags + failed.compactMap(\.check.flag))
      effect.method = treatment == nil ? Self.info.name : "\(Self.info.name) (fuzzy)"
      effect.take(found.effect.robust)
      if let clusters = found.clusters { effect.take(clusters: clusters.left + clusters.right) }
      effect.variance = cases.varianceName + ", robust to bias, df infinite (normal)"
      let (left, right) = (found.effectiveCounts.left, found.effectiveCounts.right)
      effect.count = left + right
      effect.treatedCount = treated == .above ? right : left
      effect.controlCount = treated == .above ? left : right
      effects.append(effect, grade: grade)
      DiscontinuityEstimates.append(found, of: column.name, to: &estimates)
      others.append(to: &sensitivity, outcome: column.name)
    }
    for check in checks.checks where !check.passed { context.note(check.message) }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.estimates = try estimates.table()
    output.sensitivity = try sensitivity.table()
    output.checks = TrustChecks.table(checks.checks)
    return output
  }
}

extension RegressionDiscontinuity {
  var chosenVariance: Variance { variance ?? (cluster == nil ? .nearestNeighbour : .cr1) }

  private var namedColumns: [ColumnName] {
    outcome + covariates + [running] + [treatment, cluster].compactMap(\.self)
  }

  /// The estimator's settings, but for the clusters.
  var settings: Statistics.RegressionDiscontinuity.Settings {
    var settings = Statistics.RegressionDiscontinuity.Settings()
    settings.order = order
    settings.biasOrder = biasOrder
    settings.kernel = LocalKernel(rawValue: kernel.rawValue) ?? .triangular
    settings.selector = BandwidthSelector(rawValue: selector.rawValue) ?? .mserd
    settings.level = level
    if let bandwidth {
      let bias = biasBandwidth ?? bandwidth
      settings.bandwidths = DiscontinuityBandwidths(
        main: CutoffPair(bandwidth, bandwidth), bias: CutoffPair(bias, bias))
    }
    switch chosenVariance {
    case .nearestNeighbour, .cr1: settings.variance = .neighbours(matches)
    case .hc0: settings.variance = .hc0
    case .hc1: settings.variance = .hc1
    case .hc2: settings.variance = .hc2
    case .hc3: settings.variance = .hc3
    }
    return settings
  }
}
