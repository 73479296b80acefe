// SPDX-License-Identifier: EUPL-1.2

/// Size, mean and variance of the outcomes of one arm.
public struct Sample: Sendable, Hashable {
  public let label: String
  public let count: Int
  /// In the outcome's unit; 0 for an empty sample.
  public let mean: Double
  /// s² with n − 1, in the outcome's unit squared; 0 for fewer than two values.
  public let variance: Double

  /// Summarises values by two passes, the second of which corrects the mean.
  ///
  /// - Parameters:
  ///   - label: the arm, for messages.
  ///   - values: in the outcome's unit, none missing.
  /// - Throws: `EstimationFault.notFinite` where a value is missing or infinite.
  public init(_ label: String, _ values: [Double]) throws(EstimationFault) {
    let moments = Moments(values)
    guard moments.mean.isFinite, moments.variance.isFinite else {
      throw .notFinite(label, rows: values.indices.filter { !values[$0].isFinite })
    }
    self.init(label, count: values.count, mean: moments.mean, variance: moments.variance)
  }

  /// Takes published figures.
  public init(_ label: String, count: Int, mean: Double, variance: Double) {
    self.label = label
    self.count = count
    self.mean = mean
    self.variance = variance
  }

  /// Takes counts of a yes/no outcome, coded 1 and 0: mean p, s² = p(1 − p)·n⁄(n − 1).
  public init(_ label: String, _ proportion: Proportion) {
    let n = Double(proportion.count)
    let share = proportion.share
    self.init(
      label, count: proportion.count, mean: share,
      variance: proportion.count > 1 ? share * (1 - share) * n / (n - 1) : 0)
  }

  /// s² ⁄ n, the squared standard error of the mean.
  var squaredErrorOfMean: Double { variance / Double(count) }
}

/// Mean and variance of values, right also where the mean is large against the spread.
struct Moments {
  private(set) var mean = 0.0
  /// With n − 1; 0 for fewer than two values.
  private(set) var variance = 0.0

  init(_ values: [Double]) {
    guard !values.isEmpty else { return }
    let count = Double(values.count)
    var sum = 0.0
    for value in values { sum += value }
    let first = sum / count
    var rest = 0.0
    var squares = 0.0
    for value in values {
      let deviation = value - first
      rest += deviation
      squares += deviation * deviation
    }
    mean = first + rest / count
    if values.count > 1 { variance = max(0, (squares - rest * rest / count) / (count - 1)) }
    if !squares.isFinite { variance = .nan }
  }
}
