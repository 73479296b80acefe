// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// What a stage does, held against the analysis plan on the pilot card.
struct PlanCheck {
  /// A sentence for each deviation.
  private(set) var deviations: [String] = []

  var flags: [String] { deviations.isEmpty ? [] : ["deviates-from-plan"] }

  /// Compares what a stage does with what was planned.
  ///
  /// - Parameters:
  ///   - plan: the card's; nil without a card.
  ///   - method: the stage's name.
  ///   - variance: the chosen variance.
  ///   - covariates: the columns adjusted for.
  ///   - adjust: the chosen adjustment, where several contrasts are tested.
  ///   - estimand: what is estimated.
  init(
    _ plan: PilotCard.Plan?, method: String, variance: String, covariates: [String] = [],
    adjust: String?, estimand: String
  ) {
    guard let plan else { return }
    compare("method", plan.method, method)
    compare("variance", plan.variance, variance)
    if let planned = plan.estimand, Self.complierEstimands.contains(where: planned.words.contains),
      !planned.words.contains(estimand.words), !estimand.words.contains(planned.words)
    {
      deviations.append("the plan's estimand is '\(planned)', and this stage's is '\(estimand)'")
    }
    if let adjust { compare("multiplicity", plan.multiplicity, adjust) }
    let saysCovariates = !plan.covariates.isEmpty || plan.method != nil
    if saysCovariates, plan.covariates.exactTexts != covariates.exactTexts {
      deviations.append(
        "the plan's covariates are \(list(plan.covariates)), and this stage's \(list(covariates))")
    }
  }

  /// Effects on those who took part, which comparing arms as assigned does not estimate.
  private static let complierEstimands = ["-late-", "-cace-", "-att-", "-tot-"]

  /// A plan may say more than the code, as in "Welch, two-sided": the code has to be among its words.
  private mutating func compare(_ what: String, _ planned: String?, _ used: String) {
    guard let planned, !planned.words.contains(used.words) else { return }
    deviations.append("the plan's \(what) is '\(planned)', and this stage's is '\(used)'")
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}

extension [String] {
  fileprivate var exactTexts: Set<ExactText> { Set(map { ExactText($0) }) }
}

extension String {
  /// Words with one hyphen between and around them.
  fileprivate var words: String {
    "-" + lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-") + "-"
  }
}
