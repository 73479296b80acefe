// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// What an expression sees beside the columns of a table.
public struct FEELScope: Sendable {
  /// What becomes of an error in an expression.
  public enum Mode: Sendable, Hashable {
    /// An error is a fault that names the place and the first row.
    case strict
    /// An error is null, as the DMN standard says.
    case feel
    /// An error is nothing of the kind that was wanted, as zero or an empty text: the business friendly
    /// language of DMN 1.6. Null stands for missing data only.
    case bFeel

    /// Whether expressions are read by the standard's grammar, functions as values included.
    var isStandard: Bool { self != .strict }
  }

  /// Names with their values; `parameters` and `each` are contexts.
  public var constants: [String: FEELValue]
  /// What `today()` and `now()` read; the clock is never read.
  public var referenceDate: CalendarDate?
  public var mode: Mode
  /// What the names of types mean that the language itself does not define.
  public var types: (any FEELTypes)?
  /// Rows that belong to those of the table, which the expression sees as lists.
  public var groups: GroupedRows?
  /// How deep evaluation is already when it comes here, calls of functions included.
  public var callDepth = 0
  /// Hears of each error that the mode `feel` makes null.
  public var onError: (@Sendable (FEELFault) -> Void)?

  public init(
    constants: [String: FEELValue] = [:], referenceDate: CalendarDate? = nil, mode: Mode = .strict,
    groups: GroupedRows? = nil
  ) {
    self.constants = constants
    self.referenceDate = referenceDate
    self.mode = mode
    self.groups = groups
  }
}
