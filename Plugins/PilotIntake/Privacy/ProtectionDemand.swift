// SPDX-License-Identifier: EUPL-1.2

/// What an attacker must not be able to rule out: that a sum over unknown atoms is at least so large.
///
/// *A count of 3 may be 10* reads: the count's largest possible value is at least 10. *It may be less*
/// reads: minus the count may be −2 at least.
struct ProtectionDemand: Sendable {
  enum Rule: String, Sendable {
    case threshold
    case group
    case dominance
    case differencing
  }

  let rule: Rule
  /// Atoms and coefficients.
  let terms: [(atom: Int, coefficient: Double)]
  let atLeast: Double
}

/// What an attacker knows and must not find out: cells as sums over atoms, some of them published.
struct ProtectionProblem: Sendable {
  /// The value of each atom, which no cell shows by itself.
  let atoms: [Double]
  /// Per cell the atoms that it adds up.
  let cells: [[Int32]]
  /// What suppressing a cell costs.
  let costs: [Double]
  let demands: [ProtectionDemand]
  /// Whether atoms may be below zero, so that no sum bounds them.
  var isSigned = false
}
