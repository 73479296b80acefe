// SPDX-License-Identifier: EUPL-1.2

/// Regressors most of which are zero in every row: families of indicators, then columns of numbers.
public struct SparseRegressors: Sendable {
  /// The indicators', then the numbers'.
  public private(set) var names: [String] = []
  /// For each family the column that is 1 in a row, or −1.
  private var codes: [[Int32]] = []
  private(set) var numbers: [[Double]] = []

  public init() {}

  public var count: Int { names.count }

  /// Adds indicators, of which at most one is 1 in a row.
  ///
  /// - Parameters:
  ///   - names: one for each indicator.
  ///   - codes: for each row the place of its name, or −1 where all are zero.
  public mutating func append(indicators names: [String], codes: [Int32]) {
    precondition(numbers.isEmpty, "indicators come before numbers")
    let start = Int32(self.names.count)
    self.names += names
    self.codes.append(codes.map { $0 < 0 ? -1 : start + $0 })
  }

  /// Adds a column of numbers.
  public mutating func append(_ name: String, _ values: [Double]) {
    names.append(name)
    numbers.append(values)
  }

  /// The columns that are not zero in a row.
  @inline(__always)
  func forEach(_ row: Int, _ body: (_ column: Int, _ value: Double) -> Void) {
    for family in codes where family[row] >= 0 { body(Int(family[row]), 1) }
    let first = names.count - numbers.count
    for place in numbers.indices { body(first + place, numbers[place][row]) }
  }

  /// A column written out.
  func column(_ place: Int, rows: Int) -> [Double] {
    let first = names.count - numbers.count
    guard place < first else { return numbers[place - first] }
    var values = [Double](repeating: 0, count: rows)
    for family in codes {
      for row in 0..<rows where Int(family[row]) == place { values[row] = 1 }
    }
    return values
  }

  /// Numbers with mean 0 and variance 1, so that no unit of measurement matters, and what they were
  /// divided by; a constant becomes zero.
  func standardised() -> (regressors: SparseRegressors, scales: [Double]) {
    var result = self
    var scales = [Double](repeating: 1, count: count)
    for place in numbers.indices {
      let moments = Moments(numbers[place])
      let scale = moments.variance.squareRoot()
      result.numbers[place] = numbers[place].map { scale > 0 ? ($0 - moments.mean) / scale : 0 }
      scales[count - numbers.count + place] = scale > 0 ? scale : 1
    }
    return (result, scales)
  }
}
