// SPDX-License-Identifier: EUPL-1.2

/// Spans of values where libyaml's marks take in more than the value.
extension SourceFile {
  /// Where the value starts behind anchors, tags, blanks and comments.
  func startOfValue(after start: SourcePosition, before end: SourcePosition) -> SourcePosition {
    var place = start
    while place < end {
      let line = scalars(ofLine: place.line)
      var i = place.column - 1
      while i < line.count {
        switch line[i] {
        case " ", "\t": i += 1
        case "#": i = line.count
        case "&", "!":
          while i < line.count, line[i] != " ", line[i] != "\t" { i += 1 }
        default: return min(SourcePosition(line: place.line, column: i + 1), end)
        }
      }
      place = SourcePosition(line: place.line + 1, column: 1)
    }
    return end
  }

  /// The end of the last line of a block scalar that holds text; libyaml's mark is the next token.
  func endOfText(in span: SourceSpan) -> SourcePosition {
    var number = span.end.column > 1 ? span.end.line : span.end.line - 1
    while number > span.start.line {
      let line = scalars(ofLine: number)
      let counted = number == span.end.line ? line.prefix(span.end.column - 1) : line[...]
      if let last = counted.lastIndex(where: { $0 != " " && $0 != "\t" }) {
        return SourcePosition(line: number, column: last + 2)
      }
      number -= 1
    }
    return SourcePosition(
      line: span.start.line, column: scalars(ofLine: span.start.line).count + 1)
  }
}
