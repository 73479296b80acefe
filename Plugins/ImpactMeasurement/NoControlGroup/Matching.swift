// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// The effect of arms that nobody drew, between cases made alike in what was measured before.
///
/// `nearest` gives each treated case its nearest controls, by propensity or by covariates
/// (`distance: mahalanobis`); without replacement the likeliest to be treated choose first. `full` sorts
/// all cases into sets with the least total distance, at most 5,000 by 5,000 cases in a stratum. `exact`
/// compares within groups that agree in the columns of `exact`. `weighting` weighs by the inverse of the
/// propensity, `entropy-balancing` by the most even weights under which covariates' means agree, and
/// `doubly-robust` adds to the weights a regression of the outcome within arms. `estimand` says whose
/// effect it is: the treated's (ATT) or everybody's (ATE).
///
/// Variances: by set (CR1) for `nearest` without replacement, `full` and `exact`; Abadie and Imbens' with
/// replacement; influence functions for the rest, which for `weighting` count that the propensity was
/// estimated (`known-score` does not, as R's survey package). Nothing is cross-fitted.
///
/// The grade is 3. It becomes 2 where a covariate still differs by more than `balance_limit` standard
/// deviations, or more than a twentieth of the cases have a propensity near 0 or 1 where that matters.
struct Matching: ArmStage {
  static let info = StageInfo(
    "matching", version: 1,
    summary: "Estimates an effect between cases made alike in what was measured before.",
    namesExperiment: true,
    example: """
      effect:
        use: impact/matching
        from: {cases: intake.cases}
        with:
          method: nearest
          outcome: earnings
          treatment: trained
          covariates: [age, education, earnings_before]
          caliper: 0.2
      """,
    source:
      "Rosenbaum and Rubin (1983), Biometrika 70:41–55; Abadie and Imbens (2006), Econometrica "
      + "74:235–267; Hansen (2004), J. American Statistical Association 99:609–618; Hainmueller "
      + "(2012), Political Analysis 20:25–46; Stuart (2010), Statistical Science 25:1–21.")

  @Parameter("How cases are made alike.")
  var method: Method = .nearest
  @Parameter("Column, or list of columns, of each case's outcome; the card's unless given.")
  var outcome: [ColumnName] = []
  @Parameter("Column that names the arm of each case.")
  var arm: ColumnName?
  @Parameter("Arm that the others are compared with; the pilot card's unless given.")
  var control: String?
  @Parameter("Column of 0 and 1 that says who was treated, instead of 'arm'.")
  var treatment: ColumnName?
  @Parameter("Columns measured before the change in which cases should be alike.")
  var covariates: [ColumnName] = []
  @Parameter("Columns in which cases that are compared must agree exactly.")
  var exact: [ColumnName] = []
  @Parameter("Whose effect: the treated's (ATT) or everybody's (ATE).")
  var estimand: Estimand = .treated
  @Parameter("How near cases are: by propensity, or by covariates.")
  var distance: Distance = .propensity
  @Parameter("Largest distance; of the propensity in its standard deviations.", in: 0...100)
  var caliper: Double?
  @Parameter("How many controls a treated case gets at most (nearest).", in: 1...20)
  var ratio = 1
  @Parameter("Whether a control may be taken again (nearest).")
  var replace = false
  @Parameter("Leaves out cases with a propensity below this, or above 1 less this.", in: 0...0.4)
  var trim: Double?
  @Parameter("Column of the units that were assigned, where these were not the cases.")
  var cluster: ColumnName?
  @Parameter("Cases to keep; the effects are then a subgroup's.")
  var `where`: Expression?
  @Parameter("How the variance is estimated; what the method calls for unless given.")
  var variance: Variance?
  @Parameter("Largest standardised difference that counts as alike.", in: 0...1)
  var balanceLimit = 0.1
  @Parameter("Two-sided confidence level.", in: 0.5...0.999)
  var level = 0.95
  @Parameter("How p-values are raised, over all contrasts and outcomes of the stage.")
  var adjust: Adjustment = .none
  @Parameter("How cases came into their arms, where no pilot card says it.")
  var design: DesignChoice?

  enum Method: String, ParameterChoice {
    case nearest
    case full
    case exact
    case weighting
    case doublyRobust = "doubly-robust"
    case entropyBalancing = "entropy-balancing"
  }

  enum Estimand: String, ParameterChoice {
    case treated = "ATT"
    case everybody = "ATE"
  }

  enum Distance: String, ParameterChoice {
    case propensity
    case mahalanobis
  }

  enum Variance: String, ParameterChoice {
    case cr1
    case abadieImbens = "abadie-imbens"
    case influence
    case knownScore = "known-score"
  }

  struct Input: CardInput {
    @Port("One row per case.") var cases: Table
    @Port("The pilot card.") var pilot: PilotCard?
  }

  struct Output: PortSet {
    @Port("One row per outcome and contrast.") var effects: Table
    @Port("Each covariate in the two arms, before and after.") var balance: Table
    @Port("How many cases each arm had, used, and effectively counts.") var sizes: Table
    @Port("What the grade rests on.") var checks: Table
  }

  func validate() throws(StageFault) {
    try ArmParameters(arm: arm, control: control, treatment: treatment, outcome: outcome).validate()
    for column in covariates + exact
    where outcome.contains(column) || column == arm || column == treatment {
      throw .user(
        "'\(column)' is a covariate and something else at once",
        at: exact.contains(column) ? "exact" : "covariates", help: "name each column once")
    }
    try validateMethod()
    guard Self.variances(of: method, replace: replace).contains(chosenVariance) else {
      throw .user(
        "variance \(chosenVariance.rawValue) does not go with method \(method.rawValue)"
          + (replace ? " with replacement" : ""), at: "variance", help: "leave 'variance' out")
    }
    if chosenVariance == .abadieImbens, cluster != nil {
      throw .user(
        "variance abadie-imbens passes over 'cluster': inference follows assignment",
        at: "cluster", help: "match without replacement, or use full or weighting")
    }
  }

  private func validateMethod() throws(StageFault) {
    if method == .exact {
      guard !exact.isEmpty else {
        throw .user(
          "method exact needs columns to agree in", at: "exact",
          help: "name them: exact: [region, household]")
      }
    } else if covariates.isEmpty {
      throw .user(
        "'covariates' names no column, so nothing makes cases alike", at: "covariates",
        help: "name what was measured before the change")
    }
    let matches = method == .nearest || method == .full
    if !exact.isEmpty, !matches, method != .exact {
      throw .user("method \(method.rawValue) does not match exactly", at: "exact")
    }
    if caliper != nil, !matches {
      throw .user("method \(method.rawValue) has no distance to limit", at: "caliper")
    }
    if distance == .mahalanobis, !matches {
      throw .user("method \(method.rawValue) has no distance to choose", at: "distance")
    }
    if replace || ratio > 1, method != .nearest {
      throw .user(
        "method \(method.rawValue) has no neighbours to count", at: replace ? "replace" : "ratio")
    }
    if method == .nearest, estimand == .everybody, !replace {
      throw .user(
        "without replacement only the effect on the treated is estimated", at: "estimand",
        help: "say replace: true, or use method: full")
    }
    if trim != nil, method != .weighting, method != .doublyRobust {
      throw .user("method \(method.rawValue) does not trim", at: "trim")
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "effects": EffectsTable.promises, "balance": MatchedBalanceTable.promises,
      "sizes": MatchedSizesTable.promises,
      "checks": TrustChecks.schema.map { ColumnPromise($0.name, $0.type) },
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let origin = try EffectOrigin(
      context, card: input.pilot, design: design, cluster: cluster, where: `where`, level: level)
    let cases = try Cases(input.cases, where: `where`)
    let arms = try arms(of: cases)
    let contrasts = try arms.contrasts(
      control: arms.control(control, card: input.pilot), pool: NamedValues())
    let plan = PlanCheck(
      input.pilot?.plan, method: Self.info.name, variance: chosenVariance.rawValue,
      covariates: covariates.map(\.name),
      adjust: contrasts.count * outcome.count > 1 ? adjust.rawValue : nil,
      estimand: estimand.rawValue)
    plan.deviations.forEach(context.note)
    let columns = try MatchingColumns(self, cases)
    var effects = StageEffects(adjust: adjust, card: origin.card, columns: input.cases.schema)
    var balance = MatchedBalanceTable()
    var sizes = MatchedSizesTable()
    var checks: [TrustCheck] = []
    for column in outcome {
      let measured = try cases.numbers(column, at: "outcome")
      for contrast in contrasts {
        try context.checkCancellation()
        let what = "\(column), \(contrast.name)"
        let compared = MatchingCases(contrast, arms, measured, columns)
        for note in compared.selection.notes { context.note("\(what): \(note)") }
        var effect = origin.effect(
          of: column.name, contrast: contrast.name, comparison: .matched,
          estimand: estimand.rawValue)
        effect.raise(plan.flags + compared.selection.flags)
        let found: MatchingFinding
        do throws(EstimationFault) {
          found = try MatchingFinding(self, compared)
        } catch {
          throw StageFault(error, matching: self, of: what)
        }
        for note in found.notes { context.note("\(what): \(note)") }
        found.fill(&effect)
        effect.take(
          variance: chosenVariance.rawValue,
          rule: chosenVariance == .cr1 ? "clusters − 1" : "normal")
        var grade = Comparison.matched.grade(origin.design)
        for check in found.checks where !check.passed {
          context.note("\(what): \(check.message)")
          effect.raise([check.flag].compactMap(\.self))
          // Where chance decided, differences that remain are chance's.
          if check.severity != .info, !origin.isRandomised {
            grade?.lower(to: 2, because: check.message)
          }
        }
        effects.append(effect, grade: grade)
        balance.append(found.balance, outcome: column.name, contrast: contrast.name)
        sizes.append(found.sizes, outcome: column.name, contrast: contrast.name)
        checks += found.checks.map { check in
          var check = check
          check.subject = what
          return check
        }
      }
    }
    var output = Output()
    output.effects = try effects.table(in: context)
    output.balance = try balance.table()
    output.sizes = try sizes.table()
    output.checks = TrustChecks.table(checks)
    return output
  }
}

extension Matching {
  /// The variances that a method has, its default first.
  private static func variances(of method: Method, replace: Bool) -> [Variance] {
    switch method {
    case .nearest: replace ? [.abadieImbens] : [.cr1]
    case .full, .exact: [.cr1]
    case .weighting: [.influence, .knownScore]
    case .doublyRobust, .entropyBalancing: [.influence]
    }
  }

  var chosenVariance: Variance {
    variance ?? Self.variances(of: method, replace: replace)[0]
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

extension StageFault {
  /// What an estimator refused, at the parameter that can change it.
  fileprivate init(_ fault: EstimationFault, matching stage: Matching, of what: String) {
    let arm = stage.arm == nil ? "treatment" : "arm"
    var parameter: String
    var help = fault.help
    switch fault {
    case .emptyArm: parameter = arm
    case .tooFew(let who, _, _):
      parameter = arm
      if who.hasPrefix("controls to match") {
        (parameter, help) = ("replace", "say replace: true, or use method: full")
      } else if who.hasPrefix("pairs") {
        parameter = stage.caliper == nil ? "exact" : "caliper"
        help = "the arms have nobody alike: widen the caliper, or compare other cases"
      } else if who.hasPrefix("sets") {
        (parameter, help) = ("exact", "name fewer columns, or columns with fewer values")
      }
    case .outOfRange(let who, _):
      parameter = who.contains("pairs") ? "method" : "level"
    case .noOverlap, .rankDeficient: parameter = "covariates"
    case .zeroVariance(let who): parameter = who.contains("covariate") ? "covariates" : "outcome"
    case .oneCluster, .noDegreesOfFreedom: parameter = "cluster"
    default: parameter = "outcome"
    }
    self.init("\(what): \(fault.message)", at: parameter, help: help)
  }
}
