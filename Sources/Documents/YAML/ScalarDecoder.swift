// SPDX-License-Identifier: EUPL-1.2

/// Decodes a scalar a second time from its source, noting where each character comes from.
///
/// libyaml gives the text but not the places. Only faults need them, so nothing is kept while reading.
struct ScalarDecoder {
  private let file: SourceFile
  private let span: SourceSpan
  /// What libyaml made of the scalar.
  private let text: [Unicode.Scalar]
  private(set) var decoded: [Unicode.Scalar] = []
  private(set) var positions: [SourcePosition] = []
  private(set) var end: SourcePosition

  init(file: SourceFile, span: SourceSpan, text: [Unicode.Scalar]) {
    self.file = file
    self.span = span
    self.text = text
    end = span.end
  }

  mutating func decode(_ style: Scalar.Style) {
    switch style {
    case .plain: flow(from: span.start, to: span.end, style)
    case .singleQuoted, .doubleQuoted:
      var (inside, close) = (span.start, span.end)
      inside.column += 1
      close.column -= 1
      end = close
      flow(from: inside, to: close, style)
    case .literal, .folded: block(isFolded: style == .folded)
    }
  }

  private mutating func add(_ scalar: Unicode.Scalar, line: Int, column: Int) {
    decoded.append(scalar)
    positions.append(SourcePosition(line: line, column: column))
  }
}

/// Plain and quoted scalars, whose line breaks are folded (YAML 1.2.2, section 6.5).
extension ScalarDecoder {
  private mutating func flow(
    from start: SourcePosition, to end: SourcePosition, _ style: Scalar.Style
  ) {
    guard start.line <= end.line else { return }
    var blankLines = 0
    // A break that a backslash escapes joins the lines without a blank.
    var breakIsEscaped = true
    for number in start.line...end.line {
      let line = file.scalars(ofLine: number)
      var i = number == start.line ? start.column - 1 : 0
      var stop = number == end.line ? min(end.column - 1, line.count) : line.count
      let isFirst = number == start.line
      let isLast = number == end.line
      if !isFirst { while i < stop, line[i].isBlank { i += 1 } }
      if !isLast { stop = endWithoutBlanks(line, from: i, to: stop, style) }
      if !isFirst, i >= stop, !isLast {
        blankLines += 1
        continue
      }
      if !isFirst {
        // The break stands at the end of the line before, where nobody looks: mark the next text.
        for _ in 0..<blankLines { add("\n", line: number, column: i + 1) }
        if blankLines == 0, !breakIsEscaped { add(" ", line: number, column: i + 1) }
      }
      blankLines = 0
      breakIsEscaped = self.line(line, from: i, to: stop, number: number, style)
    }
  }

  /// Blanks before a line break do not count, unless a backslash keeps the one behind it.
  private func endWithoutBlanks(
    _ line: [Unicode.Scalar], from start: Int, to end: Int, _ style: Scalar.Style
  ) -> Int {
    var stop = end
    while stop > start, line[stop - 1].isBlank { stop -= 1 }
    guard style == .doubleQuoted, stop < end else { return stop }
    let backslashes = line[start..<stop].reversed().prefix { $0 == "\\" }.count
    return backslashes % 2 == 1 ? stop + 1 : stop
  }

  /// Adds the characters of one line; says whether a backslash stands before its break.
  private mutating func line(
    _ line: [Unicode.Scalar], from start: Int, to stop: Int, number: Int, _ style: Scalar.Style
  ) -> Bool {
    var i = start
    while i < stop {
      if style == .singleQuoted, line[i] == "'", i + 1 < stop {
        add("'", line: number, column: i + 1)
        i += 2
      } else if style == .doubleQuoted, line[i] == "\\" {
        guard i + 1 < stop else { return true }
        let (scalar, length) = escape(line, at: i + 1)
        add(scalar, line: number, column: i + 1)
        i += 1 + length
      } else {
        add(line[i], line: number, column: i + 1)
        i += 1
      }
    }
    return false
  }

  /// The character that an escape stands for, and the length without its backslash.
  private func escape(_ line: [Unicode.Scalar], at i: Int) -> (Unicode.Scalar, length: Int) {
    let digits: Int? =
      switch line[i] {
      case "x": 2
      case "u": 4
      case "U": 8
      default: nil
      }
    if let digits {
      var value: UInt32 = 0
      for scalar in line[(i + 1)...].prefix(digits) {
        value = value << 4 | UInt32(Character(scalar).hexDigitValue ?? 0)
      }
      return (Unicode.Scalar(value) ?? "\u{FFFD}", 1 + digits)
    }
    return (Self.escapes[line[i]] ?? line[i], 1)
  }

  /// YAML 1.2.2, section 5.7; other characters stand for themselves.
  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "0": "\0", "a": "\u{07}", "b": "\u{08}", "t": "\t", "n": "\n", "v": "\u{0B}", "f": "\u{0C}",
    "r": "\r", "e": "\u{1B}", "N": "\u{85}", "_": "\u{A0}", "L": "\u{2028}", "P": "\u{2029}",
  ]
}

/// Literal and folded block scalars (YAML 1.2.2, section 8.1).
extension ScalarDecoder {
  private mutating func block(isFolded: Bool) {
    let first = span.start.line + 1
    guard first <= span.end.line else { return }
    let lines = (first...span.end.line).map { (number: $0, text: file.scalars(ofLine: $0)) }
    let indentation = indentation(of: lines.map(\.text))
    var emptyLines = 0
    var previousIsText = false
    var isFirst = true
    for (number, line) in lines {
      let isEmpty = line.count <= indentation && line.allSatisfy { $0 == " " }
      if isEmpty {
        emptyLines += 1
        continue
      }
      let isText = !(line.dropFirst(indentation).first?.isBlank ?? true)
      let folds = isFolded && !isFirst && previousIsText && isText
      let breaks = folds || isFirst ? emptyLines : emptyLines + 1
      for _ in 0..<breaks { add("\n", line: number, column: indentation + 1) }
      if folds, emptyLines == 0 { add(" ", line: number, column: indentation + 1) }
      for (i, scalar) in line.enumerated().dropFirst(indentation) {
        add(scalar, line: number, column: i + 1)
      }
      emptyLines = 0
      previousIsText = isText
      isFirst = false
    }
  }

  /// How deep the block is indented: the first line with text, less the blanks that belong to the
  /// text, which only an indicator as in `|2` lets it start with.
  private func indentation(of lines: [[Unicode.Scalar]]) -> Int {
    func depth(_ line: some Sequence<Unicode.Scalar>) -> Int { line.prefix { $0 == " " }.count }
    func isBlank(_ line: some Sequence<Unicode.Scalar>) -> Bool { line.allSatisfy { $0 == " " } }
    let written = lines.first { !isBlank($0) }.map { depth($0) } ?? 0
    let decoded = text.split(separator: "\n").first { !isBlank($0) }.map { depth($0) } ?? 0
    return max(written - decoded, 0)
  }
}

extension Unicode.Scalar {
  /// What YAML calls white space.
  var isBlank: Bool { self == " " || self == "\t" }
}
