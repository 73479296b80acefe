// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of arms, or of a number, by least squares with covariates.
///
/// Every arm but the control has an indicator, all in one model; a `treatment` of 0 and 1 counts as
/// two arms, and any other numbers give one effect per unit. A covariate of texts becomes an indicator
/// for each level but the first in the order of bytes, and a note names that level. `interact` is
/// Lin's estimator: covariates are centred and multiplied with the arms, so that an arm's coefficient
/// stays the average effect. `block` adds fixed indicators of strata. `n` counts the rows of the model.
///
/// The variance is HC2 unless chosen, and CR2 with Satterthwaite's degrees of freedom where a cluster
/// is named. Rows that miss anything the model uses are left out, and counted by reason. The cases of
/// a block with a single case fit exactly and say nothing of the effect: they are left out, counted,
/// and flagged `singleton-stratum`. A covariate's level with a single case carries the same flag, and
/// is a fault under hc2 and hc3, which do not exist there.
///
/// `fixed_effects` are absorbed, however many groups they have: `OLS.init(outcome:design:absorbing:weights:)`
/// says how degrees of freedom are counted. Cases that are alone in a group are left out, counted, and
/// flagged `singleton-effect`. The variance is then hc2 with one effect, hc1 with more, and cr1 with
/// `cluster`; cr2 and cr3 may be asked for where every effect is nested in the clusters. Two columns under
/// `cluster` give two-way clustered variances (cr1), with as many degrees of freedom as the smaller number
/// of clusters less one; flag `negative-variance` says that negative eigenvalues were set to zero.
struct Regression: ArmStage {
  static let info = StageInfo(
    "regression", version: 1,
    summary: "Estimates the average effect of a change by least squares, adjusted for covariates.",
    namesExperiment: true,
    example: """
      adjusted:
        use: impact/regression
        from: {cases: intake.cases, pilot: intake.pilot}
        with:
          outcome: recertified
          arm: condition
          control: No_Letter
          covariates: [age, household_size]
          interact: true
      """,
    source: "MacKinnon and White (1985), J. Econometrics 29:305–325; Lin (2013), Annals of Applied "
      + "Statistics 7:295–318; Bell and McCaffrey (2002), Survey Methodology 28:169–181; Cameron, "
      + "Gelbach and Miller (2011), J. Business & Economic Statistics 29:238–249; Gaure (2013), "
      + "Computational Statistics & Data Analysis 66:8–18.")

  @Parameter(
    "Column, or list of columns, that holds the outcome of each case;"
      + " the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says who was treated, or of numbers, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change to adjust for; texts become indicators.")
  var covariates: [ColumnName] = []
  @Parameter("Lets the covariates work differently in each arm (Lin's estimator).")
  var interact = false
  @Parameter("Column of the strata within which cases were assigned, as fixed indicators.")
  var block: ColumnName?
  @Parameter("Columns whose groups' own levels are absorbed, such as offices and months.")
  var fixedEffects: [ColumnName] = []
  @Parameter(
    "Column of the units that were assigned, where these were not the cases; or two columns.")
  var cluster: [ColumnName] = []
  @Parameter("Column of positive weights, proportional to the precision of each case.")
  var weight: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated: hc2, or cr2 with 'cluster'; see fixed_effects.")
  var variance: Variance?
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Variance: String, ParameterChoice {
    case hc0
    case hc1
    case hc2
    case hc3
    case cr0
    case cr1
    case cr2
    case cr3
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: TableBatches
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("One row per outcome and term of its model.") var coefficients: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    try checkRegressionColumns(outcome: outcome)
    try validateEffectsAndClusters()
    try chosenVariance.validate(cluster: cluster)
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["effects": EffectsTable.promises, "coefficients": CoefficientsTable.promises])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster.first, where: `where`,
      level: level)
    let variance = chosenVariance
    let models = try models(of: input)
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: variance.rawValue,
      covariates: covariates.map(\.name),
      adjust: outcome.count > 1 || models.hasSeveralContrasts ? adjust.rawValue : nil,
      estimand: origin.isRandomised ? "ITT" : "difference")
    plan.deviations.forEach(context.note)
    let comparison = Comparison.arms(isAdjusted: !covariates.isEmpty)
    var effects = StageEffects(
      adjust: adjust, card: input.pilot, columns: input.cases.schema)
    var coefficients = CoefficientsTable()
    for column in outcome {
      try context.checkCancellation()
      let fitted = try models.fit(column, variance)
      for note in fitted.notes { context.note("\(column): \(note)") }
      for contrast in fitted.contrasts {
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: comparison)
        effect.raise(plan.flags + fitted.flags)
        effect.take(try estimate(contrast, fitted, of: column.name))
        effect.take(clusters: fitted.covariance.clusters)
        effect.take(
          variance: fitted.covariance.name, rule: fitted.covariance.degreesOfFreedomRule)
        effect.method = method
        effect.count = fitted.count
        effect.treatedCount = contrast.treatedCount
        effect.controlCount = contrast.controlCount
        effects.append(effect, grade: comparison.grade(origin.design))
      }
      coefficients.append(fitted.model, fitted.covariance, outcome: column.name, level: level)
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.coefficients = try coefficients.table()
    return output
  }
}

extension Regression {
  /// The cases in memory, or streamed where they are too many and the model allows it.
  private enum Models {
    case held(RegressionCases)
    case streamed(StreamedRegression)

    var hasSeveralContrasts: Bool {
      switch self {
      case .held(let cases): cases.hasSeveralContrasts
      case .streamed(let cases): cases.hasSeveralContrasts
      }
    }

    func fit(_ outcome: ColumnName, _ variance: Variance) throws -> FittedRegression {
      switch self {
      case .held(let cases): return try cases.selecting(outcome: outcome).fit(variance)
      case .streamed(let cases):
        do {
          return try cases.fit(outcome, variance)
        } catch let fault as EstimationFault {
          throw StageFault(fault, of: outcome.name)
        }
      }
    }
  }

  private func models(of input: Input) throws -> Models {
    if input.cases.rowCount > CaseStream.heldCases,
      StreamedRegression.isPossible(self, chosenVariance)
    {
      return .streamed(try StreamedRegression(self, input.cases, card: input.pilot))
    }
    let table = try input.cases.table(namedColumns, where: `where`)
    return .held(
      try RegressionCases(self, Cases(table, where: `where`), card: input.pilot))
  }

  private func estimate(
    _ contrast: RegressionModel.Contrast, _ fitted: FittedRegression, of outcome: String
  ) throws(StageFault) -> Estimate {
    do throws(EstimationFault) {
      return try fitted.model.estimate(contrast.position, fitted.covariance, level: level)
    } catch {
      throw StageFault(error, of: "\(outcome), \(contrast.name)")
    }
  }

  /// The columns that the parameters name.
  var namedColumns: [ColumnName] {
    outcome + covariates + fixedEffects + cluster
      + [arm, treatment, block, weight].compactMap(\.self)
  }
}

extension Regression {
  fileprivate var chosenVariance: Variance {
    if let variance { return variance }
    if cluster.isEmpty { return fixedEffects.count > 1 ? .hc1 : .hc2 }
    return fixedEffects.isEmpty && cluster.count == 1 ? .cr2 : .cr1
  }

  private func validateEffectsAndClusters() throws(StageFault) {
    guard cluster.count <= 2 else {
      throw .user("'cluster' takes one column or two", at: "cluster")
    }
    if cluster.count == 2 {
      guard cluster[0] != cluster[1] else {
        throw .user("'cluster' names '\(cluster[0])' twice", at: "cluster")
      }
      guard chosenVariance == .cr1 else {
        throw .user(
          "variance \(chosenVariance.rawValue) is for one column of clusters", at: "variance",
          help: "use cr1, the default with two columns under 'cluster'")
      }
    }
    for (place, column) in fixedEffects.enumerated() {
      let isTwice = fixedEffects[..<place].contains(column) || column == block
      if isTwice || covariates.contains(column) || column == arm || column == treatment
        || outcome.contains(column)
      {
        throw .user(
          "'\(column)' is a fixed effect and something else at once", at: "fixed_effects",
          help: "name each column once")
      }
    }
    if interact, !fixedEffects.isEmpty {
      throw .user(
        "'interact' is not done beside 'fixed_effects'", at: "interact",
        help: "name strata of assignment under 'covariates', or leave 'interact' out")
    }
  }

  fileprivate var method: String {
    let words = [
      interact ? "Lin" : nil, weight == nil ? nil : "weighted",
      fixedEffects.isEmpty ? nil : "fixed effects",
    ].compactMap(\.self)
    return words.isEmpty ? Self.info.name : "\(Self.info.name) (\(words.joined(separator: ", ")))"
  }
}

extension Regression.Variance {
  /// - Throws: `StageFault` where the variance would pass over named clusters, or needs some.
  func validate(cluster: [ColumnName]) throws(StageFault) {
    switch self {
    case .cr0, .cr1, .cr2, .cr3:
      guard !cluster.isEmpty else {
        throw .user(
          "variance \(rawValue) sums by cluster, and no 'cluster' is named", at: "variance",
          help: "add cluster: with the column of the unit that was assigned")
      }
    case .hc0, .hc1, .hc2, .hc3:
      guard cluster.isEmpty else {
        throw .user(
          "variance \(rawValue) passes over 'cluster': inference follows assignment",
          at: "variance", help: "leave 'variance' out, or choose one of cr0 to cr3")
      }
    }
  }
}
