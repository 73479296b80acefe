// SPDX-License-Identifier: EUPL-1.2

/// The cells of a numeric variable as they came from the file.
struct StatisticalNumbers {
  /// Zero where the cell is missing.
  private(set) var values: [Double] = []
  private(set) var validity = Bitmap(repeating: true, count: 0)
  /// Why cells are missing, for those of which the file says so.
  private(set) var reasons: [(row: Int32, reason: StatisticalReason)] = []

  var count: Int { values.count }

  mutating func append(_ value: Double) {
    values.append(value)
    validity.append(true)
  }

  mutating func appendMissing(_ reason: StatisticalReason? = nil) {
    if let reason { reasons.append((Int32(truncatingIfNeeded: values.count), reason)) }
    values.append(0)
    validity.append(false)
  }

  subscript(row: Int) -> Double? { validity[row] ? values[row] : nil }

  /// Takes the rows with these values, or with none, out.
  mutating func remove(_ missing: Set<Double>) {
    guard !missing.isEmpty else { return }
    for row in values.indices where validity[row] && missing.contains(values[row]) {
      validity.set(row, to: false)
      values[row] = 0
    }
  }
}

/// What a file says about a missing cell.
enum StatisticalReason: Hashable {
  /// A value that the variable declares to be missing (SPSS).
  case number(Double)
  case text(ExactText)
  /// `.a` to `.z` of Stata, `.A` to `.Z` and `._` of SAS, by the letter.
  case tag(UInt8)

  /// What stands for the reason where it has no label.
  var code: String {
    switch self {
    case .number(let value): NumberText.print(value)
    case .text(let text): text.text
    case .tag(let letter): "." + String(UnicodeScalar(letter))
    }
  }
}
