// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// Tests "no effect on anyone" by drawing the assignment again, the way it was drawn.
///
/// The way follows from the columns: `block` and `cluster` say that units were drawn within blocks or as
/// whole clusters, `time` and `adopted` that clusters were put in an order (stepped wedge); `method`
/// says it in a word, and is then held against the columns. Where there are at most `exact_limit`
/// assignments each is looked at and p is exact; otherwise `draws` are drawn and the observed one
/// counts as a draw. The interval holds the constant effects that are not rejected; it is open
/// (flag `open-interval`) where there are too few assignments for the level.
///
/// The statistic is studentised unless chosen, which is exact for "no effect on anyone" and, with many
/// units, right for "no effect on average" too; with covariates, and in a stepped wedge, it is the
/// coefficient of a regression. Cases are left out as in difference-in-means, except that thin blocks
/// stay where the statistic needs no variance.
struct RandomisationTest: ArmStage {
  static let info = StageInfo(
    "randomisation-test", version: 1,
    summary: "Tests an effect by drawing the assignment again, exactly where that is possible.",
    draws: true, namesExperiment: true,
    example: """
      exact:
        use: impact/randomisation-test
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          block: service_center
          statistic: difference
      """,
    source: "Fisher (1935), The Design of Experiments; Phipson and Smyth (2010), Statistical "
      + "Applications in Genetics and Molecular Biology 9:39; Wu and Ding (2021), J. American "
      + "Statistical Association 116:1898–1913.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Arms taken together, under a name: one more contrast for each name.")
  var pool: NamedValues<[String]> = NamedValues()
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("How units were drawn; what 'block', 'cluster' and 'adopted' say unless given.")
  var method: Method?
  @Parameter("Column of the strata within which units were drawn.")
  var block: ColumnName?
  @Parameter("Column of the units that were drawn, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Column of numbers with the period of each case, in a stepped wedge.")
  var time: ColumnName?
  @Parameter("Column with the period in which a case's cluster started; empty where it never did.")
  var adopted: ColumnName?
  @Parameter("What is compared over assignments: studentised, or regression with covariates.")
  var statistic: Statistic?
  @Parameter("Columns measured before the change that the regression adjusts for.")
  var covariates: [ColumnName] = []
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("Up to how many possible assignments each is looked at.", in: 0...1_000_000)
  var exactLimit = 200_000
  @Parameter("How many assignments are drawn where there are more.", in: 99...1_000_000)
  var draws = 9_999
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case complete
    case block
    case cluster
    case blockCluster = "block-cluster"
    case pair
    case steppedWedge = "stepped-wedge"
  }

  enum Statistic: String, ParameterChoice {
    case difference
    case studentised
    case rankSum = "rank-sum"
    case regression
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("What the draws came to, one row per outcome and contrast.") var simulation: Table
  }

  static let figures = [
    "observed", "p_value", "p_value_error", "p_upper", "p_lower", "null_std_dev",
  ]

  func validate() throws(StageFault) {
    if isWedge {
      try validateWedge()
    } else {
      try ArmParameters(
        arm: arm, control: control, treatment: treatment, outcome: outcome, pool: pool
      ).validate()
    }
    if !covariates.isEmpty, chosenStatistic != .regression {
      throw .user(
        "statistic \(chosenStatistic.rawValue) passes over 'covariates'", at: "statistic",
        help: "use regression, or leave 'covariates' out")
    }
    guard let method else { return }
    let scheme = method.scheme
    try check(method, "blocks", block, named: "block", needed: scheme.usesBlocks)
    try check(method, "clusters", cluster, named: "cluster", needed: scheme.usesClusters)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "simulation": SimulationTable.promises(Self.figures),
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    if origin.design == .steppedWedge, !isWedge {
      throw StageFault(
        "the design is a stepped wedge, and the order of its clusters is what was drawn",
        at: "adopted", help: "name 'cluster', 'time' and 'adopted' instead of arms")
    }
    let table = try input.cases.table(namedColumns, where: `where`)
    let cases = try Cases(table, where: `where`)
    let setup = Statistics.RandomisationTest.Setup(
      draws: draws, limit: exactLimit, level: level, streams: try context.randomStreams())
    return isWedge
      ? try wedge(cases, origin, setup, input.pilot, context)
      : try arms(cases, origin, setup, input.pilot, context)
  }
}

extension RandomisationTest {
  var leavesArmOpen: Bool { arm == nil && treatment == nil && !isWedge }

  var isWedge: Bool { method == .steppedWedge || adopted != nil || time != nil }

  fileprivate var chosenStatistic: Statistic {
    statistic ?? (covariates.isEmpty && !isWedge ? .studentised : .regression)
  }

  private var namedColumns: [ColumnName] {
    outcome + covariates + [arm, treatment, block, cluster, time, adopted].compactMap(\.self)
  }

  private func validateWedge() throws(StageFault) {
    for (name, column) in [("cluster", cluster), ("time", time), ("adopted", adopted)]
    where column == nil {
      throw .user(
        "a stepped wedge needs '\(name)'", at: name,
        help: "name the columns of cluster, time and adopted")
    }
    for (name, isGiven) in [("arm", arm != nil), ("treatment", treatment != nil)] where isGiven {
      throw .user(
        "'\(name)' and 'adopted' both say who was treated", at: name,
        help: "in a stepped wedge 'adopted' says it: leave '\(name)' out")
    }
    if chosenStatistic != .regression {
      throw .user(
        "a stepped wedge is compared by regression, with cluster and period effects",
        at: "statistic", help: "leave 'statistic' out")
    }
    if let method, method != .steppedWedge {
      throw .user(
        "method \(method.rawValue) passes over 'time' and 'adopted'", at: "method",
        help: "use stepped-wedge, or leave the two columns out")
    }
  }

  private func check(
    _ method: Method, _ units: String, _ column: ColumnName?, named parameter: String, needed: Bool?
  ) throws(StageFault) {
    guard let needed, needed != (column != nil) else { return }
    throw .user(
      needed
        ? "method \(method.rawValue) draws by \(units), and no '\(parameter)' is named"
        : "method \(method.rawValue) passes over '\(parameter)'", at: "method",
      help: needed
        ? "add \(parameter): with its column" : "leave 'method' out: the columns say it")
  }

  private func arms(
    _ cases: Cases, _ origin: EffectOrigin, _ setup: Statistics.RandomisationTest.Setup,
    _ card: PilotCard?, _ context: StageContext
  ) throws -> Output {
    let experiment = try ExperimentCases(
      cases,
      ExperimentCases.Columns(
        arm: arm, control: control, treatment: treatment, pool: pool, block: block,
        cluster: cluster), card: card)
    experiment.notes.forEach(context.note)
    let covariates = try cases.covariates(self.covariates)
    var results = Results(
      self, origin, cases, comparison: .arms(isAdjusted: !covariates.isEmpty),
      contrasts: experiment.contrasts.count)
    results.deviations.forEach(context.note)
    for column in outcome {
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in experiment.contrasts {
        try context.checkCancellation()
        let compared = experiment.compared(
          contrast, measured, covariates: covariates,
          thinBlocks: chosenStatistic == .studentised ? .leftOut : .kept)
        for note in compared.selection.notes {
          context.note("\(column), \(contrast.name): \(note)")
        }
        do throws(EstimationFault) {
          let arms = try compared.twoArms()
          let scheme =
            method?.scheme
            ?? .init(
              hasBlocks: block != nil, hasClusters: cluster != nil)
          let test = try test(arms, scheme, compared.selection.rows, covariates, setup)
          results.append(
            column.name, contrast.name, test, scheme, chosenStatistic,
            treated: arms.isTreated.count { $0 }, control: arms.isTreated.count { !$0 },
            clusters: arms.clusters?.count, flags: experiment.flags + compared.flags)
        } catch {
          throw StageFault(error, of: "\(column), \(contrast.name)")
        }
      }
    }
    return try results.output(in: context)
  }

  private func test(
    _ arms: TwoArms, _ scheme: Assignment.Scheme, _ rows: [Int], _ covariates: [Covariate],
    _ setup: Statistics.RandomisationTest.Setup
  ) throws(EstimationFault) -> Statistics.RandomisationTest {
    guard chosenStatistic == .regression else {
      return try Statistics.RandomisationTest(
        arms, scheme: scheme, chosenStatistic.estimator, setup)
    }
    var nuisance = Design(rows: rows.count)
    if let blocks = arms.blocks { nuisance.appendIndicators("block", blocks) }
    for covariate in covariates {
      for (name, values) in CovariateColumns(covariate, rows: rows).columns {
        nuisance.append(name, values)
      }
    }
    return try Statistics.RandomisationTest(
      try Assignment(arms, scheme), outcome: arms.outcome, nuisance: nuisance, setup)
  }
}

extension RandomisationTest.Method {
  var scheme: Assignment.Scheme {
    switch self {
    case .complete: .complete
    case .block: .block
    case .cluster: .cluster
    case .blockCluster: .blockCluster
    case .pair: .pair
    case .steppedWedge: .steppedWedge
    }
  }
}

extension RandomisationTest.Statistic {
  fileprivate var estimator: Statistics.RandomisationTest.Statistic {
    switch self {
    case .difference: .difference
    case .studentised: .studentised
    case .rankSum: .rankSum
    case .regression: .regression
    }
  }
}
