// SPDX-License-Identifier: EUPL-1.2

import Statistics

/// The model of one outcome, whichever way its cases were read.
struct FittedRegression {
  let model: any LinearModel
  let covariance: CoefficientCovariance
  let contrasts: [RegressionModel.Contrast]
  /// How many cases entered.
  let count: Int
  let notes: [String]
  let flags: [String]
}
