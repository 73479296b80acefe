// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct ForestPlotTests {
  @Test func `the text alternative holds every number`() {
    let words = SampleReport.forest.alternative(in: .english)
    for number in [
      "Noord: 7.1 (1.0 to 13.2)", "Zuid: 4.3 (−1.2 to 9.8)", "Oost: not available",
      "Samen: 5.5 (2.1 to 9.0)", "−1.0 to 12.0", "95% interval",
      "Te klein om uit te maken: 0.0 to 2.0",
    ] { #expect(words.contains(number)) }
  }

  @Test(arguments: [1, 2, 7, 40])
  func `rows stand below each other inside the drawing`(count: Int) throws {
    let rows = (1...count).map { index in
      ForestPlot.Row.estimate(
        String(repeating: "a long label ", count: index % 7 + 1), Double(index) / 100,
        low: Double(index) / 100 - 0.05, high: Double(index) / 100 + 0.05)
    }
    let plot = ForestPlot("Rows", rows: rows, format: .percentagePoints())
    let outline = try #require(XMLOutline(plot.svg(in: .english)))
    let height = try #require(Double(outline.elements[0].attributes["height"] ?? ""))
    let marks = outline.named("rect").filter { $0.attributes["class"] == "fill-accent" }
    let tops = try marks.map { try #require(Double($0.attributes["y"] ?? "")) }
    #expect(marks.count == count)
    #expect(zip(tops, tops.dropFirst()).allSatisfy { $1 - $0 >= 18 })
    #expect(tops.allSatisfy { $0 > 0 && $0 < height })
  }

  @Test func `a plot without rows or numbers is still a drawing`() {
    for rows in [[], [ForestPlot.Row.estimate("x", .nan, low: nil, high: .infinity)]] {
      let plot = ForestPlot("Nothing", rows: rows, format: .number())
      #expect(XMLOutline(plot.svg(in: .english)) != nil)
      #expect(!plot.alternative(in: .english).lowercased().contains("nan"))
      #expect(!plot.text(in: .english, width: 60).lowercased().contains("nan"))
    }
  }

  @Test func `an interval that is far too wide runs off the axis as an arrow`() throws {
    let rows: [ForestPlot.Row] = [
      .estimate("a", 1, low: 0, high: 2), .estimate("b", 1.5, low: 0.5, high: 2.5),
      .estimate("c", 1, low: -500, high: 500),
    ]
    let plot = ForestPlot("Wide", rows: rows, format: .number(decimals: 0))
    let outline = try #require(XMLOutline(plot.svg(in: .english)))
    #expect(outline.named("polygon").count == 2)
    #expect(plot.text(in: .english, width: 70).contains("◂"))
  }

  @Test func `the area of a mark grows with its weight`() throws {
    let plot = ForestPlot(
      "Weights",
      rows: [
        .estimate("a", 1, low: 0, high: 2, weight: 1),
        .estimate("b", 1, low: 0, high: 2, weight: 9),
      ], format: .number())
    let outline = try #require(XMLOutline(plot.svg(in: .english)))
    let sides = outline.named("rect").filter { $0.attributes["class"] == "fill-accent" }
      .compactMap { $0.attributes["width"].flatMap(Double.init) }
    #expect(sides == [8, 14])
    #expect(outline.named("text").contains { $0.text == "90.0%" })
  }

  @Test(arguments: [
    ([0.0, 0.1], false, ["0", "+2", "+4", "+6", "+8", "+10"]),
    ([-0.03, 0.01], false, ["−3", "−2", "−1", "0", "+1"]),
    ([0.0, 0.004], false, ["0.0", "+0.1", "+0.2", "+0.3", "+0.4"]),
  ])
  func `ticks are round numbers in the unit of the format`(
    ends: [Double], isLogarithmic: Bool, ticks: [String]
  ) throws {
    let plot = ForestPlot(
      "Ticks", rows: [.estimate("a", ends[0], low: ends[0], high: ends[1])],
      format: .percentagePoints().signed)
    let outline = try #require(XMLOutline(plot.svg(in: .english)))
    let shown = outline.named("text").filter { $0.attributes["text-anchor"] == "middle" }
      .map(\.text).dropFirst()
    #expect(Array(shown) == ticks)
  }

  @Test func `a ratio stands on a logarithmic axis around 1`() throws {
    let plot = ForestPlot(
      "Ratios",
      rows: [.estimate("half", 0.5, low: 0.25, high: 1), .estimate("two", 2, low: 1, high: 4)],
      format: .number(), isLogarithmic: true)
    let outline = try #require(XMLOutline(plot.svg(in: .english)))
    let marks = outline.named("rect").filter { $0.attributes["class"] == "fill-accent" }
      .compactMap { $0.attributes["x"].flatMap(Double.init) }
    let line = try #require(
      outline.named("line").first { $0.attributes["stroke-width"] == "1.2" }?.attributes["x1"]
        .flatMap(Double.init))
    let side = 5 + 9 * 0.4.squareRoot()
    #expect((line - marks[0] - marks[1] + line - side).magnitude < 0.5)
  }

  @Test(arguments: [40, 60, 80, 120])
  func `the plot in characters keeps to the width`(width: Int) {
    let lines = SampleReport.forest.text(in: .dutch, width: width).split(separator: "\n")
    #expect(
      lines.filter { $0.contains("■") || $0.contains("◆") }.allSatisfy { $0.count <= width + 5 })
    #expect(lines.contains { $0.contains("◆") })
  }
}
