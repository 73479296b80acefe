// SPDX-License-Identifier: EUPL-1.2

extension ForestPlot {
  public func svg(in language: ReportLanguage, identifier: String) -> String {
    ForestDrawing(self, language: language).element(identifier: identifier)
  }
}

/// Where everything in a forest plot stands.
private struct ForestDrawing {
  private typealias Point = SVGCanvas.Point

  private static let margin = 8.0
  private static let gap = 20.0
  private static let labelLimit = 250.0
  private static let plotWidth = 300.0
  private static let headHeight = 34.0

  private let plot: ForestPlot
  private let language: ReportLanguage
  private let axis: ChartAxis
  private let labels: [[String]]
  private let labelWidth: Double
  private let numberWidth: Double
  private let weightWidth: Double
  private let rowTops: [Double]
  private let bodyBottom: Double
  private let largestWeight: Double

  init(_ plot: ForestPlot, language: ReportLanguage) {
    self.plot = plot
    self.language = language
    axis = plot.axis
    let wording = language.wording
    labels = plot.rows.map {
      TextMeasure.wrapped($0.label, to: Self.labelLimit, isBold: $0.kind != .estimate)
    }
    labelWidth = min(
      Self.labelLimit,
      zip(plot.rows, labels).flatMap { row, lines in
        lines.map { TextMeasure.width($0, isBold: row.kind != .estimate) }
      }.max() ?? 0)
    let numbers =
      plot.rows.filter { $0.kind != .heading }.map { plot.numbers(of: $0, in: language) }
      + ["\(wording.estimate) (\(wording.interval(level: plot.level)))"]
    numberWidth = numbers.map { TextMeasure.width($0, isBold: true) }.max() ?? 0
    let weights = plot.rows.filter { $0.kind == .estimate }.compactMap(\.weight)
      .filter { $0.isFinite && $0 > 0 }
    largestWeight = weights.max() ?? 0
    weightWidth = weights.isEmpty ? 0 : TextMeasure.width(wording.weight, isBold: true) + Self.gap
    var y = Self.headHeight
    var tops: [Double] = []
    for (row, lines) in zip(plot.rows, labels) {
      tops.append(y)
      y += Double(lines.count) * SVGCanvas.lineHeight + (row.kind == .heading ? 14 : 12)
      if plot.prediction(of: row, in: language) != nil { y += 26 }
    }
    rowTops = tops
    bodyBottom = y + 4
  }

  private var plotLeft: Double { Self.margin + labelWidth + Self.gap }
  private var plotRight: Double { plotLeft + Self.plotWidth }
  private var numberRight: Double { plotRight + Self.gap + numberWidth }
  private var width: Double { numberRight + weightWidth + Self.margin }

  func element(identifier: String) -> String {
    var canvas = SVGCanvas()
    drawBackground(on: &canvas)
    drawHead(on: &canvas)
    for (index, row) in plot.rows.enumerated() { draw(row, index, on: &canvas) }
    let height = drawFoot(on: &canvas)
    return canvas.element(
      width: width, height: height, title: plot.title,
      alternative: plot.alternative(in: language), identifier: identifier)
  }

  private func x(_ value: Double) -> Double {
    plotLeft + min(max(axis.share(value), 0), 1) * Self.plotWidth
  }

  private func drawBackground(on canvas: inout SVGCanvas) {
    if let band = plot.band {
      let left = x(band.low)
      canvas.rectangle(
        x: left, y: Self.headHeight - 4, width: x(band.high) - left,
        height: bodyBottom - Self.headHeight + 4, fill: .band)
    }
    for tick in axis.ticks {
      canvas.line(
        Point(x: x(tick), y: Self.headHeight - 4), Point(x: x(tick), y: bodyBottom), .rule,
        width: 0.5)
    }
    canvas.line(
      Point(x: x(plot.noEffect), y: Self.headHeight - 4), Point(x: x(plot.noEffect), y: bodyBottom),
      .ink, width: 1.2)
  }

  private func drawHead(on canvas: inout SVGCanvas) {
    let wording = language.wording
    let y = 18.0
    canvas.text(
      "\(wording.estimate) (\(wording.interval(level: plot.level)))",
      at: Point(x: numberRight, y: y), .quiet, anchor: .end, isBold: true)
    if weightWidth > 0 {
      canvas.text(
        wording.weight, at: Point(x: width - Self.margin, y: y), .quiet, anchor: .end,
        isBold: true)
    }
    if let unit = plot.unitTitle(in: language) {
      canvas.text(
        unit, at: Point(x: (plotLeft + plotRight) / 2, y: y), .quiet, anchor: .middle, isBold: true)
    }
    canvas.line(
      Point(x: Self.margin, y: Self.headHeight - 6),
      Point(x: width - Self.margin, y: Self.headHeight - 6), .rule)
  }

  private func draw(_ row: ForestPlot.Row, _ index: Int, on canvas: inout SVGCanvas) {
    let lines = labels[index]
    let height = Double(lines.count) * SVGCanvas.lineHeight + (row.kind == .heading ? 14 : 12)
    let middle = rowTops[index] + height / 2
    canvas.lines(
      lines, around: Point(x: Self.margin, y: middle), isBold: row.kind != .estimate)
    guard row.kind != .heading else { return }
    let isAbsent = row.estimate?.isFinite != true
    canvas.lines(
      [plot.numbers(of: row, in: language)], around: Point(x: numberRight, y: middle),
      isAbsent ? .quiet : .ink, anchor: .end, isBold: row.kind == .pooled)
    if row.kind == .estimate, weightWidth > 0, let weight = row.weight, weight.isFinite {
      let total = plot.rows.compactMap(\.weight).filter { $0.isFinite && $0 > 0 }.reduce(0, +)
      canvas.lines(
        [NumberFormat.percentage(decimals: 1).bare(weight / total, in: language)],
        around: Point(x: width - Self.margin, y: middle), anchor: .end)
    }
    if row.kind == .pooled {
      drawDiamond(row, at: middle, on: &canvas)
      drawPrediction(row, at: middle + 22, on: &canvas)
    } else {
      drawInterval(row.low, row.high, at: middle, .ink, on: &canvas)
      drawSquare(row, at: middle, on: &canvas)
    }
  }

  /// The line of an interval; an end that lies off the axis becomes an arrow.
  private func drawInterval(
    _ low: Double?, _ high: Double?, at y: Double, _ ink: ChartInk, dashes: String? = nil,
    on canvas: inout SVGCanvas
  ) {
    guard let low, let high, !low.isNaN, !high.isNaN else { return }
    canvas.line(Point(x: x(low), y: y), Point(x: x(high), y: y), ink, width: 1.5, dashes: dashes)
    for (value, direction) in [(low, -1.0), (high, 1.0)] {
      let share = axis.share(value)
      if share < -1e-9 || share > 1 + 1e-9 {
        canvas.arrowhead(at: Point(x: x(value), y: y), dx: direction, dy: 0, ink)
      } else {
        canvas.line(
          Point(x: x(value), y: y - 4), Point(x: x(value), y: y + 4), ink, width: 1.5)
      }
    }
  }

  private func drawSquare(_ row: ForestPlot.Row, at y: Double, on canvas: inout SVGCanvas) {
    guard let estimate = row.estimate, estimate.isFinite else { return }
    // The area, not the side, grows with the weight: that is what the eye compares.
    let share = largestWeight > 0 ? max(row.weight ?? 0, 0) / largestWeight : 0.4
    let side = 5 + 9 * share.squareRoot()
    canvas.rectangle(
      x: x(estimate) - side / 2, y: y - side / 2, width: side, height: side, fill: .accent)
  }

  private func drawDiamond(_ row: ForestPlot.Row, at y: Double, on canvas: inout SVGCanvas) {
    guard let estimate = row.estimate, estimate.isFinite else { return }
    let middle = x(estimate)
    let left = min(row.low.map(x) ?? middle, middle - 4)
    let right = max(row.high.map(x) ?? middle, middle + 4)
    canvas.polygon(
      [
        Point(x: left, y: y), Point(x: middle, y: y - 8), Point(x: right, y: y),
        Point(x: middle, y: y + 8),
      ], fill: .accent)
  }

  private func drawPrediction(_ row: ForestPlot.Row, at y: Double, on canvas: inout SVGCanvas) {
    guard plot.prediction(of: row, in: language) != nil else { return }
    drawInterval(
      row.predictionLow, row.predictionHigh, at: y, .accent, dashes: "4 3", on: &canvas)
    canvas.lines(
      TextMeasure.wrapped(
        language.wording.predictionInterval, to: max(labelWidth, 200), size: 12, lines: 1),
      around: Point(x: Self.margin, y: y), .quiet, size: 12)
    let numbers =
      "\(plot.format.bare(row.predictionLow, in: language)) \(language.wording.to) "
      + plot.format.bare(row.predictionHigh, in: language)
    canvas.lines(
      [numbers], around: Point(x: numberRight, y: y), .quiet, anchor: .end, size: 12)
  }

  /// The axis and its words; the height of the whole drawing.
  private func drawFoot(on canvas: inout SVGCanvas) -> Double {
    canvas.line(Point(x: plotLeft, y: bodyBottom), Point(x: plotRight, y: bodyBottom), .quiet)
    let format = plot.format.forAxis(axis)
    for tick in axis.ticks {
      canvas.line(
        Point(x: x(tick), y: bodyBottom), Point(x: x(tick), y: bodyBottom + 5), .quiet)
      canvas.text(
        format.bare(tick, in: language), at: Point(x: x(tick), y: bodyBottom + 20), .quiet,
        anchor: .middle, size: 12)
    }
    var y = bodyBottom + 28
    if let directions = plot.directions {
      y += 12
      let middle = x(plot.noEffect)
      canvas.text(
        "← \(directions.low)", at: Point(x: middle - 8, y: y), .quiet, anchor: .end, size: 12)
      canvas.text("\(directions.high) →", at: Point(x: middle + 8, y: y), .quiet, size: 12)
      y += 8
    }
    if let band = plot.band {
      y += 14
      canvas.rectangle(
        x: plotLeft, y: y - 10, width: 14, height: 12, fill: .band, border: .rule)
      canvas.text(band.label, at: Point(x: plotLeft + 20, y: y), .quiet, size: 12)
      y += 8
    }
    return y + 4
  }
}
