// SPDX-License-Identifier: EUPL-1.2

/// Shows faults to people, with the line at fault and an underline, and to programs as JSON.
///
/// ```
/// error[unknown-parameter]: impact/difference-in-means has no parameter 'outcom'
///   --> pipelines/letters.yaml:14:7
///    |
/// 14 |       outcom: recertified
///    |       ^^^^^^ did you mean 'outcome'?
///    = parameters: outcome, arm, control, level, variance, where
/// ```
public struct DiagnosticRenderer: Sendable {
  /// Whether to colour with ANSI sequences.
  public var usesColour: Bool
  /// How many columns a source line may take before it is cut around the underline.
  public var width: Int

  public init(usesColour: Bool = false, width: Int = 120) {
    self.usesColour = usesColour
    self.width = max(width, 20)
  }

  /// All faults in the order of their places, with a blank line between; no line break at the end.
  ///
  /// The sources are found by name; a fault whose source is not among them shows no line.
  public func text(_ diagnostics: [Diagnostic], files: [SourceFile]) -> String {
    diagnostics.sorted().map { diagnostic in
      text(diagnostic, file: files.first { $0.name == diagnostic.file })
    }.joined(separator: "\n\n")
  }

  /// One fault; no line break at the end.
  public func text(_ diagnostic: Diagnostic, file: SourceFile?) -> String {
    let span = diagnostic.span
    let gutter = String(span?.start.line ?? 0).count
    let margin = String(repeating: " ", count: gutter)
    var lines = [headline(diagnostic)]
    let place = span.map { ":\($0.start)" } ?? ""
    lines.append("\(margin)\(paint("-->", .blue)) \(DisplayLine.safe(diagnostic.file))\(place)")
    var help = diagnostic.help.map { DisplayLine.safe($0, keepingLines: true) }
    if let span, let file, span.start.line <= max(file.lineCount, 1) {
      let excerpt = SourceExcerpt(line: file.line(span.start.line), span: span, width: width)
      let number = paint("\(span.start.line) |", .blue)
      let bar = paint("\(margin) |", .blue)
      lines.append(bar)
      lines.append(trimmed("\(number) \(excerpt.text)"))
      let underline = paint(excerpt.underline, diagnostic.severity.colour)
      let lead = String(repeating: " ", count: excerpt.column)
      lines.append("\(bar) \(lead)\(underline)\(helpText(help, behind: excerpt, bar: bar))")
      help = nil
    }
    for note in [help.map { "help: " + $0 }].compactMap({ $0 }) + diagnostic.notes {
      lines += noteLines(DisplayLine.safe(note, keepingLines: true), margin: margin)
    }
    return lines.joined(separator: "\n")
  }

  /// One array of `{code, severity, message, help, file, line, column, endLine, endColumn}`, in the
  /// order of the places.
  public static func json(_ diagnostics: [Diagnostic]) -> JSONValue {
    .array(diagnostics.sorted().map(\.json))
  }
}

extension DiagnosticRenderer {
  private func headline(_ diagnostic: Diagnostic) -> String {
    let word = paint(
      "\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity.colour)
    return word + paint(": " + DisplayLine.safe(diagnostic.message), .bold)
  }

  /// The help behind the underline; its further lines stand under its first.
  private func helpText(_ help: String?, behind excerpt: SourceExcerpt, bar: String) -> String {
    guard let help else { return "" }
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    let indentation = String(
      repeating: " ", count: excerpt.column + excerpt.underline.count + 1)
    let rest = lines.dropFirst().map { trimmed("\n\(bar) \(indentation)\($0)") }
    return " \(lines.first ?? "")" + rest.joined()
  }

  private func noteLines(_ note: String, margin: String) -> [String] {
    let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { i, line in
      i == 0 ? "\(margin) \(paint("=", .blue)) \(line)" : trimmed("\(margin)   \(line)")
    }
  }

  private func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  fileprivate enum Colour: String {
    case blue = "1;34"
    case bold = "1"
    case red = "1;31"
    case yellow = "1;33"
  }

  private func paint(_ text: String, _ colour: Colour) -> String {
    usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension Diagnostic.Severity {
  fileprivate var colour: DiagnosticRenderer.Colour {
    switch self {
    case .error: .red
    case .warning: .yellow
    }
  }
}
