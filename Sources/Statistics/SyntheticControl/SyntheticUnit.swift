// SPDX-License-Identifier: EUPL-1.2

/// A unit beside the weighted combination of donors that stands in for it.
public struct SyntheticUnit: Sendable, Hashable {
  /// The unit's position in the panel.
  public let unit: Int
  /// The positions of the donors, in the order of `weights`.
  public let donors: [Int]
  public let weights: [Double]
  /// Observed − synthetic in each period, in the outcome's unit.
  public let gaps: [Double]
  /// The periods that count as treated.
  public let treatedPeriods: Range<Int>
  /// How much each predictor counts; nil where outcomes alone are matched.
  public let predictorWeights: [Double]?
  /// The λ of an augmented control.
  public let ridge: Double?
  /// Whether no other weights fit as well.
  public let isUnique: Bool

  /// The mean gap in the treated periods.
  public var effect: Double {
    gaps[treatedPeriods].reduce(0, +) / Double(treatedPeriods.count)
  }

  /// √ of the mean squared gap before the treated periods.
  public var errorBefore: Double {
    (squaredBefore / Double(treatedPeriods.lowerBound)).squareRoot()
  }

  /// √ of the mean squared gap in the treated periods.
  public var errorAfter: Double { (squaredAfter / Double(treatedPeriods.count)).squareRoot() }

  var squaredBefore: Double { gaps[..<treatedPeriods.lowerBound].reduce(0) { $0 + $1 * $1 } }
  var squaredAfter: Double { gaps[treatedPeriods].reduce(0) { $0 + $1 * $1 } }
}
