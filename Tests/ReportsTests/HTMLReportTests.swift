// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct HTMLReportTests {
  let page: String
  let outline: XMLOutline

  init() throws {
    page = SampleReport.document(in: .dutch).html()
    outline = try #require(XMLOutline(page))
  }

  @Test func `the page names its language`() {
    #expect(outline.named("html").first?.attributes["lang"] == "nl")
  }

  @Test func `the page has one first heading and no level is skipped`() {
    let levels = outline.elements.compactMap { element in
      element.name.hasPrefix("h") ? element.name.dropFirst().first?.wholeNumberValue : nil
    }
    #expect(levels.filter { $0 == 1 }.count == 1)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
  }

  @Test(arguments: ["header", "nav", "main", "footer"])
  func `the page has each landmark once`(name: String) {
    #expect(outline.named(name).count == 1)
  }

  @Test func `nothing runs and nothing is fetched`() {
    #expect(outline.named("script").isEmpty)
    #expect(outline.named("link").isEmpty)
    #expect(outline.elements.allSatisfy { $0.attributes["src"] == nil })
    #expect(!page.contains("url("))
    #expect(!page.contains("@import"))
  }

  @Test func `the contents lead to the chapters`() {
    let places = Set(outline.elements.compactMap { $0.attributes["id"] })
    let targets = outline.named("a").compactMap { $0.attributes["href"] }
      .filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
    #expect(targets == ["content", "section-wat-we-zagen", "section-wie-meedeed"])
    #expect(places.isSuperset(of: targets))
  }

  @Test func `no two places have one name`() {
    let places = outline.elements.compactMap { $0.attributes["id"] }
    #expect(Set(places).count == places.count)
  }

  @Test func `headings with one title get two places`() throws {
    let document = ReportDocument(
      title: "t", language: .english, blocks: [.heading("A b"), .heading("A b"), .heading("…")])
    let outline = try #require(XMLOutline(document.html()))
    let places = outline.named("h2").compactMap { $0.attributes["id"] }
    #expect(places == ["section-a-b", "section-a-b-2", "section"])
  }

  @Test func `every header of a table says what it heads`() {
    #expect(outline.named("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) })
    #expect(outline.named("caption").count == outline.named("table").count)
  }

  @Test func `every drawing has a title and a text`() {
    let places = Set(outline.elements.compactMap { $0.attributes["id"] })
    let drawings = outline.named("svg")
    #expect(drawings.count == 4)
    for drawing in drawings {
      #expect(drawing.attributes["role"] == "img")
      #expect(places.contains(drawing.attributes["aria-labelledby"] ?? ""))
      #expect(places.contains(drawing.attributes["aria-describedby"] ?? ""))
    }
  }

  @Test func `a callout says its kind in words`() {
    let kinds = outline.named("section").compactMap { $0.attributes["aria-label"] }
    #expect(kinds == ["Conclusie", "Let op", "Uitleg"])
    #expect(page.contains("Conclusie"))
  }

  @Test func `numbers speak the language of the page`() {
    let cells = outline.named("td").map(\.text)
    #expect(cells.prefix(3) == ["+5,5", "0,002", "€\u{A0}1.234,50"])
    #expect(cells.contains("niet beschikbaar"))
    #expect(outline.named("th").contains { $0.text == "Effect (procentpunt)" })
  }

  @Test func `the footer tells where the figures come from`() throws {
    let footer = try #require(outline.named("footer").first)
    #expect(footer.text.contains("r-1"))
    #expect(footer.text.contains("Wie de gegevens heeft"))
  }

  @Test func `a short row ends in empty cells`() throws {
    let table = ReportTable("c", columns: [.init("a"), .init("b")], rows: [["x"]])
    let document = ReportDocument(title: "t", language: .english, blocks: [.table(table)])
    let outline = try #require(XMLOutline(document.html()))
    #expect(outline.named("td").map(\.text) == [""])
  }

  @Test func `the page's style names every colour of the charts`() {
    for ink in ["ink", "quiet", "rule", "accent", "band", "second", "paper"] {
      #expect(page.contains(".fill-\(ink) {"))
      #expect(page.contains(".stroke-\(ink) {"))
    }
  }
}
