// SPDX-License-Identifier: EUPL-1.2

extension Node {
  /// Where a character of a scalar's decoded text stands in the file.
  ///
  /// Exact for every style, with quotes, escapes, folded lines and indentation undone, so that a fault
  /// inside an expression is underlined at the right characters. Only a text broken by Unicode's line
  /// or paragraph separators gives the node's start for all of it.
  ///
  /// - Parameters:
  ///   - offset: counts Unicode scalars of `scalar.text` from 0; the text's length gives its end.
  ///   - file: the file that the node was read from.
  /// - Returns: the position; the node's start where the node is no scalar of that file.
  public func position(inScalarAt offset: Int, of file: SourceFile) -> SourcePosition {
    guard let positions = scalarPositions(in: file) else { return span.start }
    return positions[min(max(offset, 0), positions.count - 1)]
  }

  /// Where a range of characters of a scalar's decoded text stands in the file.
  ///
  /// The range counts Unicode scalars of `scalar.text` from 0.
  public func span(inScalar range: Range<Int>, of file: SourceFile) -> SourceSpan {
    guard let positions = scalarPositions(in: file) else { return span }
    let last = positions.count - 1
    let start = positions[min(max(range.lowerBound, 0), last)]
    if range.isEmpty { return SourceSpan(at: start) }
    // The end is behind the last character, and not before the next, which may be a line further.
    let final = min(max(range.upperBound - 1, 0), last)
    var end = positions[final]
    let following = positions[min(final + 1, last)]
    if following.line == end.line { end = following } else { end.column += 1 }
    return SourceSpan(start: start, end: max(start, end))
  }

  /// Where a range of UTF-8 bytes of a scalar's decoded text stands in the file.
  ///
  /// The range counts bytes of `scalar.text.utf8` from 0.
  public func span(inScalarUTF8 range: Range<Int>, of file: SourceFile) -> SourceSpan {
    guard let utf8 = text?.utf8 else { return span }
    func scalars(before offset: Int) -> Int {
      utf8.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }
    let lower = scalars(before: range.lowerBound)
    return span(inScalar: lower..<max(lower, scalars(before: range.upperBound)), of: file)
  }

  /// The place of each character of the text, and of its end.
  private func scalarPositions(in file: SourceFile) -> [SourcePosition]? {
    guard let scalar, !scalar.isOmitted else { return nil }
    let text = Array(scalar.text.unicodeScalars)
    var decoder = ScalarDecoder(file: file, span: span, text: text)
    decoder.decode(scalar.style)
    // A block scalar's last line breaks and blanks lie behind its span; all other characters must
    // agree, or the file is not the one that the node came from.
    guard decoder.decoded.count <= text.count, text.starts(with: decoder.decoded),
      text[decoder.decoded.count...].allSatisfy({ $0 == "\n" || $0.isBlank })
    else { return nil }
    let missing = text.count - decoder.decoded.count
    return decoder.positions + [SourcePosition](repeating: decoder.end, count: missing + 1)
  }
}
