// SPDX-License-Identifier: EUPL-1.2

/// A figure about the rows of a group, and the column that it goes to.
public struct Aggregate: Sendable, Hashable {
  /// What is worked out; missing values are left out of all of them.
  public enum Measure: Sendable, Hashable {
    /// How many values there are: an integer.
    case count
    /// Exact for integers and decimals, which keep their type; the number of trues for booleans.
    case sum
    /// The arithmetic mean: a number.
    case mean
    /// The sample variance, divided by n − 1: a number, missing for fewer than two values.
    case variance
    /// The least value, of any type; texts by their UTF-8 bytes, false before true.
    case minimum
    /// The greatest value, of any type.
    case maximum
    /// The quantile at a probability of 0 to 1: a number, interpolated as type 7 of Hyndman and Fan.
    case quantile(Double)
    /// How many different values there are: an integer.
    case distinctCount
  }

  public let measure: Measure
  /// The column that is measured; nil where rows are counted, whatever they hold.
  public let column: String?
  /// The column of the result.
  public let name: String

  public init(_ measure: Measure, of column: String, as name: String) {
    self.measure = measure
    self.column = column
    self.name = name
  }

  /// How many rows the group has.
  public static func rows(as name: String) -> Aggregate { Aggregate(rowsAs: name) }

  private init(rowsAs name: String) {
    measure = .count
    column = nil
    self.name = name
  }
}
