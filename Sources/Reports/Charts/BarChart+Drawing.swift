// SPDX-License-Identifier: EUPL-1.2

extension BarChart {
  public func svg(in language: ReportLanguage, identifier: String) -> String {
    BarDrawing(self, language: language).element(identifier: identifier)
  }
}

/// Where the bars of a chart stand.
private struct BarDrawing {
  private typealias Point = SVGCanvas.Point

  private static let margin = 8.0
  private static let gap = 14.0
  private static let labelLimit = 220.0
  private static let barHeight = 20.0
  private static let plotWidth = 360.0

  private let chart: BarChart
  private let language: ReportLanguage
  private let axis: ChartAxis
  private let labels: [[String]]
  private let labelWidth: Double
  private let seriesWidth: Double
  private let valueWidth: Double
  private let hasNegatives: Bool

  init(_ chart: BarChart, language: ReportLanguage) {
    self.chart = chart
    self.language = language
    let values = chart.groups.flatMap { chart.bars(of: $0) }.map(\.value)
    let known = values.compactMap(\.self).filter(\.isFinite)
    axis = ChartAxis(spanning: known + [0])
    hasNegatives = known.contains { $0 < 0 }
    labels = chart.groups.map {
      TextMeasure.wrapped($0.label, to: Self.labelLimit, isBold: chart.series.count > 1)
    }
    labelWidth = labels.joined().map { TextMeasure.width($0, isBold: true) }.max() ?? 0
    seriesWidth =
      chart.series.count > 1 ? chart.series.map { TextMeasure.width($0) }.max() ?? 0 : 0
    valueWidth = values.map { TextMeasure.width(chart.format.bare($0, in: language)) }.max() ?? 0
  }

  private var plotLeft: Double {
    Self.margin + labelWidth + Self.gap + (seriesWidth > 0 ? seriesWidth + Self.gap : 0)
      + (hasNegatives ? valueWidth + 8 : 0)
  }
  private var width: Double { plotLeft + Self.plotWidth + valueWidth + 8 + Self.margin }

  func element(identifier: String) -> String {
    var canvas = SVGCanvas()
    var top = Self.margin
    if let unit = chart.format.unitName(in: language) {
      canvas.text(unit, at: Point(x: x(0), y: top + 12), .quiet, isBold: true)
      top += 28
    }
    var y = top
    for (group, label) in zip(chart.groups, labels) {
      let bars = chart.bars(of: group)
      let height = max(
        Double(bars.count) * (Self.barHeight + 4) - 4, Double(label.count) * SVGCanvas.lineHeight)
      canvas.lines(
        label, around: Point(x: Self.margin, y: y + height / 2), isBold: chart.series.count > 1)
      var barTop = y + (height - Double(bars.count) * (Self.barHeight + 4) + 4) / 2
      for (index, bar) in bars.enumerated() {
        draw(bar.name, bar.value, index, top: barTop, on: &canvas)
        barTop += Self.barHeight + 4
      }
      y += height + 16
    }
    canvas.line(Point(x: x(0), y: top - 4), Point(x: x(0), y: max(y - 12, top)), .quiet)
    return canvas.element(
      width: width, height: y, title: chart.title,
      alternative: chart.alternative(in: language), identifier: identifier)
  }

  private func x(_ value: Double) -> Double {
    plotLeft + min(max(axis.share(value), 0), 1) * Self.plotWidth
  }

  private func draw(
    _ name: String, _ value: Double?, _ index: Int, top: Double, on canvas: inout SVGCanvas
  ) {
    let middle = top + Self.barHeight / 2
    if seriesWidth > 0 {
      canvas.lines(
        [name], around: Point(x: Self.margin + labelWidth + Self.gap, y: middle), .quiet)
    }
    let words = chart.format.bare(value, in: language)
    guard let value, value.isFinite else {
      canvas.lines([words], around: Point(x: x(0) + 8, y: middle), .quiet)
      return
    }
    let left = min(x(0), x(value))
    let right = max(x(0), x(value))
    canvas.rectangle(
      x: left, y: top, width: max(right - left, 1), height: Self.barHeight,
      fill: index.isMultiple(of: 2) ? .accent : .second)
    if value < 0 {
      canvas.lines([words], around: Point(x: left - 8, y: middle), anchor: .end)
    } else {
      canvas.lines([words], around: Point(x: right + 8, y: middle))
    }
  }
}
