// SPDX-License-Identifier: EUPL-1.2

/// All values between two ends, each of which may belong to the range or not.
public struct FEELRange: Sendable, Hashable {
  /// One end of a range.
  public struct End: Sendable, Hashable {
    public let isIncluded: Bool
    private let boxed: [FEELValue]
    public var value: FEELValue { boxed[0] }

    public init(_ value: FEELValue, isIncluded: Bool) {
      // An array is the box that lets a value hold a range of values.
      boxed = [value]
      self.isIncluded = isIncluded
    }
  }

  /// Nil where the range has no lower end, as `(< 5)`.
  public let lower: End?
  public let upper: End?

  /// How the range was written: `(= 5)` and `(!= 5)` are ranges of their own beside `[5..5]`.
  enum Kind: Sendable, Hashable {
    case interval
    case equal
    case unequal
  }

  let kind: Kind

  public init(lower: End?, upper: End?) {
    self.init(lower: lower, upper: upper, kind: .interval)
  }

  init(lower: End?, upper: End?, kind: Kind) {
    self.lower = lower
    self.upper = upper
    self.kind = kind
  }
}

extension FEELRange: CustomStringConvertible {
  public var description: String {
    if let lower, kind != .interval {
      return (kind == .equal ? "=" : "!=") + lower.value.literal
    }
    return switch (lower, upper) {
    case (let lower?, let upper?):
      (lower.isIncluded ? "[" : "(") + lower.value.literal + ".." + upper.value.literal
        + (upper.isIncluded ? "]" : ")")
    case (let lower?, nil): (lower.isIncluded ? ">=" : ">") + lower.value.literal
    case (nil, let upper?): (upper.isIncluded ? "<=" : "<") + upper.value.literal
    case (nil, nil): "-"
    }
  }
}
