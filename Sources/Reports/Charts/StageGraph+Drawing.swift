// SPDX-License-Identifier: EUPL-1.2

extension StageGraph {
  public func svg(in language: ReportLanguage, identifier: String) -> String {
    StageDrawing(self).element(in: language, identifier: identifier)
  }
}

/// Where the boxes and arrows of a graph stand.
private struct StageDrawing {
  private typealias Point = SVGCanvas.Point

  private static let margin = 12.0
  private static let boxHeight = 50.0
  private static let layerGap = 44.0
  private static let widest = 240.0

  private let graph: StageGraph
  private let layout: LayeredLayout
  private let widths: [Double]

  init(_ graph: StageGraph) {
    self.graph = graph
    let widths = graph.boxes.map { box in
      let title = TextMeasure.width(box.title, isBold: true)
      let subtitle = TextMeasure.width(box.subtitle ?? "", size: 12)
      return min(max(title, subtitle, 70) + 28, Self.widest)
    }
    self.widths = widths
    var numbers: [String: Int] = [:]
    for (index, box) in graph.boxes.enumerated() where numbers[box.id] == nil {
      numbers[box.id] = index
    }
    layout = LayeredLayout(
      widths: widths,
      edges: graph.arrows.compactMap { arrow in
        guard let from = numbers[arrow.from], let to = numbers[arrow.to] else { return nil }
        return LayeredLayout.Edge(from: from, to: to)
      }, gap: 24)
  }

  func element(in language: ReportLanguage, identifier: String) -> String {
    var canvas = SVGCanvas()
    for edge in layout.edges { draw(edge, on: &canvas) }
    for index in graph.boxes.indices { drawBox(index, on: &canvas) }
    let layers = Double(max(layout.layerCount, 1))
    return canvas.element(
      width: layout.width + 2 * Self.margin,
      height: layers * Self.boxHeight + (layers - 1) * Self.layerGap + 2 * Self.margin,
      title: graph.title, alternative: graph.alternative(in: language), identifier: identifier)
  }

  private func top(of layer: Int) -> Double {
    Self.margin + Double(layer) * (Self.boxHeight + Self.layerGap)
  }

  private func draw(_ edge: LayeredLayout.Edge, on canvas: inout SVGCanvas) {
    var points: [Point] = []
    let path = layout.path(of: edge)
    for (index, stop) in path.enumerated() {
      let x = Self.margin + stop.x
      if index > 0 { points.append(Point(x: x, y: top(of: stop.layer))) }
      if index < path.count - 1 {
        points.append(Point(x: x, y: top(of: stop.layer) + Self.boxHeight))
      }
    }
    guard var end = points.popLast() else { return }
    let tip = end
    end.y -= 5
    canvas.curve(through: points + [end], .quiet)
    canvas.arrowhead(at: tip, dx: 0, dy: 1, .quiet)
  }

  private func drawBox(_ index: Int, on canvas: inout SVGCanvas) {
    let box = graph.boxes[index]
    let width = widths[index]
    let centre = Self.margin + layout.centre(of: index)
    let top = top(of: layout.layer(of: index))
    canvas.rectangle(
      x: centre - width / 2, y: top, width: width, height: Self.boxHeight, fill: .band,
      border: .rule, radius: 6)
    let middle = top + Self.boxHeight / 2
    let title = TextMeasure.wrapped(box.title, to: width - 20, isBold: true, lines: 1)
    guard let subtitle = box.subtitle else {
      canvas.lines(title, around: Point(x: centre, y: middle), anchor: .middle, isBold: true)
      return
    }
    canvas.lines(title, around: Point(x: centre, y: middle - 9), anchor: .middle, isBold: true)
    canvas.lines(
      TextMeasure.wrapped(subtitle, to: width - 20, size: 12, lines: 1),
      around: Point(x: centre, y: middle + 10), .quiet, anchor: .middle, size: 12)
  }
}
