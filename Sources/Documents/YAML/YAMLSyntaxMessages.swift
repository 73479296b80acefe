// SPDX-License-Identifier: EUPL-1.2

extension YAMLProblem {
  /// libyaml's words said in plain ones, with what usually helps.
  func diagnostic(in file: SourceFile) -> Diagnostic {
    let place = place(in: file)
    if let tab = tabFault(in: file, at: place) { return tab }
    let wording = wording(in: file, at: place)
    return Diagnostic(
      .yamlSyntax, wording.message, help: wording.help, notes: contextNotes(place),
      file: file.name, span: SourceSpan(at: place, length: length(at: place, in: file)))
  }
}

extension YAMLProblem {
  private typealias Wording = (message: String, help: String?)

  /// The end of the file is shown behind its last character, and a quoted text that never ends where
  /// it starts.
  private func place(in file: SourceFile) -> SourcePosition {
    if let byteOffset { return file.position(utf8Offset: byteOffset) }
    if problem.contains("unexpected end of stream") { return contextPosition }
    let last = file.lineCount
    guard position.line > last, last > 0 else { return position }
    return SourcePosition(line: last, column: file.scalars(ofLine: last).count + 1)
  }

  private func character(at place: SourcePosition, in file: SourceFile) -> Unicode.Scalar? {
    file.scalars(ofLine: place.line).dropFirst(place.column - 1).first
  }

  private func length(at place: SourcePosition, in file: SourceFile) -> Int {
    character(at: place, in: file) == nil ? 0 : 1
  }

  private func contextNotes(_ place: SourcePosition) -> [String] {
    guard contextPosition.line < place.line, !context.isEmpty else { return [] }
    let names: KeyValuePairs = [
      "block mapping": "map", "block collection": "list", "flow sequence": "list in [ ]",
      "flow mapping": "map in { }", "quoted scalar": "quoted text",
      "simple key": "key", "block sequence": "list",
    ]
    let name = names.first { context.contains($0.key) }?.value ?? "part"
    return ["the \(name) starts in line \(contextPosition.line)"]
  }

  private func wording(in file: SourceFile, at place: SourcePosition) -> Wording {
    if problem.contains("did not find expected key"), followsQuote(in: file, at: place) {
      return (
        "nothing may follow a quoted text",
        "put the whole value in quotes of the other kind, or write it under a '|'"
      )
    }
    if problem.contains("mapping values are not allowed"), let line = lineWithoutKey(in: file) {
      return (
        "a ':' cannot stand here, since line \(line) is still open",
        "line \(line) has no 'key:' of its own; was its ':' forgotten?"
      )
    }
    if let wording = Self.wordings.first(where: { problem.contains($0.part) }) {
      return (wording.message, wording.help)
    }
    if problem.contains("cannot start any token") {
      let shown = character(at: place, in: file).map { "'\($0)'" } ?? "this character"
      return ("a value cannot start with \(shown)", "put the value in quotes")
    }
    return ("this is not valid YAML: \(problem)", nil)
  }

  /// Whether a quote closes right before the place, as in `"a" + "b"`.
  private func followsQuote(in file: SourceFile, at place: SourcePosition) -> Bool {
    let before = file.scalars(ofLine: place.line).prefix(place.column - 1)
    let last = before.last { $0 != " " && $0 != "\t" }
    return last == "\"" || last == "'"
  }

  /// The line before the fault, where it is plain text without a key.
  private func lineWithoutKey(in file: SourceFile) -> Int? {
    let number = position.line - 1
    guard number >= 1 else { return nil }
    let line = file.scalars(ofLine: number).drop { $0 == " " }
    guard let first = line.first, first != "#", first != "-", !line.contains(":") else {
      return nil
    }
    return number
  }

  /// Parts of libyaml's messages, with ours; the first that fits counts.
  private static let wordings: [(part: String, message: String, help: String?)] = [
    (
      "mapping values are not allowed",
      "a ':' cannot stand here",
      "check the indentation; text with ': ' in it needs quotes"
    ),
    (
      "mapping keys are not allowed",
      "a key cannot stand here", "start it on a line of its own"
    ),
    (
      "block sequence entries are not allowed",
      "a list item '-' cannot stand here", "start the list on a line of its own"
    ),
    (
      "could not find expected ':'",
      "a key needs a ':' behind it", "write 'key: value'; a long text needs quotes"
    ),
    (
      "did not find expected key",
      "a key is expected here, as deep as the keys before it", "check the indentation and quotes"
    ),
    (
      "did not find expected '-' indicator",
      "a list item '- …' is expected here, as deep as the items before it",
      "check the indentation"
    ),
    (
      "did not find expected ',' or ']'",
      "the list in [ ] needs a ',' or its ']' here", "text with , [ ] { } in it needs quotes"
    ),
    (
      "did not find expected ',' or '}'",
      "the map in { } needs a ',' or its '}' here", "text with , [ ] { } in it needs quotes"
    ),
    ("did not find expected node content", "a value is expected here", "text needs quotes here"),
    (
      "unexpected end of stream", "the quote that opens here is never closed",
      "close it with the same quote"
    ),
    (
      "unexpected document indicator", "a line '---' or '...' cannot stand inside quoted text",
      "close the quote before it"
    ),
    (
      "unknown escape character", "this backslash escape does not exist",
      "write \\\\ for a backslash, or use single quotes"
    ),
    (
      "hexdecimal", "this escape needs more hexadecimal digits",
      "write \\\\ for a backslash, or use single quotes"
    ),
    (
      "invalid Unicode character", "this escape names no character",
      "use a code below 110000 that is no surrogate"
    ),
    (
      "indentation indicator equal to 0", "the indentation after | or > cannot be 0", "leave it out"
    ),
    (
      "expected comment or line break", "nothing may follow here on this line",
      "start the text on the next line"
    ),
    ("alphabetic or numeric character", "a name is expected here", "text needs quotes here"),
    ("undefined tag handle", "this tag is not known", "if it is text, put it in quotes"),
    ("tag", "this is no valid tag", "if it is text, put it in quotes"),
    (
      "<document start>", "this does not belong to the value before it",
      "check the indentation; a file holds one map or list"
    ),
    ("control characters", "this character does not belong in a text file", "delete it"),
    ("directive", "this line starting with '%' is no YAML directive", "put the text in quotes"),
    ("incompatible YAML", "this version of YAML is not supported", "remove the line '%YAML'"),
  ]
}

/// Tabs.
extension YAMLProblem {
  /// A fault at the tab, where a tab is to blame.
  private func tabFault(in file: SourceFile, at place: SourcePosition) -> Diagnostic? {
    let lines = [position.line, place.line].filter { (1...max(file.lineCount, 1)).contains($0) }
    let indented = lines.compactMap { line -> SourceSpan? in
      let indentation = file.scalars(ofLine: line).prefix { $0 == " " || $0 == "\t" }
      guard let tab = indentation.firstIndex(of: "\t") else { return nil }
      let start = SourcePosition(line: line, column: tab + 1)
      return SourceSpan(at: start, length: indentation[tab...].prefix { $0 == "\t" }.count)
    }
    let isTab = character(at: place, in: file) == "\t"
    guard let span = indented.first ?? (isTab ? SourceSpan(at: place, length: 1) : nil) else {
      return nil
    }
    return Diagnostic(
      .yamlTab, "YAML does not allow a tab here", help: "use spaces",
      notes: otherTabs(in: file, than: span.start.line), file: file.name, span: span)
  }

  private func otherTabs(in file: SourceFile, than line: Int) -> [String] {
    let count = (1...max(file.lineCount, 1)).count {
      $0 != line && file.line($0).utf8.first == UInt8(ascii: "\t")
    }
    return switch count {
    case 0: []
    case 1: ["1 other line starts with a tab"]
    default: ["\(count) other lines start with a tab"]
    }
  }
}
