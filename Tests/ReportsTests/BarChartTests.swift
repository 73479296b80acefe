// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct BarChartTests {
  @Test func `the text alternative holds every number`() {
    #expect(
      SampleReport.bars.alternative(in: .english)
        == "Alleenstaand: vooruit 32%, achteruit 4%. Paar: vooruit 18%, achteruit not available.")
  }

  @Test func `bars are as long as their values`() throws {
    let chart = BarChart(
      "Change", series: [""], groups: [.init("a", [100]), .init("b", [-50])], format: .euros())
    let outline = try #require(XMLOutline(chart.svg(in: .english)))
    let bars = outline.named("rect").filter { $0.attributes["class"] == "fill-accent" }
    let widths = try bars.map { try #require(Double($0.attributes["width"] ?? "")) }
    let starts = try bars.map { try #require(Double($0.attributes["x"] ?? "")) }
    #expect((widths[0] - 2 * widths[1]).magnitude < 0.3)
    #expect((starts[1] + widths[1] - starts[0]).magnitude < 0.3)
    #expect(outline.named("text").contains { $0.text == "−€50" })
  }

  @Test func `every bar carries the name of its series`() throws {
    let outline = try #require(XMLOutline(SampleReport.bars.svg(in: .english)))
    let words = outline.named("text").map(\.text)
    #expect(words.filter { $0 == "vooruit" }.count == 2)
    #expect(words.filter { $0 == "achteruit" }.count == 2)
  }

  @Test(arguments: [[Double?](), [nil], [.nan], [.infinity], [0]])
  func `values that cannot be drawn leave a chart`(values: [Double?]) {
    let chart = BarChart(
      "Odd", series: ["s"], groups: [.init("a", values)], format: .number(decimals: 0))
    #expect(XMLOutline(chart.svg(in: .english)) != nil)
    #expect(!chart.text(in: .english, width: 40).contains("nan"))
  }
}
