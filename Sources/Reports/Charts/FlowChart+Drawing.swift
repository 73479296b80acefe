// SPDX-License-Identifier: EUPL-1.2

extension FlowChart {
  public func svg(in language: ReportLanguage, identifier: String) -> String {
    FlowDrawing(chart: self, language: language).element(identifier: identifier)
  }
}

/// Where the boxes of a flow chart stand: the whole group in the middle, its losses to the right, and
/// below that one column for each arm.
private struct FlowDrawing {
  private typealias Point = SVGCanvas.Point

  /// A box of lines, the first of which is its title.
  private struct Box {
    var title: [String]
    var lines: [String]
    var isQuiet = false

    var height: Double {
      Double(title.count + lines.count) * SVGCanvas.lineHeight + 18
    }
  }

  private static let margin = 8.0
  private static let gap = 28.0
  private static let padding = 12.0
  private static let centreWidth = 230.0
  private static let sideWidth = 260.0

  let chart: FlowChart
  let language: ReportLanguage

  private var armWidth: Double { chart.arms.count <= 3 ? 220 : 180 }
  private var armsWidth: Double {
    Double(chart.arms.count) * (armWidth + Self.gap) - (chart.arms.isEmpty ? 0 : Self.gap)
  }
  private var width: Double {
    max(armsWidth, Self.centreWidth + 2 * (Self.gap + Self.sideWidth), 0) + 2 * Self.margin
  }

  func element(identifier: String) -> String {
    var canvas = SVGCanvas()
    let wording = language.wording
    let centre = width / 2
    var y = Self.margin
    let start = box(wording.assessed, count(chart.assessed), [], width: Self.centreWidth)
    draw(start, centre: centre, top: y, width: Self.centreWidth, on: &canvas)
    y += start.height
    if !chart.excluded.isEmpty {
      let side = lossBox(wording.excluded, chart.excluded, width: Self.sideWidth)
      let top = y + Self.gap / 2
      let left = centre + Self.centreWidth / 2 + Self.gap
      let middle = top + side.height / 2
      draw(
        side, centre: left + Self.sideWidth / 2, top: top, width: Self.sideWidth, on: &canvas)
      canvas.line(Point(x: centre, y: middle), Point(x: left - 5, y: middle), .quiet, width: 1.5)
      canvas.arrowhead(at: Point(x: left, y: middle), dx: 1, dy: 0, .quiet)
      let bottom = top + side.height + Self.gap / 2
      canvas.line(Point(x: centre, y: y), Point(x: centre, y: bottom), .quiet, width: 1.5)
      y = bottom
    }
    if !chart.arms.isEmpty {
      let assigned = box(
        wording.assigned, count(chart.assigned), [], width: Self.centreWidth)
      arrow(from: Point(x: centre, y: y), to: Point(x: centre, y: y + Self.gap), on: &canvas)
      y += Self.gap
      draw(assigned, centre: centre, top: y, width: Self.centreWidth, on: &canvas)
      y = drawArms(below: y + assigned.height, centre: centre, on: &canvas)
    }
    return canvas.element(
      width: width, height: y + Self.margin, title: chart.title,
      alternative: chart.alternative(in: language), identifier: identifier)
  }

  private func drawArms(below top: Double, centre: Double, on canvas: inout SVGCanvas) -> Double {
    let wording = language.wording
    let rows: [[Box]] = [
      chart.arms.map { box($0.label, count($0.assigned), [], width: armWidth) },
      chart.arms.map { lossBox(wording.lost, $0.losses, width: armWidth) },
      chart.arms.map { box(wording.analysed, count($0.analysed), [], width: armWidth) },
    ].filter { row in row.contains { !$0.title.isEmpty } }
    let first = centre - armsWidth / 2 + armWidth / 2
    let centres = chart.arms.indices.map { first + Double($0) * (armWidth + Self.gap) }
    let bar = top + Self.gap * 0.6
    canvas.line(Point(x: centre, y: top), Point(x: centre, y: bar), .quiet, width: 1.5)
    if let left = centres.first, let right = centres.last, left < right {
      canvas.line(Point(x: left, y: bar), Point(x: right, y: bar), .quiet, width: 1.5)
    }
    var y = bar
    for (index, row) in rows.enumerated() {
      let next = y + Self.gap * (index == 0 ? 0.8 : 1)
      let height = row.map(\.height).max() ?? 0
      for (x, box) in zip(centres, row) {
        if box.title.isEmpty {
          // Nobody was lost here: the line goes on to the analysis.
          canvas.line(Point(x: x, y: y), Point(x: x, y: next + height), .quiet, width: 1.5)
          continue
        }
        arrow(from: Point(x: x, y: y), to: Point(x: x, y: next), on: &canvas)
        draw(box, centre: x, top: next, width: armWidth, height: height, on: &canvas)
      }
      y = next + height
    }
    return y
  }

  private func count(_ number: Int?) -> String {
    NumberFormat.count.bare(number.map(Double.init), in: language)
  }

  private func box(_ title: String, _ count: String, _ lines: [String], width: Double) -> Box {
    Box(
      title: TextMeasure.wrapped(title, to: width - 2 * Self.padding, isBold: true),
      lines: [count] + lines)
  }

  private func lossBox(_ title: String, _ losses: [FlowChart.Loss], width: Double) -> Box {
    guard !losses.isEmpty else { return Box(title: [], lines: []) }
    let lines = losses.flatMap { loss in
      TextMeasure.wrapped(
        "\(loss.reason): \(count(loss.count))", to: width - 2 * Self.padding, size: 13)
    }
    return Box(
      title: TextMeasure.wrapped(
        "\(title): \(count(losses.total))", to: width - 2 * Self.padding, isBold: true),
      lines: lines, isQuiet: true)
  }

  private func draw(
    _ box: Box, centre: Double, top: Double, width: Double, height: Double? = nil,
    on canvas: inout SVGCanvas
  ) {
    let height = height ?? box.height
    canvas.rectangle(
      x: centre - width / 2, y: top, width: width, height: height,
      fill: box.isQuiet ? .paper : .band, border: .rule, radius: 6)
    let anchor: SVGCanvas.Anchor = box.isQuiet ? .start : .middle
    let x = box.isQuiet ? centre - width / 2 + Self.padding : centre
    var y = top + 9 + SVGCanvas.lineHeight / 2
    for line in box.title {
      canvas.lines([line], around: Point(x: x, y: y), anchor: anchor, isBold: true)
      y += SVGCanvas.lineHeight
    }
    for line in box.lines {
      canvas.lines([line], around: Point(x: x, y: y), anchor: anchor, size: box.isQuiet ? 13 : 14)
      y += SVGCanvas.lineHeight
    }
  }

  private func arrow(from: Point, to: Point, on canvas: inout SVGCanvas) {
    canvas.line(from, Point(x: to.x, y: to.y - 5), .quiet, width: 1.5)
    canvas.arrowhead(at: to, dx: 0, dy: 1, .quiet)
  }
}
