// SPDX-License-Identifier: EUPL-1.2

/// A line of running text with emphasis, code and links.
///
/// It is written as a string: `"The letter \(strong: "helped") \(name)."`. Whatever is put in is text
/// and stays text: no renderer ever reads markup out of it.
public struct InlineText: Sendable, Hashable {
  public enum Span: Sendable, Hashable {
    case text(String)
    case emphasis(String)
    case strong(String)
    case code(String)
    /// A link to an `https`, `http` or `mailto` address or a `#place` on the page; any other address
    /// leaves only the text.
    case link(String, to: String)

    /// The words alone.
    public var plain: String {
      switch self {
      case .text(let text), .emphasis(let text), .strong(let text), .code(let text),
        .link(let text, _):
        text
      }
    }
  }

  public private(set) var spans: [Span]

  public init(_ spans: [Span]) { self.spans = spans }

  public init(_ text: String) { spans = [.text(text)] }

  /// The words without emphasis.
  public var plain: String { spans.map(\.plain).joined() }

  public static func + (left: InlineText, right: InlineText) -> InlineText {
    InlineText(left.spans + right.spans)
  }

  public static func += (left: inout InlineText, right: InlineText) {
    left.spans += right.spans
  }
}

extension InlineText: ExpressibleByStringInterpolation {
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var spans: [Span] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      spans.reserveCapacity(2 * interpolationCount + 1)
    }

    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { spans.append(.text(literal)) }
    }

    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      spans.append(.text(value.description))
    }

    public mutating func appendInterpolation(_ text: InlineText) { spans += text.spans }

    public mutating func appendInterpolation(strong text: String) { spans.append(.strong(text)) }

    public mutating func appendInterpolation(emphasis text: String) {
      spans.append(.emphasis(text))
    }

    public mutating func appendInterpolation(code text: String) { spans.append(.code(text)) }

    public mutating func appendInterpolation(_ text: String, link address: String) {
      spans.append(.link(text, to: address))
    }
  }

  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation: StringInterpolation) { spans = stringInterpolation.spans }
}

extension InlineText {
  /// The address as it may stand in a page, or nil where it could do more than lead somewhere.
  static func safeAddress(_ address: String) -> String? {
    let allowed = ["https://", "http://", "mailto:", "#"]
    let lowercased = address.lowercased()
    let isPlain = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    return isPlain && allowed.contains(where: lowercased.hasPrefix) ? address : nil
  }
}
