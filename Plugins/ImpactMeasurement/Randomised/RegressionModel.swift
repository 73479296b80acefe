// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Statistics
import Tables

/// What the regression is about: arms against a control, or a number per unit.
enum Exposure {
  case arms(Arms, control: Int)
  case dose(Measurements)

  var parameter: String {
    switch self {
    case .arms(let arms, _): arms.parameter
    case .dose: "treatment"
    }
  }

  var column: String {
    switch self {
    case .arms(let arms, _): arms.column
    case .dose(let numbers): numbers.column
    }
  }

  var validity: Bitmap? {
    switch self {
    case .arms(let arms, _): arms.validity
    case .dose(let numbers): numbers.validity
    }
  }

  /// Clusters were assigned whole: one with cases of several arms was not.
  func isMixed(_ cluster: CaseGroups, _ rows: [Int]) -> Bool {
    guard case .arms(let arms, _) = self else { return false }
    var arm = [Int32](repeating: -1, count: cluster.labels.count)
    for row in rows {
      let group = Int(cluster.codes[row])
      if arm[group] >= 0, arm[group] != arms.codes[row] { return true }
      arm[group] = arms.codes[row]
    }
    return false
  }
}

/// The regressors of one model over the rows that it keeps.
struct RegressionModel {
  /// One effect of the model and where its coefficient stands.
  struct Contrast {
    let name: String
    let position: Int
    let treatedCount: Int?
    let controlCount: Int?
  }

  private(set) var design: Design
  private(set) var contrasts: [Contrast] = []
  let covariates: [CovariateColumns]
  let block: CovariateColumns?
  /// What is absorbed.
  let effects: FixedEffects?
  /// The arm of each row; nil for a dose.
  private(set) var arms: Statistics.Grouping?

  /// Puts the exposure first, so that a dependent column is found among the covariates.
  ///
  /// - Throws: `StageFault` where an arm has no case among the rows.
  init(
    _ exposure: Exposure, covariates: [Covariate], block: CaseGroups?, effects: FixedEffects?,
    rows: [Int], interacts: Bool, weights: [Double]?
  ) throws(StageFault) {
    self.effects = effects
    // Absorbed effects take the intercept's place.
    let first = effects == nil ? 1 : 0
    let columns = covariates.map { CovariateColumns($0, rows: rows) }
    let block = block.map { CovariateColumns(.levels($0), rows: rows) }
    let regressors = columns.flatMap(\.columns)
    self.covariates = columns
    self.block = block
    switch exposure {
    case .dose(let numbers):
      design = Design(
        rows: rows.count, intercept: effects == nil, capacity: 1 + regressors.count)
      design.append(numbers.column, rows.map { numbers.values[$0] })
      contrasts = [
        Contrast(
          name: "per unit of \(numbers.column)", position: first, treatedCount: nil,
          controlCount: nil)
      ]
      for (name, values) in regressors { design.append(name, values) }
    case .arms(let all, let control):
      let arms = Statistics.Grouping(codes: rows.map { all.codes[$0] }, labels: all.labels)
      self.arms = arms
      for label in all.labels where arms.code(of: label) == nil {
        throw StageFault(EstimationFault.emptyArm(label), of: "the cases left")
      }
      let sizes = arms.sizes
      if interacts {
        design = .lin(arm: arms, control: control, covariates: regressors, weights: weights)
      } else {
        design = Design(
          rows: rows.count, intercept: effects == nil, capacity: arms.count + regressors.count)
        for arm in 0..<arms.count where arm != control {
          design.append(arms.labels[arm], arms.indicator(arm))
        }
        for (name, values) in regressors { design.append(name, values) }
      }
      for arm in 0..<arms.count where arm != control {
        contrasts.append(
          Contrast(
            name: "\(arms.labels[arm]) - \(arms.labels[control])",
            position: contrasts.count + first,
            treatedCount: sizes[arm], controlCount: sizes[control]))
      }
    }
    for (name, values) in block?.columns ?? [] { design.append(name, values) }
  }

  /// Levels that a single row has, as `column.level`.
  var singletons: [String] {
    covariates.flatMap { covariate in covariate.singletons.map { "\(covariate.column).\($0)" } }
  }

  /// What each set of indicators is compared with.
  var referenceNote: String? {
    let references = (covariates + [block].compactMap(\.self)).compactMap { covariate in
      covariate.reference.map { "\(covariate.column).\($0)" }
    }
    return references.isEmpty ? nil : "reference levels: " + references.joined(separator: ", ")
  }

  /// What is absorbed, with the degrees of freedom that it takes.
  var absorbedNote: String? {
    guard let effects else { return nil }
    let groups = zip(effects.names, effects.groupings).map { "'\($0)' with \($1.count) groups" }
    let bound = effects.names.count > 2 ? "at most " : ""
    return "absorbed: " + groups.joined(separator: ", ")
      + "; \(bound)\(effects.rank) degrees of freedom"
  }

  private var effectNames: String {
    (effects?.names ?? []).map { "'\($0)'" }.joined(separator: ", ")
  }

  /// Names what a row with hat value 1 is alone in.
  func fault(_ fault: EstimationFault, of what: String, variance: String) -> StageFault {
    switch fault {
    case .rankDeficient(let columns) where effects != nil:
      let subject = columns.map { "'\($0)'" }.joined(separator: ", ")
      let isCompared = columns.contains { name in
        contrasts.contains { design.names[$0.position] == name }
      }
      return StageFault(
        "\(what): \(subject) \(columns.count == 1 ? "follows" : "follow") from the fixed effects "
          + "\(effectNames) and the other columns", at: isCompared ? "fixed_effects" : "covariates",
        help: isCompared
          ? "absorb groups in which there are cases of several arms"
          : "drop it: the fixed effects take in what does not vary within their groups")
    case .rankDeficient(let columns):
      let inBlock = columns.allSatisfy { name in
        block?.columns.contains { $0.name == name } ?? false
      }
      return StageFault(
        "\(what): \(fault.message)", at: inBlock ? "block" : "covariates",
        help: inBlock
          ? "drop the block, or a covariate that says the same" : "drop it, or merge its levels")
    case .tooFew("rows", _, _):
      return StageFault(
        "\(what): \(fault.message)", at: "covariates", help: "adjust for fewer columns")
    case .leverageOne(let rows):
      return loneRow(rows, of: what, variance: variance) ?? StageFault(fault, of: what)
    default: return StageFault(fault, of: what)
    }
  }

  private func loneRow(_ rows: [Int], of what: String, variance: String) -> StageFault? {
    let cannot = "so \(variance) does not exist (hat value 1)"
    for row in rows {
      if let arms, arms.sizes[Int(arms.codes[row])] == 1 {
        return StageFault(
          "\(what): arm '\(arms.labels[Int(arms.codes[row])])' has a single case, \(cannot)",
          at: "arm", help: "leave the arm out with 'where', or take it together with another")
      }
      for covariate in covariates + [block].compactMap(\.self) {
        guard let levels = covariate.levels else { continue }
        let level = levels.codes[row]
        let within = arms?.codes[row]
        let alike = levels.codes.indices.count {
          levels.codes[$0] == level && (within == nil || arms?.codes[$0] == within)
        }
        guard alike == 1 else { continue }
        let isAlone = levels.sizes[Int(level)] == 1
        let arm = within.flatMap { code in arms?.labels[Int(code)] }.map { " of arm '\($0)'" }
        return StageFault(
          "\(what): a single case\(isAlone ? "" : arm ?? "") has the level "
            + "'\(levels.labels[Int(level)])' of '\(covariate.column)', \(cannot)",
          at: covariate.column == block?.column ? "block" : "covariates",
          help:
            "merge the level with another, use hc1, or name '\(covariate.column)' under 'block', "
            + "where a single case is left out and counted")
      }
    }
    return nil
  }
}
