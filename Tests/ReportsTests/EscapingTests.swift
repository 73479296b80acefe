// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct EscapingTests {
  static let hostile = [
    "<script>alert(1)</script>", "\" onload=\"alert(1)", "' onclick='x", "]]>", "<!--", "&amp;&lt;",
    "</style></title></svg><img src=x onerror=alert(1)>", "{{title}}{{{body}}}", "a\u{0}b\u{1B}[2J",
    "\u{202E}txt.exe", "\u{FFFF}", "a|b\n| c |", "# no", "`code` **no** [x](javascript:y)",
  ]

  @Test(arguments: hostile)
  func `no text becomes markup of a page`(words: String) throws {
    let page = Self.document(with: words).html()
    let outline = try #require(XMLOutline(page))
    #expect(outline.named("script").isEmpty)
    #expect(outline.named("img").isEmpty)
    #expect(outline.named("style").count == 1)
    let attributes = outline.elements.flatMap { $0.attributes.keys }
    #expect(!attributes.contains { $0.hasPrefix("on") })
    // A chart may need more lines for longer words; everything else stays as it is.
    let clean = try #require(XMLOutline(Self.document(with: "words").html()))
    #expect(
      outline.elements.filter { $0.name != "text" }.map(\.name)
        == clean.elements.filter { $0.name != "text" }.map(\.name))
  }

  @Test(arguments: hostile.dropLast(0).filter { !$0.unicodeScalars.contains { $0.value < 32 } })
  func `a page shows the words as they are`(words: String) throws {
    let document = ReportDocument(
      title: "t", language: .english, blocks: [.paragraph(InlineText(words))])
    let outline = try #require(XMLOutline(document.html()))
    let visible = String(
      words.map { "\u{202E}\u{FFFF}".contains($0) ? "\u{FFFD}" : $0 })
    #expect(outline.named("p").contains { $0.text == visible })
  }

  @Test(arguments: hostile)
  func `every drawing stays well-formed`(words: String) throws {
    for chart in Self.charts(with: words) {
      let outline = try #require(XMLOutline(chart.svg(in: .english)))
      #expect(outline.named("script").isEmpty)
      #expect(outline.elements.first?.name == "svg")
    }
  }

  @Test(arguments: hostile)
  func `no text steers a terminal`(words: String) {
    let text = Self.document(with: words).plainText()
    let steering = text.unicodeScalars.filter {
      ($0.value < 32 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
    }
    #expect(steering.isEmpty)
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("<b>", "&lt;b&gt;"), ("*x* _y_", "\\*x\\* \\_y\\_"), ("# x", "\\# x"),
    ("1. x", "1\\. x"), ("5.5 more", "5.5 more"), ("- x", "\\- x"), ("+5.5", "+5.5"),
    ("---", "\\---"), ("[x](y)", "\\[x\\](y)"), ("https://x", "https\\://x"), ("a\nb", "a b"),
    ("\\", "\\\\"), ("`c`", "\\`c\\`"), ("A & B", "A &amp; B"),
  ])
  func `Markdown signs in a text are escaped`(words: String, escaped: String) {
    let document = ReportDocument(
      title: "t", language: .english, blocks: [.paragraph(InlineText(words))])
    #expect(document.markdown() == "# t\n\n\(escaped)\n")
  }

  @Test(arguments: hostile)
  func `a Markdown table keeps its columns`(words: String) throws {
    let table = ReportTable(
      "c", columns: [.init("a"), .init("b")],
      rows: [[.text(InlineText(words)), .text(InlineText([.code(words)]))]])
    let document = ReportDocument(title: "t", language: .english, blocks: [.table(table)])
    let row = try #require(document.markdown().split(separator: "\n").last)
    var bars = 0
    var isEscaped = false
    for character in row {
      if character == "|", !isEscaped { bars += 1 }
      isEscaped = character == "\\" && !isEscaped
    }
    #expect(bars == 3)
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "//evil", "https://a b",
    "https://a\n", "\u{1}javascript:x", "vbscript:x", "file:///etc/passwd",
  ])
  func `an address that could do harm is no link`(address: String) throws {
    let document = ReportDocument(
      title: "t", language: .english, blocks: [.paragraph("\("words", link: address)")])
    let outline = try #require(XMLOutline(document.html()))
    #expect(outline.named("a").allSatisfy { $0.attributes["href"] == "#content" })
    #expect(document.markdown().hasSuffix("\nwords\n"))
  }

  static func charts(with words: String) -> [any ReportChart] {
    var forest = ForestPlot(
      words, rows: [.heading(words), .estimate(words, 1, low: 0, high: 2)], format: .number())
    forest.axisTitle = words
    forest.band = .init(from: 0, to: 1, label: words)
    forest.directions = .init(low: words, high: words)
    return [
      forest,
      FlowChart(
        words, assessed: 1, excluded: [.init(words, 1)],
        arms: [.init(words, assigned: 1, losses: [.init(words, 1)], analysed: 1)]),
      BarChart(
        words, series: [words, words], groups: [.init(words, [1, 2])],
        format: .number(unit: words)),
      StageGraph(
        words,
        boxes: [.init(id: "a", title: words, subtitle: words), .init(id: "b", title: words)],
        arrows: [.init(from: "a", to: "b", label: words)]),
    ]
  }

  static func document(with words: String) -> ReportDocument {
    let inline = InlineText([
      .text(words), .strong(words), .emphasis(words), .code(words),
      .link(words, to: "https://example.org"),
    ])
    var document = ReportDocument(title: words, subtitle: words, language: .english)
    document.blocks = [
      .heading(words), .heading(words), .paragraph(inline), .list([inline]),
      .facts([KeyFact(words, inline)]), .callout(.verdict, inline, blocks: [.paragraph(inline)]),
      .details(words, [.paragraph(inline)]),
      .table(
        ReportTable(words, columns: [.init(words)], rows: [[.text(inline)]], note: inline)),
    ]
    document.blocks += charts(with: words).map { .figure(inline, chart: $0) }
    document.provenance = [KeyFact(words, inline)]
    return document
  }
}
