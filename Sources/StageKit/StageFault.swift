// SPDX-License-Identifier: EUPL-1.2

public import Documents

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
  /// The entry of a parameter that holds several by name, such as a derived column.
  public let entry: String?
  public let help: String?
  public let kind: Kind
  /// The line of another file that is at fault, such as a plugin's manifest.
  public let place: SourcePlace?

  public init(
    _ message: String, at parameter: String? = nil, entry: String? = nil, help: String? = nil,
    kind: Kind = .data,
    place: SourcePlace? = nil
  ) {
    self.message = message
    self.parameter = parameter
    self.entry = entry
    self.help = help
    self.kind = kind
    self.place = place
  }
}

/// A place in a named file.
public struct SourcePlace: Sendable, Hashable {
  public let file: String
  public let span: SourceSpan

  public init(file: String, span: SourceSpan) {
    self.file = file
    self.span = span
  }
}

extension StageFault: CustomStringConvertible {
  public var description: String { message }
}
