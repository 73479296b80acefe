// SPDX-License-Identifier: EUPL-1.2

/// Why an estimate cannot be given: facts only, no value of any case.
///
/// Wording is in `message`, what to do about it in `help`.
public enum EstimationFault: Error, Sendable, Hashable {
  /// The named columns follow from the columns before them.
  case rankDeficient(columns: [String])
  /// Rows (counted from 0) that the model fits exactly whatever their outcome is.
  case leverageOne(rows: [Int])
  /// Fewer of something than the estimator needs.
  case tooFew(String, count: Int, needed: Int)
  /// Something that does not vary, so that no uncertainty can be estimated.
  case zeroVariance(String)
  /// No case in the named arm.
  case emptyArm(String)
  /// Blocks in which an arm has fewer than two cases (or clusters).
  case thinBlocks([String])
  /// All cases lie in one cluster.
  case oneCluster
  /// The named coefficient rests on clusters that leave no degrees of freedom.
  case noDegreesOfFreedom(String)
  /// A column with values that are missing or infinite, in these rows (counted from 0); no rows where the values
  /// are finite, and what is reckoned from them is not.
  case notFinite(String, rows: [Int])
  /// A setting outside its domain.
  case outOfRange(String, allowed: String)
  /// Clusters with rows of several arms (or blocks), and how many clusters there are.
  case mixedClusters(Int, of: Int)
  /// Blocks that are not one treated and one control unit.
  case notPairs([String])
  /// An iteration that found no solution.
  case notConverged(String)
  /// A panel in which so many pairs of unit and period have more than one row.
  case repeatedPeriods(units: Int)
  /// A panel in which so many units do not keep one date of adoption (or a treatment once begun).
  case changingAdoption(units: Int)
  /// Columns that tell those treated from their controls, so that no model or weight makes them alike.
  case noOverlap(columns: [String])
  /// The named columns tell the outcome of all rows (complete) or of some (quasi-complete) exactly.
  case separated(columns: [String], complete: Bool)
  /// Counts that vary no more than Poisson's: a negative binomial's θ has no finite maximum.
  case noOverdispersion
}

extension EstimationFault: CustomStringConvertible {
  public var description: String { "\(message); \(help)" }

  /// What is wrong, as a sentence without a full stop.
  public var message: String {
    switch self {
    case .rankDeficient(let columns):
      let verb = columns.count == 1 ? "follows" : "follow"
      return "the design has no unique solution: \(list(columns)) \(verb) from the other columns"
    case .leverageOne(let rows):
      return "\(count(rows.count, "row")) alone in what the design distinguishes "
        + "(hat value 1), so this variance does not exist"
    case .tooFew(let what, let count, let needed):
      return "\(count) \(what) where at least \(needed) are needed"
    case .zeroVariance(let what):
      return "\(what) does not vary, so no uncertainty can be estimated"
    case .emptyArm(let label):
      return "arm '\(label)' has no cases"
    case .thinBlocks(let labels):
      return "in block \(list(labels)) an arm has fewer than two cases or clusters"
    case .oneCluster:
      return "all cases lie in one cluster"
    case .noDegreesOfFreedom(let name):
      return "the clusters leave no degrees of freedom for '\(name)'"
    case .notFinite(let what, rows: []):
      return "'\(what)' has numbers too great to be counted with"
    case .notFinite(let column, let rows):
      return "'\(column)' is missing or infinite in \(count(rows.count, "row"))"
    case .outOfRange(let what, let allowed):
      return "\(what) must be \(allowed)"
    case .mixedClusters(let count, let total):
      return "\(count) of \(total) clusters have cases of several arms or blocks, so clusters were "
        + "not what was drawn"
    case .notPairs(let labels):
      return "block \(list(labels)) is no pair of one treated and one control unit"
    case .notConverged(let what):
      return "no solution was found for \(what)"
    case .repeatedPeriods(let units):
      return "\(count(units, "unit")) with more than one row in a period"
    case .changingAdoption(let units):
      return "\(count(units, "unit")) with more than one date of adoption"
    case .noOverlap(let columns):
      let subject = columns.map { "'\($0)'" }.joined(separator: ", ")
      return "\(subject) \(columns.count == 1 ? "tells" : "tell") the treated from their controls, "
        + "so nobody is left to compare with"
    case .separated(let columns, let complete):
      let subject = columns.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      let verb = columns.count == 1 ? "tells" : "tell"
      return "\(subject) \(verb) the outcome of \(complete ? "every row" : "some rows") exactly "
        + "(\(complete ? "complete" : "quasi-complete") separation), so the coefficient has no "
        + "finite value"
    case .noOverdispersion:
      return "the counts vary no more than a Poisson distribution's, so the negative binomial's "
        + "theta has no finite value"
    }
  }

  /// What to do about it.
  public var help: String {
    switch self {
    case .rankDeficient: "drop the column or the intercept"
    case .leverageOne: "merge the level with another, drop the rows, or use hc1"
    case .tooFew: "use more cases or a simpler design"
    case .zeroVariance: "check that the column holds what was measured"
    case .emptyArm: "check the labels of the arms and the filter"
    case .thinBlocks: "merge small blocks or drop them and count them as excluded"
    case .oneCluster: "name the column of the unit that was assigned"
    case .noDegreesOfFreedom: "use more clusters, fewer columns, or a randomisation test"
    case .notFinite(_, rows: []): "use another unit, such as thousands"
    case .notFinite: "drop the rows and count them, or fill them in beforehand"
    case .outOfRange: "correct the column or the setting"
    case .mixedClusters: "name the column of the unit that was drawn"
    case .notPairs: "drop what is no pair, or use block: each block then keeps its own numbers"
    case .notConverged: "choose another method"
    case .repeatedPeriods: "keep one row for each unit and period, or add them up beforehand"
    case .changingAdoption: "give a unit the same first treated period in all its rows"
    case .noOverlap: "leave the column out, merge its levels, or keep cases that both arms have"
    case .separated: "drop the column, take levels together, or compare shares or means instead"
    case .noOverdispersion: "use the family poisson with a robust variance"
    }
  }

  private func list(_ labels: [String]) -> String {
    let more = labels.count > 5 ? " and \(labels.count - 5) more" : ""
    return labels.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + more
  }

  private func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}
