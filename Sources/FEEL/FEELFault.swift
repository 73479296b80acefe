// SPDX-License-Identifier: EUPL-1.2

/// What is wrong with an expression or with its evaluation: facts, and no value of any row.
public struct FEELFault: Error, Hashable, Sendable {
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case syntax
    case tooLong = "too-long"
    case tooDeep = "too-deep"
    case unknownName = "unknown-name"
    case unknownFunction = "unknown-function"
    case wrongArguments = "wrong-arguments"
    case typeMismatch = "type-mismatch"
    case invalidValue = "invalid-value"
    case divisionByZero = "division-by-zero"
    case overflow
    /// Values of different units are added, compared or chosen between.
    case mixedUnits = "mixed-units"
    case noReferenceDate = "no-reference-date"
    /// A list, a context, a duration or the like where a column is wanted.
    case notAColumn = "not-a-column"

    /// Whether the fault comes from values, so that another row may be free of it.
    var dependsOnValues: Bool {
      switch self {
      case .invalidValue, .divisionByZero, .overflow: true
      default: false
      }
    }
  }

  public var code: Code
  public var message: String
  /// What to do about it.
  public var help: String?
  /// Where in the source, counted in Unicode code points from zero.
  public var range: Range<Int>?
  /// The first row concerned, counted from zero.
  public var row: Int?
  /// How many rows are concerned.
  public var rowCount: Int?

  public init(
    _ code: Code, _ message: String, help: String? = nil, range: Range<Int>? = nil,
    row: Int? = nil, rowCount: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.help = help
    self.range = range
    self.row = row
    self.rowCount = rowCount
  }

  /// The fault with a place, where it has none yet.
  func at(_ range: Range<Int>) -> FEELFault {
    guard self.range == nil else { return self }
    var fault = self
    fault.range = range
    return fault
  }
}

extension FEELFault: CustomStringConvertible {
  public var description: String {
    var text = message
    if let row {
      text += " in row \(row + 1)"
      if let rowCount, rowCount > 1 { text += " and \(rowCount - 1) more" }
    }
    if let help { text += "; \(help)" }
    return text
  }
}
