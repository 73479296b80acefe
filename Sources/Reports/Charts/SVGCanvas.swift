// SPDX-License-Identifier: EUPL-1.2

/// A drawing that becomes one `svg` element with a title, a text alternative and no style of its own
/// to leak into a page.
struct SVGCanvas {
  enum Anchor: String {
    case start
    case middle
    case end
  }

  struct Point {
    var x: Double
    var y: Double
  }

  /// The size of letters unless a mark says otherwise, in the drawing's units.
  static let fontSize = 14.0
  static let lineHeight = 18.0

  private var marks = Markup()

  mutating func line(
    _ from: Point, _ to: Point, _ ink: ChartInk, width: Double = 1, dashes: String? = nil
  ) {
    marks.empty(
      "line",
      [
        "x1": Self.number(from.x), "y1": Self.number(from.y), "x2": Self.number(to.x),
        "y2": Self.number(to.y), "class": "stroke-\(ink.rawValue)", "stroke": ink.color,
        "stroke-width": Self.number(width), "stroke-dasharray": dashes,
      ])
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: ChartInk, border: ChartInk? = nil,
    radius: Double = 0
  ) {
    marks.empty(
      "rect",
      [
        "x": Self.number(x), "y": Self.number(y), "width": Self.number(max(width, 0)),
        "height": Self.number(max(height, 0)), "rx": radius > 0 ? Self.number(radius) : nil,
        "class": "fill-\(fill.rawValue)" + (border.map { " stroke-\($0.rawValue)" } ?? ""),
        "fill": fill.color, "stroke": border?.color,
      ])
  }

  mutating func polygon(_ points: [Point], fill: ChartInk) {
    marks.empty(
      "polygon",
      [
        "points": points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
          .joined(separator: " "),
        "class": "fill-\(fill.rawValue)", "fill": fill.color,
      ])
  }

  /// A line bent in an S from one point down to another, through the points between.
  mutating func curve(through points: [Point], _ ink: ChartInk, width: Double = 1.5) {
    guard let first = points.first else { return }
    var path = "M\(Self.number(first.x)) \(Self.number(first.y))"
    for (from, to) in zip(points, points.dropFirst()) {
      let middle = (from.y + to.y) / 2
      path +=
        " C\(Self.number(from.x)) \(Self.number(middle)) \(Self.number(to.x)) \(Self.number(middle))"
        + " \(Self.number(to.x)) \(Self.number(to.y))"
    }
    marks.empty(
      "path",
      [
        "d": path, "class": "stroke-\(ink.rawValue)", "stroke": ink.color, "fill": "none",
        "stroke-width": Self.number(width),
      ])
  }

  mutating func text(
    _ words: String, at point: Point, _ ink: ChartInk = .ink, anchor: Anchor = .start,
    size: Double = SVGCanvas.fontSize, isBold: Bool = false
  ) {
    marks.element(
      "text",
      [
        "x": Self.number(point.x), "y": Self.number(point.y),
        "text-anchor": anchor == .start ? nil : anchor.rawValue,
        "font-size": size == Self.fontSize ? nil : Self.number(size),
        "font-weight": isBold ? "600" : nil, "class": "fill-\(ink.rawValue)", "fill": ink.color,
      ], words)
  }

  /// Lines below each other; the point is the middle of the whole.
  mutating func lines(
    _ lines: [String], around point: Point, _ ink: ChartInk = .ink, anchor: Anchor = .start,
    size: Double = SVGCanvas.fontSize, isBold: Bool = false
  ) {
    let height = Self.lineHeight * size / Self.fontSize
    var y = point.y - height * Double(lines.count - 1) / 2 + size * 0.35
    for line in lines {
      text(line, at: Point(x: point.x, y: y), ink, anchor: anchor, size: size, isBold: isBold)
      y += height
    }
  }

  /// A small head that points down, up, left or right at this point.
  mutating func arrowhead(at tip: Point, dx: Double, dy: Double, _ ink: ChartInk) {
    let size = 6.0
    polygon(
      [
        tip,
        Point(x: tip.x - dx * size - dy * size * 0.6, y: tip.y - dy * size - dx * size * 0.6),
        Point(x: tip.x - dx * size + dy * size * 0.6, y: tip.y - dy * size + dx * size * 0.6),
      ], fill: ink)
  }

  /// The whole element.
  func element(
    width: Double, height: Double, title: String, alternative: String, identifier: String
  ) -> String {
    var markup = Markup()
    let size = "\(Self.number(width)) \(Self.number(height))"
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(size)",
        "width": Self.number(width), "height": Self.number(height), "role": "img",
        "aria-labelledby": "\(identifier)-title", "aria-describedby": "\(identifier)-text",
        "font-family": "system-ui, -apple-system, 'Segoe UI', sans-serif",
        "font-size": Self.number(Self.fontSize), "font-variant-numeric": "tabular-nums",
      ]
    ) { svg in
      svg.element("title", ["id": "\(identifier)-title"], title)
      svg.element("desc", ["id": "\(identifier)-text"], alternative)
      svg.empty(
        "rect", ["width": "100%", "height": "100%", "class": "fill-paper", "fill": "#ffffff"])
      svg.insert(marks)
    }
    return markup.text.hasSuffix("\n") ? String(markup.text.dropLast()) : markup.text
  }

  /// A coordinate with at most one decimal; what is no number stands at 0, so that a drawing is never
  /// broken by a figure that could not be computed.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
