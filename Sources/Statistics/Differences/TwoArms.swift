// SPDX-License-Identifier: EUPL-1.2

/// The rows of two arms of an experiment, with the blocks and clusters of their assignment.
public struct TwoArms: Sendable {
  /// The rows taken, in the numbering of what was passed in.
  public let rows: [Int]
  /// Outcomes of these rows, in the outcome's unit.
  public let outcome: [Double]
  /// Whether the row belongs to the treated arm.
  public let isTreated: [Bool]
  public let treatedLabel: String
  public let controlLabel: String
  public let blocks: Grouping?
  public let clusters: Grouping?

  /// Takes the rows of two arms out of all rows.
  ///
  /// - Parameters:
  ///   - outcome: n values, none missing in the two arms.
  ///   - arm: the arm of each row.
  ///   - treated: the label of the arm whose effect is wanted.
  ///   - control: the label of the reference arm.
  ///   - blocks: the stratum of assignment of each row, if assignment was by stratum.
  ///   - clusters: the unit of assignment of each row, if it was not the row.
  /// - Throws: `EstimationFault.emptyArm` for a label that no row has.
  public init(
    outcome: [Double], arm: Grouping, treated: String, control: String, blocks: Grouping? = nil,
    clusters: Grouping? = nil
  ) throws(EstimationFault) {
    precondition(outcome.count == arm.rowCount, "one arm per outcome")
    guard let first = arm.code(of: treated) else { throw .emptyArm(treated) }
    guard let second = arm.code(of: control) else { throw .emptyArm(control) }
    let rows = arm.codes.indices.filter { arm.codes[$0] == first || arm.codes[$0] == second }
    self.rows = rows
    self.outcome = rows.map { outcome[$0] }
    isTreated = rows.map { arm.codes[$0] == first }
    treatedLabel = treated
    controlLabel = control
    self.blocks = blocks?.selecting(rows)
    self.clusters = clusters?.selecting(rows)
  }

  /// The difference in means with the chosen variance.
  ///
  /// `welch`, `pooled` and `hc2` take rows as assigned one by one and use neither blocks nor
  /// clusters; `neyman` uses blocks where there are any; `cr0`, `cr1` and `cr2` need clusters, and
  /// `cr2` uses blocks too.
  ///
  /// - Throws: what the estimator of that variance throws.
  public func difference(
    _ variance: MeanDifference.Variance, level: Double = 0.95
  ) throws(EstimationFault) -> MeanDifference {
    switch variance {
    case .welch: try .welch(treated: treatedSample(), control: controlSample(), level: level)
    case .pooled: try .pooled(treated: treatedSample(), control: controlSample(), level: level)
    case .hc2: try .hc2(treated: treatedSample(), control: controlSample(), level: level)
    case .neyman: try neyman(level: level)
    case .cr0, .cr1, .cr2: try clustered(variance, level: level)
    }
  }

  /// The treated arm's size, mean and variance.
  public func treatedSample() throws(EstimationFault) -> Sample {
    try sample(of: rows.indices, treated: true)
  }

  /// The control arm's size, mean and variance.
  public func controlSample() throws(EstimationFault) -> Sample {
    try sample(of: rows.indices, treated: false)
  }

  /// One arm's outcomes among some rows (positions in `outcome`).
  func sample(
    of positions: some Sequence<Int>, treated: Bool
  ) throws(EstimationFault) -> Sample {
    try Sample(
      treated ? treatedLabel : controlLabel,
      positions.filter { isTreated[$0] == treated }.map { outcome[$0] })
  }
}
