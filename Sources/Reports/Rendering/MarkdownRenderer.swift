// SPDX-License-Identifier: EUPL-1.2

extension ReportDocument {
  /// The report as Markdown (CommonMark with pipe tables); charts are told in words.
  public func markdown() -> String {
    var writer = MarkdownRenderer(language: language)
    writer.write(self)
    return writer.paragraphs.joined(separator: "\n\n") + "\n"
  }
}

/// Turns a report into Markdown.
struct MarkdownRenderer {
  private(set) var paragraphs: [String] = []
  private let language: ReportLanguage
  private var figureCount = 0
  private var tableCount = 0

  init(language: ReportLanguage) { self.language = language }

  mutating func write(_ document: ReportDocument) {
    paragraphs.append("# " + Self.escaped(document.title))
    if let subtitle = document.subtitle { paragraphs.append(Self.escaped(subtitle)) }
    write(document.blocks)
    guard !document.provenance.isEmpty else { return }
    write([.heading(language.wording.provenance), .facts(document.provenance)])
  }
}

extension MarkdownRenderer {
  private mutating func write(_ blocks: [ReportBlock]) {
    for block in blocks { write(block) }
  }

  private mutating func write(_ block: ReportBlock) {
    switch block {
    case .heading(let title, let level):
      let signs = String(repeating: "#", count: min(max(level, 1), 3) + 1)
      paragraphs.append("\(signs) \(Self.escaped(title))")
    case .paragraph(let text): paragraphs.append(Self.inline(text))
    case .list(let items, let isNumbered):
      guard !items.isEmpty else { return }
      paragraphs.append(
        items.enumerated().map { index, item in
          (isNumbered ? "\(index + 1). " : "- ") + Self.inline(item)
        }.joined(separator: "\n"))
    case .facts(let facts):
      guard !facts.isEmpty else { return }
      paragraphs.append(
        facts.map { "- **\(Self.escaped($0.name)):** \(Self.inline($0.value))" }
          .joined(separator: "\n"))
    case .table(let table): writeTable(table)
    case .figure(let figure):
      figureCount += 1
      let name = language.wording.figure(figureCount)
      paragraphs.append("**\(name).** \(Self.inline(figure.caption))")
      paragraphs.append(Self.escaped(figure.chart.alternative(in: language)))
    case .callout(let callout): writeCallout(callout)
    case .details(let summary, let blocks):
      paragraphs.append("**\(Self.escaped(summary))**")
      write(blocks)
    }
  }

  private mutating func writeTable(_ table: ReportTable) {
    tableCount += 1
    let name = language.wording.table(tableCount)
    paragraphs.append("**\(name).** \(Self.escaped(table.caption))")
    guard !table.columns.isEmpty else { return }
    let titles = table.columns.map { Self.escaped($0.heading(in: language)) }
    let dashes = table.columns.map { $0.alignment == .trailing ? "---:" : "---" }
    let rows = table.rows.map { row in
      table.columns.indices.map { index in
        let text = Self.inline(table.content(row, index, in: language), inTable: true)
        return row.isTotal && !text.isEmpty ? "**\(text)**" : text
      }
    }
    paragraphs.append(
      ([titles, dashes] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
        .joined(separator: "\n"))
    if let note = table.note { paragraphs.append(Self.inline(note)) }
  }

  private mutating func writeCallout(_ callout: ReportCallout) {
    var inner = MarkdownRenderer(language: language)
    inner.figureCount = figureCount
    inner.tableCount = tableCount
    let label = callout.kind.label(in: language)
    inner.paragraphs.append("**\(label):** \(Self.inline(callout.title))")
    inner.write(callout.blocks)
    figureCount = inner.figureCount
    tableCount = inner.tableCount
    let lines = inner.paragraphs.joined(separator: "\n\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
    paragraphs.append(lines.map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n"))
  }

  private static func inline(_ text: InlineText, inTable: Bool = false) -> String {
    text.spans.map { span in
      switch span {
      case .text(let words): return escaped(words)
      case .emphasis(let words): return delimited(words, by: "*")
      case .strong(let words): return delimited(words, by: "**")
      case .code(let words): return code(words, inTable: inTable)
      case .link(let words, let address):
        guard let address = InlineText.safeAddress(address) else { return escaped(words) }
        return "[\(escaped(words))](<\(link(address))>)"
      }
    }.joined()
  }

  /// Text in which nothing is markup any more, neither Markdown's nor that of a page it lands in.
  static func escaped(_ words: String) -> String {
    let characters = Array(Markup.visible(words))
    var result = ""
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      switch character {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "|", "~": result += "\\\(character)"
      case "#", "+", "-", "=", ".", ")", ":":
        if startsMarkup(character, after: result, before: next) { result += "\\" }
        result.append(character)
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result += character.isNewline ? " " : String(character)
      }
    }
    return result
  }

  /// Whether a sign stands where it would begin a heading, a list, a rule or a bare link; anywhere
  /// else it stays as readers write it.
  private static func startsMarkup(
    _ character: Character, after text: String, before next: Character
  ) -> Bool {
    let endsWord = next == " " || next.isNewline
    switch character {
    case "#": return text.isEmpty
    case "+", "-", "=": return text.isEmpty && (endsWord || next == character)
    case ".", ")": return !text.isEmpty && endsWord && text.allSatisfy(\.isNumber)
    default:
      return ["http", "https", "mailto", "ftp"].contains { text.lowercased().hasSuffix($0) }
    }
  }

  private static func delimited(_ words: String, by sign: String) -> String {
    let text = escaped(words)
    return text.allSatisfy { $0 == " " } ? text : sign + text + sign
  }

  private static func code(_ words: String, inTable: Bool) -> String {
    // Code spans know no escapes: a longer fence keeps every backtick, and a table wants its bars.
    var fence = "`"
    while words.contains(fence) { fence += "`" }
    let oneLine = String(Markup.visible(words).map { $0.isNewline ? " " : $0 })
    let safe =
      inTable
      ? oneLine.split(separator: "|", omittingEmptySubsequences: false)
        .joined(separator: "\\|") : oneLine
    let touches = safe.hasPrefix("`") || safe.hasSuffix("`")
    return touches ? "\(fence) \(safe) \(fence)" : fence + safe + fence
  }

  private static func link(_ address: String) -> String {
    var result = ""
    for character in address {
      switch character {
      case "<": result += "%3C"
      case ">": result += "%3E"
      case "|": result += "%7C"
      case "\\": result += "%5C"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }
}
