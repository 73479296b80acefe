// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct StageGraphTests {
  @Test func `the text alternative names every arrow`() {
    #expect(
      SampleReport.stages.alternative(in: .english)
        == "intake (pilot/intake) leads to effect, verdict. "
        + "effect (impact/regression) leads to verdict. verdict is an end.")
  }

  @Test(arguments: [1, 2, 12, 120])
  func `boxes do not overlap and every arrow points down`(count: Int) throws {
    var state: UInt64 = 7
    func draw(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var edges: [(Int, Int)] = []
    for box in 1..<max(count, 2) where box < count {
      for _ in 0...draw(below: 2) { edges.append((draw(below: box), box)) }
    }
    let graph = Self.graph(count, edges)
    let outline = try #require(XMLOutline(graph.svg(in: .english)))
    let boxes = try Frame.boxes(of: outline)
    #expect(boxes.count == count)
    #expect(!Frame.anyOverlap(boxes))
    #expect(edges.allSatisfy { boxes[$0.0].y + boxes[$0.0].height < boxes[$0.1].y })
    let width = try #require(Double(outline.elements[0].attributes["width"] ?? ""))
    #expect(boxes.allSatisfy { $0.x >= 0 && $0.x + $0.width <= width })
  }

  @Test func `arrows that would cross are uncrossed`() throws {
    let outline = try #require(
      XMLOutline(Self.graph(4, [(0, 3), (1, 2)]).svg(in: .english)))
    let boxes = try Frame.boxes(of: outline)
    #expect((boxes[0].x < boxes[1].x) == (boxes[3].x < boxes[2].x))
  }

  @Test func `a chain stands straight below itself`() throws {
    let outline = try #require(
      XMLOutline(Self.graph(4, [(0, 1), (1, 2), (2, 3)]).svg(in: .english)))
    let centres = try Frame.boxes(of: outline).map { $0.x + $0.width / 2 }
    #expect(centres.allSatisfy { ($0 - centres[0]).magnitude < 0.2 })
  }

  @Test func `a cycle and an arrow to nowhere still make a drawing`() throws {
    var graph = Self.graph(3, [(0, 1), (1, 2), (2, 0), (1, 1)])
    graph.arrows.append(.init(from: "s0", to: "nobody"))
    let outline = try #require(XMLOutline(graph.svg(in: .english)))
    #expect(try Frame.boxes(of: outline).count == 3)
    #expect(XMLOutline(Self.graph(0, []).svg(in: .english)) != nil)
  }

  private static func graph(_ count: Int, _ edges: [(Int, Int)]) -> StageGraph {
    StageGraph(
      "Graph", boxes: (0..<count).map { .init(id: "s\($0)", title: "stage-\($0)") },
      arrows: edges.map { .init(from: "s\($0.0)", to: "s\($0.1)") })
  }
}
