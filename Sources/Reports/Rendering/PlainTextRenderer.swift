// SPDX-License-Identifier: EUPL-1.2

extension ReportDocument {
  /// The report for a terminal or a mail, in lines of at most `width` columns where that can be.
  public func plainText(width: Int = 80) -> String {
    var writer = PlainTextRenderer(language: language, width: max(width, 24))
    writer.write(self)
    return writer.lines.map { $0 + "\n" }.joined()
  }
}

/// Turns a report into plain characters.
struct PlainTextRenderer {
  private(set) var lines: [String] = []
  private let language: ReportLanguage
  private let width: Int
  private var figureCount = 0
  private var tableCount = 0

  init(language: ReportLanguage, width: Int) {
    self.language = language
    self.width = width
  }

  mutating func write(_ document: ReportDocument) {
    let title = TextLines.wrapped(document.title, width: width)
    lines += title
    lines.append(String(repeating: "═", count: title.map(TextCell.width(of:)).max() ?? 0))
    if let subtitle = document.subtitle { lines += TextLines.wrapped(subtitle, width: width) }
    write(document.blocks)
    guard !document.provenance.isEmpty else { return }
    write([.heading(language.wording.provenance), .facts(document.provenance)])
  }
}

extension PlainTextRenderer {
  private mutating func write(_ blocks: [ReportBlock]) {
    for block in blocks {
      lines.append("")
      write(block)
    }
  }

  private mutating func write(_ block: ReportBlock) {
    switch block {
    case .heading(let title, let level):
      let heading = TextLines.wrapped(title, width: width)
      lines += heading
      if level <= 1 {
        lines.append(String(repeating: "─", count: heading.map(TextCell.width(of:)).max() ?? 0))
      }
    case .paragraph(let text): lines += TextLines.wrapped(text.terminal, width: width)
    case .list(let items, let isNumbered):
      for (index, item) in items.enumerated() {
        writeHanging(isNumbered ? "\(index + 1). " : "• ", item.terminal)
      }
    case .facts(let facts): writeFacts(facts)
    case .table(let table): writeTable(table)
    case .figure(let figure): writeFigure(figure)
    case .callout(let callout): writeCallout(callout)
    case .details(let summary, let blocks):
      writeHanging("▸ ", summary)
      write(blocks, behind: "  ")
    }
  }

  private mutating func writeHanging(_ sign: String, _ text: String) {
    let indent = TextCell.width(of: sign)
    for (index, line) in TextLines.wrapped(text, width: width - indent).enumerated() {
      lines.append((index == 0 ? sign : String(repeating: " ", count: indent)) + line)
    }
  }

  private mutating func writeFacts(_ facts: [KeyFact]) {
    let names = facts.map { TextCell($0.name) }
    let room = min(names.map(\.width).max() ?? 0, width / 3)
    for (name, fact) in zip(names, facts) {
      writeHanging(name.padded(to: room, .leading) + "  ", fact.value.terminal)
    }
  }

  private mutating func writeTable(_ table: ReportTable) {
    tableCount += 1
    let name = language.wording.table(tableCount)
    lines += TextLines.wrapped("\(name). \(table.caption)", width: width)
    let characters = TextTable(
      table.columns.map {
        TextTable.Column(
          $0.heading(in: language), alignment: $0.alignment,
          isFlexible: $0.alignment == .leading)
      },
      rows: table.rows.map { row in
        table.columns.indices.map { table.content(row, $0, in: language).plain }
      }, overflow: .wrap)
    lines += characters.text(width: width).split(separator: "\n").map(String.init)
    if let note = table.note { lines += TextLines.wrapped(note.terminal, width: width) }
  }

  private mutating func writeFigure(_ figure: ReportFigure) {
    figureCount += 1
    let chart = figure.chart.text(in: language, width: width)
    lines += chart.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    let name = language.wording.figure(figureCount)
    lines += TextLines.wrapped("\(name). \(figure.caption.terminal)", width: width)
  }

  private mutating func writeCallout(_ callout: ReportCallout) {
    let label = "\(callout.kind.sign) \(callout.kind.label(in: language)): "
    let title = callout.title.terminal
    for line in TextLines.wrapped(label + title, width: width - 2) { lines.append("┃ \(line)") }
    write(callout.blocks, behind: "┃ ")
  }

  private mutating func write(_ blocks: [ReportBlock], behind margin: String) {
    var inner = PlainTextRenderer(language: language, width: width - TextCell.width(of: margin))
    inner.figureCount = figureCount
    inner.tableCount = tableCount
    inner.write(blocks)
    figureCount = inner.figureCount
    tableCount = inner.tableCount
    for line in inner.lines {
      var line = margin + line
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
  }
}

extension InlineText {
  /// The words, with the address of a link behind it.
  fileprivate var terminal: String {
    spans.map { span in
      guard case .link(let words, let address) = span,
        let address = Self.safeAddress(address), !address.hasPrefix("#"), address != words
      else { return span.plain }
      return "\(words) (\(address))"
    }.joined()
  }
}
