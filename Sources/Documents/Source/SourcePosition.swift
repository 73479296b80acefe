// SPDX-License-Identifier: EUPL-1.2

/// A place in a source text: line and column, both counted from 1.
///
/// Columns count Unicode scalars, as libyaml does: an `é` typed as one scalar is one column, whatever
/// its bytes and however wide a terminal draws it.
public struct SourcePosition: Sendable, Hashable, Comparable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The first character of a text.
  public static let start = SourcePosition(line: 1, column: 1)

  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// A stretch of a source text from `start` up to, and without, `end`.
public struct SourceSpan: Sendable, Hashable {
  public var start: SourcePosition
  public var end: SourcePosition

  public init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  /// The empty span at one place, shown as a single mark.
  public init(at position: SourcePosition) {
    self.init(start: position, end: position)
  }

  /// The span of `length` characters from `start`, within one line.
  public init(at start: SourcePosition, length: Int) {
    self.init(
      start: start, end: SourcePosition(line: start.line, column: start.column + length))
  }

  public var isEmpty: Bool { end <= start }

  /// Whether the position lies in the span; an empty span holds its own start.
  public func contains(_ position: SourcePosition) -> Bool {
    position == start || (start <= position && position < end)
  }
}

extension SourceSpan: Comparable {
  /// Earlier start first; of two with the same start, the shorter.
  public static func < (a: SourceSpan, b: SourceSpan) -> Bool {
    a.start == b.start ? a.end < b.end : a.start < b.start
  }
}

extension SourcePosition: CustomStringConvertible {
  public var description: String { "\(line):\(column)" }
}

extension SourceSpan: CustomStringConvertible {
  public var description: String { "\(start)-\(end)" }
}
