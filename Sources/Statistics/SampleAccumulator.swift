// SPDX-License-Identifier: EUPL-1.2

/// Size, mean and variance of values that come in parts and are not kept.
///
/// Parts are merged by mean and sum of squared deviations, which loses no digits where the mean is large
/// against the spread.
///
/// Source: Chan, Golub and LeVeque (1983), The American Statistician 37:242–247.
public struct SampleAccumulator: Sendable {
  public private(set) var count = 0
  private var mean = 0.0
  /// Σ (x − mean)².
  private var squares = 0.0

  public init() {}

  /// Adds values, none missing.
  public mutating func add(_ values: [Double]) {
    guard !values.isEmpty else { return }
    let moments = Moments(values)
    var part = SampleAccumulator()
    part.count = values.count
    part.mean = moments.mean
    part.squares = moments.variance * Double(values.count - 1)
    merge(part)
  }

  /// Adds the values that another one has seen.
  public mutating func merge(_ other: SampleAccumulator) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let distance = other.mean - mean
    squares += other.squares + distance * distance * Double(count) * Double(other.count) / total
    mean += distance * Double(other.count) / total
    count += other.count
  }

  /// - Throws: `EstimationFault.outOfRange` where a value was not finite.
  public func sample(_ label: String) throws(EstimationFault) -> Sample {
    guard mean.isFinite, squares.isFinite else {
      throw .outOfRange("every value", allowed: "finite, and its square a number")
    }
    return Sample(
      label, count: count, mean: mean,
      variance: count > 1 ? squares / Double(count - 1) : 0)
  }
}
