// SPDX-License-Identifier: EUPL-1.2

/// A text that equals another only where their UTF-8 bytes are equal.
///
/// Swift's own equality follows Unicode equivalence, under which two spellings of é are one text. In
/// data they are two, as they are to every other tool that reads the file.
public struct ExactText: Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }
}

extension ExactText: Hashable {
  public static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.isExactly(right.text)
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xFF))
  }
}

extension String {
  /// Whether both texts have the same UTF-8 bytes.
  public func isExactly(_ other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }

  /// Whether this text comes before the other in the order of their UTF-8 bytes (that is, of their
  /// code points), which no locale changes.
  public func isExactlyBefore(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
