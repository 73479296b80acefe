// SPDX-License-Identifier: EUPL-1.2

/// What a stage found wrong: what, at which parameter, and what to do; never a person's values.
///
/// The pipeline adds file, line and column.
public struct StageFault: Error, Hashable, Sendable {
  /// Whose move it is.
  public enum Kind: String, Sendable, Hashable {
    /// The pipeline asks for something that cannot be.
    case user
    /// The data do not allow it.
    case data
    /// It may go well the next time: what `retry` retries.
    case transient
    /// The stage itself is broken.
    case bug
  }

  public let message: String
  public let parameter: String?
  public let help: String?
  public let kind: Kind

  public init(
    _ message: String, at parameter: String? = nil, help: String? = nil, kind: Kind = .data
  ) {
    self.message = message
    self.parameter = parameter
    self.help = help
    self.kind = kind
  }
}

extension StageFault: CustomStringConvertible {
  public var description: String { message }
}
