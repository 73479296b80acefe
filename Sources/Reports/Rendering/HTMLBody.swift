// SPDX-License-Identifier: EUPL-1.2

/// Writes the blocks of a report as HTML and collects the chapters for the page's contents.
struct HTMLBody {
  struct Chapter {
    let identifier: String
    let title: String
  }

  private(set) var markup = Markup()
  private(set) var chapters: [Chapter] = []
  private let language: ReportLanguage
  private var identifiers: Set<String> = ["content", "contents"]
  private var figureCount = 0
  private var tableCount = 0

  init(language: ReportLanguage) { self.language = language }

  /// Writes blocks; `depth` counts the callouts and details around them.
  mutating func write(_ blocks: [ReportBlock], depth: Int) {
    for block in blocks { write(block, depth: depth) }
  }

  static func inline(_ text: InlineText) -> Markup {
    var markup = Markup()
    for span in text.spans {
      switch span {
      case .text(let words): markup.write(words)
      case .emphasis(let words): markup.element("em", words)
      case .strong(let words): markup.element("strong", words)
      case .code(let words): markup.element("code", words)
      case .link(let words, let address):
        if let address = InlineText.safeAddress(address) {
          markup.element("a", ["href": address], words)
        } else {
          markup.write(words)
        }
      }
    }
    return markup
  }
}

extension HTMLBody {
  private mutating func write(_ block: ReportBlock, depth: Int) {
    switch block {
    case .heading(let title, let level): writeHeading(title, level: level, depth: depth)
    case .paragraph(let text): markup.element("p") { $0.insert(Self.inline(text)) }
    case .list(let items, let isNumbered):
      guard !items.isEmpty else { return }
      markup.element(isNumbered ? "ol" : "ul") { list in
        for item in items { list.element("li") { $0.insert(Self.inline(item)) } }
      }
    case .facts(let facts): writeFacts(facts)
    case .table(let table): writeTable(table)
    case .figure(let figure): writeFigure(figure)
    case .callout(let callout): writeCallout(callout, depth: depth)
    case .details(let summary, let blocks):
      let inner = nested(blocks, depth: depth + 1)
      markup.element("details") { details in
        details.element("summary", summary)
        details.element("div", ["class": "inside"]) { $0.insert(inner) }
      }
    }
  }

  /// The blocks as markup of their own, with the numbering of this page going on.
  private mutating func nested(_ blocks: [ReportBlock], depth: Int) -> Markup {
    let outer = markup
    markup = Markup()
    write(blocks, depth: depth)
    let inner = markup
    markup = outer
    return inner
  }

  private mutating func writeHeading(_ title: String, level: Int, depth: Int) {
    let level = min(max(level, 1), 3)
    let identifier = identifier(for: title)
    if level == 1, depth == 0 {
      chapters.append(Chapter(identifier: identifier, title: Markup.visible(title)))
    }
    markup.element("h\(level + 1)", ["id": identifier], title)
  }

  private mutating func writeFacts(_ facts: [KeyFact]) {
    guard !facts.isEmpty else { return }
    markup.element("dl", ["class": "facts"]) { list in
      for fact in facts {
        list.element("div") { pair in
          pair.element("dt", fact.name)
          pair.element("dd") { $0.insert(Self.inline(fact.value)) }
        }
      }
    }
  }

  private mutating func writeCallout(_ callout: ReportCallout, depth: Int) {
    let inner = nested(callout.blocks, depth: depth + 1)
    let label = callout.kind.label(in: language)
    markup.element(
      "section", ["class": "callout \(callout.kind.rawValue)", "aria-label": label]
    ) { section in
      section.element("p", ["class": "kind"]) { line in
        line.element("span", ["aria-hidden": "true"], callout.kind.sign)
        line.write(" \(label)")
      }
      section.element("p", ["class": "message"]) { $0.insert(Self.inline(callout.title)) }
      section.insert(inner)
    }
  }

  private mutating func writeFigure(_ figure: ReportFigure) {
    figureCount += 1
    let number = figureCount
    let language = language
    let name = language.wording.figure(number)
    markup.element("figure") { element in
      element.element(
        "div",
        [
          "class": "wide", "role": "region", "tabindex": "0",
          "aria-label": "\(name): \(language.wording.scrollable)",
        ]
      ) { $0.insert(element: figure.chart.svg(in: language, identifier: "figure-\(number)")) }
      element.element("figcaption") { caption in
        caption.element("strong", "\(name).")
        caption.write(" ")
        caption.insert(Self.inline(figure.caption))
      }
      // For a small screen, and for who would rather read: the same numbers as the drawing.
      element.element("details", ["class": "words"]) { details in
        details.element("summary", "\(name) \(language.wording.inWords)")
        details.element("p", figure.chart.alternative(in: language))
      }
    }
  }

  private mutating func writeTable(_ table: ReportTable) {
    tableCount += 1
    let language = language
    let identifier = "table-\(tableCount)"
    let name = language.wording.table(tableCount)
    markup.element(
      "div",
      ["class": "wide", "role": "region", "tabindex": "0", "aria-labelledby": identifier]
    ) { region in
      region.element("table") { element in
        element.element("caption", ["id": identifier]) { caption in
          caption.element("span") { words in
            words.element("strong", "\(name).")
            words.write(" \(table.caption)")
          }
        }
        element.insert(Self.rows(of: table, in: language))
      }
    }
    if let note = table.note {
      markup.element("p", ["class": "table-note"]) { $0.insert(Self.inline(note)) }
    }
  }

  private static func rows(of table: ReportTable, in language: ReportLanguage) -> Markup {
    var markup = Markup()
    markup.element("thead") { head in
      head.element("tr") { row in
        for column in table.columns {
          row.element(
            "th",
            ["scope": "col", "class": column.alignment == .trailing ? "number" : nil],
            column.heading(in: language))
        }
      }
    }
    markup.element("tbody") { body in
      for row in table.rows {
        body.element("tr", ["class": row.isTotal ? "total" : nil]) { line in
          for index in table.columns.indices {
            let isHeader = index == 0 && table.hasRowHeaders
            line.element(
              isHeader ? "th" : "td",
              [
                "scope": isHeader ? "row" : nil,
                "class": cellClass(table, row, index),
              ]
            ) { $0.insert(inline(table.content(row, index, in: language))) }
          }
        }
      }
    }
    return markup
  }

  private static func cellClass(
    _ table: ReportTable, _ row: ReportTable.Row, _ index: Int
  ) -> String? {
    let isNumber = table.columns[index].alignment == .trailing
    let isAbsent = table.isUnavailable(row, index)
    guard isNumber || isAbsent else { return nil }
    return [isNumber ? "number" : nil, isAbsent ? "absent" : nil].compactMap(\.self)
      .joined(separator: " ")
  }

  /// A place on the page named after the heading, with a number where the name is taken.
  private mutating func identifier(for title: String) -> String {
    var base = ""
    for character in title.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        base.append(character)
      } else if let last = base.last, last != "-" {
        base.append("-")
      }
    }
    if base.hasSuffix("-") { base.removeLast() }
    base = base.isEmpty ? "section" : "section-\(base)"
    var identifier = base
    var count = 1
    while !identifiers.insert(identifier).inserted {
      count += 1
      identifier = "\(base)-\(count)"
    }
    return identifier
  }
}
