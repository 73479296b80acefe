// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct FlowChartTests {
  @Test func `the text alternative holds every number`() {
    #expect(
      SampleReport.flow.alternative(in: .english)
        == "Assessed: 1,100. Excluded: 100 (verhuisd 80, dubbel 20). Assigned: 1,000. "
        + "Geen brief: 500. No outcome: 7 (geen uitkomst 7). Analysed: 493. "
        + "Brief: 500. Analysed: 500.")
  }

  @Test(arguments: 0...6)
  func `boxes do not touch, whatever the number of arms`(count: Int) throws {
    let arms = (0..<count).map { index in
      FlowChart.Arm(
        "Arm \(index) with a rather long name", assigned: 100,
        losses: index.isMultiple(of: 2) ? [.init("a reason that needs several lines", index)] : [],
        analysed: index == 3 ? nil : 90)
    }
    let chart = FlowChart("Flow", assessed: 700, excluded: [.init("reason", 3)], arms: arms)
    let outline = try #require(XMLOutline(chart.svg(in: .dutch)))
    let boxes = try Frame.boxes(of: outline)
    #expect(boxes.count == (count == 0 ? 2 : 3 + 2 * count + (count + 1) / 2))
    #expect(!Frame.anyOverlap(boxes))
    let width = try #require(Double(outline.elements[0].attributes["width"] ?? ""))
    #expect(boxes.allSatisfy { $0.x >= 0 && $0.x + $0.width <= width })
  }

  @Test func `what is not published is said to be so`() {
    let chart = FlowChart(
      "Flow", assessed: nil, arms: [.init("a", assigned: nil, analysed: 10)])
    #expect(chart.assigned == nil)
    #expect(chart.alternative(in: .dutch).contains("Bekeken: niet beschikbaar"))
  }
}
